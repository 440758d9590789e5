package grid

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// missed finds the broken rules of a page with the rules h and v where the
// tables that these make do not account for them: then they are not all, or not
// whole.
func missed(m *ruling.Evidence, tables []Grid, h, v []ruling.Rule) (hor, ver []ruling.Rule) {
	strong := ruling.StrongLength(m.Size)
	hor, ver = m.BrokenRules(true, strong), m.BrokenRules(false, strong)
	hor, ver = m.Reaching(true, hor, slices.Concat(v, ver)), m.Reaching(false, ver, slices.Concat(h, hor))
	var all, lost float64
	for _, r := range hor {
		all, lost = all+r.Length(), lost+unexplained(&r, true, tables)
	}
	for _, r := range ver {
		all, lost = all+r.Length(), lost+unexplained(&r, false, tables)
	}
	if lost <= 0.02*all {
		return nil, nil
	}
	return hor, ver
}

// lostOf returns the rules that tables account for no half of.
func lostOf(rs []ruling.Rule, horizontal bool, tables []Grid) []ruling.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		return 2*unexplained(&r, horizontal, tables) < r.Length()
	})
}

// better tells whether tables that take account of broken rules are better than
// those that don't: a stroke of text that is taken for a rule cuts characters.
func better(m *ruling.Evidence, more, tables []Grid) bool {
	cells := func(gs []Grid) (n int) {
		for _, g := range gs {
			n += len(g.Cells)
		}
		return n
	}
	cut := func(gs []Grid) (n int) {
		for _, g := range gs {
			for _, c := range g.Cells {
				if ink.Leaves(m.Page.Ink(c.Box).Blobs, c.Box) {
					n++
				}
			}
		}
		return n
	}
	a, b := cells(tables), cells(more)
	return b > a && (b >= 2*a || cut(more) <= cut(tables)) && !slices.ContainsFunc(more, func(g Grid) bool { return merges(m, g, tables) || charts(m, g, tables) })
}

// charts tells whether a table takes in another and a chart of bars beside it.
func charts(m *ruling.Evidence, g Grid, tables []Grid) bool {
	return slices.ContainsFunc(tables, func(t Grid) bool {
		return len(t.Cells) > 2 && t.Box.In(g.Box.Inset(-lostEnd)) && slices.ContainsFunc(g.Cells, func(c Cell) bool {
			return !c.Box.Overlaps(t.Box) && ink.Uneven(ink.StandingIn(m.Page.Ink(c.Box), c.Box))
		})
	})
}

// merges tells whether a table takes in two that stand one below the other,
// though no side of it is seen between them.
func merges(m *ruling.Evidence, g Grid, tables []Grid) bool {
	apart := func(x, y int) bool { return max(x-y, y-x) > lostEnd }
	var in []Grid
	for _, t := range tables {
		if t.Rows > 1 && t.Cols > 1 && t.Box.In(g.Box.Inset(-lostEnd)) {
			in = append(in, t)
		}
	}
	for _, t := range in {
		for _, u := range in {
			a, b := t.Box, u.Box
			const heading = 12 // pixels; where less is between them, there is none
			if b.Min.Y-a.Max.Y < heading || apart(a.Min.X, b.Min.X) || apart(a.Max.X, b.Max.X) {
				continue
			}
			seen := func(x float64) bool {
				return m.Bridges(false, &ruling.Rule{Pos: x, Thick: 1, Tone: 2 * ruling.Faint, Cover: 1}, float64(a.Max.Y)+3, float64(b.Min.Y)-3)
			}
			if !seen(g.ColLines[0]) && !seen(g.ColLines[g.Cols]) {
				return true
			}
		}
	}
	return false
}

// unexplained is how much of a rule runs through cells, or outside of tables,
// pixels.
func unexplained(r *ruling.Rule, horizontal bool, tables []Grid) float64 {
	const step, margin = 8, 4
	lost := 0.
	for at := r.Lo; at < r.Hi; at += step {
		p := image.Pt(int(at), int(r.Pos))
		if !horizontal {
			p = image.Pt(p.Y, p.X)
		}
		i := slices.IndexFunc(tables, func(g Grid) bool { return p.In(g.Box.Inset(-margin)) })
		if i < 0 || slices.ContainsFunc(tables[i].Cells, func(c Cell) bool { return p.In(c.Box.Inset(margin)) }) {
			lost += step
		}
	}
	return lost
}
