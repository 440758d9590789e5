package evaluate

import (
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// A place is where a cell is on the printed grid, from 0, and how many rows and columns it
// spans.
type place struct{ row, col, rowspan, colspan int }

func placeOf(c Cell) place { return place{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan)} }

func truthCells(t *Table) map[place]string {
	m := make(map[place]string, len(t.Cells))
	for _, c := range t.Cells {
		m[placeOf(c)] = normal(c.Text)
	}
	return m
}

func readCells(t *tables.Table) map[place]string {
	m := make(map[place]string, len(t.Cells))
	for _, c := range t.Cells {
		m[place{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan)}] = normal(c.Text)
	}
	return m
}

func samePlaces(a, b map[place]string) bool {
	if len(a) != len(b) {
		return false
	}
	for at := range a {
		if _, ok := b[at]; !ok {
			return false
		}
	}
	return true
}

// samePlace is what speaks for a pair of tables of the same number on their page. It is
// less than what a single cell in common speaks, so it decides only between tables that
// have equally many.
const samePlace = 0.01

// match pairs each printed table with the table that was read of it: of those that are
// left the one that is most alike (overlap), nil where none is left. It also counts the
// tables that were read but not printed.
func match(truth []Table, read []tables.Table) ([]*tables.Table, int) {
	pairs := make([]*tables.Table, len(truth))
	used := make([]bool, len(read))
	left := len(read)
	for i := range truth {
		best, most := -1, 0.0
		for j := range read {
			if used[j] {
				continue
			}
			o := overlap(&truth[i], &read[j])
			if truth[i].Number == j+1 {
				o += samePlace
			}
			if best < 0 || o > most {
				best, most = j, o
			}
		}
		if best >= 0 {
			used[best] = true
			left--
			pairs[i] = &read[best]
		}
	}
	return pairs, left
}

// overlap says how alike two tables are, from 0 to 3: the share of the cells at the same
// place, the share of those with the same text there, and 1 where the form is the same.
func overlap(truth *Table, read *tables.Table) float64 {
	a, b := truthCells(truth), readCells(read)
	places, texts := 0, 0
	for at, text := range a {
		got, ok := b[at]
		if ok {
			places++
		}
		if ok && got == text {
			texts++
		}
	}
	n := float64(max(1, len(a)))
	o := float64(places)/n + float64(texts)/n
	if f := truth.FormID(); f != "" && read.Form != nil && strings.HasPrefix(*read.Form, f) || f == "" && read.Form == nil {
		o++
	}
	return o
}
