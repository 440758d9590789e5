package tables_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/biaoge/biaoge/tables"
)

// sheetOf is what a perfect reading of a table printed on a form looks like.
func sheetOf(f *tables.Form, fill func(key string) tables.Reading) *tables.Sheet {
	s := &tables.Sheet{Rows: f.Rows, Cols: f.Cols}
	for _, c := range f.Cells {
		r := tables.Reading{Text: c.Text, Confidence: 0.999}
		if c.Key != "" {
			r = fill(c.Key)
		}
		s.Cells = append(s.Cells, tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Reading: r})
	}
	return s
}

// numbered fills each value of a form with a number of its own, so that a
// value under a wrong key shows.
func numbered(f *tables.Form) func(key string) tables.Reading {
	return func(key string) tables.Reading {
		i := slices.IndexFunc(f.Cells, func(c tables.FormCell) bool { return c.Key == key })
		return tables.Reading{Text: fmt.Sprint(1000 + i), Confidence: 0.9999}
	}
}

// dropRow takes one printed row out of a sheet.
func dropRow(s *tables.Sheet, row int) {
	s.Cells = slices.DeleteFunc(s.Cells, func(c tables.SheetCell) bool { return c.Row == row && c.RowSpan == 1 })
	for i := range s.Cells {
		c := &s.Cells[i]
		switch {
		case c.Row > row:
			c.Row--
		case c.Row+c.RowSpan > row:
			c.RowSpan--
		}
	}
	s.Rows--
}

// addRow puts a row of one wide cell into a sheet where no cell spans.
func addRow(s *tables.Sheet, row int, text string) {
	for i := range s.Cells {
		if s.Cells[i].Row >= row {
			s.Cells[i].Row++
		}
	}
	at := slices.IndexFunc(s.Cells, func(c tables.SheetCell) bool { return c.Row > row })
	if at < 0 {
		at = len(s.Cells)
	}
	s.Cells = slices.Insert(s.Cells, at, tables.SheetCell{Row: row, RowSpan: 1, ColSpan: s.Cols, Reading: tables.Reading{Text: text, Confidence: 0.9}})
	s.Rows++
}

func formByID(t *testing.T, id string) *tables.Form {
	t.Helper()
	forms := tables.EmbeddedForms()
	i := slices.IndexFunc(forms, func(f *tables.Form) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no form %s", id)
	}
	return forms[i]
}

// TestEachValueOfASheetGetsItsKey prints each form with a number of its own in each value, does
// to the sheet what prints and crops do to tables, and looks where the numbers
// went: a value may be missing, but none may stand under another's key.
func TestEachValueOfASheetGetsItsKey(t *testing.T) {
	changes := []struct {
		name string
		do   func(s *tables.Sheet)
	}{
		{"as printed", func(*tables.Sheet) {}},
		{"a row is missing", func(s *tables.Sheet) { dropRow(s, s.Rows-2) }},
		{"a unit row above", func(s *tables.Sheet) { addRow(s, 0, "单位：件") }},
		{"a note below", func(s *tables.Sheet) { addRow(s, s.Rows, "注：本表数据截至12月31日") }},
		{"the first heading is cut off", func(s *tables.Sheet) { dropRow(s, 0) }},
		{"reworded labels", func(s *tables.Sheet) {
			for i := range s.Cells {
				r := &s.Cells[i].Reading
				if _, _, number := tables.ParseValue(r.Text); !number && i%3 == 0 && len([]rune(r.Text)) > 3 {
					r.Text = "本年" + string([]rune(r.Text)[1:])
				}
			}
		}},
		{"one character in six misread", func(s *tables.Sheet) {
			n := 0
			for i := range s.Cells {
				r := &s.Cells[i].Reading
				if _, _, number := tables.ParseValue(r.Text); number {
					continue
				}
				was := r.Text
				r.Text = strings.Map(func(c rune) rune {
					if n++; n%6 == 0 {
						return '\uFFFD'
					}
					return c
				}, r.Text)
				if r.Text != was {
					r.Confidence = 0.5
				}
			}
		}},
	}
	for _, f := range tables.EmbeddedForms() {
		for _, c := range changes {
			t.Run(f.ID+"/"+c.name, func(t *testing.T) {
				if strings.Contains(f.ID, "appeals") && (c.name == "a row is missing" || c.name == "the first heading is cut off") {
					// Of its four rows one is values and three are headings,
					// of which the first alone tells what the columns are.
					return
				}
				s := sheetOf(f, numbered(f))
				c.do(s)
				m := tables.MatchForm(s, tables.EmbeddedForms())
				if m == nil {
					t.Fatal("no form")
				}
				if m.Form.ID != f.ID {
					t.Fatalf("taken for %s with %.3f", m.Form.ID, m.Confidence)
				}
				if m.Confidence < 0.9 {
					t.Errorf("confidence %.3f", m.Confidence)
				}
				want := make(map[string]string)
				for _, cell := range s.Cells {
					if r := cell.Reading; strings.HasPrefix(r.Text, "1") && len(r.Text) == 4 {
						want[r.Text] = ""
					}
				}
				fill := numbered(f)
				tab := tables.Build(s, m, tables.DefaultReviewBelow)
				for _, r := range tab.Records {
					if printed := fill(r.Key).Text; r.Raw != printed {
						t.Errorf("%s is %s, printed %s", r.Key, r.Raw, printed)
					}
					delete(want, r.Raw)
				}
				if len(want) > 0 {
					t.Errorf("%d printed values are in no record", len(want))
				}
			})
		}
	}
}

