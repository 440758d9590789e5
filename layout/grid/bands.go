package grid

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// inBands finds the rules across rows so low, or columns so narrow, that none of
// them is long enough to be followed by itself: between two rules of a direction
// that have one extent, follow one another, and that no rule joins. A row at the
// top of a page, of a table that began on another, has no others.
func inBands(m *ruling.Evidence, axis ruling.Axis, along, across []ruling.Rule) (out []ruling.Rule) {
	const (
		lowest = 10 // pixels between two rules in which print can be read
		enough = 3  // rules across, with those at both ends
	)
	long := slices.DeleteFunc(slices.Clone(along), func(r ruling.Rule) bool { return r.Weak || r.Edge || r.Light })
	slices.SortFunc(long, func(a, b ruling.Rule) int { return cmp.Compare(a.Pos, b.Pos) })
	for i, a := range long {
		next := slices.IndexFunc(long[i+1:], func(b ruling.Rule) bool {
			return b.Pos-a.Pos > lowest && math.Abs(a.Lo-b.Lo) < alikeEnds && math.Abs(a.Hi-b.Hi) < alikeEnds
		})
		if next < 0 {
			continue
		}
		b := long[i+1+next]
		if b.Pos-a.Pos > ruling.StrongLength(m.Size) || slices.ContainsFunc(across, func(r ruling.Rule) bool {
			return r.Lo < b.Pos-lostEnd && r.Hi > a.Pos+lostEnd && r.Pos > a.Lo-lostEnd && r.Pos < a.Hi+lostEnd
		}) {
			continue
		}
		box := image.Rect(int(min(a.Lo, b.Lo))-sideNear, int(a.Pos)+2, int(max(a.Hi, b.Hi))+sideNear, int(b.Pos)-1)
		if axis == ruling.Plumb {
			box = image.Rect(box.Min.Y, box.Min.X, box.Max.Y, box.Max.X)
		}
		found := m.Across(axis.Across(), []image.Rectangle{box.Intersect(image.Rectangle{Max: m.Size})}, nil)
		if len(found) < enough {
			continue
		}
		for _, r := range found {
			r.Lo, r.Hi = a.Pos, b.Pos
			out = append(out, r)
		}
	}
	return out
}
