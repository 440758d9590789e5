package reading

import (
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/ctc"
)

// A column is what the cells of a column hold: what each reads like best, those
// that look the same counting once, and of which class the clear ones are.
type column struct {
	votes    map[string]int   // of each text
	pictures int              // that look different
	clear    [ocr.Classes]int // cells that are no lookalikes
}

// columnsOf are the columns of cells, as their readers like them best. A
// heading's words say nothing of what stands below it.
func (t *Table) columnsOf(cells []int) map[int]column {
	out := make(map[int]column)
	type picture struct {
		column int
		*ctc.Posterior
	}
	seen := make(map[picture]bool)
	for _, i := range cells {
		at := t.Grid.Cells[i].Col
		col, ok := out[at]
		if !ok {
			col.votes = make(map[string]int)
		}
		text := t.cells[i].liked()
		if p := (picture{at, t.cells[i].posterior}); !seen[p] {
			seen[p] = true
			col.votes[text]++
			col.pictures++
		}
		if !ocr.Lookalike(text) {
			col.clear[ocr.ClassOf(text)]++
		}
		out[at] = col
	}
	return out
}

// others are how many other pictures of a cell's column read like a text, and what
// share of them these are.
func (c column) others(of *cell, text string) (votes int, share float64) {
	votes = c.votes[text]
	if of.liked() == text && votes > 0 { // one that looks like another has no vote of its own
		votes--
	}
	return votes, float64(votes) / float64(max(1, c.pictures-1))
}

// usual is the text that most pictures of a column read like, if several do.
func (c column) usual() (text string) {
	most := 1
	for t, n := range c.votes {
		if n > most || n == most && n > 1 && t < text {
			text, most = t, n
		}
	}
	return text
}

// shares are the share of the other clear cells of a column that are of a class, and
// of another, own being what the cell itself reads like. Chinese ones, which may be
// headings, count for Chinese only.
func (c column) shares(of ocr.Class, own string) (same, other float64) {
	n, alike := 0, c.clear[of]
	for k, count := range c.clear {
		if ocr.Class(k) != ocr.Hanzi || of == ocr.Hanzi {
			n += count
		}
	}
	if k := ocr.ClassOf(own); !ocr.Lookalike(own) && (k != ocr.Hanzi || of == ocr.Hanzi) {
		if n--; k == of {
			alike--
		}
	}
	if n <= 0 {
		return 0, 0
	}
	same = float64(alike) / float64(n)
	return same, 1 - same
}
