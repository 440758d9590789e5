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
	return g.tableShot(r, l, spans, genericTable(r, l, spans, column))
}

// tableShot is a page with a table that is no known form.
func (g *Generator) tableShot(r *rand.Rand, l *look, spans bool, t *table) *shot {
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

// A genericMaker makes a table that is no known form.
type genericMaker struct {
	*table
	r       *rand.Rand
	look    *look
	spans   bool // cells may span rows and columns
	author  *author
	headers []int // the order in which headings are taken
	english bool  // the whole table
}

// genericTable makes a table of any shape: a head of one or two rows, a first
// column of labels, sometimes in groups, and a body of text and numbers.
func genericTable(r *rand.Rand, l *look, spans bool, column writer) *table {
	g := &genericMaker{table: &table{kind: "generic", rows: 2 + r.IntN(12), cols: 2 + r.IntN(7)}, r: r, look: l, spans: spans}
	g.author = newAuthor(r)
	g.headers = r.Perm(len(words().Headers))
	g.english = chance(r, 8)
	g.head()
	g.body(column)
	return g.table
}

// label adds a cell of the head or a label of the body, and value one of the body.
func (g *genericMaker) label(row, col, rowspan, colspan int, text string) *cell {
	l := g.look
	c := &cell{row: row, col: col, rowspan: rowspan, colspan: colspan, text: text, valign: alignMiddle, style: &l.label, align: l.labelAlign, fill: l.labelFill}
	if l.headFill.A > 0 && row < g.header {
		c.fill = l.headFill
	}
	g.cells = append(g.cells, c)
	return c
}

func (g *genericMaker) value(row, col, colspan int, text string) {
	l := g.look
	c := &cell{row: row, col: col, rowspan: 1, colspan: colspan, text: text, valign: alignMiddle, style: &l.value, align: l.valueAlign, fill: none}
	if l.zebra.A > 0 && row%2 == 1 {
		c.fill = l.zebra
	}
	g.cells = append(g.cells, c)
}

// heading is the text of a column's heading.
func (g *genericMaker) heading(col int) string {
	if g.english {
		return one(g.r, words().English...)
	}
	return words().Headers[g.headers[col%len(g.headers)]]
}

// head makes the rows of headings, sometimes below a title inside the table.
func (g *genericMaker) head() {
	g.header = 1
	if g.spans && g.cols > 3 && g.rows > 3 && chance(g.r, 40) {
		g.header = 2
	}
	first := 0
	if g.spans && g.rows > g.header+2 && chance(g.r, 10) {
		g.header++
		first = 1
		g.label(0, 0, 1, g.cols, g.author.title())
	}
	high := g.header - first
	for col := 0; col < g.cols; {
		if n := min(2+g.r.IntN(3), g.cols-col); high == 2 && col > 0 && n > 1 && chance(g.r, 55) {
			g.label(first, col, 1, n, one(g.r, words().Groups...))
			for i := range n {
				g.label(first+1, col+i, 1, 1, g.heading(col+i))
			}
			col += n
			continue
		}
		g.label(first, col, high, 1, g.heading(col))
		col++
	}
	if high == 2 && !hasRow(g.table, first+1) { // no group came: one row of headings after all
		for _, c := range g.cells {
			if c.row == first {
				c.rowspan = 1
			}
		}
		g.header--
		g.rows--
	}
}

// body makes the rows below the head.
func (g *genericMaker) body(column writer) {
	writers := make([]func() string, g.cols)
	for i := range writers {
		writers[i] = column(g.r, g.author, g.english)
	}
	first := 0
	if g.spans && g.cols > 3 && chance(g.r, 30) {
		first = 1
		g.groups()
	}
	labels := chance(g.r, 70)
	for row := g.header; row < g.rows; row++ {
		for col := first; col < g.cols; col++ {
			colspan := 1
			if g.spans && col > first && col+1 < g.cols && chance(g.r, 3) {
				colspan = 2
			}
			switch {
			case col == first && labels:
				g.label(row, col, 1, 1, g.rowLabel(row))
			case chance(g.r, 4):
				g.value(row, col, colspan, "")
			default:
				g.value(row, col, colspan, writers[col]())
			}
			col += colspan - 1
		}
	}
}

// groups makes a first column whose labels span rows.
func (g *genericMaker) groups() {
	for row := g.header; row < g.rows; {
		n := min(1+g.r.IntN(4), g.rows-row)
		c := g.label(row, 0, n, 1, one(g.r, words().Groups...))
		if n > 2 && chance(g.r, 10) && !g.look.label.bitmap() {
			c.turned = true
		}
		row += n
	}
}

// rowLabel is what names a row of the body: its number, or a word.
func (g *genericMaker) rowLabel(row int) string {
	text := strconv.Itoa(row - g.header + 1)
	if chance(g.r, 85) {
		text = one(g.r, words().Items...)
		if g.english {
			text = one(g.r, words().English...)
		}
	}
	return text
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
