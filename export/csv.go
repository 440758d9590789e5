package export

import (
	"bytes"
	"encoding/csv"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// Excel on a Chinese Windows reads a CSV file as GBK unless it begins with a
// byte order mark, and clerks open CSV in Excel. Programs that read CSV as
// UTF-8 can skip the mark (utf-8-sig in Python) or ask for none.
const bom = "\uFEFF"

// csvWriter buffers what one picture gives and writes it at once.
type csvWriter struct {
	w     io.Writer
	begun bool
	noBOM bool
	rows  func(begun bool, docs []*tables.Document) [][]string
}

func (c *csvWriter) Write(docs []*tables.Document) error {
	rows := c.rows(c.begun, docs)
	if len(rows) == 0 {
		return nil
	}
	var b bytes.Buffer
	if !c.begun && !c.noBOM {
		b.WriteString(bom)
	}
	c.begun = true
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	for _, r := range rows {
		if r == nil {
			w.Flush()
			b.WriteString("\r\n")
			continue
		}
		for i := range r {
			r[i] = Harmless(r[i])
		}
		if err := w.Write(r); err != nil {
			return err
		}
	}
	w.Flush()
	_, err := c.w.Write(b.Bytes())
	return err
}

func (c *csvWriter) Close() error { return nil }

func newGridCSV(w io.Writer, o Options) Writer {
	return &csvWriter{w: w, noBOM: o.NoBOM, rows: func(begun bool, docs []*tables.Document) [][]string {
		var rows [][]string
		for _, d := range docs {
			for i := range d.Tables {
				if begun || len(rows) > 0 {
					rows = append(rows, nil)
				}
				rows = append(rows, Grid(&d.Tables[i])...)
			}
		}
		return rows
	}}
}

// Grid is a table as t.Rows rows of t.Cols texts. A cell that spans several positions has
// its text in the first of them, and the others are empty.
func Grid(t *tables.Table) [][]string {
	rows := make([][]string, t.Rows)
	for i := range rows {
		rows[i] = make([]string, t.Cols)
	}
	for _, c := range t.Cells {
		if c.Row < t.Rows && c.Col < t.Cols {
			rows[c.Row][c.Col] = c.Text
		}
	}
	return rows
}

// RecordColumns are the columns of records-csv. Batch runs use them too.
var RecordColumns = []string{"path", "page", "table", "form", "key", "labels", "raw", "value", "unit", "confidence", "review", "reasons", "codes"}

func newRecordsCSV(w io.Writer, o Options) Writer {
	return &csvWriter{w: w, noBOM: o.NoBOM, rows: func(begun bool, docs []*tables.Document) [][]string {
		var rows [][]string
		if !begun {
			rows = append(rows, append([]string(nil), RecordColumns...))
		}
		for _, d := range docs {
			for i := range d.Tables {
				for j := range d.Tables[i].Records {
					rows = append(rows, RecordRow(d, i, j))
				}
			}
		}
		return rows
	}}
}

// RecordRow is one record as the texts of RecordColumns, before they are made Harmless.
// Table and record are places in the document, from 0; the row counts tables from 1.
func RecordRow(d *tables.Document, table, record int) []string {
	return recordRowIn(message.English, d, table, record)
}

// recordRowIn has the reasons in a language.
func recordRowIn(l message.Language, d *tables.Document, table, record int) []string {
	t := &d.Tables[table]
	r := &t.Records[record]
	form, value, unit := "", "", ""
	if t.Form != nil {
		form = *t.Form
	}
	if r.Value != nil {
		value = number(*r.Value)
	}
	if r.Unit != nil {
		unit = *r.Unit
	}
	return []string{
		d.Source.Path, strconv.Itoa(d.Source.Page), strconv.Itoa(table + 1), form, r.Key,
		strings.Join(r.Labels, " > "), r.Raw, value, unit,
		strconv.FormatFloat(r.Confidence, 'f', -1, 64), strconv.FormatBool(r.Review),
		strings.Join(inWords(l, r.Causes, r.Reasons), "; "), Codes(r.Causes),
	}
}

// Codes are the codes of causes, parted by blanks, which no code has in it.
func Codes(causes []tables.Cause) string {
	codes := make([]string, len(causes))
	for i, c := range causes {
		codes[i] = c.Code
	}
	return strings.Join(codes, " ")
}

// number writes a value without exponent, as people do.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// signed is what a cell that begins with a sign may hold and still be no
// formula: digits, separators, dashes, and words in Chinese, such as a unit.
var signed = regexp.MustCompile(`^[-+－＋][\s\d.,%/０-９．，、％:：\-－—–]*\p{Han}*$`)

// Harmless keeps a spreadsheet from running a text as a formula: a text that
// begins like one gets an apostrophe in front, which spreadsheets take for
// "this is text". Numbers with a sign, such as -3 or +3万元, are left alone:
// they are what is printed, and no formula can be made of them.
func Harmless(s string) string {
	if s == "" {
		return s
	}
	switch []rune(s)[0] {
	case '=', '@', '＝', '＠', '\t', '\r', '\n':
		return "'" + s
	case '+', '-', '＋', '－':
		if !signed.MatchString(s) {
			return "'" + s
		}
	}
	return s
}