func TestMatchFormTellsEditionsApart(t *testing.T) {
	for _, table := range []string{"requests", "proactive"} {
		for _, edition := range []string{"2019", "2021"} {
			f := formByID(t, "gov-disclosure/"+table+"@"+edition)
			s := sheetOf(f, numbered(f))
			m := tables.MatchForm(s, tables.EmbeddedForms())
			if m == nil || m.Form.ID != f.ID || m.Confidence < 0.95 {
				t.Errorf("%s: %+v", f.ID, m)
			}
		}
	}
}

// The rows that only the 2021 edition has, one of them missing, must not make
// it the 2019 edition, and neither must any other row.
func TestMatchFormTellsEditionsApartWithARowMissing(t *testing.T) {
	for _, id := range []string{"gov-disclosure/requests@2019", "gov-disclosure/requests@2021"} {
		f := formByID(t, id)
		for row := 3; row < f.Rows; row++ {
			s := sheetOf(f, numbered(f))
			dropRow(s, row)
			m := tables.MatchForm(s, tables.EmbeddedForms())
			if m == nil || m.Form.ID != id {
				t.Errorf("%s without row %d: %+v", id, row, m)
				continue
			}
			if n := len(m.Strange); n > 0 {
				t.Errorf("%s without row %d: %d cells are strange to it", id, row, n)
			}
			fill := numbered(f)
			for _, r := range tables.Build(s, m, tables.DefaultReviewBelow).Records {
				if want := fill(r.Key).Text; r.Raw != want {
					t.Errorf("%s without row %d: %s is %s, printed %s", id, row, r.Key, r.Raw, want)
				}
			}
		}
	}
}

// Where a crop or a page break cuts a table in two, the labels that span rows
// begin in another row; what is left must still not get another row's keys.
func TestMatchFormOfAPart(t *testing.T) {
	for _, f := range tables.EmbeddedForms() {
		fill := numbered(f)
		for cut := 1; cut < f.Rows; cut++ {
			for _, from := range []string{"top", "bottom"} {
				s := sheetOf(f, fill)
				for range cut {
					if from == "top" {
						dropRow(s, 0)
					} else {
						dropRow(s, s.Rows-1)
					}
				}
				m := tables.MatchForm(s, []*tables.Form{f})
				if m == nil {
					labels := map[string]bool{}
					for _, c := range s.Cells {
						if text := c.Reading.Text; len([]rune(tables.Fold(text))) >= 4 && strings.ContainsFunc(text, unicode.IsLetter) {
							labels[tables.Fold(text)] = true
						}
					}
					// Some rows are the same in both editions.
					family, _, _ := strings.Cut(f.ID, "@")
					if got := tables.Resembles(s, tables.EmbeddedForms()); len(labels) >= 5 && !strings.HasPrefix(got, family+"@") {
						t.Errorf("%s without %d rows at the %s resembles %q", f.ID, cut, from, got)
					}
					continue
				}
				for _, r := range tables.Build(s, m, tables.DefaultReviewBelow).Records {
					if want := fill(r.Key).Text; r.Raw != want {
						t.Errorf("%s without %d rows at the %s: %s is %s, printed %s", f.ID, cut, from, r.Key, r.Raw, want)
					}
				}
			}
		}
	}
}

