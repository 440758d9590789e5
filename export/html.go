package export

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"lines": func(s string) []string { return strings.Split(s, "\n") },
	"join":  func(s []string) string { return strings.Join(s, "; ") },
}).Parse(pageHTML))

type htmlWriter struct {
	w     io.Writer
	begun bool
}

func newHTML(w io.Writer, _ Options) Writer { return &htmlWriter{w: w} }

// What the template sees of a table.
type htmlTable struct {
	*tables.Table
	Title  string
	Rows   [][]htmlCell
	Failed []tables.Check
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
		data := struct {
			*tables.Document
			Shown []htmlTable
		}{Document: d}
		for i := range d.Tables {
			data.Shown = append(data.Shown, shown(d, i))
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

func shown(d *tables.Document, i int) htmlTable {
	t := &d.Tables[i]
	s := htmlTable{Table: t, Title: caption(d, i), Rows: make([][]htmlCell, t.Rows)}
	for j := range t.Cells {
		c := &t.Cells[j]
		hc := htmlCell{Cell: c, Reasons: ReasonsFor(t, c)}
		if r := recordAt(t, c); r != nil {
			hc.Key = r.Key
		}
		s.Rows[c.Row] = append(s.Rows[c.Row], hc)
	}
	for _, c := range t.Checks {
		if !c.OK {
			s.Failed = append(s.Failed, c)
		}
	}
	return s
}
