package grid

import (
	"cmp"
	"image"
	"maps"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A rule is lost where it is faint or a pixel thick. Where all others of its table are thick and clear, lines of text that lie
// beside one another in all cells of a row are lists. So how well the rules of a table are seen is weighed with what gaps in the
// text say; how much each says is fitted (models/README.md).

// rowOdds are the odds that a rule was lost in a gap, in nats, by the figures of its text, and by how well the rules of the
// table are seen and how many lines its text told so far.
func rowOdds(text, seen []float32, lines int) float64 {
	var said [1]float32
	theNets().Lost.Odds(lostFigures(textOdds(text), seen, lines), said[:])
	return float64(said[0])
}

// lostFigures are those that tell whether a rule was lost in a gap: what its text says, in nats, how well the rules of the table are
// seen, and how many lines its text told so far, since a rule that is lost is seldom alone.
func lostFigures(text float32, seen []float32, lines int) []float32 {
	return slices.Concat([]float32{text}, seen, []float32{float32(math.Log1p(float64(lines)))})
}

// textOdds is how much likelier the text around a gap is where a rule was lost than elsewhere, in nats.
func textOdds(text []float32) float32 {
	var said [1]float32
	theNets().Rows.Odds(text, said[:])
	return said[0]
}

// LostEvidence is what tells of the gaps of a page, as RowExamples found them, whether a rule was lost in each, for the fit. They are
// told one after the other, the likeliest first; lost says of each whether one was.
func LostEvidence(gaps []RowExample, lost []bool) [][]float32 {
	says := make([]float32, len(gaps))
	order := make([]int, len(gaps))
	for i := range gaps {
		says[i], order[i] = textOdds(gaps[i].Figures), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(says[b], says[a]) })
	before := map[int]int{} // by table
	out := make([][]float32, len(gaps))
	for _, i := range order {
		g := &gaps[i]
		out[i] = lostFigures(says[i], g.Seen, g.Told+before[g.Table])
		if lost[i] {
			before[g.Table]++
		}
	}
	return out
}

// seen says how well the rules of a grid are seen: how thick they are, pixels of the picture, a pixel at least, and how many
// edges of a cell are told wrongly, on average; the natural logarithms. A pixel of the page is so many of the picture.
func (g *Grid) seen(pixel float64) []float32 {
	var wrong likely.Mean
	if g.doubts != nil {
		doubts := g.doubts()
		for _, box := range slices.SortedFunc(maps.Keys(doubts), byPlace) {
			wrong.Add(doubts[box])
		}
	}
	const sure = 1e-4 // edges of a cell: as few as are told wrongly
	return []float32{float32(math.Log(max(1, pixel*g.thickness()))), float32(math.Log(wrong.Value() + sure))}
}

// byPlace compares boxes by their places, from the top down and from left to right.
func byPlace(a, b image.Rectangle) int {
	return cmp.Or(cmp.Compare(a.Min.Y, b.Min.Y), cmp.Compare(a.Min.X, b.Min.X), cmp.Compare(a.Max.Y, b.Max.Y), cmp.Compare(a.Max.X, b.Max.X))
}

// thickness is how far apart cells on both sides of an inner line usually stand, pixels: as thick as rules are; 1 where there is
// no such line.
func (g *Grid) thickness() float64 {
	var all []float64
	for _, axis := range []ruling.Axis{ruling.Level, ruling.Plumb} {
		lines := g.lines(axis)
		for k := 1; k < len(lines)-1; k++ {
			if slices.Contains(g.unseen[axis], lines[k]) {
				continue
			}
			before, behind := math.Inf(-1), math.Inf(1)
			for _, c := range g.Cells {
				box := axis.Extent(c.Box)
				if first, n := c.of(axis); first == k {
					behind = min(behind, float64(box.Lo))
				} else if first+n == k {
					before = max(before, float64(box.Hi))
				}
			}
			if !math.IsInf(before, 0) && !math.IsInf(behind, 0) {
				all = append(all, max(1, behind-before))
			}
		}
	}
	if len(all) == 0 {
		return 1
	}
	return ink.Median(all)
}
