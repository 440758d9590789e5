package export

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/biaoge/biaoge/tables"
)

const (
	recordsSheet = "records"
	checksSheet  = "checks"
)

// xlsxWriter builds a workbook in memory: a workbook only exists as a whole.
// For very many pictures records-csv is the format to use.
type xlsxWriter struct {
	w      io.Writer
	f      *excelize.File
	err    error
	sheets map[string]bool // names in use, in lower case: Excel tells no case apart
	record int             // last row of the records sheet
	check  int

	label, value, flagged, heading, wrong int // styles
}

func newXLSX(w io.Writer, _ Options) Writer {
	return &xlsxWriter{w: w, sheets: map[string]bool{recordsSheet: true, checksSheet: true, "history": true}}
}

// begin makes the workbook with its styles and the two sheets that are always
// there; until there is a document, there is no workbook.
func (x *xlsxWriter) begin() {
	x.f = excelize.NewFile()
	border := []excelize.Border{
		{Type: "left", Color: "999999", Style: 1}, {Type: "right", Color: "999999", Style: 1},
		{Type: "top", Color: "999999", Style: 1}, {Type: "bottom", Color: "999999", Style: 1},
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	style := func(s excelize.Style) int {
		id, err := x.f.NewStyle(&s)
		x.keep(err)
		return id
	}
	x.label = style(excelize.Style{Border: border, Fill: fill("F3F3F3"), Alignment: middle})
	x.value = style(excelize.Style{Border: border, Alignment: middle})
	x.flagged = style(excelize.Style{Border: border, Fill: fill("FFD966"), Alignment: middle})
	x.heading = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("F3F3F3")})
	x.wrong = style(excelize.Style{Fill: fill("F4B6B6")})

	x.keep(x.f.SetSheetName("Sheet1", recordsSheet))
	_, err := x.f.NewSheet(checksSheet)
	x.keep(err)
	x.titles(recordsSheet, RecordColumns)
	x.titles(checksSheet, []string{"path", "page", "table", "rule", "ok", "expected", "actual", "keys", "reason"})
	x.record, x.check = 1, 1
	for sheet, widths := range map[string][]float64{
		recordsSheet: {20, 6, 6, 32, 44, 50, 14, 12, 8, 11, 8, 50},
		checksSheet:  {20, 6, 6, 40, 8, 12, 12, 60, 50},
	} {
		for i, w := range widths {
			col, _ := excelize.ColumnNumberToName(i + 1)
			x.keep(x.f.SetColWidth(sheet, col, col, w))
		}
		x.keep(x.f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	}
}

// keep remembers the first error; the calls of excelize fail only on
// arguments that are wrong, so one look at the end of each Write is enough.
func (x *xlsxWriter) keep(err error) {
	if x.err == nil {
		x.err = err
	}
}

func (x *xlsxWriter) titles(sheet string, names []string) {
	for i, n := range names {
		cell := at(i, 0)
		x.keep(x.f.SetCellStr(sheet, cell, n))
		x.keep(x.f.SetCellStyle(sheet, cell, cell, x.heading))
	}
}

// at names a cell by its column and row, both from 0.
func at(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		panic(err) // the grid of a picture is far smaller than a sheet
	}
	return name
}

// put writes a text as it is printed. It is stored as text, so no spreadsheet
// takes it for a formula, unless it is a number that is shown just as it is
// printed: then it can be summed.
func (x *xlsxWriter) put(sheet, cell, text string) {
	if v, err := strconv.ParseFloat(text, 64); err == nil && number(v) == text && len(text) <= 15 {
		x.keep(x.f.SetCellFloat(sheet, cell, v, -1, 64))
		return
	}
	x.keep(x.f.SetCellStr(sheet, cell, text))
}

func (x *xlsxWriter) Write(docs []*tables.Document) error {
	if x.f == nil {
		x.begin()
	}
	for _, d := range docs {
		for i := range d.Tables {
			x.table(d, i)
			x.records(d, i)
			x.checks(d, i)
		}
	}
	return x.err
}

