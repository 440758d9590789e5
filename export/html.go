package export

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"lines":  func(s string) []string { return strings.Split(s, "\n") },
	"join":   func(s []string) string { return strings.Join(s, "; ") },
	"number": number,
}).Parse(pageHTML))

type htmlWriter struct {
	w        io.Writer
	language message.Language
	begun    bool
}

func newHTML(w io.Writer, o Options) Writer { return &htmlWriter{w: w, language: o.Language} }

// An htmlDocument is what the template sees of a document.
type htmlDocument struct {
	Title    string
	Warnings []string
	Shown    []htmlTable
	Language message.Language
}

// What the template sees of a table.
type htmlTable struct {
	*tables.Table
	FormID   string // empty for no known form
	Title    string // above it; empty where the picture's name says all
	Rows     [][]htmlCell
	Why      []string
	Failed   []string
	Language message.Language
}

type htmlCell struct {
	*tables.Cell
	Key     string
	Reasons []string
}

func (h *htmlWriter) Write(docs []*tables.Document) error {
	var b bytes.Buffer
	if !h.begun {
		if err := page.ExecuteTemplate(&b, "head", nil); err != nil {
			return err
		}
	}
	h.begun = true
	for _, d := range docs {
		data := htmlDocument{Title: pageTitle(h.language, d), Language: h.language}
		for i := range d.Warnings {
			data.Warnings = append(data.Warnings, warningText(h.language, &d.Warnings[i]))
		}
		for i := range d.Tables {
			data.Shown = append(data.Shown, shown(h.language, d, i))
		}
		if err := page.ExecuteTemplate(&b, "document", data); err != nil {
			return err
		}
	}
	_, err := h.w.Write(b.Bytes())
	return err
}

func (h *htmlWriter) Close() error {
	if !h.begun {
		return nil
	}
	return page.ExecuteTemplate(h.w, "foot", nil)
}

func shown(l message.Language, d *tables.Document, i int) htmlTable {
	t := &d.Tables[i]
	s := htmlTable{Table: t, Title: t.Caption, Rows: make([][]htmlCell, t.Rows), Why: inWords(l, t.Causes, t.Reasons), Language: l}
	if t.Form != nil {
		s.FormID = *t.Form
	}
	if s.Title == "" && len(d.Tables) > 1 {
		s.Title = l.Text("table %d", i+1)
	}
	for j := range t.Cells {
		c := &t.Cells[j]
		hc := htmlCell{Cell: c, Reasons: ReasonsFor(l, t, c)}
		if r := t.RecordAt(c.Row, c.Col); r != nil {
			hc.Key = r.Key
		}
		s.Rows[c.Row] = append(s.Rows[c.Row], hc)
	}
	for _, c := range t.Checks {
		if !c.OK {
			s.Failed = append(s.Failed, checkText(l, &c))
		}
	}
	return s
}
