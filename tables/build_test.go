package tables_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// clear is a reading that nothing speaks against.
func clear(text string) tables.Reading { return tables.Reading{Text: text, Confidence: 0.9999} }

// build reads a table printed on smallForm.
func build(t *testing.T, a, b, total tables.Reading) tables.Table {
	t.Helper()
	f := readForm(t, smallForm)
	s := sheetOf(f, func(key string) tables.Reading {
		return map[string]tables.Reading{"a": a, "b": b, "total": total}[key]
	})
	m := tables.MatchForm(s, []*tables.Form{f})
	if m == nil {
		t.Fatal("no match")
	}
	tab := tables.Build(s, m, tables.DefaultReviewBelow)
	for i, want := range []tables.Reading{a, b, total} {
		if got := tab.Records[i].Raw; got != want.Text {
			t.Errorf("%s was read %q and is now %q: what is printed must stay", tab.Records[i].Key, want.Text, got)
		}
	}
	if len(tab.Records) != 3 {
		t.Fatalf("%d records", len(tab.Records))
	}
	return tab
}

func TestASumThatHoldsSpeaksForItsParts(t *testing.T) {
	a := tables.Reading{Text: "3", Confidence: 0.98, Alternatives: []tables.Alternative{{Text: "8", Confidence: 0.015}}, Causes: []tables.Cause{tables.Because("readers_differ", "3", "8")}}
	tab := build(t, a, clear("5"), clear("8"))
	r := tab.Records[0]
	if r.Confidence < 0.999 || r.Review || len(r.Reasons) != 0 {
		t.Errorf("3 of 3 + 5 = 8 has confidence %v, review %t, reasons %q", r.Confidence, r.Review, r.Reasons)
	}
	if c := tab.Checks; len(c) != 1 || !c[0].OK || c[0].Expected != 8 || c[0].Actual != 8 || c[0].Reason != "" {
		t.Errorf("checks %+v", c)
	}
	if c := tab.Checks[0].Keys; !slices.Equal(c, []string{"total", "a", "b"}) {
		t.Errorf("keys %q", c)
	}
}

func TestASumThatAnotherReadingWouldMend(t *testing.T) {
	a := tables.Reading{Text: "3", Confidence: 0.998, Alternatives: []tables.Alternative{{Text: "8", Confidence: 0.0015}}}
	tab := build(t, a, clear("5"), clear("13"))
	r := tab.Records[0]
	if r.Confidence > 0.95 || !r.Review {
		t.Errorf("3 of 3 + 5 = 13 with 8 as its alternative has confidence %v, review %t", r.Confidence, r.Review)
	}
	if len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0], "“8”") {
		t.Errorf("reasons %q, want one that names the 8", r.Reasons)
	}
	if *r.Value != 3 {
		t.Errorf("value %v", *r.Value)
	}
	if c := tab.Checks[0]; c.OK || c.Expected != 8 || c.Actual != 13 || !strings.Contains(c.Reason, "misread") {
		t.Errorf("check %+v", c)
	}
	for _, r := range tab.Records[1:] {
		if r.Review {
			t.Errorf("%s is clear and flagged: %v, %q", r.Key, r.Confidence, r.Reasons)
		}
	}
}

// A 61 and its sum 62 that are read as 81 and 82 make their sum hold. But the column of
// the 61 says that it is none of 81, and then the 82 is in doubt as well, though its own
// column fails for another reason, which no reading of it mends.
func TestTwoValuesMisreadAlikeAreBothFlagged(t *testing.T) {
	i := slices.IndexFunc(tables.EmbeddedForms(), func(f *tables.Form) bool { return f.ID == "gov-disclosure/requests@2019" })
	f := tables.EmbeddedForms()[i]
	printed := map[string]tables.Reading{
		"requests.outcome.granted.natural_person":      {Text: "81", Confidence: 0.97, Alternatives: []tables.Alternative{{Text: "61", Confidence: 0.02}}},
		"requests.outcome.granted.legal.legal_service": clear("1"),
		"requests.outcome.granted.total":               {Text: "82", Confidence: 0.98, Alternatives: []tables.Alternative{{Text: "62", Confidence: 0.01}}},
		"requests.outcome.total.natural_person":        clear("61"),
		"requests.outcome.total.legal.legal_service":   clear("1"),
		"requests.outcome.total.total":                 clear("62"),
		"requests.outcome.partial.total":               clear("7"), // the report's own mistake
		"requests.new.natural_person":                  clear("61"),
		"requests.new.legal.legal_service":             clear("1"),
		"requests.new.total":                           clear("62"),
	}
	s := sheetOf(f, func(key string) tables.Reading {
		if r, ok := printed[key]; ok {
			return r
		}
		return clear("0")
	})
	tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), tables.DefaultReviewBelow)
	for _, r := range tab.Records {
		misread := r.Raw == "81" || r.Raw == "82"
		if r.Review != misread {
			t.Errorf("%s, read %q: confidence %v, review %t", r.Key, r.Raw, r.Confidence, r.Review)
		}
	}
}

