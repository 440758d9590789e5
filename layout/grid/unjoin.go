package grid

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
	"github.com/biaoge/biaoge/layout/ruling"
	"github.com/biaoge/biaoge/models"
)

// Where a rule comes and goes, or cannot be seen, a cell may be taken together with its neighbour
// though their table has a line between them. What is printed on the line does not tell it alone,
// nor does their text; but where that stands on both sides of the line, apart, and as the text of
// the other cells there does, both do. How much they tell together is fitted (models/README.md).

// A stand is where the text of a cell stands across the rules of an axis: it begins, has its
// middle, and ends at so many pixels.
type stand [3]float64

// oneEdge is what an edge says at most, natural logarithm of odds.
const oneEdge = 9

// fewStands is how many cells of a column (or row) must have text, and alikeStands which share of
// them must stand alike, to tell how the text stands there; standNear is how far apart what
// stands alike may be, in heights of print. Set by hand.
const (
	fewStands   = 3
	alikeStands = 0.6
	standNear   = 0.17
)

// standOdds is how much may speak against a rule on a line that a cell is cut at, natural logarithm
// of odds: of a line on which nothing is printed, text alone does not tell. Set by hand.
const standOdds = 3

// unjoin cuts cells that span a line of a table where print stands on both sides of the line, what
// is printed on it does not say much against a rule, and it is likelier than not that it parts
// them; it counts such lines in g.Recovered. Of cells that stay whole it notes how likely it is, and
// of those that are cut how likely it is not (Cell.Doubt).
func (g *Grid) unjoin(m *ruling.Evidence) {
	u := g.unjoiner(m)
	for _, axis := range []ruling.Axis{ruling.Plumb, ruling.Level} {
		u.along(axis)
		for line := 1; line < len(u.lines)-1; line++ {
			if g.cutAt(line, u) {
				g.Recovered++
			}
		}
	}
	g.sortCells()
	g.doubtClose(u)
}

// closePrint is how close print stands to both sides of a plumb edge, in heights of print, where it
// may be one text in which a stroke was taken for a rule; closeDoubt is about how often it was. Set
// by hand on tables of low rows, counted once: 12 of 30 such edges were false, and 127 of 13,107
// others.
const (
	closePrint = 0.2
	closeDoubt = 1. / 2
)

// doubtClose doubts neighbours in a row whose print all but touches the edge between them.
func (g *Grid) doubtClose(u *unjoiner) {
	at := placesOf([]Grid{*g})[0].at
	for line := 1; line < g.Cols; line++ {
		x, near := g.ColLines[line], closePrint*u.usual
		for r := range g.Rows {
			left, right := &g.Cells[at[r*g.Cols+line-1]], &g.Cells[at[r*g.Cols+line]]
			if left == right || !u.within(*left, *right, x-near, x) || !u.within(*right, *left, x, x+near) {
				continue
			}
			left.Doubt, right.Doubt = max(left.Doubt, closeDoubt), max(right.Doubt, closeDoubt)
		}
	}
}

// within tells whether print of a cell, beside another, reaches into an interval across.
func (u *unjoiner) within(c, beside Cell, from, to float64) bool {
	return slices.ContainsFunc(u.blobs(c), func(b ink.Blob) bool {
		return b.Box.Max.Y > beside.Box.Min.Y && b.Box.Min.Y < beside.Box.Max.Y && float64(b.Box.Max.X) > from && float64(b.Box.Min.X) < to
	})
}

// An unjoiner knows of a table what tells which lines part its cells.
type unjoiner struct {
	g      *Grid
	m      *ruling.Evidence
	blobs  func(Cell) []ink.Blob
	usual  float64 // height of print, pixels
	axis   ruling.Axis
	lines  []float64
	stands [][]stand // where the text of the cells of each column (or row) stands
}

func (g *Grid) unjoiner(m *ruling.Evidence) *unjoiner {
	blobs, usual := textOf(m.Page, g)
	return &unjoiner{g: g, m: m, blobs: blobs, usual: max(1, usual)}
}

// along turns to the lines of one direction.
func (u *unjoiner) along(axis ruling.Axis) {
	u.axis, u.lines = axis, u.g.lines(axis)
	u.stands = make([][]stand, len(u.lines)-1)
	for _, c := range u.g.Cells {
		if k, n := c.of(axis); n == 1 {
			if at, ok := u.standOf(u.blobs(c), math.Inf(-1), math.Inf(1)); ok {
				u.stands[k] = append(u.stands[k], at)
			}
		}
	}
}

// cutAt cuts the cells that span a line, by its number, and that it parts. It tells whether
// there are any.
func (g *Grid) cutAt(line int, u *unjoiner) (some bool) {
	for i := range g.Cells {
		c := g.Cells[i]
		k, n := c.of(u.axis)
		if k >= line || line >= k+n {
			continue
		}
		figures := u.describe(line, c)
		odds, seen, both := partedOdds(figures[:]), figures[0], figures[2]
		if odds <= 0 || both == 0 || seen <= -standOdds {
			g.Cells[i].Doubt = max(c.Doubt, 1/(1+math.Exp(-odds)))
			continue
		}
		c.Doubt = max(c.Doubt, 1/(1+math.Exp(odds)))
		var after Cell
		g.Cells[i], after = c.cut(u.axis, line, u.lines[line])
		g.Cells = append(g.Cells, after)
		some = true
	}
	return some
}