// Lines of a page tell which form was printed on it, half read, but not the same
// word over and over, nor a report's headings.
func TestLinesOfAPageTellTheFormPrintedOnIt(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{"一、本年新收政府信息公并申请数量", "二上年结转政府信息公开申清数量", "(一)予以公井", "2.其他法律行政法规禁止公幵", "0", "12"}, "gov-disclosure/requests"},
		{[]string{"结果维持", "结果纠止", "其他结果", "尚未审结", "行政复议", "0", "0"}, "gov-disclosure/appeals"},
		{[]string{"结果维持", "结果维持", "结果维特", "结杲维持", "结果纠正"}, ""},
		{[]string{"一、总体情况", "二、主动公开政府信息情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", "本报告由市教育局编制"}, ""},
		{[]string{"项目名称", "采购单位", "中标金额", "开标日期", "行政许可"}, ""},
		{nil, ""},
	} {
		got := tables.Quoted(c.texts, tables.EmbeddedForms())
		if family, _, _ := strings.Cut(got, "@"); family != c.want {
			t.Errorf("%q quote %q, want %q", c.texts, got, c.want)
		}
	}
}

func TestMatchFormKnowsStrangers(t *testing.T) {
	f := readForm(t, smallForm)
	for name, s := range map[string]*tables.Sheet{
		"an empty sheet":  {},
		"one blank cell":  {Rows: 1, Cols: 1, Cells: []tables.SheetCell{{RowSpan: 1, ColSpan: 1}}},
		"another's table": sheetOf(f, numbered(f)),
	} {
		if m := tables.MatchForm(s, tables.EmbeddedForms()); m != nil {
			t.Errorf("%s is taken for %s, agreement %.2f", name, m.Form.ID, m.Agreement)
		}
	}
	if m := tables.MatchForm(sheetOf(f, numbered(f)), nil); m != nil {
		t.Errorf("of no forms it is %s", m.Form.ID)
	}
}

// A form with other words in some of its labels is another office's, and what stands beside
// them is none of its values; one whose labels can't be read may be the form all the same.
func TestOtherWordsSpeakAgainstAFormAndUnreadOnesDoNot(t *testing.T) {
	forms := tables.EmbeddedForms()
	for _, f := range forms {
		sure := func(confidence float64) float64 {
			s, label := sheetOf(f, numbered(f)), 0
			for i, c := range f.Cells {
				if c.Key != "" {
					continue
				}
				if label++; label%3 == 0 {
					s.Cells[i].Reading = tables.Reading{Text: "投诉举报", Confidence: confidence}
				}
			}
			m := tables.MatchForm(s, forms)
			if m == nil || m.Form != f {
				return 0
			}
			return m.Confidence
		}
		if p := sure(0.99); p >= 0.95 {
			t.Errorf("%s with other words in a third of its labels is %.3f sure", f.ID, p)
		}
		if p, other := sure(0.05), sure(0.99); p < 0.95 || p < other {
			t.Errorf("%s with a third of its labels unread is %.3f sure, with other words %.3f", f.ID, p, other)
		}
	}
}

// What the end of a page left of a form is known by those of its labels that are there. Where most
// are not, which of several groups a value is of may stand on the other page.
func TestAPartOfAFormIsSureWhereMostOfItsLabelsAre(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	for rows, sure := range map[int]bool{6: false, 22: true} {
		s := sheetOf(f, numbered(f))
		s.Rows = rows
		s.Cells = slices.DeleteFunc(s.Cells, func(c tables.SheetCell) bool { return c.Row >= rows })
		for i := range s.Cells {
			s.Cells[i].RowSpan = min(s.Cells[i].RowSpan, rows-s.Cells[i].Row)
		}
		m := tables.MatchForm(s, tables.EmbeddedForms())
		if is := m != nil && !m.Unsure(tables.DefaultReviewBelow); is != sure {
			t.Errorf("%d rows are sure: %t, with %v", rows, is, m.Figures)
		}
	}
}

// Five results and their numbers are not the form that has them three times: what they are results
// of is not said.
func TestRowsOfTheWordsOfAFormAreNotSure(t *testing.T) {
	for _, head := range []string{"年度", "民事诉讼", ""} {
		s := &tables.Sheet{Rows: 2, Cols: 6}
		for c, text := range []string{head, "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"} {
			for r, said := range []string{text, []string{"2022年", "1", "2", "3", "4", "10"}[c]} {
				s.Cells = append(s.Cells, tables.SheetCell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: said, Confidence: 0.999}})
			}
		}
		if m := tables.MatchForm(s, tables.EmbeddedForms()); m != nil && !m.Unsure(tables.DefaultReviewBelow) {
			t.Errorf("%q: it is %s with %.4f", head, m.Form.ID, m.Confidence)
		}
	}
}

