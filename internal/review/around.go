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
	}{{"row", headsOfRow(t, c)}, {"column", headsOfColumn(t, c)}} {
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

// headsOfRow are the labels of a cell's row, and headsOfColumn those of its
// column.
func headsOfRow(t *tables.Table, c *tables.Cell) []*tables.Cell {
	beside := labelsWhere(t, c, func(l *tables.Cell) bool {
		return l.Col+l.ColSpan <= c.Col && l.Row <= c.Row && l.Row+l.RowSpan >= c.Row+c.RowSpan
	})
	return nearestHeads(beside, func(l *tables.Cell) (from, to int) { return l.Col, l.Col + l.ColSpan })
}

func headsOfColumn(t *tables.Table, c *tables.Cell) []*tables.Cell {
	above := labelsWhere(t, c, func(l *tables.Cell) bool {
		return l.Row+l.RowSpan <= c.Row && l.Col <= c.Col && l.Col+l.ColSpan >= c.Col+c.ColSpan
	})
	return nearestHeads(above, func(l *tables.Cell) (from, to int) { return l.Row, l.Row + l.RowSpan })
}

// labelsWhere are the labels of a table, but for a cell, that stand somewhere.
func labelsWhere(t *tables.Table, c *tables.Cell, stands func(l *tables.Cell) bool) (all []*tables.Cell) {
	for i := range t.Cells {
		if l := &t.Cells[i]; l.Kind == tables.KindLabel && l.Text != "" && l != c && stands(l) {
			all = append(all, l)
		}
	}
	return all
}

// nearestHeads are the nearest of some labels and those that border on one
// another beyond it, the widest first; extent is where they lie on the way to
// the value.
func nearestHeads(all []*tables.Cell, extent func(l *tables.Cell) (from, to int)) (heads []*tables.Cell) {
	from := func(l *tables.Cell) int { at, _ := extent(l); return at }
	slices.SortFunc(all, func(a, b *tables.Cell) int { return from(b) - from(a) })
	for i, l := range all {
		if _, to := extent(l); i == headsAtMost || i > 0 && to != from(all[i-1]) {
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
