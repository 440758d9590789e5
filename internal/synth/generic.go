package synth

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// generic is a ruled table that is no known form.
func (g *Generator) generic(r *rand.Rand) *shot {
	way := r.IntN(10)
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2))
	if way >= 7 {
		l = g.paperLook(r, scanned)
	} else if chance(r, 35) {
		one(r, fills, zebra, coloured, darkMode, broken, doubled, hairlines, thickFrame, openSided)(r, l)
	}
	return g.finishGeneric(r, l, g.genericShot(r, l, true, columnWriter), way)
}

// finishGeneric makes a screenshot, a shrunk one, a scan or a photograph of a
// page, by a number below 10.
func (g *Generator) finishGeneric(r *rand.Rand, l *look, s *shot, way int) *shot {
	switch {
	case way < 5:
		return s.save(r, 50, 65, 95)
	case way < 7:
		s.toLowres(r, l)
	case way < 9:
		s.toScan(r, l.paper, 60, 20)
	default:
		s.toPhoto(r)
	}
	return s.save(r, 10, 55, 92)
}

// A writer chooses what a column holds, and returns what writes its cells.
// English says that the whole table is in English.
type writer func(r *rand.Rand, a *author, english bool) func() string

// genericShot is a page with one table that is no known form.
func (g *Generator) genericShot(r *rand.Rand, l *look, spans bool, column writer) *shot {
	t := genericTable(r, l, spans, column)
	least, most := t.measure(l, l.scale)
	width := 0.0
	if spans && chance(r, 75) {
		width = max(sum(least), min(sum(most), 1100)*between(r, 0.5, 1.3))
	} else if sum(most) < 900 {
		width = sum(most) * between(r, 1, 1.5)
	}
	var blocks []block
	if l.withHeading {
		a := newAuthor(r)
		t.caption = one(r, "表"+strconv.Itoa(1+r.IntN(9))+" ", "附件："+a.place, a.place+a.office) + one(r, words().Items...) + one(r, "情况表", "统计表", "明细表", "一览表")
		blocks = append(blocks, &paragraph{text: t.caption, style: &l.heading, align: alignMiddle, above: between(r, 0, 8), below: between(r, 4, 14)})
	}
	return g.compose(l, 0, append(blocks, &tableBlock{table: t, width: width})...)
}

// genericTable makes a table of any shape: a head of one or two rows, a first
// column of labels, sometimes in groups, and a body of text and numbers.
func genericTable(r *rand.Rand, l *look, spans bool, column writer) *table {
	t := &table{kind: "generic", rows: 2 + r.IntN(12), cols: 2 + r.IntN(7)}
	a := newAuthor(r)
	headers := r.Perm(len(words().Headers))
	english := chance(r, 8) // the whole table
	word := func(i int) string {
		if english {
			return one(r, words().English...)
		}
		return words().Headers[headers[i%len(headers)]]
	}
	add := func(row, col, rowspan, colspan int, text string, body bool) {
		c := &cell{row: row, col: col, rowspan: rowspan, colspan: colspan, text: text, valign: alignMiddle, style: &l.label, align: l.labelAlign, fill: l.labelFill}
		if body {
			c.style, c.align, c.fill = &l.value, l.valueAlign, none
			if l.zebra.A > 0 && row%2 == 1 {
				c.fill = l.zebra
			}
		} else if l.headFill.A > 0 && row < t.header {
			c.fill = l.headFill
		}
		t.cells = append(t.cells, c)
	}

	t.header = 1
	if spans && t.cols > 3 && t.rows > 3 && chance(r, 40) {
		t.header = 2
	}
	row0 := 0
	if spans && t.rows > t.header+2 && chance(r, 10) { // a title inside the table
		t.header++
		row0 = 1
		add(0, 0, 1, t.cols, a.title(), false)
	}
	headRows := t.header - row0
	for col := 0; col < t.cols; {
		if n := min(2+r.IntN(3), t.cols-col); headRows == 2 && col > 0 && n > 1 && chance(r, 55) {
			add(row0, col, 1, n, one(r, words().Groups...), false)
			for i := range n {
				add(row0+1, col+i, 1, 1, word(col+i), false)
			}
			col += n
			continue
		}
		add(row0, col, headRows, 1, word(col), false)
		col++
	}
	if headRows == 2 && !hasRow(t, row0+1) { // no group came: one row of headings after all
		for _, c := range t.cells {
			if c.row == row0 {
				c.rowspan = 1
			}
		}
		t.header--
		t.rows--
	}

	writers := make([]func() string, t.cols)
	for i := range writers {
		writers[i] = column(r, a, english)
	}
	groups := spans && t.cols > 3 && chance(r, 30)
	first := 0
	if groups {
		first = 1
		for row := t.header; row < t.rows; {
			n := min(1+r.IntN(4), t.rows-row)
			text := one(r, words().Groups...)
			add(row, 0, n, 1, text, false)
			if c := t.cells[len(t.cells)-1]; n > 2 && chance(r, 10) && !l.label.bitmap() {
				c.turned = true
			}
			row += n
		}
	}
	labels := chance(r, 70)
	for row := t.header; row < t.rows; row++ {
		for col := first; col < t.cols; col++ {
			colspan := 1
			if spans && col > first && col+1 < t.cols && chance(r, 3) {
				colspan = 2
			}
			switch {
			case col == first && labels:
				text := strconv.Itoa(row - t.header + 1)
				if chance(r, 85) {
					text = one(r, words().Items...)
					if english {
						text = one(r, words().English...)
					}
				}
				add(row, col, 1, 1, text, false)
			case chance(r, 4):
				add(row, col, 1, colspan, "", true)
			default:
				add(row, col, 1, colspan, writers[col](), true)
			}
			col += colspan - 1
		}
	}
	return t
}

