package grid

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A Caption is the line of text that stands above a table.
type Caption struct {
	Line     ink.Line        // on the page
	Room     image.Rectangle // around the line, on the page, pixels: nothing else is printed there
	LightInk bool            // the text is lighter than its ground
}

// A Grid is one table: Rows × Cols positions between row lines and column lines, and the
// cells that cover these without gap or overlap.
type Grid struct {
	Rows, Cols int
	RowLines   []float64       // Rows+1 positions on the page, pixels
	ColLines   []float64       // Cols+1 positions on the page, pixels
	Cells      []Cell          // in reading order
	Box        image.Rectangle // on the page, pixels
	Caption    *Caption        // nil where no text stands right above it
	RowBeside  bool            // a line of text right above or below it stands in its columns as its rows do
	Open       bool            // no rules bound its cells: they are told by how their text is aligned
	Lumped     bool            // gaps in the text of a row or a column may be those of a rule that was not found
	Recovered  int             // how many of its lines are lost rules, which gaps in the text or ends of others tell of

	unseen [2][]float64 // by axis, where these lines are, pixels

	doubts func() map[image.Rectangle]float64 // how many edges of its cells are told wrongly, on average, by their boxes
	doubt  float64                            // of the table
	Bare   [4]bool                            // by Side: no rule is printed there
}

// A Cell is one printed cell and the lines of text in it.
type Cell struct {
	Row, Col         int             // of its first position, from 0
	RowSpan, ColSpan int             // how many positions it covers, at least 1
	Box              image.Rectangle // inside its rules, on the page, pixels
	Lines            []ink.Line      // top to bottom
	LightInk         bool            // the text is lighter than its ground
	Doubt            float64         // how many of its edges are told wrongly, on average: at its sides, and in line with others through it
	Edge             bool            // if it is blank, print may have been missed: at its side, taken for the rest of a rule, or lost as pieces of rules were
	Cut              bool            // it lies at a side of the table without a rule, and print goes on beyond
	Cropped          bool            // it lies at a side of the table without a rule, and the picture ends there
}

// Outermost are the tables without those that lie inside another, in reading order: from
// top to bottom, and side by side from left to right.
func Outermost(grids []Grid) []Grid {
	grids = slices.Clone(grids)
	slices.SortFunc(grids, func(a, b Grid) int {
		return b.Box.Dx()*b.Box.Dy() - a.Box.Dx()*a.Box.Dy()
	})
	var out []Grid
	for _, g := range grids {
		if !slices.ContainsFunc(out, g.MostlyIn) {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Grid) int {
		if overlap := min(a.Box.Max.Y, b.Box.Max.Y) - max(a.Box.Min.Y, b.Box.Min.Y); 2*overlap > min(a.Box.Dy(), b.Box.Dy()) {
			return a.Box.Min.X - b.Box.Min.X
		}
		return a.Box.Min.Y - b.Box.Min.Y
	})
	return out
}

// lines are the lines of a direction, pixels.
func (g *Grid) lines(axis ruling.Axis) []float64 {
	if axis == ruling.Level {
		return g.RowLines
	}
	return g.ColLines
}

// MostlyIn tells whether more than half of a table lies in another.
func (g Grid) MostlyIn(o Grid) bool {
	in := o.Box.Intersect(g.Box)
	return 2*in.Dx()*in.Dy() > g.Box.Dx()*g.Box.Dy()
}

// compress drops the lines that no cell edge falls on.
func (g *Grid) compress() {
	rows, cols := make([]bool, g.Rows+1), make([]bool, g.Cols+1)
	for _, c := range g.Cells {
		rows[c.Row], rows[c.Row+c.RowSpan] = true, true
		cols[c.Col], cols[c.Col+c.ColSpan] = true, true
	}
	squeeze := func(used []bool, lines []float64) ([]int, []float64) {
		index, kept := make([]int, len(used)), []float64(nil)
		for i, u := range used {
			index[i] = len(kept)
			if u {
				kept = append(kept, lines[i])
			}
		}
		return index, kept
	}
	ri, rl := squeeze(rows, g.RowLines)
	ci, cl := squeeze(cols, g.ColLines)
	for i := range g.Cells {
		c := &g.Cells[i]
		c.RowSpan, c.ColSpan = ri[c.Row+c.RowSpan]-ri[c.Row], ci[c.Col+c.ColSpan]-ci[c.Col]
		c.Row, c.Col = ri[c.Row], ci[c.Col]
	}
	g.RowLines, g.ColLines = rl, cl
	g.Rows, g.Cols = len(rl)-1, len(cl)-1
	g.sortCells()
}

// sortCells puts the cells in reading order.
func (g *Grid) sortCells() {
	slices.SortFunc(g.Cells, func(a, b Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
}

// Clone are grids with cells of their own, which may be changed.
func Clone(grids []Grid) []Grid {
	out := slices.Clone(grids)
	for i := range out {
		out[i].Cells = slices.Clone(out[i].Cells)
	}
	return out
}

// of returns the row of a cell and how many it spans, or its column: those that
// rules of an axis part.
func (c Cell) of(axis ruling.Axis) (at, n int) {
	if axis == ruling.Level {
		return c.Row, c.RowSpan
	}
	return c.Col, c.ColSpan
}

// setOf gives a cell its row and how many it spans, or its column.
func (c *Cell) setOf(axis ruling.Axis, at, n int) {
	if axis == ruling.Level {
		c.Row, c.RowSpan = at, n
	} else {
		c.Col, c.ColSpan = at, n
	}
}

// cut parts a cell at a line that it spans, by its number and its place across, pixels.
func (c Cell) cut(axis ruling.Axis, line int, at float64) (before, after Cell) {
	first, n := c.of(axis)
	before, after = c, c
	before.setOf(axis, first, line-first)
	after.setOf(axis, line, first+n-line)
	if axis == ruling.Level {
		before.Box.Max.Y, after.Box.Min.Y = int(at), int(at)
	} else {
		before.Box.Max.X, after.Box.Min.X = int(at), int(at)
	}
	return before, after
}