func TestASumThatTheReportHasWrong(t *testing.T) {
	tab := build(t, clear("3"), clear("5"), clear("9"))
	if c := tab.Checks[0]; c.OK || c.Expected != 8 || c.Actual != 9 || !strings.Contains(c.Reason, "add up to 8, but 9") || !strings.Contains(c.Reason, "report's own mistake") {
		t.Errorf("check %+v", c)
	}
	for _, r := range tab.Records {
		if r.Review || r.Confidence < 0.999 {
			t.Errorf("%s is clear, and has confidence %v, review %t", r.Key, r.Confidence, r.Review)
		}
	}
}

// A failing sum is no reason to doubt a value whose other readings would not
// mend it.
func TestAnAlternativeThatMendsNothingIsNoReasonToDoubt(t *testing.T) {
	a := tables.Reading{Text: "3", Confidence: 0.9985, Alternatives: []tables.Alternative{{Text: "8", Confidence: 0.001}}}
	tab := build(t, a, clear("5"), clear("9"))
	if r := tab.Records[0]; r.Confidence < 0.995 || r.Review {
		t.Errorf("confidence %v, reasons %q", r.Confidence, r.Reasons)
	}
	if c := tab.Checks[0]; !strings.Contains(c.Reason, "report's own mistake") {
		t.Errorf("check %+v", c)
	}
}

// What a check says of its values is what their flags say.
func TestAFailingSumOfAnUnclearValueIsNotLaidToTheReport(t *testing.T) {
	for _, c := range []struct {
		a    tables.Reading
		want string
	}{
		{tables.Reading{Text: "3", Confidence: 0.9}, "misread"},
		{tables.Reading{Text: "3", Confidence: 0.99999, Alternatives: []tables.Alternative{{Text: "4", Confidence: 5e-6}}}, "report's own mistake"},
	} {
		tab := build(t, c.a, clear("5"), clear("9"))
		if got := tab.Checks[0]; !strings.Contains(got.Reason, c.want) {
			t.Errorf("3 with %v: %q, want %q", c.a.Confidence, got.Reason, c.want)
		}
		if flagged := tab.Records[0].Review; flagged != (c.want == "misread") {
			t.Errorf("3 with %v: flagged %t", c.a.Confidence, flagged)
		}
	}
}

func TestBlanksCountAsNothing(t *testing.T) {
	tab := build(t, clear("/"), clear(""), clear("0"))
	if c := tab.Checks; len(c) != 1 || !c[0].OK {
		t.Errorf("checks %+v", c)
	}
	for _, r := range tab.Records[:2] {
		if r.Value != nil || r.Review {
			t.Errorf("%s: value %s, review %t", r.Key, show(r.Value), r.Review)
		}
	}
}

func TestAmountsAddUpWithoutRoundingErrors(t *testing.T) {
	tab := build(t, clear("0.1万元"), clear("0.2万元"), clear("0.3万元"))
	if c := tab.Checks; len(c) != 1 || !c[0].OK || c[0].Expected != 0.3 {
		t.Errorf("checks %+v", c)
	}
	if u := tab.Records[0].Unit; u == nil || *u != "万元" {
		t.Errorf("unit %s", show(u))
	}
}

// A value that is no number leaves its sums uncomputed rather than failed.
func TestAValueThatIsNoNumber(t *testing.T) {
	tab := build(t, clear("三"), clear("5"), clear("8"))
	r := tab.Records[0]
	if r.Value != nil || !r.Review || r.Confidence > 0.5 || len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0], "“三”") {
		t.Errorf("record %+v", r)
	}
	if len(tab.Checks) != 0 {
		t.Errorf("checks %+v", tab.Checks)
	}
}

func TestUnclearPrintIsFlagged(t *testing.T) {
	f := readForm(t, `id: a
layout:
  - [{text: "甲类事项"}, {key: a}]
  - [{text: "乙类事项"}, {key: b}]
`)
	for _, below := range []float64{0.5, 0.97, 0.999} {
		s := sheetOf(f, func(key string) tables.Reading {
			return tables.Reading{Text: "7", Confidence: map[string]float64{"a": 0.96, "b": 0.998}[key]}
		})
		tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), below)
		for _, r := range tab.Records {
			if r.Review != (r.Confidence < below) || r.Review != (len(r.Reasons) > 0) {
				t.Errorf("below %v: %s has confidence %v, review %t, reasons %q", below, r.Key, r.Confidence, r.Review, r.Reasons)
			}
			i := slices.IndexFunc(tab.Cells, func(c tables.Cell) bool { return [2]int{c.Row, c.Col} == r.Cell })
			if c := tab.Cells[i]; c.Review != r.Review || c.Confidence != r.Confidence || c.Text != r.Raw || c.Kind != tables.KindValue {
				t.Errorf("the record %+v has the cell %+v", r, c)
			}
		}
		if want := 0.96 * 0.998; tab.Confidence < want-1e-5 || tab.Confidence > want+1e-5 {
			t.Errorf("the table's confidence is %v, want %v", tab.Confidence, want)
		}
	}
}

