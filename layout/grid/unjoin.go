package grid

import (
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Where a rule comes and goes, a cell may be taken together with its neighbour though their
// table has a line between them. What is printed on the line does not tell it alone, nor
// does their text; but where that stands on both sides of the line as the text of the other
// cells there does, both do.

// A stand is where the text of a cell stands across the rules of an axis: it begins, has its
// middle, and ends at so many pixels.
type stand [3]float64

// fewStands is how many cells of a column (or row) must have text, and alikeStands which share of
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

// unjoin cuts cells that span a line of a table where their text, and what is printed on
// the line, tell that it parts them. It counts such lines in g.Recovered.
func (g *Grid) unjoin(m *ruling.Evidence) {
	blobs, usual := textOf(m.Page, g)
	u := unjoiner{m: m, blobs: blobs, room: leastRoom * usual, near: standNear * usual}
	for _, u.axis = range []ruling.Axis{ruling.Plumb, ruling.Level} {
		u.lines = g.lines(u.axis)
		u.stands = make([][]stand, len(u.lines)-1)
		for _, c := range g.Cells {
			if k, n := c.of(u.axis); n == 1 {
				if at, ok := u.standOf(blobs(c), math.Inf(-1), math.Inf(1)); ok {
					u.stands[k] = append(u.stands[k], at)
				}
			}
		}
		for line := 1; line < len(u.lines)-1; line++ {
			if g.cutAt(line, &u) {
				g.Recovered++
			}
		}
	}
	g.sortCells()
}

// An unjoiner knows of a table what tells which lines part its cells.
type unjoiner struct {
	m      *ruling.Evidence
	blobs  func(Cell) []ink.Blob
	room   float64 // that two texts have between them at least, pixels
	near   float64 // how far apart what stands alike may be, pixels
	axis   ruling.Axis
	lines  []float64
	stands [][]stand // where the text of the cells of each column (or row) stands
}

// cutAt cuts the cells that span a line, by its number, and that it parts. It tells whether
// there are any.
func (g *Grid) cutAt(line int, u *unjoiner) (some bool) {
	for i := range g.Cells {
		c := g.Cells[i]
		if k, n := c.of(u.axis); k < line && line < k+n && u.parts(line, c) {
			var after Cell
			g.Cells[i], after = c.cut(u.axis, line, u.lines[line])
			g.Cells = append(g.Cells, after)
			some = true
		}
	}
	return some
}

// parts tells whether a line, by its number, parts a cell that spans it.
func (u *unjoiner) parts(line int, c Cell) bool {
	bs, at := u.blobs(c), u.lines[line]
	before, ok := u.standOf(bs, u.lines[line-1], at)
	after, also := u.standOf(bs, at, u.lines[line+1])
	if !ok || !also || after[0]-before[2] < u.room || !u.isAmong(before, u.stands[line-1]) || !u.isAmong(after, u.stands[line]) {
		return false
	}
	along := u.axis.Across().Extent(c.Box)
	return u.m.EdgeOdds(u.axis, at, float64(along.Lo), float64(along.Hi)) > -standOdds
}

// standOf is where the print stands that lies between two places across the rules; ok is
// false where there is none, or where some lies on one of the places. What reaches no
// farther than near beyond a place touches what is left of a rule there, or is that.
func (u *unjoiner) standOf(bs []ink.Blob, lo, hi float64) (s stand, ok bool) {
	for _, b := range bs {
		e := u.axis.Extent(b.Box)
		from, to := float64(e.Lo), float64(e.Hi)
		switch {
		case to <= lo+u.near || from >= hi-u.near:
			continue
		case from < lo-u.near || to > hi+u.near:
			return stand{}, false
		}
		from, to = max(from, lo), min(to, hi)
		if !ok {
			s, ok = stand{from, 0, to}, true
		}
		s[0], s[2] = min(s[0], from), max(s[2], to)
	}
	s[1] = (s[0] + s[2]) / 2
	return s, ok
}

// isAmong tells whether a text stands as most of others do, of which there are a few: it
// begins where they begin, or has its middle or its end where they have theirs.
func (u *unjoiner) isAmong(s stand, others []stand) bool {
	if len(others) < fewStands {
		return false
	}
	for by := range s {
		n := 0
		for _, o := range others {
			if math.Abs(o[by]-s[by]) <= u.near {
				n++
			}
		}
		if float64(n) >= alikeStands*float64(len(others)) {
			return true
		}
	}
	return false
}
