package tables_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// A misreading that is made on both sides of a sum does not break it.
func TestNoSumSpeaksForWhatIsMisreadAlike(t *testing.T) {
	point := tables.Reading{Text: "7.652", Confidence: 0.999, Alternatives: []tables.Alternative{{Text: "7,652", Confidence: 0.0005}}}
	tab := build(t, point, clear("0"), point)
	for _, i := range []int{0, 2} {
		if r := tab.Records[i]; !r.Review || !strings.Contains(strings.Join(r.Reasons, " "), "thousands") {
			t.Errorf("%s is %s with confidence %v, reasons %q", r.Key, r.Raw, r.Confidence, r.Reasons)
		}
	}
	if r := build(t, clear("7.652"), clear("0"), clear("7.652")).Records[0]; r.Review {
		t.Errorf("a point that nobody reads as a comma has confidence %v, reasons %q", r.Confidence, r.Reasons)
	}
	for i, r := range build(t, clear("7.652"), clear("1.000"), clear("8.652")).Records {
		if !r.Review {
			t.Errorf("one of three points before three digits: value %d has confidence %v", i, r.Confidence)
		}
	}
	if r := build(t, clear("7"), clear("-0"), clear("7")).Records[1]; !r.Review {
		t.Errorf("a 0 with a sign has confidence %v", r.Confidence)
	}
	strokes := build(t, clear("7"), clear("/"), clear("/"))
	if r := strokes.Records[0]; !r.Review {
		t.Errorf("a 7 among strokes has confidence %v", r.Confidence)
	}
	if r := build(t, clear("7"), clear("0"), clear("7")).Records[0]; r.Review {
		t.Errorf("a 7 among numbers has confidence %v, reasons %q", r.Confidence, r.Reasons)
	}
}

// Two copies of one value look alike: that they are equal says nothing of how
// they were read.
func TestASumOfOneValueSpeaksForNothing(t *testing.T) {
	blurred := tables.Reading{Text: "85", Confidence: 0.98, Alternatives: []tables.Alternative{{Text: "83", Confidence: 0.01}}}
	for _, i := range []int{0, 2} {
		if r := build(t, blurred, clear("0"), blurred).Records[i]; !r.Review {
			t.Errorf("85 = 85 + 0 gives %s a confidence of %v", r.Key, r.Confidence)
		}
	}
	if r := build(t, blurred, clear("2"), clear("87")).Records[0]; r.Review {
		t.Errorf("85 + 2 = 87 gives %s a confidence of %v only", r.Key, r.Confidence)
	}
}

// Where something is printed beside a value that is no part of the form, a
// false rule may have cut the value's cell.
func TestAValueBesideStrangePrintIsFlagged(t *testing.T) {
	f := formByID(t, "gov-disclosure/proactive@2019")
	s := sheetOf(f, numbered(f))
	for i := range s.Cells { // a fold of the paper cuts the last column
		c := &s.Cells[i]
		if c.Col+c.ColSpan == s.Cols && c.ColSpan > 1 {
			c.ColSpan++
		}
	}
	s.Cols++
	var cut []tables.SheetCell
	keys := map[[2]int]string{}
	for _, c := range f.Cells {
		if c.Col == f.Cols-1 {
			cut = append(cut, tables.SheetCell{Row: c.Row, Col: c.Col + 1, RowSpan: 1, ColSpan: 1, Reading: clear("5")})
			keys[[2]int{c.Row, c.Col}] = c.Key
		}
	}
	s.Cells = append(s.Cells, cut...)
	m := tables.MatchForm(s, []*tables.Form{f})
	if m == nil {
		t.Fatal("no match")
	}
	tab := tables.Build(s, m, tables.DefaultReviewBelow)
	n := 0
	for _, r := range tab.Records {
		if key := keys[r.Cell]; key != "" && key == r.Key {
			n++
			if !r.Review || !slices.ContainsFunc(r.Reasons, func(s string) bool { return strings.Contains(s, "beside it") }) {
				t.Errorf("%s has confidence %v, reasons %q", r.Key, r.Confidence, r.Reasons)
			}
		}
	}
	if n == 0 {
		t.Fatal("no value stands beside the strange print")
	}
}

// What is bounded stays flagged whatever the sums say.
func TestNoSumSpeaksBeyondABound(t *testing.T) {
	beside := clear("85")
	beside.Confidence, beside.AtMost = 0.95, 0.95
	if r := build(t, beside, clear("2"), clear("87")).Records[0]; !r.Review || r.Confidence > 0.95 {
		t.Errorf("%s has a confidence of %v", r.Key, r.Confidence)
	}
}
