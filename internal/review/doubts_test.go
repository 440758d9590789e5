package review

import (
	"fmt"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// The same doubt of the same reading in one table is one question, of at most
// as many crops as a carpet has; other readings, other doubts, and what nobody
// could read are questions of their own.
func TestTheSameDoubtOfTheSameReadingIsOneQuestion(t *testing.T) {
	tab := tables.Table{Rows: 5, Cols: 20}
	cell := func(text, code string, confidence float64) {
		n := len(tab.Cells)
		why := []tables.Cause{tables.Because(code)}
		tab.Cells = append(tab.Cells, tables.Cell{Row: n / 20, Col: n % 20, RowSpan: 1, ColSpan: 1, Kind: tables.KindValue, Text: text, Confidence: confidence, Review: true, Causes: why, Reasons: tables.InWords(why)})
	}
	for range 43 {
		cell("8", "unclear", 0.95)
	}
	cell("3", "unclear", 0.95)
	cell("8", "stamped", 0.95)
	cell(unreadable, "unclear", 0.95)
	cell(unreadable, "unclear", 0.95)
	cell("9", "unclear", 0.5)
	var got []string
	for _, d := range tableDoubts("", &tab, 1, 1, 0) {
		got = append(got, fmt.Sprintf("%s %q ×%d", d.mode, d.reading, len(d.spots)))
	}
	want := []string{`carpet "8" ×40`, `carpet "8" ×3`, `confirm "3" ×1`, `confirm "8" ×1`, `key "` + unreadable + `" ×1`, `key "` + unreadable + `" ×1`, `key "9" ×1`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked\n%v\nnot\n%v", got, want)
	}
}

// Values come before labels, and of each what is least sure comes first.
func TestValuesAreAskedBeforeLabels(t *testing.T) {
	last := -1.0
	for _, q := range []struct {
		kind       string
		confidence float64
		mends      bool
	}{{KindValue, 0.2, true}, {KindValue, 0.99, true}, {KindValue, 0.1, false}, {KindValue, 0.99, false}, {KindLabel, 0, false}, {KindLabel, 0.99, false}} {
		r := rankOf(&doubt{kind: q.kind, confidence: q.confidence}, q.mends)
		if r <= last {
			t.Errorf("%+v comes at %v, after %v", q, r, last)
		}
		last = r
	}
	if last >= rankTable {
		t.Errorf("labels reach %v, beyond tables", last)
	}
}
