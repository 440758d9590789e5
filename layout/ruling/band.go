package ruling

import (
	"cmp"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// CrossBand finds the rules of a direction that look like a known one and cross the
// cells between two lines from side to side. In a low cell a stroke of text may do so
// too. But no text does at one place in most of the cells.
func (m *Evidence) CrossBand(cells []image.Rectangle, axis Axis, like Rule) []Rule {
	var pieces []Rule
	var all float64
	for _, c := range cells {
		pieces = append(pieces, m.Crossing(c, axis, like)...)
		s := axis.Across().Extent(c)
		all += float64(s.Hi - s.Lo)
	}
	slices.SortFunc(pieces, func(a, b Rule) int { return cmp.Compare(a.Pos, b.Pos) })
	strong := StrongLength(m.Size)
	var out []Rule
	for _, group := range ink.Clusters(pieces, func(first, _, next *Rule) bool { return next.Pos-first.Pos <= 2 }) {
		length := 0.
		for i := range group {
			length += group[i].Length()
		}
		if length >= 1.5*strong && length >= 0.6*all {
			out = append(out, group...)
			continue
		}
		out = append(out, m.inAllCells(cells, axis, group, like)...)
	}
	return out
}

// inAllCells returns the pieces of a rule, one for each cell of a band between two lines, if
// one of them is clear, and something of the rule is seen in every other cell too, however
// dense the text beside it is there. Otherwise it returns none.
func (m *Evidence) inAllCells(cells []image.Rectangle, axis Axis, group []Rule, like Rule) []Rule {
	clear := slices.IndexFunc(group, func(r Rule) bool { return m.Unbroken(axis, &r) })
	if clear < 0 || len(cells) < 2 {
		return nil
	}
	px, w, noise := m.responses(axis, like.Light)
	var out []Rule
	for _, c := range cells {
		r, s := group[clear], axis.Across().Extent(c)
		r.Lo, r.Hi = float64(s.Lo), float64(s.Hi)
		// On a shaded ground a rule is fainter.
		at := tops(px, w, int(r.Pos), s.Lo, s.Hi)
		r.Tone = min(r.Tone, quantileOf(&at, 0.4))
		if r.Tone < max(noise, 0.3*like.Tone) {
			return nil
		}
		if s := m.Look(axis, &r, r.Lo, r.Hi); s.hole > 1 || s.Any < 0.9 || s.ends < 1 {
			return nil
		}
		out = append(out, r)
	}
	return out
}

// CellSlack is how far the ends of a rule that crosses a cell may lie from the lines at
// the cell's sides, in pixels: these may be double. Set by hand.
const CellSlack = 8
