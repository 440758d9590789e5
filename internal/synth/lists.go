package synth

import (
	"cmp"
	"math/rand/v2"
	"strings"
)

// lists is a ruled table of no known form, in some rows of which each cell holds a list, line beside line: names and
// their numbers, terms and their dates; and in some columns of which each cell holds two texts side by side, with room
// between them: a number and its unit, a box and another.
func (g *Generator) lists(r *rand.Rand) *shot {
	way := r.IntN(10)
	l := g.screenLook(r, one(r, 0.8, 1, 1, 1.25, 1.5, 2))
	if way >= 7 {
		l = g.paperLook(r, scanned)
	}
	var writers []func() string
	t := genericTable(r, l, true, func(r *rand.Rand, a *author, english bool) func() string {
		writers = append(writers, columnWriter(r, a, english))
		return writers[len(writers)-1]
	})
	for row := t.header; row < t.rows; row++ {
		if chance(r, 40) {
			t.list(r, row, 2+r.IntN(4), between(r, 1, 2.5), writers)
		}
	}
	for col := range t.cols {
		if chance(r, 20) {
			t.pair(r, col, strings.Repeat(" ", 2+r.IntN(14)), one(r, writers[col], func() string { return one(r, "元", "件", "%", "□否", "——") }))
		}
	}
	return g.finishGeneric(r, l, g.tableShot(r, l, true, t), way)
}

// pair puts another text beside that of each cell of a column below the headings, so far apart.
func (t *table) pair(r *rand.Rand, col int, apart string, write func() string) {
	same := ""
	if chance(r, 50) {
		same = write()
	}
	for _, c := range t.cells {
		if c.col == col && c.row >= t.header && c.rowspan*c.colspan == 1 && c.text != "" && !strings.Contains(c.text, "\n") {
			c.text += apart + cmp.Or(same, write())
		}
	}
}

// list makes lists of the texts in the cells of a row, of so many lines, with so many times the room from
// line to line. What stands in the first column is mostly left alone.
func (t *table) list(r *rand.Rand, row, lines int, room float64, writers []func() string) {
	labels := chance(r, 30)
	for _, c := range t.cells {
		if c.row != row || c.rowspan > 1 || c.text == "" || c.col == 0 && !labels {
			continue
		}
		texts := []string{c.text}
		for len(texts) < lines {
			texts = append(texts, writers[c.col]())
		}
		style := *c.style
		style.leading *= room
		c.text, c.style = strings.Join(texts, "\n"), &style
	}
}
