package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/typeset"
	"github.com/biaoge/biaoge/tables"
)

// A made table is a form with values, as a test knows them.
type made struct {
	form   *tables.Form
	values map[string]string
}

// make fills a form by chance: numbers, signs, units, dashes, blanks, and
// digits of full width.
func makeTable(r *rand.Rand, id string) made {
	m := made{values: make(map[string]string)}
	for _, f := range tables.EmbeddedForms() {
		if f.ID == id {
			m.form = f
		}
	}
	for _, c := range m.form.Cells {
		if c.Key == "" {
			continue
		}
		v := strconv.Itoa(r.IntN(4000))
		switch r.IntN(12) {
		case 0:
			v = "-" + v
		case 1:
			v = "—"
		case 2:
			v = "１２３"
		case 3:
			v = "1,234"
		case 4:
			v = v + "万元"
		case 5, 6, 7:
			v = "0"
		case 8:
			v = "减2"
		}
		m.values[c.Key] = v
	}
	return m
}

var edition2021 = []string{"gov-disclosure/proactive@2021", "gov-disclosure/requests@2021", "gov-disclosure/appeals@2019"}

func makeReport(seed uint64) []made {
	r := rand.New(rand.NewPCG(seed, 21))
	var all []made
	for _, id := range edition2021 {
		all = append(all, makeTable(r, id))
	}
	return all
}

func (m made) set() typeset.Table { return typeset.Table{Form: m.form, Values: m.values} }

func (m made) text(c tables.FormCell) string { return m.set().Text(c) }

// html sets the table as an editor does.
func (m made) html() string { return m.set().HTML() }

// read opens and reads a report; pictures have the tables that their names say.
func read(t *testing.T, in report.Input, pictures map[string]*tables.Document) (*report.Report, *report.Document) {
	t.Helper()
	r, err := report.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Read(t.Context(), r, fakeReader(pictures), report.Options{Forms: tables.EmbeddedForms()})
	if err != nil {
		t.Fatal(err)
	}
	checkJSON(t, d)
	return r, d
}

// fakeReader gives pictures the documents of their names.
func fakeReader(pictures map[string]*tables.Document) report.Reader {
	return func(_ context.Context, files []report.File) ([]report.Reading, error) {
		out := make([]report.Reading, len(files))
		for i, f := range files {
			name := f.Name[strings.LastIndexByte(f.Name, '/')+1:]
			if d := pictures[name]; d != nil {
				out[i].Docs = []*tables.Document{d}
				continue
			}
			out[i].Docs = []*tables.Document{{Version: 1, Tables: []tables.Table{}, Warnings: []tables.Warning{}}}
		}
		return out, nil
	}
}

// document is what a picture of made tables gives.
func (m made) document(name string) *tables.Document {
	s := &tables.Sheet{Rows: m.form.Rows, Cols: m.form.Cols}
	for _, c := range m.form.Cells {
		s.Cells = append(s.Cells, tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Reading: tables.Reading{Text: m.text(c), Confidence: 0.9}})
	}
	t := tables.Build(s, tables.MatchForm(s, tables.EmbeddedForms()), tables.DefaultReviewBelow)
	return &tables.Document{Version: 1, Source: tables.Source{Path: name, Page: 1}, Tables: []tables.Table{t}, Warnings: []tables.Warning{}}
}

// picture is a file of a picture of a size, told apart from others by its tone.
func picture(w, h int, tone uint8) []byte {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = tone
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// hasAll wants every value as it was made, none of them flagged.
func hasAll(t *testing.T, d *report.Document, want []made) {
	t.Helper()
	got := make(map[string]report.Record)
	for _, r := range d.Records {
		got[r.Key] = r
	}
	n := 0
	for _, m := range want {
		for key, raw := range m.values {
			n++
			r, ok := got[key]
			switch {
			case !ok || r.Raw != raw:
				t.Errorf("%s: %q, want %q", key, r.Raw, raw)
			case r.Review && d.Tables[r.Table].Origin == report.OriginNative:
				t.Errorf("%s is flagged: %v", key, r.Reasons)
			}
		}
	}
	if len(d.Records) != n {
		t.Errorf("%d records, want %d", len(d.Records), n)
	}
	if len(d.Missing) > 0 || len(d.Conflicts) > 0 {
		t.Errorf("missing %v, conflicts %v", d.Missing, d.Conflicts)
	}
}

// checkJSON wants the fields that the contract names, none of them null that is
// a list.
func checkJSON(t *testing.T, d *report.Document) {
	t.Helper()
	line, err := report.JSON(d)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"version", "source", "pictures", "tables", "records", "conflicts", "warnings", "missing"} {
		if v, ok := fields[name]; !ok || string(v) == "null" {
			t.Errorf("%s is %s", name, v)
		}
	}
}

// files are what lies beside a report in a test.
func files(all map[string][]byte) content.Files {
	return func(name string) ([]byte, error) {
		if data, ok := all[name]; ok {
			return data, nil
		}
		return nil, fmt.Errorf("%s: %w", name, errNotExist)
	}
}