func hasRow(t *table, row int) bool {
	for _, c := range t.cells {
		if c.row == row {
			return true
		}
	}
	return false
}

// columnWriter returns what writes the cells of one column.
func columnWriter(r *rand.Rand, a *author, english bool) func() string {
	w := words()
	if english {
		return one(r,
			func() string { return fmt.Sprintf("%.*f", 1+r.IntN(3), between(r, 0, 100)) },
			func() string { return fmt.Sprintf("%.1f%%", between(r, 0, 100)) },
			func() string { return printed(number(r, 30), true) },
			func() string { return one(r, w.English...) },
			func() string { return one(r, w.Latin...) })
	}
	digits := r.IntN(5)
	return one(r,
		func() string { return strconv.Itoa(number(r, 40)) },
		func() string { return printed(number(r, 60), true) },
		func() string { return strconv.FormatFloat(between(r, 0, 10000), 'f', digits, 64) },
		func() string { return strconv.FormatFloat(between(r, -30, 130), 'f', 1, 64) + "%" },
		func() string { return one(r, w.Remarks...) },
		func() string { return one(r, w.People...) },
		func() string { return one(r, w.Places...) + one(r, w.Offices...) },
		func() string { return one(r, w.Latin...) },
		func() string { return one(r, w.Items...) },
		func() string { return one(r, w.Latin...) + one(r, "型", "级", "号", " 标准", "（含税）") },
		a.date,
		func() string { return fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1e9)) },
		func() string { return one(r, w.Remarks...) + "，" + one(r, w.Remarks...) + "；" + one(r, w.Items...) },
		func() string { return one(r, "√", "×", "—", "是", "否", "有", "无") },
	)
}

// borderless is a table with few rules or none, whose columns are told by the
// room between them.
func (g *Generator) borderless(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1.25, 1.5, 2))
	l.ruling = one(r, ruledThree, ruledThree, ruledThree, ruledRows, ruledNone, ruledNone, ruledFrame)
	l.outer.width = one(r, 1, 1.5, 2)
	l.inner.width = 1
	l.inner.ink, l.outer.ink = l.ink, l.ink
	l.padX, l.padY = between(r, 8, 20), max(l.padY, 3)
	l.labelFill, l.headFill, l.zebra = none, none, none
	l.margin = [4]float64{between(r, 8, 30), between(r, 8, 40), between(r, 8, 30), between(r, 8, 40)}
	if l.ruling == ruledNone && chance(r, 40) {
		l.zebra = one(r, grey(0xf2), rgb(0xeaf1fb))
	}
	if chance(r, 20) {
		l.headFill = one(r, heads...)
	}
	var s *shot
	if chance(r, 40) {
		s = g.formShot(r, l)
	} else {
		s = g.genericShot(r, l, false, columnWriter)
	}
	switch r.IntN(4) {
	case 0:
		s.toScan(r, l.paper, 70, 15)
	case 1:
		s.toLowres(r, l)
	}
	return s.save(r, 30, 60, 95)
}
