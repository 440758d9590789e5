package export

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"github.com/biaoge/biaoge/tables"
)

// The sheets of records and of checks are lists: heads that stay in sight, a
// filter on each column, columns as wide as what is in them.

// A listRow is a row of such a list.
type listRow struct {
	values []any // texts, numbers, whether something is so, nil for nothing
	style  listStyle
	link   string // where in the workbook its raw text stands; empty for no link
}

// first is 1 for a row that leads to a doubt, and else 0.
func (r *listRow) first() int { return min(1, len(r.link)) }

// A listStyle is how a row looks.
type listStyle struct{ text, truth int }

// listWidth is how wide a column becomes, in characters; longer texts are broken
// into lines. The longest keys of the forms just fit.
const listWidth = 54

// list writes a list.
func (x *xlsxWriter) list(sheet string, columns []string, rows []listRow) {
	const arrow = 4 // characters that the filter takes in a head
	widths := make([]float64, len(columns))
	for k, name := range columns {
		cell := at(k, 0)
		name = x.language.Text(name)
		x.keep(x.f.SetCellStr(sheet, cell, name))
		x.keep(x.f.SetCellStyle(sheet, cell, cell, x.heading))
		widths[k] = float64(runewidth.StringWidth(name) + arrow)
	}
	for n, r := range rows {
		for k, v := range r.values {
			x.set(sheet, at(k, n+1), v)
			widths[k] = min(listWidth, max(widths[k], float64(wide(v)+1)))
		}
	}
	for n, r := range rows {
		lines := 1
		x.keep(x.f.SetCellStyle(sheet, at(0, n+1), at(len(r.values)-1, n+1), r.style.text))
		for k, v := range r.values {
			switch v := v.(type) {
			case string:
				if columns[k] != "keys" { // which are many, and for programs: a row shows how they begin
					lines = max(lines, linesOf(v, widths[k]-1))
				}
			case bool:
				x.keep(x.f.SetCellStyle(sheet, at(k, n+1), at(k, n+1), r.style.truth))
			}
		}
		x.rowHeight(sheet, n+1, lines)
	}
	for k, w := range widths {
		col, _ := excelize.ColumnNumberToName(k + 1)
		x.keep(x.f.SetColWidth(sheet, col, col, w))
	}
	x.freeze(sheet, 1)
	x.keep(x.f.AutoFilter(sheet, at(0, 0)+":"+at(len(columns)-1, len(rows)), nil))
	x.onPaper(sheet) // after the filter, which would undo it
}

// wide is how many characters wide something is.
func wide(v any) int {
	switch v := v.(type) {
	case string:
		return runewidth.StringWidth(v)
	case float64:
		return len(number(v))
	}
	return len("FALSE")
}

// rawColumn is where records have what is printed.
var rawColumn = slices.Index(RecordColumns, "raw")

// records takes down the values of a table that is on a sheet.
func (x *xlsxWriter) records(d *tables.Document, i int, sheet string) {
	for j := range d.Tables[i].Records {
		r := &d.Tables[i].Records[j]
		row := listRow{style: x.plain}
		for k, text := range recordRowIn(x.language, d, i, j) {
			var v any = text // what is printed, too
			switch RecordColumns[k] {
			case "page", "table", "value", "confidence":
				if v = asNumber(text); text == "" {
					v = nil
				}
			case "review":
				v = r.Review
			}
			row.values = append(row.values, v)
		}
		if r.Review {
			row.style, row.link = x.doubt, "'"+sheet+"'!"+at(r.Cell[1], r.Cell[0])
		}
		x.recordRows = append(x.recordRows, row)
	}
}

// writeRecords writes the sheet of records: those to look at first, with a link
// from what was read to where it stands in its table.
func (x *xlsxWriter) writeRecords() {
	slices.SortStableFunc(x.recordRows, func(a, b listRow) int { return cmp.Compare(b.first(), a.first()) })
	x.list(x.recordsSheet, RecordColumns, x.recordRows)
	for n, r := range x.recordRows[:min(linksAtMost, len(x.recordRows))] {
		if r.link == "" {
			break
		}
		cell := at(rawColumn, n+1)
		x.keep(x.f.SetCellHyperLink(x.recordsSheet, cell, r.link, "Location"))
		x.keep(x.f.SetCellStyle(x.recordsSheet, cell, cell, x.link))
	}
}

var checkColumns = []string{"path", "page", "table", "rule", "ok", "expected", "actual", "keys", "reason"}

// checks takes down the sums of a table.
func (x *xlsxWriter) checks(d *tables.Document, i int) {
	for _, c := range d.Tables[i].Checks {
		row := listRow{style: x.plain, values: []any{d.Source.Path, float64(d.Source.Page), float64(i + 1), c.Rule, c.OK, c.Expected, c.Actual,
			strings.Join(c.Keys, " "), checkReason(x.language, &c)}}
		if !c.OK {
			row.style = x.wrong
		}
		x.checkRows = append(x.checkRows, row)
	}
}
