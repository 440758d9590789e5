package synth

import (
	"image/color"
	"math/rand/v2"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// formTable fills a form in a look.
func formTable(r *rand.Rand, form *tables.Form, l *look) *table {
	kind, edition, _ := strings.Cut(form.ID[strings.LastIndexByte(form.ID, '/')+1:], "@")
	t := &table{kind: kind, rows: form.Rows, cols: form.Cols}
	if kind != "appeals" { // which is the same in both editions
		t.edition = &edition
	}
	if l.withHeading {
		t.caption = l.punctuate(form.Title)
	}
	values, wrong := formValues(r, form, l.thousands)
	t.wrong = wrong
	other := chance(r, 25) // labels may be worded otherwise
	for _, fc := range form.Cells {
		c := &cell{row: fc.Row, col: fc.Col, rowspan: fc.RowSpan, colspan: fc.ColSpan, key: fc.Key}
		if c.key != "" {
			c.text = values[c.key]
		} else {
			c.text = fc.Text
			if other {
				c.text = one(r, form.Wordings(fc.Text)...)
			}
			c.text = l.punctuate(c.text)
		}
		t.cells = append(t.cells, c)
	}
	t.header = headerRows(t)
	l.dress(t)
	return t
}

// headerRows counts the first rows without a value.
func headerRows(t *table) int {
	first := t.rows
	for _, c := range t.cells {
		if c.key != "" {
			first = min(first, c.row)
		}
	}
	return first
}

// dress gives each cell the type, place and fill that the look says.
func (l *look) dress(t *table) {
	for _, c := range t.cells {
		c.valign = alignMiddle
		if c.key == "" {
			c.style, c.align, c.fill = &l.label, l.labelAlign, l.labelFill
			if l.headFill.A > 0 && c.row < t.header {
				c.fill = l.headFill
			}
		} else {
			c.style, c.align = &l.value, l.valueAlign
		}
		if l.zebra.A > 0 && c.fill.A == 0 && c.rowspan == 1 && c.row >= t.header && (c.row-t.header)%2 == 1 {
			c.fill = l.zebra
		}
	}
}

// punctuate sets a label's brackets and stops as the look has them.
func (l *look) punctuate(s string) string {
	if l.fullWidth {
		s = strings.NewReplacer("(", "（", ")", "）").Replace(s)
	}
	if l.fullStops {
		s = strings.NewReplacer(",", "，", ":", "：").Replace(s)
	}
	return s
}

// formWidth is how wide an office makes a form, in CSS pixels. It takes back
// from the look what would make the form absurd.
func formWidth(r *rand.Rand, form *tables.Form, l *look) float64 {
	size := l.label.size
	switch {
	case strings.Contains(form.ID, "/requests"):
		l.evenColumns, l.padY = false, min(l.padY, 6) // or it is three times as high as wide
		return size * between(r, 44, 64)
	case strings.Contains(form.ID, "/appeals"):
		return size * between(r, 40, 66)
	}
	return size * between(r, 26, 62)
}

// none is no colour.
var none color.RGBA
