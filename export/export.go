// Package export writes extraction documents in the formats people use: JSON,
// CSV, HTML, Markdown, Excel workbooks, and tables for the terminal.
//
// Formats lists them; NewWriter of a format starts an output, to which documents
// are written one picture after another. The package must not know how anything was
// read, nor where its output goes.
package export

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// A Writer writes documents one after another. Each Write reaches the
// underlying writer before it returns, except for formats that only exist as
// a whole (see Format.Whole).
type Writer interface {
	// Write takes the documents of one picture: one for each page.
	Write(docs []*tables.Document) error
	// Close ends the output; it does not close the underlying writer. When
	// nothing was written, Close writes nothing either.
	Close() error
}

// Options change what a format looks like.
type Options struct {
	// Single says that one picture was asked for: JSON is then indented for
	// people where the picture has one page. Otherwise it is one line each.
	Single bool
	// NoBOM leaves out the byte order mark that CSV begins with so that
	// Excel reads it as UTF-8.
	NoBOM bool
	// Language is what reasons and headings are written in, "en" or "zh";
	// English where it is empty. JSON and CSV are for programs and stay in
	// English, with codes beside the words.
	Language message.Language
}

// A Format is one of the output formats.
type Format struct {
	Name       string
	Extensions []string // of file names that mean this format, without dot
	Binary     bool     // no text: not for terminals
	Whole      bool     // nothing is written before Close
	Summary    string

	fits []string // other extensions that this format is written to as well
	open func(io.Writer, Options) Writer
}

// Formats are all formats, the default first.
var Formats = []Format{
	{Name: "json", Extensions: []string{"json"}, Summary: "the whole document; one line each when there are several", fits: []string{"jsonl", "ndjson"}, open: newJSON},
	{Name: "jsonl", Extensions: []string{"jsonl", "ndjson"}, Summary: "the whole document, one line each", fits: []string{"json"}, open: newJSONLines},
	{Name: "csv", Extensions: []string{"csv"}, Summary: "the cells of each table as a grid, a blank line between tables", open: newGridCSV},
	{Name: "records-csv", Summary: "one line for each value of a known form", fits: []string{"csv"}, open: newRecordsCSV},
	{Name: "html", Extensions: []string{"html", "htm"}, Summary: "one page with every table, flagged cells marked", open: newHTML},
	{Name: "markdown", Extensions: []string{"md", "markdown"}, Summary: "tables for a text, flagged cells marked", open: newMarkdown},
	{Name: "xlsx", Extensions: []string{"xlsx"}, Binary: true, Whole: true, Summary: "an Excel workbook: tables, records, checks; flagged cells coloured", open: newXLSX},
}

// Names lists the names of the formats.
func Names() []string {
	var names []string
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return names
}

// Lookup finds a format by its name.
func Lookup(name string) (Format, error) {
	for _, f := range Formats {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("there is no format %s; there are %s", name, strings.Join(Names(), ", "))
}

// ForFile finds the format that a file name's extension means.
func ForFile(name string) (Format, bool) {
	for _, f := range Formats {
		if slices.Contains(f.Extensions, extension(name)) {
			return f, true
		}
	}
	return Format{}, false
}

// Fits says whether a file of this name may hold the format: its extension
// means that, one that looks the same to who opens it, or no format at all.
func (f Format) Fits(name string) bool {
	_, means := ForFile(name)
	return !means || slices.Contains(f.Extensions, extension(name)) || slices.Contains(f.fits, extension(name))
}

func extension(name string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
}

// NewWriter starts an output.
func (f Format) NewWriter(w io.Writer, o Options) Writer { return f.open(w, o) }

// Notes are what is to be said of a table as a whole: why it is flagged, and
// the sums that fail.
func Notes(l message.Language, t *tables.Table) []string {
	notes := slices.Clone(inWords(l, t.Causes, t.Reasons))
	for _, c := range t.Checks {
		if !c.OK {
			notes = append(notes, checkText(l, &c))
		}
	}
	return notes
}

// ReasonsFor says in words why a cell is flagged; nil where it is not.
func ReasonsFor(l message.Language, t *tables.Table, c *tables.Cell) []string {
	r := t.RecordAt(c.Row, c.Col)
	switch {
	case !c.Review && (r == nil || !r.Review):
		return nil
	case len(c.Reasons) > 0:
		return inWords(l, c.Causes, c.Reasons)
	case r != nil && len(r.Reasons) > 0:
		return inWords(l, r.Causes, r.Reasons)
	}
	sure := fmt.Sprintf("%.3f", c.Confidence)
	if len(c.Alternatives) == 0 {
		return []string{tables.Because("reading_uncertain", sure).In(l)}
	}
	return []string{tables.Because("reading_uncertain_or", sure, strconv.Quote(c.Alternatives[0].Text)).In(l)}
}

// inWords are reasons in a language. Documents of earlier versions and of
// other programs may have the words alone.
func inWords(l message.Language, causes []tables.Cause, reasons []string) []string {
	if len(causes) != len(reasons) {
		return reasons
	}
	words := make([]string, len(causes))
	for i, c := range causes {
		words[i] = c.In(l)
	}
	return words
}

// checkReason says in words why a check fails; empty where it holds.
func checkReason(l message.Language, c *tables.Check) string {
	if c.Cause != nil {
		return c.Cause.In(l)
	}
	return c.Reason
}

// warningText is a warning in a language.
func warningText(l message.Language, w *tables.Warning) string {
	if cause := w.Cause(); cause.String() == w.Message {
		return cause.In(l)
	}
	return w.Message // of another version or program
}

// pageTitle says which picture, or page of it, something comes from.
func pageTitle(l message.Language, d *tables.Document) string {
	if d.Source.Page > 1 {
		return l.Text("%[1]s, page %[2]d", d.Source.Path, d.Source.Page)
	}
	return d.Source.Path
}

// caption says which picture and table something comes from.
func caption(l message.Language, d *tables.Document, i int) string {
	s := pageTitle(l, d)
	if len(d.Tables) > 1 {
		s = l.Text("%[1]s, table %[2]d", s, i+1)
	}
	return s
}
