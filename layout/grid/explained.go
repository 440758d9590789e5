package grid

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// lostOf are the rules of which tables leave half or more unexplained.
func lostOf(rs []ruling.Rule, axis ruling.Axis, tables []Grid) []ruling.Rule {
	at := placesOf(tables)
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		return 2*unexplained(&r, axis, at) < r.Length()
	})
}

// unexplained is the length of a rule, in pixels, that runs through the cells of tables, or
// outside of tables: no line of a table lies there.
func unexplained(r *ruling.Rule, axis ruling.Axis, tables []places) float64 {
	const step, margin = 8, 4
	lost := 0.
	for at := r.Lo; at < r.Hi; at += step {
		p := image.Pt(int(at), int(r.Pos))
		if axis == ruling.Plumb {
			p = image.Pt(p.Y, p.X)
		}
		i := slices.IndexFunc(tables, func(t places) bool { return p.In(t.grid.Box.Inset(-margin)) })
		if i < 0 || tables[i].inCell(p, margin) {
			lost += step
		}
	}
	return lost
}

// places tell which cells of a table are near a place on the page.
type places struct {
	grid *Grid
	at   []int // its cell, for each position of the grid
}

func placesOf(grids []Grid) []places {
	out := make([]places, len(grids))
	for i := range grids {
		g := &grids[i]
		out[i] = places{g, make([]int, g.Rows*g.Cols)}
		for k, c := range g.Cells {
			for r := c.Row; r < c.Row+c.RowSpan; r++ {
				for col := c.Col; col < c.Col+c.ColSpan; col++ {
					out[i].at[r*g.Cols+col] = k
				}
			}
		}
	}
	return out
}

// inCell tells whether a place lies in a cell, farther than a margin from its
// sides. Double rules lie on both sides of their line, so the cells around it are
// looked at as well.
func (t places) inCell(p image.Point, margin int) bool {
	g := t.grid
	row, _ := slices.BinarySearch(g.RowLines, float64(p.Y))
	col, _ := slices.BinarySearch(g.ColLines, float64(p.X))
	for r := max(0, row-2); r < min(g.Rows, row+1); r++ {
		for c := max(0, col-2); c < min(g.Cols, col+1); c++ {
			if p.In(g.Cells[t.at[r*g.Cols+c]].Box.Inset(margin)) {
				return true
			}
		}
	}
	return false
}
