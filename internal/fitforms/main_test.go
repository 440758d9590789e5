package main

import (
	"math/rand/v2"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) } //nolint:gosec // the same each time

func TestAnAlteredFormHasOtherWordsInAShareOfItsLabels(t *testing.T) {
	for _, f := range tables.EmbeddedForms() {
		now, share := alter(f, tables.EmbeddedForms(), 0.5, random())
		labels, other := 0, 0
		words := make(map[string]string)
		for i, c := range f.Cells {
			if c.Key != "" || c.Text == "" {
				if now.Cells[i] != c {
					t.Errorf("%s: %+v became %+v", f.ID, c, now.Cells[i])
				}
				continue
			}
			text := now.Cells[i].Text
			if labels++; text != c.Text {
				other++
			}
			if was, seen := words[c.Text]; seen && was != text {
				t.Errorf("%s: one label became %s and %s", f.ID, was, text)
			}
			words[c.Text] = text
		}
		if got := float64(other) / float64(labels); got != share || share == 0 {
			t.Errorf("%s: %.2f of the labels differ, said are %.2f", f.ID, got, share)
		}
	}
}

func TestThePartsOfATableAreAllOfIt(t *testing.T) {
	s := &tables.Sheet{Rows: 5, Cols: 2}
	for r := range 5 {
		s.Cells = append(s.Cells, tables.SheetCell{Row: r, Col: 1, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: "1"}})
	}
	s.Cells = append(s.Cells, tables.SheetCell{Row: 0, Col: 0, RowSpan: 5, ColSpan: 1, Reading: tables.Reading{Text: "合计"}})
	all := parts(s, random())
	if len(all) != 3 || all[0] != s || all[1].Rows+all[2].Rows != s.Rows {
		t.Fatalf("%d parts", len(all))
	}
	for i, text := range []string{"合计", ""} { // its text stands on the first page
		part := all[i+1]
		last := part.Cells[len(part.Cells)-1]
		if len(part.Cells) != part.Rows+1 || last.RowSpan != part.Rows || last.Reading.Text != text {
			t.Errorf("part %d: %+v", i, part)
		}
	}
}

func TestTablesThatUseTheWordsOfAFormAreNone(t *testing.T) {
	all := quoting(random())
	if len(all) < 100 {
		t.Fatalf("%d tables", len(all))
	}
	sure := 0
	for _, e := range all {
		if e.Own != "" || len(e.Figures) != len(tables.FormFigures) {
			t.Fatalf("%+v", e)
		}
		if e.Given >= tables.DefaultReviewBelow {
			sure++
		}
	}
	if sure > 0 {
		t.Errorf("%d of %d are surely forms", sure, len(all))
	}
}