// Labels in small print are misread before figures are. Where two in five are read, it is
// likelier than not which form it is, and a person is asked: no value of it is surer.
func TestAFormIsKnownByTwoInFiveOfItsLabels(t *testing.T) {
	forms := tables.EmbeddedForms()
	f := formByID(t, "gov-disclosure/requests@2019")
	fill := numbered(f)
	s := sheetOf(f, fill)
	label := 0
	for i, c := range f.Cells {
		if c.Key != "" {
			continue
		}
		if label++; label%5 > 2 || label%5 == 0 {
			s.Cells[i].Reading = tables.Reading{Text: "口口", Confidence: 0.1}
		}
	}
	m := tables.MatchForm(s, forms)
	if m == nil || m.Form != f {
		t.Fatalf("matched %+v, want %s", m, f.ID)
	}
	got := tables.Build(s, m, tables.DefaultReviewBelow)
	if !got.Review {
		t.Errorf("nobody is asked whether it is %s, of which there is a probability of %.2f", f.ID, got.FormConfidence)
	}
	for _, r := range got.Records {
		if !r.Review || r.Confidence > m.Confidence+0.005 {
			t.Errorf("%s is %g sure, the form %g", r.Key, r.Confidence, m.Confidence)
		}
	}
	for _, r := range got.Records {
		if want := fill(r.Key).Text; r.Raw != want {
			t.Errorf("%s is %q, want %q", r.Key, r.Raw, want)
		}
	}
}

// What a match says of the cells must be the same seen from either side.
func TestMatchIsOneToOne(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := sheetOf(f, numbered(f))
	addRow(s, 0, "单位：件")
	dropRow(s, s.Rows-3)
	m := tables.MatchForm(s, tables.EmbeddedForms())
	if m == nil {
		t.Fatal("no form")
	}
	strange := 0
	for si, fi := range m.Of {
		if fi < 0 {
			strange++
			continue
		}
		if m.Cells[fi] != si {
			t.Errorf("sheet cell %d is form cell %d, which is sheet cell %d", si, fi, m.Cells[fi])
		}
	}
	if len(m.Strange) != strange || strange != 1 {
		t.Errorf("%d strange cells are listed, %d are; want the unit row", len(m.Strange), strange)
	}
}

// Labels decide whether a table is suspected of being a form: statistics are not
// for being full of numbers, and print too small to be read is if its picture
// allows labels of the form.
func TestLabelsDecideWhichFormATableResembles(t *testing.T) {
	statistics := &tables.Sheet{Rows: 17, Cols: 7}
	for r := range 17 {
		for c := range 7 {
			text := fmt.Sprint(100*r + c)
			if c == 0 {
				text = []string{"财政拨款收入", "上级补助收入", "事业收入", "经营收入", "其他收入", "年初结转", "本年合计"}[r%7]
			}
			statistics.Cells = append(statistics.Cells, tables.SheetCell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: text, Confidence: 0.99}})
		}
	}
	small := func(labels ...string) *tables.Sheet {
		s := &tables.Sheet{Rows: 11, Cols: 2}
		for r := range 11 {
			for c := range 2 {
				k := tables.SheetCell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: "进竹量", Confidence: 0.2}}
				if at := 2*r + c; at < len(labels) {
					k.Reading.Score = func(text string) float64 {
						if text == tables.Fold(labels[at]) {
							return -0.5 * float64(len([]rune(text)))
						}
						return -6 * float64(len([]rune(text)))
					}
				}
				s.Cells = append(s.Cells, k)
			}
		}
		return s
	}
	for _, c := range []struct {
		name  string
		sheet *tables.Sheet
		want  string
	}{
		{"statistics", statistics, ""},
		{"two labels in small print", small("行政规范性文件", "行政事业性收费"), "gov-disclosure/proactive"},
		{"one label", small("行政许可"), ""},
		{"the same label twice", small("行政许可", "行政许可"), ""},
		{"words of another table", small("中标供应商", "开标日期"), ""},
	} {
		got := tables.Resembles(c.sheet, tables.EmbeddedForms())
		if family, _, _ := strings.Cut(got, "@"); family != c.want {
			t.Errorf("%s resembles %q, want %q", c.name, got, c.want)
		}
	}
}
