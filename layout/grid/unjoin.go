package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Where a plumb rule comes and goes, a cell may be taken together with its neighbour though
// their table has a line between them. Their text tells it: on both sides of the line it
// stands as that of the other cells of the columns does. Of level rules nothing is told so:
// a heading of two lines beside two rows stands as their text does.

// A stand is where the text of a cell stands along its row: it begins, has its middle, and
// ends at so many pixels.
type stand [3]float64

// fewStands is how many cells of a column must have text, and alikeStands which share of
// them must stand alike, to tell how the text stands there; standNear is how far apart what
// stands alike may be, in heights of print. Set by hand.
const (
	fewStands   = 3
	alikeStands = 0.6
	standNear   = 0.17
)

// standOdds is how much likelier it is that a rule parts a cell whose text stands as that
// of both columns does, than without its text: natural logarithm of odds. By chance, the
// text of a heading does. Set by hand.
const standOdds = 3

// unjoin cuts cells that span a line between columns where their text, and what is printed
// on the line, tell that it parts them. It counts such lines in g.Recovered.
func (g *Grid) unjoin(m *ruling.Evidence) {
	blobs, usual := textOf(m.Page, g)
	stands := make([][]stand, g.Cols)
	for _, c := range g.Cells {
		if c.ColSpan == 1 {
			if at, ok := standOf(blobs(c), math.Inf(-1), math.Inf(1), 0); ok {
				stands[c.Col] = append(stands[c.Col], at)
			}
		}
	}
	for line := 1; line < g.Cols; line++ {
		if g.unjoinAt(m, line, blobs, usual, stands) {
			g.Recovered++
		}
	}
	g.sortCells()
}

// unjoinAt cuts the cells that span a line, by its number, and tells whether there are any.
// Stands are where the text of the cells of each column stands.
func (g *Grid) unjoinAt(m *ruling.Evidence, line int, blobs func(Cell) []ink.Blob, usual float64, stands [][]stand) (some bool) {
	at, near := g.ColLines[line], standNear*usual
	for i := range g.Cells {
		c := g.Cells[i]
		if c.Col >= line || c.Col+c.ColSpan <= line {
			continue
		}
		bs := blobs(c)
		before, ok := standOf(bs, g.ColLines[line-1], at, near)
		after, also := standOf(bs, at, g.ColLines[line+1], near)
		if !ok || !also || after[0]-before[2] < leastRoom*usual || !before.isAmong(stands[line-1], near) || !after.isAmong(stands[line], near) ||
			m.EdgeOdds(ruling.Plumb, at, float64(c.Box.Min.Y), float64(c.Box.Max.Y)) < -standOdds {
			continue
		}
		first, second := c, c
		first.ColSpan = line - c.Col
		second.Col, second.ColSpan = line, c.Col+c.ColSpan-line
		first.Box, second.Box = cutBox(c.Box, ruling.Plumb, int(at))
		g.Cells[i] = first
		g.Cells = append(g.Cells, second)
		some = true
	}
	return some
}

// cutBox parts a box at a place across the rules of an axis.
func cutBox(box image.Rectangle, axis ruling.Axis, at int) (before, after image.Rectangle) {
	before, after = box, box
	if axis == ruling.Level {
		before.Max.Y, after.Min.Y = at, at
	} else {
		before.Max.X, after.Min.X = at, at
	}
	return before, after
}

// standOf is where the print stands that lies between two places along a row; ok is false
// where there is none, or where some lies on one of the places. What goes no farther than
// near beyond a place is what is left of a rule there, and no print.
func standOf(bs []ink.Blob, lo, hi, near float64) (s stand, ok bool) {
	for _, b := range bs {
		from, to := float64(b.Box.Min.X), float64(b.Box.Max.X)
		switch {
		case to <= lo+near || from >= hi-near:
			continue
		case from < lo || to > hi:
			return stand{}, false
		case !ok:
			s, ok = stand{from, 0, to}, true
		}
		s[0], s[2] = min(s[0], from), max(s[2], to)
	}
	s[1] = (s[0] + s[2]) / 2
	return s, ok
}

// isAmong tells whether a text stands as most of others do, of which there are a few: it
// begins where they begin, or has its middle or its end where they have theirs, up to so
// many pixels.
func (s stand) isAmong(others []stand, near float64) bool {
	if len(others) < fewStands {
		return false
	}
	return slices.ContainsFunc([]int{0, 1, 2}, func(by int) bool {
		n := 0
		for _, o := range others {
			if math.Abs(o[by]-s[by]) <= near {
				n++
			}
		}
		return float64(n) >= alikeStands*float64(len(others))
	})
}
