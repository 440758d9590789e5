package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/tables"
)

// OutputFormats are those that reports are written in; FormatSame is beside
// them.
var OutputFormats = []string{"json", "jsonl", "records-csv", "xlsx", "html", "markdown"}

// FormatSame is the report's own format.
const FormatSame = "same"

// A Writer writes report documents one after another.
type Writer interface {
	Write(d *Document) error
	// Close ends the output; it does not close the underlying writer.
	Close() error
}

// NewWriter starts an output in one of OutputFormats. With several documents,
// JSON is an array.
func NewWriter(w io.Writer, format string, several bool, o export.Options) (Writer, error) {
	switch format {
	case "json":
		return &jsonWriter{w: w, array: several}, nil
	case "jsonl":
		return &jsonWriter{w: w, lines: true}, nil
	}
	f, err := export.Lookup(format)
	if err != nil {
		return nil, err
	}
	return &tableWriter{f.NewWriter(w, o)}, nil
}

// JSON is a document on one line, without a newline.
func JSON(d *Document) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(d)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

type jsonWriter struct {
	w            io.Writer
	array, lines bool
	n            int
}

func (j *jsonWriter) Write(d *Document) error {
	line, err := JSON(d)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if j.array {
		b.WriteString(map[bool]string{true: "[", false: ","}[j.n == 0] + "\n")
	}
	j.n++
	if j.lines {
		b.Write(line)
	} else {
		export.Indent(&b, line)
	}
	if !j.array {
		b.WriteByte('\n')
	}
	_, err = j.w.Write(b.Bytes())
	return err
}

func (j *jsonWriter) Close() error {
	if !j.array {
		return nil
	}
	end := "\n]\n"
	if j.n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}

// A tableWriter writes the tables of reports as those of pictures.
type tableWriter struct{ w export.Writer }

func (t *tableWriter) Write(d *Document) error { return t.w.Write(d.Pages()) }
func (t *tableWriter) Close() error            { return t.w.Close() }

// Pages are the tables of a report as documents: one for each picture that has
// tables, under the report's name and its own, and one for each run of native
// tables between them, under the report's name.
func (d *Document) Pages() []*tables.Document {
	var docs []*tables.Document
	last := -2
	for _, t := range d.Tables {
		picture := -1
		if t.Picture != nil {
			picture = *t.Picture
		}
		if picture != last || len(docs) == 0 {
			docs = append(docs, &tables.Document{Version: tables.Version, Source: d.pageSource(picture), Warnings: []tables.Warning{}})
			last = picture
		}
		doc := docs[len(docs)-1]
		table := t.Table
		if table.Caption == "" {
			table.Caption = t.Heading
		}
		doc.Tables = append(doc.Tables, table)
	}
	if len(docs) == 0 {
		docs = append(docs, &tables.Document{Version: tables.Version, Source: d.pageSource(-1), Tables: []tables.Table{}, Warnings: d.Warnings})
	}
	return docs
}

func (d *Document) pageSource(picture int) tables.Source {
	if picture < 0 {
		return tables.Source{Path: d.Source.Path, SHA256: d.Source.SHA256, MediaType: d.Source.MediaType, Page: 1}
	}
	p := &d.Pictures[picture]
	s := p.Document.Source
	s.Path = strings.TrimSuffix(d.Source.Path, "/") + "/" + p.Name
	if d.Source.Path == "-" {
		s.Path = p.Name
	}
	return s
}

// FormatFor is the format that a file's name asks for, for a report of a
// format: its own where the ending is of that. Empty is for a name that says
// nothing.
func FormatFor(name, of string) (string, error) {
	ext := strings.ToLower(path.Ext(name))
	own, known := endings[ext]
	switch {
	case known && own == of && CanGiveBack(of):
		return FormatSame, nil
	case ext == ".html" || ext == ".htm":
		return "html", nil
	case ext == ".md" || ext == ".markdown":
		return "markdown", nil
	case ext == ".csv":
		return "records-csv", nil
	case known:
		return "", fmt.Errorf("a report in %s can't be written as %s; there are %s, and %s where that is its own format", of, strings.TrimPrefix(ext, "."), strings.Join(OutputFormats, ", "), FormatSame)
	}
	if f, ok := export.ForFile(name); ok {
		return f.Name, nil
	}
	return "", nil
}

// IsEnding tells whether an ending of file names, such as .docx, is that of a
// report.
func IsEnding(ext string) bool { return endings[ext] != "" }

// endings are those of reports.
var endings = map[string]string{".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html", ".mhtml": "mhtml", ".mht": "mhtml", ".md": "markdown", ".markdown": "markdown", ".docx": "docx", ".pdf": "pdf", ".epub": "epub", ".txt": "text"}

// CanGiveBack reports whether a report of a format can be given back in it.
func CanGiveBack(format string) bool {
	switch format {
	case "html", "mhtml", "markdown", "docx":
		return true
	}
	return false
}
