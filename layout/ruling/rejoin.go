package ruling

import (
	"maps"
	"math"
	"slices"
)

// maxPieces is how many pieces of rules a page with dashed rules has at most;
// a halftone has more.
const maxPieces = 20000

// rejoin puts the pieces of dashed rules together: crossings and joints of the
// cells' borders break the beat, and no piece is long enough to be judged.
func (r *ridges) rejoin(ts []Trace) []Trace {
	if len(ts) > maxPieces {
		return ts
	}
	ts = inOrder(ts)
	// Chains of pieces that may go on, by where across they end.
	const wide = 4 // pixels
	open := make(map[int][][]int)
	var chains [][]int
	for i := range ts {
		t := &ts[i]
		if t.Rough > 0.5 || t.even < 0.7 || t.Coverage > 0.85 && t.Length() > float64(4*r.maxGap) {
			continue
		}
		at := int(t.Across[0]) / wide
		var best []int
		bestAt, bestK, bestD := 0, 0, 0.
		for near := at - 1; near <= at+1; near++ {
			open[near] = slices.DeleteFunc(open[near], func(c []int) bool {
				over := t.Lo()-ts[c[len(c)-1]].Hi() > float64(3*r.maxGap)
				if over && len(c) > 1 {
					chains = append(chains, c)
				}
				return over
			})
			for k, c := range open[near] {
				e := &ts[c[len(c)-1]]
				gap := t.Lo() - e.Hi()
				d := math.Abs(float64(t.Across[0] - e.Across[len(e.Across)-1]))
				if gap < 0 || d > 1.1+0.04*gap || math.Abs(t.Thick-e.Thick) > 1.2 || t.tone > 1.6*e.tone || e.tone > 1.6*t.tone {
					continue
				}
				if d += 0.1 * gap; best == nil || d < bestD {
					best, bestAt, bestK, bestD = c, near, k, d
				}
			}
		}
		if best != nil {
			open[bestAt] = slices.Delete(open[bestAt], bestK, bestK+1)
		}
		end := int(t.Across[len(t.Across)-1]) / wide
		open[end] = append(open[end], append(best, i))
	}
	for _, at := range slices.Sorted(maps.Keys(open)) {
		for _, c := range open[at] {
			if len(c) > 1 {
				chains = append(chains, c)
			}
		}
	}
	used := make([]bool, len(ts))
	var out []Trace
	for _, c := range chains {
		t := Trace{Light: ts[c[0]].Light, Pieced: true}
		var n, even float64
		for _, i := range c {
			p := &ts[i]
			w := float64(len(p.Along))
			t.Along, t.Across = append(t.Along, p.Along...), append(t.Across, p.Across...)
			t.Thick, t.tone, even, n = t.Thick+w*p.Thick, t.tone+w*p.tone, even+w*p.even, n+w
		}
		t.Thick, t.tone, t.even = t.Thick/n, t.tone/n, even/n
		if t.measure(); !t.dashed() {
			continue
		}
		for _, i := range c {
			used[i] = true
		}
		out = append(out, t)
	}
	for i := range ts {
		if !used[i] {
			out = append(out, ts[i])
		}
	}
	return out
}

// inOrder sorts traces by where they begin. A trace is large to move about, so
// their places are sorted first.
func inOrder(ts []Trace) []Trace {
	order := make([]int, len(ts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(ts[a].Along[0] - ts[b].Along[0]) })
	out := make([]Trace, len(ts))
	for i, k := range order {
		out[i] = ts[k]
	}
	return out
}
