package grid

import (
	"image"

	"github.com/biaoge/biaoge/layout/ruling"
)

// unsure is how likely something must be wrong about a cell's sides for what it
// holds to be doubted: a probability.
const unsure = 0.02

// doubtsOf looks up how likely the sides of cells are told wrongly, by their boxes,
// once it is asked for: of most tables that are made nobody wants to know. Cells lie
// between the lines of at.
func doubtsOf(m *ruling.Evidence, rows, cols []gridLine, at []image.Rectangle, cells []Cell) func() map[image.Rectangle]float64 {
	boxes := make([]image.Rectangle, len(cells))
	for i := range cells {
		boxes[i] = cells[i].Box
	}
	return func() map[image.Rectangle]float64 {
		out := map[image.Rectangle]float64{}
		for i, box := range boxes {
			x, y := ruling.Plumb.Extent(box), ruling.Level.Extent(box)
			out[box] = doubtOf(rows, at[i].Min.Y, at[i].Max.Y, float64(x.Lo), float64(x.Hi), m, ruling.Level) +
				doubtOf(cols, at[i].Min.X, at[i].Max.X, float64(y.Lo), float64(y.Hi), m, ruling.Plumb)
		}
		return out
	}
}

// doubtOf is how many of the edges of a cell between two lines, and within it, are
// told wrongly, on average.
func doubtOf(lines []gridLine, first, last int, a, b float64, m *ruling.Evidence, axis ruling.Axis) (sum float64) {
	for i := first; i <= last; i++ {
		if l := &lines[i]; !l.open {
			sum += m.Doubt(axis, l.near(a, b), a, b)
		}
	}
	return sum
}

// settle doubts the cells of a table whose sides are unsure.
func (g *Grid) settle() {
	if g.doubts == nil {
		return
	}
	all := g.doubts()
	g.doubt, g.doubts = 0, nil
	for i := range g.Cells {
		c := &g.Cells[i]
		g.doubt += all[c.Box] / 2 // a side is that of two cells
		c.Edge = c.Edge || all[c.Box] > unsure
	}
}

// broken tells whether some rules of a settled table are so hard to see that it is as
// likely as not that one more, or one less, is printed.
func (g *Grid) broken() bool { return g.doubt >= 0.5 }
