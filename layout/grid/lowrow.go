package grid

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// plumbOfLowRows finds the plumb rules between level rules of one extent that meet none: in
// rows so low that no plumb rule was followed. They go from one level
// rule to the next without a gap, as no stroke of text does that has room above and below,
// and stand at both ends of the level rules and somewhere between. There are none unless
// every row has some.
func plumbOfLowRows(m *ruling.Evidence, level []ruling.Rule) (out []ruling.Rule) {
	level = slices.SortedFunc(slices.Values(level), func(a, b ruling.Rule) int { return cmp.Compare(a.Pos, b.Pos) })
	for i := 1; i < len(level); i++ {
		a, b := &level[i-1], &level[i]
		lo, hi := min(a.Lo, b.Lo), max(a.Hi, b.Hi)
		row := image.Rect(int(lo)-2*ruling.OffSide, int(math.Ceil(a.Pos+a.Thick/2)), int(hi)+2*ruling.OffSide, int(b.Pos-b.Thick/2))
		row = row.Intersect(image.Rectangle{Max: m.Size})
		var in []ruling.Rule
		for _, r := range m.Crossing(row, ruling.Plumb, *a) {
			if m.Unbroken(ruling.Plumb, &r) {
				in = append(in, r)
			}
		}
		if len(in) <= 2 || math.Abs(in[0].Pos-lo) > lostEnd || math.Abs(in[len(in)-1].Pos-hi) > lostEnd {
			return nil
		}
		out = append(out, in...)
	}
	return out
}
