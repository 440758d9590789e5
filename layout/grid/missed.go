package grid

import (
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// missed are all rules that the blocks of a page tell, if tables leave more than a hundredth
// of their length unexplained, or a line crosses their cells: then some rules were not
// followed, or not whole. Otherwise there are none.
func missed(ctx context.Context, m *ruling.Evidence, tables []Grid) (hor, ver []ruling.Rule) {
	hor, ver = m.FittedRules(ruling.Level), m.FittedRules(ruling.Plumb)
	var all, lost float64
	at := placesOf(tables)
	for _, r := range hor {
		all, lost = all+r.Length(), lost+unexplained(&r, ruling.Level, at)
	}
	for _, r := range ver {
		all, lost = all+r.Length(), lost+unexplained(&r, ruling.Plumb, at)
	}
	if lost <= 0.01*all && !crossed(ctx, m, tables) {
		return nil, nil
	}
	return hor, ver
}

// crossed tells whether the blocks of a page tell of a line that crosses cells of tables. In small
// tables pieces of rules are too short for the blocks to tell a rule of each, and yet they are edges.
func crossed(ctx context.Context, m *ruling.Evidence, tables []Grid) bool {
	for i := range tables {
		for axis := range ruling.Axis(2) {
			for _, cells := range tables[i].bands(axis) {
				if ctx.Err() != nil {
					return false
				}
				if lineAcross(m, axis, cells) {
					return true
				}
			}
		}
	}
	return false
}

// lineAcross tells whether an edge crosses one of the cells that lie between the same two lines, at
// a place at which it is likelier than not that one does, by what all of them say.
func lineAcross(m *ruling.Evidence, axis ruling.Axis, cells []image.Rectangle) bool {
	return slices.ContainsFunc(m.Across(axis, cells, nil), func(r ruling.Rule) bool {
		sum := 0.
		for _, c := range cells {
			along := axis.Across().Extent(c)
			sum += max(-oneEdge, min(oneEdge, m.EdgeOdds(axis, r.Pos, float64(along.Lo), float64(along.Hi))))
		}
		return sum > 0
	})
}

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
