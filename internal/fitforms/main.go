// Command fitforms measures how well tables agree with forms, for models/train/forms.py to
// fit to: one line of JSON for each pair of a table and a form.
//
//	fitforms FOLDER... > FILE
//
// A folder holds pictures and truth.jsonl, as `biaoge synth` and models/office write them.
// Each table is matched with the forms that the program knows; with all of them but its own;
// and with forms that are its own but for some of their labels, as other offices' tables are.
// Small tables that use some of the words of forms, and are none, are made besides.
//
// It must not know what comes of the figures.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/evaluate"
	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/seal"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// An example is a table matched with a form.
type example struct {
	Picture string    `json:"picture"`
	Set     string    `json:"set"`
	With    string    `json:"with"`  // which forms it was matched with: known, others, altered or quoting
	Rows    float64   `json:"rows"`  // which share of the table's rows it was, from 0 to 1
	Other   float64   `json:"other"` // share of the labels of its own form that were altered, 0 to 1
	Form    string    `json:"form"`  // that agrees best
	Own     string    `json:"own"`   // the id of the table's own form; empty where it has none
	Figures []float64 `json:"figures"`
	Given   float64   `json:"given"` // what the program makes of them
}

func main() {
	w := bufio.NewWriter(os.Stdout)
	err := run(w, os.Args[1:])
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fitforms:", err)
		os.Exit(1)
	}
}

func run(w *bufio.Writer, folders []string) error {
	reader, err := ocr.NewReader("chi_sim")
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // nothing is written
	out := json.NewEncoder(w)
	if err := out.Encode(map[string]any{"names": tables.FormFigures}); err != nil {
		return err
	}
	tools := reading.Tools{Reader: reader, ReviewBelow: tables.DefaultReviewBelow}
	for _, e := range quoting(rand.New(rand.NewPCG(1, 1))) { //nolint:gosec // the same each time
		if err := out.Encode(e); err != nil {
			return err
		}
	}
	for _, folder := range folders {
		name := filepath.Join(folder, "truth.jsonl")
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		truth, err := evaluate.ReadTruth(name, bytes.NewReader(data))
		if err != nil {
			return err
		}
		for i := range truth {
			p := &truth[i]
			sheets, err := sheetsIn(filepath.Join(folder, p.File), max(1, p.Page), tools)
			if err != nil {
				return fmt.Errorf("%s: %w", p.File, err)
			}
			if len(sheets) != len(p.Tables) {
				continue // which is which is not known
			}
			for k, s := range sheets {
				own := p.Tables[k].FormID()
				if p.Set == turned && !upright(s, &p.Tables[k]) {
					own = "" // what is read of it is nothing that the form says
				}
				r := rand.New(rand.NewPCG(uint64(i), uint64(k))) //nolint:gosec // the same each time
				for _, part := range parts(s, r) {
					for _, e := range examplesOf(part, own, part != s, r) {
						e.Picture, e.Set, e.Rows = p.File, p.Set, float64(part.Rows)/float64(s.Rows)
						if err := out.Encode(e); err != nil {
							return err
						}
					}
				}
			}
		}
	}
	return nil
}

// turned is the kind of pictures that lie on a side or upside down, unless the file says so.
const turned = "turned"

// upright tells whether anything that is printed on a table was read.
func upright(s *tables.Sheet, truth *evaluate.Table) bool {
	read := make(map[string]bool)
	for _, c := range s.Cells {
		read[tables.Fold(c.Reading.Text)] = true
	}
	return slices.ContainsFunc(truth.Cells, func(c evaluate.Cell) bool {
		return len([]rune(c.Text)) > 3 && read[tables.Fold(c.Text)] // no chance
	})
}

// sheetsIn are the tables of a page of a picture, as the line reader reads them.
func sheetsIn(path string, page int, tools reading.Tools) (sheets []*tables.Sheet, err error) {
	f, err := picture.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pic, err := f.Page(page)
	if err != nil {
		return nil, err
	}
	gray := pic.Gray
	if pic.Coloured {
		gray, tools.Seals = seal.Without(pic.Gray, pic.BGR())
	}
	ctx := context.Background()
	p, err := layout.Analyze(ctx, gray, 0)
	if err != nil {
		return nil, err
	}
	defer p.Close() //nolint:errcheck // nothing is written
	for i := range p.Grids {
		t := reading.New(p, &p.Grids[i], tools)
		if err := t.Read(ctx, reading.Plenty); err != nil {
			return nil, err
		}
		sheets = append(sheets, t.Sheet())
	}
	return sheets, nil
}

