package grid

import (
	"image"

	"github.com/biaoge/biaoge/layout/ruling"
)

// unsure is how many edges of a cell must be told wrongly, on average, for the cell to be
// doubted: about the probability that one is. Set by hand.
const unsure = 0.02

// doubtsOf returns a function that says for the box of each cell how many of its edges are
// told wrongly, on average. It is a function since of most tables, which are not kept
// and have no gap in the text of a row, nobody asks. At has for each cell the numbers of the lines it lies between.
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

// doubtOf is how many edges are told wrongly, on average, of those that the lines of one
// direction make on a cell: at its two sides, and of the lines between, which do not
// part it. The cell lies between lines first and last, and from a to b along them.
func doubtOf(lines []gridLine, first, last int, a, b float64, m *ruling.Evidence, axis ruling.Axis) (sum float64) {
	for i := first; i <= last; i++ {
		l := &lines[i]
		if l.open {
			continue
		}
		printed := probability(m.RuleOdds(axis, l.near(a, b), a+1, b-1))
		if i == first || i == last {
			printed = 1 - printed
		}
		sum += printed
	}
	return sum
}

// settle marks the cells of which the edges are unsure (Cell.Edge), and adds up what is
// unsure of the table.
func (g *Grid) settle() {
	if g.doubts == nil {
		return
	}
	all := g.doubts()
	g.doubt, g.doubts = 0, nil
	for i := range g.Cells {
		c := &g.Cells[i]
		wrong := all[c.Box]
		g.doubt += wrong / 2 // a side is that of two cells
		c.Doubt = max(c.Doubt, wrong)
		c.Edge = c.Edge || wrong > unsure
	}
}

// broken tells whether some rules of a settled table are so hard to see that one edge is told wrongly on average,
// or more. Of pictures held out of the fit most of those that are so have such an edge, and few others (the card of
// the net of edges in models/README.md).
func (g *Grid) broken() bool { return g.doubt >= 1 }
