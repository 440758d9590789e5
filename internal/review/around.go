package review

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// showCell adds what stands around a value or label.
func (d *desk) showCell(out *Question, at storedTarget, docs, now []*tables.Document) {
	t, doc := tableOf(docs, at.page, at.table), page(docs, at.page)
	if t == nil {
		return
	}
	out.Outline = outline(doc, at.box)
	c := cellAt(t, at.row, at.col)
	if c == nil {
		return
	}
	for _, a := range c.Alternatives {
		if !slices.Contains(out.Alternatives, a.Text) && a.Text != out.Reading {
			out.Alternatives = append(out.Alternatives, a.Text)
		}
	}
	out.Labels = labels(at, t, c)
	if r := t.RecordAt(at.row, at.col); r != nil {
		out.Key = r.Key
		out.Sums = d.sums(tableOf(now, at.page, at.table), r.Key)
	}
}

// labels are those that lead to a value, as crops; none lead to a label, beside
// which only others stand.
func labels(at storedTarget, t *tables.Table, c *tables.Cell) []Label {
	all := []Label{}
	if c.Kind == tables.KindLabel && t.RecordAt(c.Row, c.Col) == nil {
		return all
	}
	for _, l := range []struct {
		of    string
		cells []*tables.Cell
	}{{"row", headsOf(t, c, true)}, {"column", headsOf(t, c, false)}} {
		for _, h := range l.cells {
			all = append(all, Label{l.of, h.Text, cropURL(cropPlace, at.picture, int64(at.page), int64(at.table), int64(h.Row), int64(h.Col))})
		}
	}
	return all
}

// spots are the cells of a carpet, each with what leads to it.
func spots(targets []storedTarget, docs []*tables.Document) (all []Spot) {
	for _, at := range targets {
		s := Spot{Labels: []Label{}, Outline: outline(page(docs, at.page), at.box)}
		if t := tableOf(docs, at.page, at.table); t != nil {
			if c := cellAt(t, at.row, at.col); c != nil {
				s.Labels = labels(at, t, c)
			}
		}
		all = append(all, s)
	}
	return all
}

// headsAtMost is how many labels of a row or column are shown: a form with more
// levels of them would fill the screen.
const headsAtMost = 4

// headsOf are the labels of a cell's row or column, the widest first: the
// nearest one, and those that border on one another beyond it.
func headsOf(t *tables.Table, c *tables.Cell, row bool) (heads []*tables.Cell) {
	var all []*tables.Cell
	for i := range t.Cells {
		l := &t.Cells[i]
		if l.Kind != tables.KindLabel || l.Text == "" || l == c {
			continue
		}
		beside := l.Col+l.ColSpan <= c.Col && l.Row <= c.Row && l.Row+l.RowSpan >= c.Row+c.RowSpan
		above := l.Row+l.RowSpan <= c.Row && l.Col <= c.Col && l.Col+l.ColSpan >= c.Col+c.ColSpan
		if row && beside || !row && above {
			all = append(all, l)
		}
	}
	from, to := func(l *tables.Cell) int { return l.Row }, func(l *tables.Cell) int { return l.Row + l.RowSpan }
	if row {
		from, to = func(l *tables.Cell) int { return l.Col }, func(l *tables.Cell) int { return l.Col + l.ColSpan }
	}
	slices.SortFunc(all, func(a, b *tables.Cell) int { return from(b) - from(a) })
	for i, l := range all {
		if i == headsAtMost || i > 0 && to(l) != from(all[i-1]) {
			break
		}
		heads = append(heads, l)
	}
	slices.Reverse(heads)
	return heads
}

// sums are those that a value stands in.
func (d *desk) sums(t *tables.Table, key string) []Sum {
	out := []Sum{}
	f := formOf(t, d.forms)
	if f == nil {
		return out
	}
	of := make(map[string]*tables.Record, len(t.Records))
	for i := range t.Records {
		of[t.Records[i].Key] = &t.Records[i]
	}
	for _, c := range f.Checks {
		if key != "" && !slices.Contains(c.Sum, key) && !slices.Contains(c.Equals, key) {
			continue
		}
		sum, ok := parts(c.Sum, of)
		equals, there := parts(c.Equals, of)
		if !ok || !there {
			continue
		}
		s := Sum{Rule: c.Rule, Sum: sum, Equals: equals}
		if off, ok := c.Off(func(key string) *tables.Record { return of[key] }); ok {
			s.Difference = &off
		}
		out = append(out, s)
	}
	return out
}

func formOf(t *tables.Table, forms []*tables.Form) *tables.Form {
	if t == nil || t.Form == nil {
		return nil
	}
	i := slices.IndexFunc(forms, func(f *tables.Form) bool { return f.ID == *t.Form })
	if i < 0 {
		return nil
	}
	return forms[i]
}

func parts(keys []string, of map[string]*tables.Record) (all []Part, ok bool) {
	for _, k := range keys {
		r := of[k]
		if r == nil {
			return nil, false
		}
		label := k
		if n := len(r.Labels); n > 0 {
			label = strings.Join(r.Labels, " › ")
		}
		all = append(all, Part{k, label, r.Raw, r.Value})
	}
	return all, true
}
