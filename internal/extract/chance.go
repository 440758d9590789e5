package extract

import (
	"slices"
	"strings"
	"unicode"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// withoutChance is the view without what only looks like tables without rules.
// The lines of those are text above or below what is left.
func (v *view) withoutChance(forms []*tables.Form) *view {
	w := v.without(func(t *reading.Table, m *tables.Match) bool {
		return m == nil && chance(t) && tables.Resembles(t.Sheet(), forms) == ""
	})
	if len(w.tables) == len(v.tables) {
		return v
	}
	w.left = slices.Concat(v.left, v.leftOf(w, grid.LeftText))
	for _, t := range v.tables {
		if len(w.tables) > 0 && t == w.tables[0] {
			break
		}
		w.above += t.Grid.Rows
	}
	for i := len(v.tables) - 1; i >= 0 && (len(w.tables) == 0 || v.tables[i] != w.tables[len(w.tables)-1]); i-- {
		w.below += v.tables[i].Grid.Rows
	}
	return w
}

// chance tells whether what looks like a table without rules stands in rows and
// columns by chance: most of its cells are blank, or most of what is printed are
// parts of sentences and hardly any of it is a number, a date or the like.
func chance(t *reading.Table) bool {
	const blank, prose, few = 0.55, 0.5, 0.2 // share of the cells; shares of what is printed
	const sentence, figure = 10, 3           // Chinese characters; a date has three
	if !t.Grid.Open || t.Unread() {
		return false
	}
	printed := t.Printed()
	long, digits := 0, 0
	for _, text := range printed {
		switch n := han(text); {
		case n >= sentence:
			long++
		case n <= figure && strings.ContainsAny(text, "0123456789"):
			digits++
		}
	}
	n := float64(len(printed))
	return n < (1-blank)*float64(len(t.Grid.Cells)) || float64(digits) <= few*n && float64(long) >= prose*n
}

// han counts the Chinese characters of a text.
func han(text string) (n int) {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}
