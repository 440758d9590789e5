package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// maxHead is how many lines above and below those in several parts may belong
// to a table.
const maxHead = 12

// extend takes in the lines above and below that may be part of the table: the
// rest of a cell of several lines, or a heading over columns. It returns
// how many.
func (t *table) extend() (more int) {
	near := func(a, b *TextLine) bool {
		return float64(b.Box.Min.Y-a.Box.Max.Y) < 1.6*t.H && a.Box.Min.X > t.box.Min.X-int(t.H) && a.Box.Max.X < t.box.Max.X+int(t.H)
	}
	lo, hi := t.core.Lo, t.core.Hi
	for lo > 0 && t.core.Lo-lo < maxHead && near(&t.all[lo-1], &t.all[lo]) {
		lo--
	}
	for hi < len(t.all) && hi-t.core.Hi < maxHead && t.all[hi].Box.Min.X > t.box.Min.X-int(t.H) && t.all[hi].Box.Max.X < t.box.Max.X+int(t.H) &&
		float64(t.all[hi].Box.Min.Y-t.all[hi-1].Box.Max.Y) < 1.6*t.H {
		hi++
	}
	more = t.core.Lo - lo + hi - t.core.Hi
	if more == 0 {
		return 0
	}
	t.core = ink.Span{Lo: t.core.Lo - lo, Hi: t.core.Hi - lo}
	t.lines = t.all[lo:hi]
	t.place()
	t.measure()
	t.levels = nil
	t.findLevels()
	return more
}

// A side is where a row stands beside a table.
type side int

const (
	above side = iota
	below
)

func (s side) other() side { return 1 - s }

// within are the rows of the core, and those beside it, from the nearest on, that belong to
// the table by more than standing near it.
func (t *table) within(core, rows []row) []row {
	lo, hi := -1, 0
	for i := range rows {
		if t.inCore(&rows[i]) {
			if lo < 0 {
				lo = i
			}
			hi = i + 1
		}
	}
	for lo > 0 && t.belongs(&rows[lo-1], above, core) {
		lo--
	}
	for hi < len(rows) && t.belongs(&rows[hi], below, core) {
		hi++
	}
	rows = rows[lo:hi]
	t.box = image.Rectangle{}
	for _, r := range rows {
		for _, e := range r.entries {
			t.box = t.box.Union(e.box)
		}
	}
	return rows
}

// inCore tells whether a row has one of the lines in several parts.
func (t *table) inCore(r *row) bool {
	return slices.ContainsFunc(r.entries, func(e *entry) bool { return e.line >= t.core.Lo && e.line < t.core.Hi })
}

// belongs tells whether a row beside the core of a table is part of it: it is
// inside the table's rules, or looks like a row inside, or is a heading over some
// of the columns.
func (t *table) belongs(r *row, s side, core []row) bool {
	switch {
	case t.inCore(r), t.enclosed(r, s):
		return true
	case t.enclosed(r, s.other()):
		return false // a rule bounds the table before it
	case len(r.entries) == 1 && slices.ContainsFunc(core, func(o row) bool { return alikeRows(*r, o, t.H) }):
		return true
	}
	middle := (r.box.Min.X + r.box.Max.X) / 2
	return s == above && r.entries[0].lo > 0 && math.Abs(float64(2*middle-t.box.Min.X-t.box.Max.X)) > 4*t.H && float64(t.box.Max.X-r.box.Max.X) > 2*t.H
}

// alikeRows reports whether two rows are a line each, of about one height and
// about one middle, as titles between the parts of a table are.
func alikeRows(a, b row, H float64) bool {
	return len(a.entries) == 1 && len(b.entries) == 1 && math.Abs(float64(a.box.Dy()-b.box.Dy())) < 0.2*H &&
		math.Abs(float64(a.box.Min.X+a.box.Max.X-b.box.Min.X-b.box.Max.X)) < 2*H
}

// enclosed tells whether a rule that runs through bounds a row on a side.
func (t *table) enclosed(r *row, s side) bool {
	return slices.ContainsFunc(slices.Concat(t.rules, t.print.Figures), func(l image.Rectangle) bool {
		y, lo, hi := float64(l.Min.Y), float64(r.box.Min.Y)-2*t.H, float64(r.box.Min.Y)+2
		if s == below {
			y, lo, hi = float64(l.Max.Y), float64(r.box.Max.Y)-2, float64(r.box.Max.Y)+2*t.H
		}
		return y >= lo && y <= hi && 10*(min(float64(l.Max.X), float64(t.box.Max.X))-max(float64(l.Min.X), float64(t.box.Min.X))) > 9*float64(t.box.Dx())
	})
}
