package borderless

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// The rows of a table without rules. A row is known by its anchor, the height
// at which most columns have text; what is printed on several lines (a wrapped
// label, a heading of stacked characters) belongs to the anchor it has its
// middle at.

// A row is a row of the table in the making.
type row struct {
	entries []*entry
	box     image.Rectangle // of what stands in this row alone
	mid     float64         // of the line that most of its cells have text on
}

// An entry is the text of one line in the columns it stands in.
type entry struct {
	place
	line int
	row  int // anchor it belongs to: none, or free where it belongs to none
	run  int // entries of one run are one piece of text
}

const (
	none = -1
	free = -2
)

func (e *entry) mid() float64 { return float64(e.box.Min.Y+e.box.Max.Y) / 2 }

// rows joins what is printed into rows.
func (t *table) rows() []row {
	var entries []*entry
	for i, ps := range t.of {
		for _, p := range ps {
			entries = append(entries, &entry{place: p, line: i, row: none, run: none})
		}
	}
	t.leading, t.closest = t.tightPitch(entries), math.Inf(1)
	anchors := t.anchors()
	var pitches []float64
	for i := 1; i < len(anchors); i++ {
		pitches = append(pitches, anchors[i].mid-anchors[i-1].mid)
	}
	if len(pitches) > 0 {
		t.closest = slices.Min(pitches)
		if t.leading >= ink.Median(pitches)-1 {
			t.leading = 0 // most rows stand as close, to a pixel
		}
	}
	t.assign(entries, anchors)
	return t.collect(entries, anchors)
}

// collect makes rows of the anchors and of the texts that belong to none.
func (t *table) collect(entries []*entry, anchors []knot) []row {
	rows := make([]row, len(anchors))
	for i := range rows {
		rows[i].mid = anchors[i].mid
	}
	var own [][]*entry
	for _, text := range freeTexts(rows, entries) {
		// What stands beside rows spans them: it is kept with the nearest.
		if at := t.besideRow(rows, text, entries); at >= 0 {
			rows[at].entries = append(rows[at].entries, text...)
		} else {
			own = append(own, text)
		}
	}
	rows = append(rows, t.ownRows(own)...)
	rows = slices.DeleteFunc(rows, func(r row) bool { return len(r.entries) == 0 })
	for i := range rows {
		for _, e := range rows[i].entries {
			if rows[i].box.Empty() {
				rows[i].box = e.box
			}
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.mid, b.mid) })
	return rows
}

// freeTexts gives rows the entries that belong to their anchors, and returns the
// texts that belong to none.
func freeTexts(rows []row, entries []*entry) (texts [][]*entry) {
	of := make(map[int]int) // run → its text
	for _, e := range entries {
		if e.row >= 0 {
			rows[e.row].add(e)
			continue
		}
		k, ok := of[e.run]
		if !ok {
			k = len(texts)
			of[e.run], texts = k, append(texts, nil)
		}
		texts[k] = append(texts[k], e)
	}
	return texts
}

// besideRow is the row that a text stands beside, the nearest of several; -1
// where it is beside none.
func (t *table) besideRow(rows []row, text, all []*entry) int {
	at, off := -1, math.Inf(1)
	top, bottom := text[0].box.Min.Y, text[len(text)-1].box.Max.Y
	mid := float64(top+bottom) / 2
	for i := range rows {
		r := &rows[i]
		in := float64(min(bottom, r.box.Max.Y) - max(top, r.box.Min.Y))
		d := math.Abs(r.mid - mid)
		if (in > 0.3*t.H || d < overlap*t.H && !r.box.Empty() && !r.has(text)) && d < off && !t.parted(r.mid, mid) && !t.headsOver(text, r, all) {
			at, off = i, d
		}
	}
	return at
}

// headsOver tells whether a text is the heading of a group of columns that a row heads, given all entries: below the whole
// width of the text runs a rule, and of what stands there down to the row nothing is beside the text, and some is side by
// side below the rule.
func (t *table) headsOver(text []*entry, r *row, all []*entry) bool {
	box := boxOf(text)
	bottom := max(int(r.mid), r.box.Max.Y)
	return slices.ContainsFunc(t.rules, func(rule image.Rectangle) bool {
		if rule.Min.X > box.Min.X || rule.Max.X < box.Max.X || rule.Max.Y < box.Max.Y || rule.Max.Y >= bottom {
			return false
		}
		first, last := math.MaxInt, 0 // where the first ends and the last begins of those below the rule
		for _, e := range all {
			if e.box.Min.X >= rule.Max.X || e.box.Max.X <= rule.Min.X || e.mid() <= float64(box.Min.Y) || e.mid() > float64(bottom) || slices.Contains(text, e) {
				continue
			}
			if e.mid() < float64(rule.Min.Y+rule.Max.Y)/2 {
				return false
			}
			first, last = min(first, e.box.Max.X), max(last, e.box.Min.X)
		}
		return first < last
	})
}

// boxOf bounds entries.
func boxOf(entries []*entry) (box image.Rectangle) {
	for _, e := range entries {
		box = box.Union(e.box)
	}
	return box
}

// ownRows makes rows of texts that belong to no other: a heading above others, a
// title between. Those at one height are one row.
func (t *table) ownRows(texts [][]*entry) (rows []row) {
	slices.SortStableFunc(texts, func(a, b []*entry) int { return cmp.Compare(a[0].mid(), b[0].mid()) })
	for _, es := range texts {
		n := len(rows)
		if n == 0 || float64(rows[n-1].box.Max.Y-es[0].box.Min.Y) <= 0.5*t.H || t.parted(rows[n-1].mid, es[0].mid()) {
			rows = append(rows, row{mid: (es[0].mid() + es[len(es)-1].mid()) / 2})
			n++
		}
		for _, e := range es {
			rows[n-1].add(e)
		}
	}
	return rows
}

// has reports whether a row has text in the columns of some.
func (r *row) has(es []*entry) bool {
	for _, e := range es {
		for _, o := range r.entries {
			if e.lo < o.hi && o.lo < e.hi {
				return true
			}
		}
	}
	return false
}

func (r *row) add(e *entry) {
	r.entries = append(r.entries, e)
	r.box = r.box.Union(e.box)
}
