package grid

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Of tables that different rules make on one part of a page, which is likeliest.

// likeliest chooses between tables that were made of different rules: first, and one list of
// others after the other. For each part of the page that they share it takes the tables that
// are likeliest; those of first if no others are clearly likelier. Taken tells whether it
// took any others.
func likeliest(ctx context.Context, m *ruling.Evidence, first []Grid, others ...[]Grid) (tables []Grid, taken bool) {
	for _, part := range apart(slices.Concat(first, slices.Concat(others...))) {
		margin := float64(oneEdge) // the first stands unless others are clearly likelier
		in := func(gs []Grid) []Grid {
			return slices.DeleteFunc(slices.Clone(gs), func(g Grid) bool { return !g.Box.Overlaps(part) })
		}
		best := in(first)
		for _, o := range others {
			more := in(o)
			if len(more) > 0 && ctx.Err() == nil && better(ctx, m, more, best, margin) {
				best, taken, margin = more, true, 0
			}
		}
		tables = append(tables, best...)
	}
	return tables, taken
}

// apart are the parts of a page that tables lie on, from the top down: tables that overlap
// are in one part.
func apart(tables []Grid) (parts []image.Rectangle) {
	for _, g := range tables {
		box := g.Box
		for {
			i := slices.IndexFunc(parts, box.Overlaps)
			if i < 0 {
				break
			}
			box = box.Union(parts[i])
			parts = slices.Delete(parts, i, i+1)
		}
		parts = append(parts, box)
	}
	slices.SortFunc(parts, func(a, b image.Rectangle) int {
		return cmp.Or(cmp.Compare(a.Min.Y, b.Min.Y), cmp.Compare(a.Min.X, b.Min.X))
	})
	return parts
}

// better tells whether tables of other rules, more, are likelier than tables, by more than a
// margin, natural logarithm of odds. It is false where more joins what stands apart: two tables,
// a table and a chart, or a table and what lies beyond its frame.
func better(ctx context.Context, m *ruling.Evidence, more, tables []Grid, margin float64) bool {
	return !slices.EqualFunc(more, tables, alikeCells) && likelihood(ctx, m, more) > likelihood(ctx, m, tables)+margin && !slices.ContainsFunc(more, func(g Grid) bool {
		return merges(m, g, tables) || charts(m.Page, g, tables) || outgrows(g, tables)
	})
}

// alikeCells tells whether two tables have the same cells, wherever these lie.
func alikeCells(a, b Grid) bool {
	return slices.EqualFunc(a.Cells, b.Cells, func(c, d Cell) bool {
		return c.Row == d.Row && c.Col == d.Col && c.RowSpan == d.RowSpan && c.ColSpan == d.ColSpan
	})
}

// oneEdge is what one edge of a cell may say at most, natural logarithm of odds: no
// table is better than what was followed for one edge alone.
const oneEdge = 9

// likelihood is how much likelier it is that rules are printed at all sides of all cells of
// tables than that nothing is: the natural logarithm of the odds.
func likelihood(ctx context.Context, m *ruling.Evidence, tables []Grid) (sum float64) {
	for i := range tables {
		g := &tables[i]
		for _, c := range g.Cells {
			if ctx.Err() != nil {
				return 0
			}
			x0, x1, y0, y1 := g.ColLines[c.Col], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row], g.RowLines[c.Row+c.RowSpan]
			sum += g.side(m, ruling.Level, y0, x0, x1) + g.side(m, ruling.Level, y1, x0, x1) + g.side(m, ruling.Plumb, x0, y0, y1) + g.side(m, ruling.Plumb, x1, y0, y1)
		}
	}
	return sum
}

// side is what one side of a cell says for its table, natural logarithm of odds: half of
// what its edge says, since two cells share that. It is 0 for a line that was lost.
func (g *Grid) side(m *ruling.Evidence, axis ruling.Axis, pos, lo, hi float64) float64 {
	if slices.ContainsFunc(g.unseen[axis], func(at float64) bool { return math.Abs(at-pos) < ruling.CellSlack }) {
		return 0
	}
	return max(-oneEdge, min(oneEdge, m.EdgeOdds(axis, pos, lo+2, hi-2))) / 2
}

// outgrows tells whether table g takes in one of tables that has a frame, and goes on beyond
// that frame.
func outgrows(g Grid, tables []Grid) bool {
	return slices.ContainsFunc(tables, func(t Grid) bool {
		return t.framed() && covers(g.Box, t.Box) && !g.Box.In(t.Box.Inset(-2*lostEnd))
	})
}

// charts tells whether table g takes in one of tables, and a chart of bars beside it.
func charts(p ink.Pixels, g Grid, tables []Grid) bool {
	return slices.ContainsFunc(tables, func(t Grid) bool {
		return len(t.Cells) > 2 && t.Box.In(g.Box.Inset(-lostEnd)) && slices.ContainsFunc(g.Cells, func(c Cell) bool {
			return !c.Box.Overlaps(t.Box) && ink.Uneven(ink.StandingIn(p.Ink(c.Box), c.Box))
		})
	})
}

// merges tells whether table g takes in two of tables that stand one below the other, though
// between these neither of its sides is seen.
func merges(m *ruling.Evidence, g Grid, tables []Grid) bool {
	off := func(x, y int) bool { return max(x-y, y-x) > lostEnd }
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
			if b.Min.Y-a.Max.Y < heading || off(a.Min.X, b.Min.X) || off(a.Max.X, b.Max.X) {
				continue
			}
			seen := func(x float64) bool {
				return m.Bridges(ruling.Plumb, &ruling.Rule{Pos: x, Thick: 1, Tone: 2 * ruling.Faint, Cover: 1}, float64(a.Max.Y)+3, float64(b.Min.Y)-3)
			}
			if !seen(g.ColLines[0]) && !seen(g.ColLines[g.Cols]) {
				return true
			}
		}
	}
	return false
}