// parts are a table and two parts of it, as the end of a page cuts it.
func parts(s *tables.Sheet, r *rand.Rand) []*tables.Sheet {
	out := []*tables.Sheet{s}
	if s.Rows < 4 {
		return out
	}
	cut := 2 + r.IntN(s.Rows-3)
	for _, rows := range [][2]int{{0, cut}, {cut, s.Rows}} {
		part := *s
		part.Rows, part.Cells = rows[1]-rows[0], nil
		for _, c := range s.Cells {
			top, bottom := max(c.Row, rows[0]), min(c.Row+c.RowSpan, rows[1])
			if top >= bottom {
				continue
			}
			if c.Row < rows[0] {
				c.Reading = tables.Reading{Confidence: 1} // its text is on the page before
			}
			c.Row, c.RowSpan = top-rows[0], bottom-top
			part.Cells = append(part.Cells, c)
		}
		out = append(out, &part)
	}
	return out
}

// altered are the shares of a form's labels that are altered.
var altered = []float64{0.05, 0.1, 0.3, 0.5, 0.7}

// examplesOf matches a table, or a part of it. Its own form has an id, perhaps without its
// edition; empty where it has none.
func examplesOf(s *tables.Sheet, own string, part bool, r *rand.Rand) (out []example) {
	known := tables.EmbeddedForms()
	var its *tables.Form
	itsID := ""
	var others []*tables.Form
	add := func(forms []*tables.Form, with string, other float64) {
		if m := tables.Nearest(s, forms); m != nil {
			out = append(out, example{With: with, Other: other, Form: m.Form.ID, Own: itsID, Figures: m.Figures, Given: m.Confidence})
		}
	}
	for _, f := range known {
		if base, _, _ := strings.Cut(f.ID, "@"); own == f.ID || own == base {
			its, itsID = f, f.ID
		} else {
			others = append(others, f)
		}
	}
	add(known, "known", 0)
	if its == nil {
		return out
	}
	add(others, "others", 0)
	if part {
		return out // which of its labels are on it is not known
	}
	for _, share := range altered {
		f, now := alter(its, known, share, r)
		add(append([]*tables.Form{f}, others...), "altered", now)
	}
	return out
}

// alter makes a form of another, with other words in some share of its labels, and says in
// which: those of its labels that are written alike are altered alike.
func alter(f *tables.Form, all []*tables.Form, share float64, r *rand.Rand) (*tables.Form, float64) {
	labels, other := 0, 0
	out := &tables.Form{ID: f.ID, Title: f.Title, Rows: f.Rows, Cols: f.Cols, Checks: f.Checks, Variants: make(map[string][]string)}
	now := make(map[string]string)
	for _, c := range f.Cells {
		text, seen := now[c.Text]
		if !seen {
			text = c.Text
			if c.Key == "" && c.Text != "" && r.Float64() < share {
				text = words(all, len([]rune(c.Text)), r)
			} else if v := f.Variants[c.Text]; v != nil {
				out.Variants[c.Text] = v
			}
			now[c.Text] = text
		}
		if c.Key == "" && c.Text != "" {
			labels++
			if text != c.Text {
				other++
			}
		}
		c.Text = text
		out.Cells = append(out.Cells, c)
	}
	return out, float64(other) / float64(max(1, labels))
}

// quoting makes tables of no form with some labels of one, one below the other in the first
// column and each beside its numbers, as an office may list what it did. Tables that have such
// labels side by side are not among them.
func quoting(r *rand.Rand) (out []example) {
	known := tables.EmbeddedForms()
	for _, f := range known {
		for range 200 {
			s := &tables.Sheet{Cols: 2 + r.IntN(3)}
			row := func(label string, number func() string) {
				for c := range s.Cols {
					text := label
					if c > 0 {
						text = number()
					}
					s.Cells = append(s.Cells, tables.SheetCell{Row: s.Rows, Col: c, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: text, Confidence: 0.999}})
				}
				s.Rows++
			}
			other := func() string { return words(known, 2+r.IntN(5), r) }
			if r.Float64() < 0.6 {
				row(other(), other)
			}
			own, at := r.Float64(), r.IntN(len(f.Cells))
			for range 1 + r.IntN(7) {
				label := other()
				if r.Float64() < own {
					for label = ""; label == ""; at++ {
						label = f.Cells[at%len(f.Cells)].Text
					}
				}
				row(label, func() string { return fmt.Sprint(r.IntN(1 + r.IntN(500))) })
			}
			if m := tables.Nearest(s, known); m != nil {
				out = append(out, example{With: "quoting", Rows: 1, Form: m.Form.ID, Figures: m.Figures, Given: m.Confidence})
			}
		}
	}
	return out
}

// words are so many characters of labels of forms, taken anywhere.
func words(all []*tables.Form, n int, r *rand.Rand) string {
	var b strings.Builder
	for i := 0; i < n; {
		f := all[r.IntN(len(all))]
		text := []rune(f.Cells[r.IntN(len(f.Cells))].Text)
		if len(text) < 2 {
			continue
		}
		from := r.IntN(len(text) - 1)
		some := text[from:min(len(text), from+2+r.IntN(3))]
		some = some[:min(len(some), n-i)]
		b.WriteString(string(some))
		i += len(some)
	}
	return b.String()
}