// theNets tell of lines whether they part cells, and of gaps in text what it says of a rule that was lost
// there, and whether one was.
var theNets = sync.OnceValue(func() (n struct{ Spans, Rows, Columns, Lost likely.Net }) {
	if err := json.Unmarshal(models.Rules, &n); err != nil {
		panic(fmt.Sprintf("grid: the fitted evidence for spans and lost rules: %v", err))
	}
	return n
})

// partedOdds is the natural logarithm of the odds that a line of a table parts a cell that was
// taken to span it, by what describe says of them.
func partedOdds(figures []float32) float64 {
	var said [1]float32
	theNets().Spans.Odds(figures, said[:])
	return float64(said[0])
}

// spanFigures is how many figures describe a place at which a cell spans a line of its table.
const spanFigures = 8

// describe says of a cell that spans a line, by its number, what tells whether the line parts it:
// what is printed there, how far apart the texts on both sides of it stand, and whether they stand as
// those of their columns (or rows) do. Text that the line would run through has no gap.
func (u *unjoiner) describe(line int, c Cell) (out [spanFigures]float32) {
	at, along := u.lines[line], u.axis.Across().Extent(c.Box)
	bs := u.blobs(c)
	gap, both := gapAt(coveredBy(bs, u.axis, math.MaxInt-1), at)
	before, ok := u.standOf(bs, u.lines[line-1], at)
	after, also := u.standOf(bs, at, u.lines[line+1])
	number := func(b bool) float32 {
		if b {
			return 1
		}
		return 0
	}
	const widest = 3 // heights of print: wider gaps say no more
	wide := float32(min(gap/u.usual, widest))
	return [...]float32{
		float32(max(-oneEdge, min(oneEdge, u.m.EdgeOdds(u.axis, at, float64(along.Lo), float64(along.Hi))))),
		float32(u.axis), number(both), wide, number(both && wide == 0),
		number(ok && u.isAmong(before, u.stands[line-1])), number(also && u.isAmong(after, u.stands[line])),
		float32(math.Log(float64(max(1, len(bs))))),
	}
}

// gapAt is how wide the gap between spans is that a place lies in, pixels, 0 where one lies on
// it; both tells whether there are spans on both sides.
func gapAt(spans []ink.Span, at float64) (gap float64, both bool) {
	before, after := math.Inf(-1), math.Inf(1)
	for _, s := range spans {
		lo, hi := float64(s.Lo), float64(s.Hi)
		if hi <= at+1 {
			before = max(before, hi)
		} else if lo >= at-1 {
			after = min(after, lo)
		} else {
			return 0, true
		}
	}
	if math.IsInf(before, 0) || math.IsInf(after, 0) {
		return 0, false
	}
	return max(0, after-before), true
}

// standOf is where the print stands that lies between two places across the rules; ok is
// false where there is none, or where some lies on one of the places. What reaches no
// farther than standNear beyond a place touches what is left of a rule there, or is that.
func (u *unjoiner) standOf(bs []ink.Blob, lo, hi float64) (s stand, ok bool) {
	near := standNear * u.usual
	for _, b := range bs {
		e := u.axis.Extent(b.Box)
		from, to := float64(e.Lo), float64(e.Hi)
		switch {
		case to <= lo+near || from >= hi-near:
			continue
		case from < lo-near || to > hi+near:
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
			if math.Abs(o[by]-s[by]) <= standNear*u.usual {
				n++
			}
		}
		if float64(n) >= alikeStands*float64(len(others)) {
			return true
		}
	}
	return false
}

// A SpanExample is a place on a page at which a cell spans a line of its table.
type SpanExample struct {
	Axis    ruling.Axis
	Pos     float64 // of the line, across it, pixels
	Along   float64 // of the middle of the cell, along the line
	Figures [spanFigures]float32
}

// SpanExamples describes the places at which cells of the tables of a page span lines, for the
// fit of what cuts them. It returns the error of ctx when that ends.
func SpanExamples(ctx context.Context, m *ruling.Evidence) (out []SpanExample, err error) {
	for _, g := range tablesFrom(ctx, m.Rules(ruling.Level), m.Rules(ruling.Plumb), m) {
		u := g.unjoiner(m)
		for _, axis := range []ruling.Axis{ruling.Plumb, ruling.Level} {
			u.along(axis)
			for _, c := range g.Cells {
				k, n := c.of(axis)
				along := axis.Across().Extent(c.Box)
				for line := k + 1; line < k+n; line++ {
					out = append(out, SpanExample{axis, u.lines[line], float64(along.Lo+along.Hi) / 2, u.describe(line, c)})
				}
			}
		}
	}
	return out, ctx.Err()
}
