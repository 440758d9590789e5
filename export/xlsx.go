package export

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

const (
	recordsSheet = "records"
	checksSheet  = "checks"
)

// linksAtMost is how many links Excel takes on a sheet.
const linksAtMost = 65_530

// xlsxWriter builds a workbook in memory: a workbook only exists as a whole.
// For very many pictures records-csv is the format to use.
type xlsxWriter struct {
	w        io.Writer
	language message.Language
	f        *excelize.File
	err      error
	sheets   map[string]bool // names in use, in lower case: Excel tells no case apart

	recordRows, checkRows     []listRow // of the sheets that are written at the end
	recordsSheet, checksSheet string    // what these are called

	label, value, flagged, heading, link int // styles
	plain, doubt, wrong                  listStyle
}

func newXLSX(w io.Writer, o Options) Writer {
	x := &xlsxWriter{w: w, language: o.Language, recordsSheet: o.Language.Text(recordsSheet), checksSheet: o.Language.Text(checksSheet)}
	x.sheets = map[string]bool{x.recordsSheet: true, x.checksSheet: true, "history": true}
	return x
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
	// LibreOffice shows what is so as 1 where no format says otherwise.
	truth, top := `"TRUE";"TRUE";"FALSE"`, &excelize.Alignment{Vertical: "top", WrapText: true}
	list := func(f excelize.Fill) listStyle {
		return listStyle{
			text:  style(excelize.Style{Fill: f, Alignment: top}),
			truth: style(excelize.Style{Fill: f, Alignment: top, CustomNumFmt: &truth}),
		}
	}
	x.plain, x.doubt, x.wrong = list(excelize.Fill{}), list(fill("FFD966")), list(fill("F4B6B6"))
	x.link = style(excelize.Style{Fill: fill("FFD966"), Alignment: top, Font: &excelize.Font{Color: "0563C1", Underline: "single"}})

	x.keep(x.f.SetSheetName("Sheet1", x.recordsSheet))
	_, err := x.f.NewSheet(x.checksSheet)
	x.keep(err)
}

// freeze keeps the first rows of a sheet in sight.
func (x *xlsxWriter) freeze(sheet string, rows int) {
	x.keep(x.f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: rows, TopLeftCell: at(0, rows), ActivePane: "bottomLeft"}))
}

// keep remembers the first error; the calls of excelize fail only on
// arguments that are wrong, so one look at the end of each Write is enough.
func (x *xlsxWriter) keep(err error) {
	if x.err == nil {
		x.err = err
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
	x.set(sheet, cell, asNumber(text))
}

// asNumber is a text, or the number that a spreadsheet shows just so; it has no -0.
func asNumber(text string) any {
	if v, err := strconv.ParseFloat(text, 64); err == nil && number(v) == text && len(text) <= 15 && !(v == 0 && math.Signbit(v)) {
		return v
	}
	return text
}

// set writes a text, a number, or whether something is so.
func (x *xlsxWriter) set(sheet, cell string, v any) {
	switch v := v.(type) {
	case float64:
		x.keep(x.f.SetCellFloat(sheet, cell, v, -1, 64))
	case bool:
		x.keep(x.f.SetCellBool(sheet, cell, v))
	case string:
		x.keep(x.f.SetCellStr(sheet, cell, v))
	}
}

func (x *xlsxWriter) Write(docs []*tables.Document) error {
	if x.f == nil {
		x.begin()
	}
	for _, d := range docs {
		for i := range d.Tables {
			x.records(d, i, x.table(d, i))
			x.checks(d, i)
		}
	}
	return x.err
}

// table draws a table on a sheet of its own and returns the sheet's name.
func (x *xlsxWriter) table(d *tables.Document, i int) string {
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
		if why := ReasonsFor(x.language, t, c); why != nil {
			style = x.flagged
			notes = append(notes, why...)
		}
		if len(notes) > 0 {
			x.keep(x.f.AddComment(sheet, excelize.Comment{Cell: first, Author: "biaoge", Text: strings.Join(notes, "\n"), Width: 260, Height: 120}))
		}
		x.keep(x.f.SetCellStyle(sheet, first, last, style))
	}
	x.rowHeights(sheet, t, x.columnWidths(sheet, t))
	x.onPaper(sheet)
	if 0 < t.HeaderRows && t.HeaderRows < t.Rows {
		x.freeze(sheet, t.HeaderRows)
	}
	return sheet
}

// columnWidths keeps the proportions of the printed table, and returns the widths
// in characters.
func (x *xlsxWriter) columnWidths(sheet string, t *tables.Table) []float64 {
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
	const usual = 9        // what a sheet has by itself
	widths := make([]float64, t.Cols)
	for i, w := range px {
		if widths[i] = usual; total <= 0 {
			continue
		}
		widths[i] = min(60, max(6, sheetWidth*w/total))
		col, _ := excelize.ColumnNumberToName(i + 1)
		x.keep(x.f.SetColWidth(sheet, col, col, widths[i]))
	}
	return widths
}

// rowHeights makes rows as high as their texts are, broken into lines by the
// width of their cells: not every program does so by itself.
func (x *xlsxWriter) rowHeights(sheet string, t *tables.Table, widths []float64) {
	lines := make([]int, t.Rows)
	for _, c := range t.Cells {
		room := -1.0 // for what stands between the text and the border
		for _, w := range widths[c.Col : c.Col+c.ColSpan] {
			room += w
		}
		n := linesOf(c.Text, room)
		for r := c.Row; r < c.Row+c.RowSpan; r++ {
			lines[r] = max(lines[r], (n+c.RowSpan-1)/c.RowSpan)
		}
	}
	for r, n := range lines {
		if n > 1 {
			x.rowHeight(sheet, r, n)
		}
	}
}

// linesOf is how many lines a text takes where there is room for so many characters.
func linesOf(text string, room float64) (n int) {
	for line := range strings.Lines(text) {
		n += max(1, int(math.Ceil(float64(runewidth.StringWidth(strings.TrimSpace(line)))/room)))
	}
	return n
}

// rowHeight makes a row high enough for so many lines.
func (x *xlsxWriter) rowHeight(sheet string, row, lines int) {
	const line, highest = 16.0, 409.0 // points: of Chinese print, and more than Excel takes
	x.keep(x.f.SetRowHeight(sheet, row+1, min(highest, line*float64(lines))))
}

// onPaper has a sheet printed on pages that are as wide as it is.
func (x *xlsxWriter) onPaper(sheet string) {
	fit, landscape, wide, high := true, "landscape", 1, 0
	x.keep(x.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	x.keep(x.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
}

// maxSheetName is the longest name of a sheet, in UTF-16 units.
const maxSheetName = 31

// sheetName makes a name that Excel takes from that of the picture.
func (x *xlsxWriter) sheetName(d *tables.Document, i int) string {
	base := filepath.Base(d.Source.Path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	if base == "" || base == "-" {
		base = x.language.Text("picture")
	}
	base = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`:\/?*[]'`, r) {
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
	x.writeRecords()
	x.list(x.checksSheet, checkColumns, x.checkRows)
	if x.err != nil {
		return x.err
	}
	if len(x.sheets) > 3 {
		x.f.SetActiveSheet(2) // the first picture rather than the records
	}
	_, err := x.f.WriteTo(x.w)
	return err
}
