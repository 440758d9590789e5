package grid

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// missed finds the broken rules of a page with the rules h and v where the
// tables that these make do not account for them: then they are not all, or not
// whole.
func missed(m *ruling.Evidence, tables []Grid, h, v []ruling.Rule) (hor, ver []ruling.Rule) {
	strong := ruling.StrongLength(m.Size)
	hor, ver = m.BrokenRules(ruling.Level, strong), m.BrokenRules(ruling.Plumb, strong)
	hor, ver = m.Reaching(ruling.Level, hor, slices.Concat(v, ver)), m.Reaching(ruling.Plumb, ver, slices.Concat(h, hor))
	var all, lost float64
	for _, r := range hor {
		all, lost = all+r.Length(), lost+unexplained(&r, ruling.Level, tables)
	}
	for _, r := range ver {
		all, lost = all+r.Length(), lost+unexplained(&r, ruling.Plumb, tables)
	}
	if lost <= 0.02*all {
		return nil, nil
	}
	return hor, ver
}

// lostOf returns the rules that tables account for no half of.
func lostOf(rs []ruling.Rule, axis ruling.Axis, tables []Grid) []ruling.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		return 2*unexplained(&r, axis, tables) < r.Length()
	})
}

// unexplained is how much of a rule runs through cells, or outside of tables,
// pixels.
func unexplained(r *ruling.Rule, axis ruling.Axis, tables []Grid) float64 {
	const step, margin = 8, 4
	lost := 0.
	for at := r.Lo; at < r.Hi; at += step {
		p := image.Pt(int(at), int(r.Pos))
		if axis == ruling.Plumb {
			p = image.Pt(p.Y, p.X)
		}
		i := slices.IndexFunc(tables, func(g Grid) bool { return p.In(g.Box.Inset(-margin)) })
		if i < 0 || slices.ContainsFunc(tables[i].Cells, func(c Cell) bool { return p.In(c.Box.Inset(margin)) }) {
			lost += step
		}
	}
	return lost
}
