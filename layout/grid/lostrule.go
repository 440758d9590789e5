package grid

import (
	"cmp"
	"image"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Rules are lost mostly where they are faint or a pixel thick: a site that shrinks a picture by leaving out rows and columns of pixels
// leaves out whole rules with them. What tells where one was is that the text of cell after cell has a gap there. Where all other
// rules of the table are thick and clear, lines of text that lie beside one another in all cells of a row are mostly lists. So how well the
// rules of a table are seen is weighed with what gaps in the text say; how much each says is fitted (models/README.md).

// partByText puts lines into a grid where gaps in the text of its cells tell of lost rules, the likeliest first, and counts them in
// g.Recovered. Where the gaps leave it open whether one was lost, g.Lumped is set.
func partByText(m *ruling.Evidence, g *Grid) {
	blobs, usual := textOf(m.Page, g)
	if usual == 0 {
		return // no text
	}
	seen := sync.OnceValue(func() []float32 { return g.seen(m.Pixel) })
	left := [...]int{ruling.Level: len(g.RowLines), ruling.Plumb: len(g.ColLines)} // lines that may be put
	if g.Cols == 1 {
		left[ruling.Plumb] = 0 // whether its text makes columns is told without its sides, too
	}
	for {
		axis, k, at, odds := ruling.Level, 0, 0., math.Inf(-1)
		for _, a := range ruling.Axes {
			if left[a] == 0 {
				continue // where more were lost than are left, nothing tells where
			}
			t := bandsOf(g, a, usual, blobs)
			if number, there, o := t.lost(func(text []float32) float64 { return lostOdds(a, text, seen(), g.Recovered) }); o > odds {
				axis, k, at, odds = a, number, there, o
			}
		}
		if odds <= 0 {
			if odds > leftOpen {
				g.leaveOpen(axis, k, at, odds, usual, blobs)
			}
			return
		}
		g.putLine(k, at, usual, axis, blobs)
		g.unseen[axis] = append(g.unseen[axis], at)
		g.Recovered++
		if left[axis]--; left[axis] == 0 {
			g.Lumped = true
		}
	}
}

// leaveOpen notes that a rule of an axis may have been lost in a band, by its number, at a place in pixels, by its odds in nats: the
// cells that it would part may be two each.
func (g *Grid) leaveOpen(axis ruling.Axis, k int, at, odds, usual float64, blobs func(Cell) []ink.Blob) {
	g.Lumped = true
	for i := range g.Cells {
		c := &g.Cells[i]
		if first, _ := c.of(axis); first == k && len(blobs(*c)) > 0 && c.splits(at, usual, axis, blobs(*c)) {
			c.Doubt = max(c.Doubt, 1/(1+math.Exp(-odds)))
		}
	}
}

// leftOpen is the natural logarithm of odds of 1 to 45, above which it is left open whether a rule was lost. Set by hand, so that it is
// in clear tables that are drawn without one of their rules, or without half of them: rows that are taken together are silent errors.
const leftOpen = -3.8

// lostOdds are the odds that a rule of an axis was lost in a gap, in nats, by the figures of its text, and by how well the rules of
// the table are seen and how many lines its text told so far.
func lostOdds(axis ruling.Axis, text, seen []float32, lines int) float64 {
	var said [1]float32
	theNets().Lost.Odds(lostFigures(axis, textOdds(axis, text), seen, lines), said[:])
	return float64(said[0])
}

// lostFigures are those that tell whether a rule was lost in a gap: what its text says, in nats, how well the rules of the table are
// seen, and how many lines its text told so far, since a rule that is lost is seldom alone.
func lostFigures(axis ruling.Axis, text float32, seen []float32, lines int) []float32 {
	return slices.Concat([]float32{text}, seen, []float32{float32(math.Log1p(float64(lines))), float32(axis)})
}

// textOdds is how much likelier the text around a gap is where a rule of an axis was lost than elsewhere, in nats.
func textOdds(axis ruling.Axis, text []float32) float32 {
	net := theNets().Rows
	if axis == ruling.Plumb {
		net = theNets().Columns
	}
	var said [1]float32
	net.Odds(text, said[:])
	return said[0]
}

// LostEvidence is what tells of the gaps of a page, as GapExamples found them, whether a rule was lost in each, for the fit. They are
// told one after the other, the likeliest first; lost says of each whether one was.
func LostEvidence(gaps []GapExample, lost []bool) [][]float32 {
	says := make([]float32, len(gaps))
	order := make([]int, len(gaps))
	for i := range gaps {
		says[i], order[i] = textOdds(gaps[i].Axis, gaps[i].Figures), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(says[b], says[a]) })
	before := map[int]int{} // by table
	out := make([][]float32, len(gaps))
	for _, i := range order {
		g := &gaps[i]
		out[i] = lostFigures(g.Axis, says[i], g.Seen, before[g.Table])
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
	for _, axis := range ruling.Axes {
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
