package synth

import (
	"image"
	"math/rand/v2"
	"slices"
	"strconv"
)

// continued is a table that a page cut parts: a TIFF with a page for each part.
func (g *Generator) continued(r *rand.Rand) *shot {
	way := r.IntN(10)
	l := g.screenLook(r, one(r, 1.0, 1.25, 1.5, 2))
	if way >= 4 {
		l = g.paperLook(r, scanned)
	}
	t, width := g.longTable(r, l)
	t.set(l, width, l.scale)
	parts := t.cut(cuts(r, t), chance(r, 30))

	var first, last *shot
	head, foot := chance(r, 25), chance(r, 40)
	title := newAuthor(r).title()
	compress := between(r, 0, 100)
	for i, p := range parts {
		var blocks []block
		if head {
			blocks = append(blocks, &paragraph{text: title, style: &l.body, align: alignMiddle, below: between(r, 10, 24)})
		}
		if i == 0 && l.withHeading {
			blocks = append(blocks, &paragraph{text: t.caption, style: &l.heading, above: between(r, 0, 8), below: between(r, 4, 14)})
		}
		blocks = append(blocks, &partBlock{p})
		if foot {
			blocks = append(blocks, &paragraph{text: one(r, "— ", "第", "") + strconv.Itoa(3+i), style: &l.body, align: alignMiddle, above: between(r, 12, 40)})
		}
		s := g.compose(l, 0, blocks...)
		switch {
		case way >= 9:
			s.toPhoto(r)
		case way >= 4:
			s.toScan(r, l.paper, 70, 20)
		case way == 3:
			s.toLowres(r, l)
		}
		if compress < 60 && !s.bits {
			s.recompress(int(40 + compress))
		}
		s.as = encoding{tiff: true}
		if last == nil {
			first = s
		} else {
			last.next = s
		}
		last = s
	}
	return first
}

// longTable is a table with rows enough to be cut: most often a form.
func (g *Generator) longTable(r *rand.Rand, l *look) (t *table, width float64) {
	const rows = 8
	if chance(r, 80) {
		for range 20 {
			form := g.forms[g.formIndex(r)]
			if form.Rows >= rows {
				return formTable(r, form, l), formWidth(r, form, l)
			}
		}
	}
	for t = genericTable(r, l, true, columnWriter); t.rows < rows || t.cols < 3; {
		t = genericTable(r, l, true, columnWriter)
	}
	least, most := t.measure(l, l.scale)
	return t, max(sum(least), min(sum(most), 1000)*between(r, 0.7, 1.2))
}

// cuts are the rows that the pages after the first begin with.
func cuts(r *rand.Rand, t *table) []int {
	least := t.header + 1
	if t.rows > 20 && chance(r, 15) {
		a := least + (t.rows-least)/3 + r.IntN(3) - 1
		return []int{a, a + (t.rows-a)/2 + r.IntN(3) - 1}
	}
	return []int{least + r.IntN(t.rows-least-1)}
}

// cut parts a table that was set at some rows. The text of a cell that goes
// on stands in the part that has most of it. Again prints the headings on each
// page.
func (t *table) cut(at []int, again bool) []*table {
	ends := append(slices.Clone(at), t.rows)
	var out []*table
	from := 0
	for _, to := range ends {
		p := &table{kind: t.kind, edition: t.edition, cols: t.cols, colX: slices.Clone(t.colX)}
		if from == 0 {
			p.header, p.caption = t.header, t.caption
		} else if again {
			p.take(t, 0, t.header, ends)
			p.header = t.header
		}
		p.take(t, from, to, ends)
		p.compress()
		// A sum that fails is told by the last part that has some of it, which
		// may be the last of all.
		for _, key := range t.wrong {
			if to == t.rows || slices.ContainsFunc(p.cells, func(c *cell) bool { return c.key == key }) {
				p.wrong = append(p.wrong, key)
			}
		}
		out = append(out, p)
		from = to
	}
	return out
}

// take adds rows of another table, whose parts end at ends, below its own.
func (p *table) take(t *table, from, to int, ends []int) {
	for _, c := range t.cells {
		a, b := max(c.row, from), min(c.row+c.rowspan, to)
		if a >= b {
			continue
		}
		piece := *c
		piece.row, piece.rowspan = p.rows+a-from, b-a
		if lo, hi := t.home(c, ends); a < lo || a >= hi {
			piece.text, piece.lines = "", nil
		}
		p.cells = append(p.cells, &piece)
	}
	if len(p.rowY) == 0 {
		p.rowY = []int{0}
	}
	for row := from; row < to; row++ {
		p.rowY = append(p.rowY, p.rowY[len(p.rowY)-1]+t.rowY[row+1]-t.rowY[row])
	}
	p.rows += to - from
}

// home is the part of a table, from row to row, that has most of a cell.
func (t *table) home(c *cell, ends []int) (lo, hi int) {
	most, start := 0, 0
	for _, end := range ends {
		a, b := max(c.row, start), min(c.row+c.rowspan, end)
		if a < b && t.rowY[b]-t.rowY[a] > most {
			lo, hi, most = start, end, t.rowY[b]-t.rowY[a]
		}
		start = end
	}
	return lo, hi
}

// compress leaves out the lines between columns that no cell ends at.
func (t *table) compress() {
	at := make([]int, t.cols+1) // the new number of each line that stays
	var x []int
	for col := range t.colX {
		if slices.ContainsFunc(t.cells, func(c *cell) bool { return c.col == col || c.col+c.colspan == col }) {
			at[col] = len(x)
			x = append(x, t.colX[col])
		}
	}
	for _, c := range t.cells {
		c.col, c.colspan = at[c.col], at[c.col+c.colspan]-at[c.col]
	}
	t.colX, t.cols = x, len(x)-1
}

// A partBlock is a part of a table that was set as a whole.
type partBlock struct{ *table }

func (b *partBlock) set(*look, float64) image.Point { return b.size() }

func (b *partBlock) print(c *canvas, l *look, at image.Point) {
	b.place(at)
	b.paint(c, l)
}
