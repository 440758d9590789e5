package grid

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// Strokes of the same characters below one another, in rows hardly higher than their
// print, are followed like a rule: 十 above 十, 中 above 中. The fitted evidence tells them:
// it says of edge after edge that none is printed there.

// without takes those rules out of a net that the evidence refuses at the sides of the cells
// of its table, all of a rule's together; it tells whether there are any. Of rules that it is
// not fitted to, such as light ones, it says nothing.
func (n net) without(m *ruling.Evidence, g *Grid) (net, bool) {
	hor, ver := g.notRefused(m, ruling.Level, n.hor), g.notRefused(m, ruling.Plumb, n.ver)
	return net{hor, ver}, len(hor)+len(ver) < len(n.hor)+len(n.ver)
}

// notRefused are the rules of a direction that the evidence does not refuse.
func (g *Grid) notRefused(m *ruling.Evidence, axis ruling.Axis, rs []ruling.Rule) []ruling.Rule {
	lines := g.lines(axis)
	inner := lines[1 : len(lines)-1]
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		if r.Fitted || !m.Fits(&r) {
			return false
		}
		i := slices.IndexFunc(inner, func(pos float64) bool { return math.Abs(pos-r.Pos) <= lostEnd })
		return i >= 0 && g.refuses(m, axis, inner[i], r.Lo-lostEnd, r.Hi+lostEnd)
	})
}

// refuses tells whether the evidence refuses a line between two places on it: all sides of
// cells together, with at least half of what they may say against it, and neither the first
// nor the last nor the middle one is likelier printed than not, as most of a rule's are.
func (g *Grid) refuses(m *ruling.Evidence, axis ruling.Axis, pos, from, to float64) bool {
	sides := g.sidesAlong(axis, pos, from, to)
	if len(sides) == 0 {
		return false
	}
	odds := func(s span) float64 { return g.side(m, axis, pos, s.lo, s.hi) }
	for _, i := range []int{0, len(sides) / 2, len(sides) - 1} {
		if odds(sides[i]) > 0 {
			return false
		}
	}
	sum := 0.
	for _, s := range sides {
		sum += odds(s)
	}
	const side = oneEdge / 2 // what a side may say at most
	return sum < -oneEdge && sum < -side/2*float64(len(sides))
}

// A span is from where to where on a line the side of a cell is, pixels.
type span struct{ lo, hi float64 }

// sidesAlong are the sides of cells on a line between two places on it.
func (g *Grid) sidesAlong(axis ruling.Axis, pos, from, to float64) (out []span) {
	for _, c := range g.Cells {
		x0, x1, y0, y1 := g.ColLines[c.Col], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row], g.RowLines[c.Row+c.RowSpan]
		s, before, after := span{x0, x1}, y0, y1
		if axis == ruling.Plumb {
			s, before, after = span{y0, y1}, x0, x1
		}
		if (before == pos || after == pos) && s.lo >= from && s.hi <= to {
			out = append(out, s)
		}
	}
	return out
}