func TestLabelsLeadToValues(t *testing.T) {
	for _, c := range []struct {
		form, key string
		want      []string
	}{
		{"gov-disclosure/requests@2021", "requests.new.natural_person", []string{"一、本年新收政府信息公开申请数量", "申请人情况", "自然人"}},
		{"gov-disclosure/requests@2021", "requests.new.legal.business", []string{"一、本年新收政府信息公开申请数量", "申请人情况", "法人或其他组织", "商业企业"}},
		// Wider than the values above it, which belong to another part.
		{"gov-disclosure/proactive@2021", "proactive.article_20_5.licences.decisions", []string{"行政许可", "第二十条第(五)项", "本年处理决定数量"}},
	} {
		f := formByID(t, c.form)
		s := sheetOf(f, numbered(f))
		tab := tables.Build(s, tables.MatchForm(s, tables.EmbeddedForms()), tables.DefaultReviewBelow)
		i := slices.IndexFunc(tab.Records, func(r tables.Record) bool { return r.Key == c.key })
		if i < 0 {
			t.Fatalf("no record %s", c.key)
		}
		if got := tab.Records[i].Labels; !slices.Equal(got, c.want) {
			t.Errorf("%s: labels %q, want %q", c.key, got, c.want)
		}
	}
}

// A label's picture decides between the wordings it is known by; where it
// allows none, what was read stays.
func TestLabelsTakeAKnownWording(t *testing.T) {
	f := readForm(t, smallForm)
	for _, c := range []struct {
		score float64 // of the wording, per character
		want  string
		kept  bool
	}{
		{-0.2, "第一类事项", false},
		{-3, "第一頪事项", true},
	} {
		s := sheetOf(f, numbered(f))
		s.Cells[2].Reading = tables.Reading{Text: "第一頪事项", Confidence: 0.6, Score: func(text string) float64 {
			if text == "第一类事项" {
				return c.score * 5
			}
			return -50
		}}
		tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), tables.DefaultReviewBelow)
		got := tab.Cells[2]
		if got.Text != c.want || got.Kind != tables.KindLabel {
			t.Errorf("score %v: %+v, want %s", c.score, got, c.want)
		}
		if !c.kept && (got.Confidence < 0.95 || len(got.Alternatives) != 1 || got.Alternatives[0].Text != "第一頪事项") {
			t.Errorf("score %v: %+v", c.score, got)
		}
		if c.kept && !got.Review {
			t.Errorf("score %v: a label that reads like no wording is not flagged", c.score)
		}
	}
}

func TestMissingValuesFlagTheTable(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := sheetOf(f, numbered(f))
	dropRow(s, s.Rows-2)
	tab := tables.Build(s, tables.MatchForm(s, tables.EmbeddedForms()), tables.DefaultReviewBelow)
	if !tab.Review || len(tab.Reasons) == 0 || !strings.Contains(tab.Reasons[0], "7 values of the form were not found") {
		t.Errorf("review %t, reasons %q", tab.Review, tab.Reasons)
	}
	for _, c := range tab.Checks {
		for _, k := range c.Keys {
			if !slices.ContainsFunc(tab.Records, func(r tables.Record) bool { return r.Key == k }) {
				t.Errorf("the check %s is of %s, which is not on the table", c.Rule, k)
			}
		}
	}
}

func TestATableOfNoFormComesOutAsCells(t *testing.T) {
	f := readForm(t, smallForm)
	s := sheetOf(f, func(string) tables.Reading { return tables.Reading{Text: "7", Confidence: 0.9} })
	tab := tables.Build(s, nil, tables.DefaultReviewBelow)
	if tab.Form != nil || tab.FormConfidence != 0 || tab.Records == nil || len(tab.Records) != 0 || tab.Checks == nil {
		t.Errorf("form %s, records %v, checks %v", show(tab.Form), tab.Records, tab.Checks)
	}
	if tab.HeaderRows != 1 || tab.Rows != 4 || tab.Cols != 2 || len(tab.Cells) != 8 {
		t.Errorf("%d×%d, %d headings, %d cells", tab.Rows, tab.Cols, tab.HeaderRows, len(tab.Cells))
	}
	for i, c := range tab.Cells {
		if value := i > 1 && i%2 == 1; (c.Kind == tables.KindValue) != value || c.Text != s.Cells[i].Reading.Text || value != c.Review {
			t.Errorf("cell %d: %+v", i, c)
		}
	}
}

