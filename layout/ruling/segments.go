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

// A column is a segment of one that may go on, and how much blocks say for it to where it was
// looked at, and to where that is most.
type column struct {
	segment
	open      bool
	all, best float32
}

// end ends the segment of a column: it is appended to others if it is sure.
func (c *column) end(others []segment) []segment {
	if c.open && c.best >= leastOdds {
		others = append(others, c.segment)
	}
	c.open = false
	return others
}

// segments are the runs of blocks in a map of evidence, w columns wide, that are
// surest, at most one every few columns.
func segments(odds []float32, w int) []segment {
	var all []segment
	columns := make([]column, w)
	for k := range len(odds) / max(1, w) {
		for x, v := range odds[k*w : (k+1)*w] {
			c := &columns[x]
			if !c.open {
				if v > 0 {
					*c = column{segment{x: x, lo: k, hi: k + 1, sum: v}, true, v, v}
				}
				continue
			}
			if c.all += v; c.all > c.best {
				c.best, c.hi, c.sum = c.all, k+1, c.all
			}
			if c.all <= 0 || c.best-c.all > dropOdds {
				all = c.end(all)
			}
		}
	}
	for x := range columns {
		all = columns[x].end(all)
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
