package extract

import (
	"math"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout/seal"
	"github.com/biaoge/biaoge/tables"
)

// lowest is the height of print, in pixels, below which it is hard to read.
const lowest = 9

// warnings say what the reader of a document should know about the picture.
func warnings(v *view, seals []seal.Seal) (all []tables.Warning) {
	add := func(code string, args ...any) { all = append(all, tables.Warn(code, args...)) }
	page := v.page
	if h := page.PrintHeight; h > 0 && h < lowest {
		add("low_resolution", math.RoundToEven(h))
	}
	if page.Turn != 0 {
		add("turned", page.Turn)
	}
	all = append(all, leftOut(page, v.left)...)
	if page.Broken {
		add("broken_rules")
	}
	if page.Streaks {
		add("streak")
	}
	if page.Dewarped {
		add("dewarped")
	}
	for i, t := range v.tables {
		if t.Grid.Open {
			add("no_rules", i+1)
		}
		if n := t.Grid.Recovered; n > 0 {
			add("lost_rules", n, i+1)
		}
	}
	if v.missed != "" {
		add("missed_form", v.missed)
	}
	if len(seals) > 0 {
		add("stamp")
	}
	return all
}

// doubtUnknown flags a table of no known form that may not be what it looks
// like.
func doubtUnknown(table *tables.Table, t *reading.Table, v *view, sheet *tables.Sheet, forms []*tables.Form) {
	if v.guessed || t.OnItsSide() {
		table.Doubt(tables.Because("turn_unsure"))
	}
	if v.page.Illegible() {
		table.Doubt(tables.Because("print_too_small"))
	}
	if t.Babble() {
		table.Doubt(tables.Because("table_unlike_writing"))
	}
	if v.page.Streaks {
		table.Doubt(tables.Because("table_streak"))
	}
	if n := t.Grid.Recovered; n > 0 {
		table.Doubt(tables.Because("table_rules_lost", n))
	}
	if v.page.Broken {
		table.Doubt(tables.Because("table_rules_broken"))
	}
	if t.Grid.Open {
		table.Doubt(tables.Because("table_unruled"))
	}
	if t.HasLow() {
		table.Doubt(tables.Because("row_too_low"))
	}
	if t.HasUnsureEdges() {
		table.Doubt(tables.Because("edges_unsure"))
	}
	if t.Grid.Lumped {
		table.Doubt(tables.Because("cells_lumped"))
	}
	if t.Grid.RowBeside {
		table.Doubt(tables.Because("row_beside"))
	}
	if near := tables.Resembles(sheet, forms); near != "" {
		table.Doubt(tables.Because("near_form", near))
	}
}
