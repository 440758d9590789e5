package extract

import (
	"fmt"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/tables"
)

// lowest is the height of print, in pixels, below which it is hard to read.
const lowest = 9

// warnings say what the reader of a document should know about the picture.
func warnings(v *view, seals []layout.Stamp) (all []tables.Warning) {
	add := func(code, format string, args ...any) {
		all = append(all, tables.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	page := v.page
	if h := page.LineHeight; h > 0 && h < lowest {
		add("low_resolution", "the print is only %.0f pixels high; get the picture in a larger size if there is one", h)
	}
	if page.Turn != 0 {
		add("turned", "the picture was turned by %d degrees to be read", page.Turn)
	}
	all = append(all, leftOut(page, v.left)...)
	if page.Broken {
		add("broken_rules", "rules are in pieces, as a scanner leaves faint ones; some may be missing")
	}
	if page.Streaks {
		add("streak", "a line that runs over the whole picture, such as a fold of the paper, was taken off")
	}
	if page.Dewarped {
		add("dewarped", "perspective or bend was taken out of the picture; places are given on the original")
	}
	for i, t := range v.tables {
		if t.Grid.Open {
			add("no_rules", "table %d has no rules around its cells; its rows and columns were told by how the text is aligned", i+1)
		}
		if n := t.Grid.Recovered; n > 0 {
			add("lost_rules", "%d rules of table %d cannot be seen; gaps in its text, or other rules that end there, tell where they were", n, i+1)
		}
	}
	if v.missed != "" {
		add("missed_form", "labels of %s are printed here, but its table was not found; nothing was read of it", v.missed)
	}
	if len(seals) > 0 {
		add("stamp", "a red seal was taken off the picture; what it may hide is flagged")
	}
	return all
}

// doubtUnknown flags a table of no known form that may not be what it looks
// like.
func doubtUnknown(table *tables.Table, t *reading.Table, page *layout.Page, sheet *tables.Sheet, forms []*tables.Form) {
	if page.Illegible() {
		doubt(table, "its print is too small to be read")
	}
	if t.Babble() {
		doubt(table, "most of it does not look like writing; its rules may not have been found")
	}
	if page.Streaks {
		doubt(table, "a line over the whole picture was taken off, which may have been a rule of it")
	}
	if n := t.Grid.Recovered; n > 0 {
		doubt(table, fmt.Sprintf("%d of its rules cannot be seen, and the gaps of its text may mislead", n))
	}
	if page.Broken {
		doubt(table, "rules of the picture are in pieces, and some of them may not have been found")
	}
	if t.Grid.Open {
		doubt(table, "it has no rules, and how its text is aligned may mislead")
	}
	if near := tables.Resembles(sheet, forms); near != "" {
		doubt(table, "it may be "+near+", but too few of its labels were found")
	}
}

// doubt flags a table as a whole.
func doubt(t *tables.Table, reason string) {
	t.Review = true
	if !slices.Contains(t.Reasons, reason) { // a part may be joined on both sides
		t.Reasons = append(t.Reasons, reason)
	}
}
