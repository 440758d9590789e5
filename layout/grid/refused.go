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
		return i >= 0 && g.along(m, axis, inner[i], r.Lo-lostEnd, r.Hi+lostEnd) < -oneEdge
	})
}

// lines are the lines of a direction, pixels.
func (g *Grid) lines(axis ruling.Axis) []float64 {
	if axis == ruling.Level {
		return g.RowLines
	}
	return g.ColLines
}

// along is how much likelier it is that a line is printed, at the sides of cells between two
// places on it, than that it is not: the logarithm of the odds. Once that is more than a
// side may say, no more are asked.
func (g *Grid) along(m *ruling.Evidence, axis ruling.Axis, pos, from, to float64) (sum float64) {
	for _, c := range g.Cells {
		x0, x1, y0, y1 := g.ColLines[c.Col], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row], g.RowLines[c.Row+c.RowSpan]
		lo, hi, before, after := x0, x1, y0, y1
		if axis == ruling.Plumb {
			lo, hi, before, after = y0, y1, x0, x1
		}
		if (before == pos || after == pos) && lo >= from && hi <= to {
			if sum += g.side(m, axis, pos, lo, hi); sum > oneEdge/2 {
				break
			}
		}
	}
	return sum
}