// Print that was overlooked is most often a 0 or a dash, which no sum can tell
// from a blank.
func TestNoSumSpeaksForABlank(t *testing.T) {
	faint := tables.Reading{Confidence: 0.9, Causes: []tables.Cause{tables.Because("faint_blank")}}
	tab := build(t, clear("5"), faint, clear("5"))
	if r := tab.Records[1]; !r.Review || r.Confidence > 0.91 {
		t.Errorf("a doubtful blank in 5 + nothing = 5 has confidence %v, review %t", r.Confidence, r.Review)
	}
}

// A value cell that takes in its neighbour is two values whose rule was not
// seen, however clear the digits are.
func TestAValueOfTwoColumnsIsFlagged(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := sheetOf(f, numbered(f))
	row := f.Cells[slices.IndexFunc(f.Cells, func(c tables.FormCell) bool { return c.Key == "requests.outcome.total.legal.other" })].Row
	i := slices.IndexFunc(s.Cells, func(c tables.SheetCell) bool { return c.Row == row && c.Col == s.Cols-2 })
	j := slices.IndexFunc(s.Cells, func(c tables.SheetCell) bool { return c.Row == row && c.Col == s.Cols-1 })
	s.Cells[i].ColSpan, s.Cells[i].Reading.Text = 2, s.Cells[i].Reading.Text+s.Cells[j].Reading.Text
	s.Cells = slices.Delete(s.Cells, j, j+1)
	tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), tables.DefaultReviewBelow)
	for _, r := range tab.Records {
		if r.Cell == [2]int{row, s.Cols - 2} && (!r.Review || len(r.Reasons) == 0) {
			t.Errorf("%s reads %s with confidence %v and is not flagged", r.Key, r.Raw, r.Confidence)
		}
	}
}

// A dash that may be the rest of a rule is as doubtful in a sum that holds
// without it; a 1 that the sum needs is not.
func TestASumTellsADigitFromTheRestOfARuleAndADashNot(t *testing.T) {
	rest := func(text string) tables.Reading {
		return tables.Reading{Text: text, Confidence: 0.9, Alternatives: []tables.Alternative{{Confidence: 0.1}}}
	}
	if r := build(t, clear("5"), rest("-"), clear("5")).Records[1]; !r.Review {
		t.Errorf("the dash has confidence %v", r.Confidence)
	}
	if r := build(t, clear("5"), rest("1"), clear("6")).Records[1]; r.Review {
		t.Errorf("the 1 of 5 + 1 = 6 has confidence %v", r.Confidence)
	}
}

// What stands behind one value of very many is the rest of a seal rather than
// a unit.
func TestAUnitThatOnlyOneValueHasIsFlagged(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := sheetOf(f, numbered(f))
	at := func(key string) *tables.Reading {
		return &s.Cells[slices.IndexFunc(f.Cells, func(c tables.FormCell) bool { return c.Key == key })].Reading
	}
	at("requests.new.legal.other").Text = "0人"
	flagged := func() bool {
		tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), tables.DefaultReviewBelow)
		return slices.ContainsFunc(tab.Records, func(r tables.Record) bool {
			return r.Key == "requests.new.legal.other" && slices.ContainsFunc(r.Reasons, func(why string) bool { return strings.Contains(why, "has this unit") })
		})
	}
	if !flagged() {
		t.Error("one value in 人 is not flagged")
	}
	at("requests.new.legal.social").Text = "3人"
	if flagged() {
		t.Error("two values in 人 are flagged")
	}
}

// A blank cell smaller than its row is a corner that something cut off.
func TestABlankSmallerThanItsRowIsFlagged(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := sheetOf(f, numbered(f))
	key := "requests.new.legal.other"
	i := slices.IndexFunc(f.Cells, func(c tables.FormCell) bool { return c.Key == key })
	row := f.Cells[i].Row
	for k := range s.Cells { // the row is two now, but for this one cell
		switch c := &s.Cells[k]; {
		case c.Row > row:
			c.Row++
		case c.Row+c.RowSpan > row:
			c.RowSpan++
		}
	}
	s.Rows++
	rest := s.Cells[i]
	s.Cells[i].RowSpan, s.Cells[i].Reading = 1, tables.Reading{Confidence: 0.999}
	rest.Row, rest.RowSpan = row+1, 1
	s.Cells = append(s.Cells, rest)
	tab := tables.Build(s, tables.MatchForm(s, []*tables.Form{f}), tables.DefaultReviewBelow)
	for _, r := range tab.Records {
		if r.Key == key && r.Raw == "" && !r.Review {
			t.Errorf("a blank corner has confidence %v and is not flagged", r.Confidence)
		}
	}
}