func (x *xlsxWriter) table(d *tables.Document, i int) {
	t := &d.Tables[i]
	sheet := x.sheetName(d, i)
	_, err := x.f.NewSheet(sheet)
	x.keep(err)
	for j := range t.Cells {
		c := &t.Cells[j]
		first, last := at(c.Col, c.Row), at(c.Col+c.ColSpan-1, c.Row+c.RowSpan-1)
		if first != last {
			x.keep(x.f.MergeCell(sheet, first, last))
		}
		if c.Text != "" {
			x.put(sheet, first, c.Text)
		}
		style := x.value
		if c.Kind == tables.KindLabel {
			style = x.label
		}
		var notes []string
		if c.Row == 0 && c.Col == 0 && t.Caption != "" {
			// A row of its own would move every cell away from where it
			// stands in the picture's table.
			notes = append(notes, t.Caption)
		}
		if why := ReasonsFor(t, c); why != nil {
			style = x.flagged
			notes = append(notes, why...)
		}
		if len(notes) > 0 {
			x.keep(x.f.AddComment(sheet, excelize.Comment{Cell: first, Author: "biaoge", Text: strings.Join(notes, "\n"), Width: 260, Height: 120}))
		}
		x.keep(x.f.SetCellStyle(sheet, first, last, style))
	}
	x.columnWidths(sheet, t)
}

// columnWidths keeps the proportions of the printed table.
func (x *xlsxWriter) columnWidths(sheet string, t *tables.Table) {
	px := make([]float64, t.Cols)
	total := 0.0
	for _, c := range t.Cells {
		for k := range c.ColSpan {
			if w := c.Box[2] / float64(c.ColSpan); px[c.Col+k] == 0 || c.ColSpan == 1 {
				px[c.Col+k] = w
			}
		}
	}
	for _, w := range px {
		total += w
	}
	const sheetWidth = 110 // characters: what fits on a screen
	for i, w := range px {
		if total <= 0 {
			break
		}
		col, _ := excelize.ColumnNumberToName(i + 1)
		x.keep(x.f.SetColWidth(sheet, col, col, min(60, max(6, sheetWidth*w/total))))
	}
}

func (x *xlsxWriter) records(d *tables.Document, i int) {
	t := &d.Tables[i]
	for j := range t.Records {
		r := &t.Records[j]
		row := RecordRow(d, i, j)
		for k, text := range row {
			cell := at(k, x.record)
			switch RecordColumns[k] {
			case "page", "table", "value", "confidence":
				if text != "" {
					x.put(recordsSheet, cell, text)
				}
			default: // raw too: it is what is printed
				x.keep(x.f.SetCellStr(recordsSheet, cell, text))
			}
		}
		if r.Review {
			x.keep(x.f.SetCellStyle(recordsSheet, at(0, x.record), at(len(row)-1, x.record), x.flagged))
		}
		x.record++
	}
}

func (x *xlsxWriter) checks(d *tables.Document, i int) {
	for _, c := range d.Tables[i].Checks {
		texts := []string{d.Source.Path, "", "", c.Rule, strconv.FormatBool(c.OK), "", "", strings.Join(c.Keys, " "), c.Reason}
		for k, text := range texts {
			x.keep(x.f.SetCellStr(checksSheet, at(k, x.check), text))
		}
		for k, v := range map[int]float64{1: float64(d.Source.Page), 2: float64(i + 1), 5: c.Expected, 6: c.Actual} {
			x.keep(x.f.SetCellFloat(checksSheet, at(k, x.check), v, -1, 64))
		}
		if !c.OK {
			x.keep(x.f.SetCellStyle(checksSheet, at(0, x.check), at(len(texts)-1, x.check), x.wrong))
		}
		x.check++
	}
}

// maxSheetName is the longest name of a sheet, in UTF-16 units.
const maxSheetName = 31

// sheetName makes a name that Excel takes from that of the picture.
func (x *xlsxWriter) sheetName(d *tables.Document, i int) string {
	base := filepath.Base(d.Source.Path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	if base == "" || base == "-" {
		base = "picture"
	}
	base = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]'`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(base, "_"))
	tail := ""
	if d.Source.Page > 1 {
		tail = fmt.Sprintf(" p%d", d.Source.Page)
	}
	if len(d.Tables) > 1 {
		tail += fmt.Sprintf(" t%d", i+1)
	}
	for n := 1; ; n++ {
		end := tail
		if n > 1 {
			end += fmt.Sprintf(" (%d)", n)
		}
		name := clip(base, maxSheetName-len(end)) + end
		if key := strings.ToLower(name); !x.sheets[key] {
			x.sheets[key] = true
			return name
		}
	}
}

// clip cuts a text to a number of UTF-16 units.
func clip(s string, n int) string {
	for utf16Len(s) > n {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

func utf16Len(s string) int { return len(utf16.Encode([]rune(s))) }

func (x *xlsxWriter) Close() error {
	if x.f == nil {
		return nil
	}
	defer x.f.Close()
	if len(x.sheets) > 3 {
		x.f.SetActiveSheet(2) // the first picture rather than the records
	}
	_, err := x.f.WriteTo(x.w)
	return err
}
