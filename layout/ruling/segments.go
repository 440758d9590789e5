package ruling

import (
	"cmp"
	"slices"
)

// A segment is a run of blocks in one column that a rule runs through.
type segment struct {
	x, lo, hi int // column; first block and the one behind the last
	sum       float32
}

// A rule is taken up where blocks in one line say so much more for it than
// against it, and it ends where from its best they say so much more against it:
// natural logarithms of odds.
const (
	leastOdds = 16
	dropOdds  = 14
)

// segments are the runs of blocks in a map of evidence, w columns wide, that are
// surest, at most one every few columns.
func segments(odds []float32, w int) []segment {
	n := len(odds) / max(1, w)
	var all []segment
	for x := range w {
		var s segment
		var sum, best float32
		in := false
		end := func() {
			if in && best >= leastOdds {
				all = append(all, s)
			}
			in = false
		}
		for k := range n {
			v := odds[k*w+x]
			if !in {
				if v > 0 {
					in, s, sum, best = true, segment{x: x, lo: k, hi: k + 1, sum: v}, v, v
				}
				continue
			}
			if sum += v; sum > best {
				best, s.hi, s.sum = sum, k+1, sum
			}
			if sum <= 0 || best-sum > dropOdds {
				end()
			}
		}
		end()
	}
	return strongest(all)
}

// strongest keeps of runs beside one another the surest.
func strongest(all []segment) []segment {
	const near = 3 // columns
	slices.SortFunc(all, func(a, b segment) int {
		return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(a.x, b.x), cmp.Compare(a.lo, b.lo))
	})
	byColumn := map[int][]segment{}
	var out []segment
	for _, s := range all {
		taken := false
		for x := s.x - near; x <= s.x+near && !taken; x++ {
			taken = slices.ContainsFunc(byColumn[x], func(o segment) bool { return 2*(min(s.hi, o.hi)-max(s.lo, o.lo)) > s.hi-s.lo })
		}
		if !taken {
			byColumn[s.x] = append(byColumn[s.x], s)
			out = append(out, s)
		}
	}
	return out
}
