package tables_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// evenly gives a sheet columns as wide as each other.
func evenly(s *tables.Sheet) *tables.Sheet {
	s.Edges = nil
	for i := range s.Cols + 1 {
		s.Edges = append(s.Edges, float64(i)/float64(s.Cols))
	}
	return s
}

// rowsOf is what a page break leaves of a sheet: its rows from..to. The text of
// a cell that goes on stands on the first page, and lines between columns that
// no cell ends at are gone.
func rowsOf(s *tables.Sheet, from, to int) *tables.Sheet {
	part := &tables.Sheet{Rows: to - from}
	lines := make([]int, s.Cols+1)
	for _, c := range s.Cells {
		a, b := max(c.Row, from), min(c.Row+c.RowSpan, to)
		if a >= b {
			continue
		}
		if c.Row < from {
			c.Reading = tables.Reading{Confidence: 0.999}
		}
		c.Row, c.RowSpan = a-from, b-a
		lines[c.Col], lines[c.Col+c.ColSpan] = 1, 1
		part.Cells = append(part.Cells, c)
	}
	slices.SortStableFunc(part.Cells, func(a, b tables.SheetCell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	n := 0
	for i, used := range lines {
		lines[i] = n
		if used == 1 {
			part.Edges = append(part.Edges, s.Edges[i])
			n++
		}
	}
	part.Cols = n - 1
	for i := range part.Cells {
		c := &part.Cells[i]
		c.Col, c.ColSpan = lines[c.Col], lines[c.Col+c.ColSpan]-lines[c.Col]
	}
	return part
}

// join tells whether the second sheet continues the first.
func join(a, b *tables.Sheet, text bool) *tables.Stack {
	forms := tables.EmbeddedForms()
	return tables.Alone(a, tables.MatchForm(a, forms)).Continue(b, tables.MatchForm(b, forms), text, forms)
}

// Each form that is cut at each of its rows is one again, with every value
// under its key on the page it is printed on.
func TestAFormThatAPageBreakCutsIsOne(t *testing.T) {
	for _, f := range tables.EmbeddedForms() {
		if f.Rows < 8 {
			continue
		}
		t.Run(f.ID, func(t *testing.T) {
			s := evenly(sheetOf(f, numbered(f)))
			for cut := 4; cut < f.Rows-1; cut++ {
				a, b := rowsOf(s, 0, cut), rowsOf(s, cut, f.Rows)
				st := join(a, b, true)
				if st == nil {
					t.Errorf("cut at row %d: not joined", cut)
					continue
				}
				built := st.Build(tables.DefaultReviewBelow)
				fill, n, checks := numbered(f), 0, 0
				for i, tab := range built {
					missing := slices.ContainsFunc(tab.Reasons, func(r string) bool { return !strings.Contains(r, "sums over its parts") })
					if *tab.Form != f.ID || missing || len(tab.Cells) != len([]*tables.Sheet{a, b}[i].Cells) {
						t.Errorf("cut at row %d, part %d: %s, reasons %q", cut, i, *tab.Form, tab.Reasons)
					}
					n, checks = n+len(tab.Records), checks+len(tab.Checks)
					for _, r := range tab.Records {
						if r.Raw != fill(r.Key).Text {
							t.Errorf("cut at row %d: %s is printed %s and read %s", cut, r.Key, fill(r.Key).Text, r.Raw)
						}
						at := slices.IndexFunc(tab.Cells, func(c tables.Cell) bool { return [2]int{c.Row, c.Col} == r.Cell })
						if at < 0 || tab.Cells[at].Text != r.Raw {
							t.Errorf("cut at row %d: %s is not in the cell %v of part %d", cut, r.Key, r.Cell, i)
						}
					}
				}
				if n != len(f.Cells)-labels(f) || checks != len(f.Checks) {
					t.Errorf("cut at row %d: %d values of %d, %d checks of %d", cut, n, len(f.Cells)-labels(f), checks, len(f.Checks))
				}
			}
		})
	}
}

func labels(f *tables.Form) int {
	n := 0
	for _, c := range f.Cells {
		if c.Key == "" {
			n++
		}
	}
	return n
}

// A check is with the last part that has a value of it, and the labels of a
// value are those of the whole table.
func TestChecksAndLabelsOfParts(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	s := evenly(sheetOf(f, numbered(f)))
	built := join(rowsOf(s, 0, 16), rowsOf(s, 16, f.Rows), false).Build(tables.DefaultReviewBelow)
	for _, c := range built[0].Checks {
		for _, k := range c.Keys {
			if !slices.ContainsFunc(built[0].Records, func(r tables.Record) bool { return r.Key == k }) {
				t.Errorf("%s is with the first part, which lacks %s", c.Rule, k)
			}
		}
	}
	last := built[1].Records[len(built[1].Records)-1]
	if !slices.Contains(last.Labels, "总计") {
		t.Errorf("the labels of %s are %q", last.Key, last.Labels)
	}
	// The numbers add up to nothing, so nothing says that these are parts of
	// one table.
	if !built[0].Review || !strings.Contains(strings.Join(built[1].Reasons, " "), "may not belong together") {
		t.Errorf("sums that fail all over are not told: %q", built[1].Reasons)
	}
}

// Headings that are printed again are no rows.
func TestHeadingsPrintedAgainAreNoRows(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2019")
	s := evenly(sheetOf(f, numbered(f)))
	b := rowsOf(s, 12, f.Rows)
	for i := range b.Cells {
		b.Cells[i].Row += 3
	}
	b.Cells, b.Rows = append(slices.Clone(rowsOf(s, 0, 3).Cells), b.Cells...), b.Rows+3
	for i := range b.Cells { // the headings lack the lines of the labels
		if c := &b.Cells[i]; c.Row < 3 {
			*c = s.Cells[i]
		}
	}
	st := join(rowsOf(s, 0, 12), b, false)
	if st == nil {
		t.Fatal("not joined")
	}
	built := st.Build(tables.DefaultReviewBelow)
	if built[1].HeaderRows != 3 || len(built[0].Records)+len(built[1].Records) != len(f.Cells)-labels(f) {
		t.Errorf("%d header rows, %d and %d values", built[1].HeaderRows, len(built[0].Records), len(built[1].Records))
	}
}

// What is no rest of the table before it stays apart.
func TestTablesThatStayApart(t *testing.T) {
	requests := evenly(sheetOf(formByID(t, "gov-disclosure/requests@2021"), numbered(formByID(t, "gov-disclosure/requests@2021"))))
	older := evenly(sheetOf(formByID(t, "gov-disclosure/requests@2019"), numbered(formByID(t, "gov-disclosure/requests@2019"))))
	other := rowsOf(requests, 16, 28)
	for i := range other.Cells {
		other.Cells[i].Reading.Text = strconv.Itoa(i)
	}
	wider := rowsOf(requests, 16, 28)
	wider.Edges = slices.Clone(wider.Edges)
	wider.Edges[4] += 0.02
	for name, c := range map[string]struct {
		a, b *tables.Sheet
		text bool
	}{
		"a form printed twice":                   {requests, requests, false},
		"two forms":                              {requests, older, false},
		"half a form printed twice":              {rowsOf(requests, 0, 16), rowsOf(requests, 0, 16), false},
		"pages that overlap":                     {rowsOf(requests, 0, 20), rowsOf(requests, 12, 28), false},
		"a form that lacks rows":                 {rowsOf(requests, 0, 16), rowsOf(requests, 20, 28), false},
		"a paragraph where a row is missing":     {rowsOf(requests, 0, 16), rowsOf(requests, 17, 28), true},
		"other columns":                          {rowsOf(requests, 0, 16), wider, false},
		"other labels":                           {rowsOf(requests, 0, 16), other, false},
		"the end of a form before its beginning": {rowsOf(requests, 16, 28), rowsOf(requests, 0, 16), false},
	} {
		if join(c.a, c.b, c.text) != nil {
			t.Errorf("%s: joined", name)
		}
	}
	st := join(rowsOf(requests, 0, 16), rowsOf(requests, 17, 28), false)
	if st == nil {
		t.Fatal("a form that lacks the row where it is cut is not joined")
	}
	built := st.Build(tables.DefaultReviewBelow)
	first := built[1].Records[0]
	if !built[0].Review || !built[1].Review || !first.Review || !strings.Contains(strings.Join(first.Reasons, " "), "page break") {
		t.Errorf("a row is missing at the page break, and %s says %q", first.Key, first.Reasons)
	}
}

// rowsFrom is a table of no known form with these rows; | parts their cells.
func rowsFrom(rows ...string) *tables.Sheet {
	s := &tables.Sheet{}
	for _, row := range rows {
		texts := strings.Split(row, "|")
		s.Cols = len(texts)
		for i, text := range texts {
			s.Cells = append(s.Cells, tables.SheetCell{Row: s.Rows, Col: i, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: text, Confidence: 0.99}})
		}
		s.Rows++
	}
	return evenly(s)
}

// Only headings that are the same say for sure that a table of no known form
// goes on; others are those of another table.
func TestOnlyTheSameHeadingsSayThatATableGoesOn(t *testing.T) {
	money := []string{"甲局|12|13|14", "乙局|22|23|24", "丙局|32|33|34"}
	more := []string{"丁局|42|43|44", "戊局|52|53|54"}
	under := func(head string, rows []string) *tables.Sheet { return rowsFrom(append([]string{head}, rows...)...) }
	years := []string{"人数|12|13|14", "案件|22|23|24", "车辆|32|33|34"}
	for _, c := range []struct {
		name         string
		a, b         *tables.Sheet
		joined, sure bool
	}{
		{"the same headings", under("单位|收入万元|支出万元|结余万元", money), under("单位|收入万元|支出万元|结余万元", more), true, true},
		{"the same years", under("单位|2019|2020|2021", money), under("单位|2019|2020|2021", more), true, true},
		{"a misread heading", under("单位名称|收入合计|支出合计|年末结余", money), under("单位名称|收人合计|支出合计|年末结余", more), true, false},
		{"headings that cannot be read", under("单位|\ufffd\ufffd|\ufffd\ufffd|\ufffd\ufffd", money), under("单位|\ufffd\ufffd|\ufffd\ufffd|\ufffd\ufffd", more), true, false},
		{"no headings", under("单位|收入|支出|结余", money), rowsFrom(more...), true, false},
		{"no headings below years", under("单位|2019|2020|2021", money), rowsFrom(more...), true, false},
		{"years as headings of another table", under("单位|收入|支出|结余", money), under("年份|2019|2020|2021", years), false, false},
		{"other years", under("单位|2017年|2018年|2019年", money), under("单位|2020年|2021年|2022年", more), false, false},
		{"another unit", under("单位|收入万元|支出万元|结余万元", money), under("单位|收入亿元|支出亿元|结余亿元", more), false, false},
		{"other words", under("单位|收入|支出|结余", money), under("单位|申请|答复|结转", more), false, false},
	} {
		st := join(c.a, c.b, false)
		if (st != nil) != c.joined {
			t.Errorf("%s: joined %t", c.name, st != nil)
		}
		if st != nil && (st.Doubt == nil) != c.sure {
			t.Errorf("%s: doubt %v", c.name, st.Doubt)
		}
	}
}

// list is a table of no known form: a heading, names, numbers.
func list(heading bool, from, to int, words ...string) *tables.Sheet {
	s := &tables.Sheet{Cols: 3}
	row := func(texts ...string) {
		for i, text := range texts {
			s.Cells = append(s.Cells, tables.SheetCell{Row: s.Rows, Col: i, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: text, Confidence: 0.99}})
		}
		s.Rows++
	}
	if heading {
		row("单位", "数量", "备注")
	}
	for i := from; i < to; i++ {
		row("局"+strconv.Itoa(i), strconv.Itoa(10*i), fmt.Sprint("注", i))
	}
	if len(words) > 0 {
		row(words...)
	}
	return evenly(s)
}

func TestATableOfNoKnownFormThatGoesOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		a, b   *tables.Sheet
		text   bool
		joined bool
		header int
	}{
		{"numbers go on", list(true, 1, 6), list(false, 6, 9), false, true, 0},
		{"the heading is printed again", list(true, 1, 6), list(true, 6, 9), false, true, 1},
		{"a paragraph between", list(true, 1, 6), list(false, 6, 9), true, false, 0},
		{"a total ends it", list(true, 1, 6, "合计", "150", ""), list(false, 6, 9), false, false, 0},
		{"the same rows again", list(true, 1, 6), list(true, 1, 6), false, false, 0},
		{"a heading of other words", list(true, 1, 6), list(false, 6, 9, "姓名", "电话", "地址"), false, false, 0},
	} {
		st := join(c.a, c.b, c.text)
		if (st != nil) != c.joined {
			t.Errorf("%s: joined %t", c.name, st != nil)
		}
		if st != nil && (st.Match != nil || st.Again(1) != c.header) {
			t.Errorf("%s: match %v, %d header rows", c.name, st.Match != nil, st.Again(1))
		}
	}
}

// pictureOf is the document of a table as if read alone, from a picture that is
// skewed a little; its columns begin at shares of its width.
func pictureOf(s *tables.Sheet, caption string, edges ...float64) *tables.Document {
	const width, height, slope = 1000, 40, 0.03
	at := func(x, y float64) tables.Point { return tables.Point{100 + x - slope*y, 50 + slope*x + y} }
	bottom := float64(height * s.Rows)
	s.Quad = [4]tables.Point{at(0, 0), at(width, 0), at(width, bottom), at(0, bottom)}
	s.Caption = caption
	for i := range s.Cells {
		c := &s.Cells[i]
		l, r, y := width*edges[c.Col], width*edges[c.Col+c.ColSpan], float64(height*c.Row)
		least, most := at(l, y+height), at(r, y)
		top, foot := at(l, y), at(r, y+height)
		c.Box = tables.Box{least[0], top[1], most[0] - least[0], foot[1] - top[1]}
	}
	return &tables.Document{Tables: []tables.Table{tables.Build(s, nil, tables.DefaultReviewBelow)}}
}

// Pictures of tables that are alike need not be read again: their columns and
// headings tell them apart.
func TestPicturesThatMayContinue(t *testing.T) {
	edges, others := []float64{0, 0.3, 0.7, 1}, []float64{0, 0.4, 0.7, 1}
	rest := func(caption string, edges ...float64) *tables.Document {
		return pictureOf(list(true, 6, 9), caption, edges...)
	}
	bent := rest("", others...)
	bent.Image.Dewarped = true
	for name, c := range map[string]struct {
		after *tables.Document
		want  bool
	}{
		"the same columns":       {rest("", edges...), true},
		"other columns":          {rest("", others...), false},
		"columns on bent paper":  {bent, true},
		"the same heading":       {rest("表一 经费", edges...), true},
		"a heading of its own":   {rest("表二 车辆", edges...), false},
		"a heading that goes on": {rest("续表", edges...), true},
		"no table":               {&tables.Document{}, false},
	} {
		before := pictureOf(list(true, 1, 6), "表一 经费", edges...)
		if got := tables.MayContinue(before, c.after, tables.EmbeddedForms()); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	// A picture that lies on its side has its rows run down.
	lying := rest("", edges...)
	table := &lying.Tables[0]
	for i, p := range table.Quad {
		table.Quad[i] = tables.Point{2000 - p[1], p[0]}
	}
	for i := range table.Cells {
		b := &table.Cells[i].Box
		*b = tables.Box{2000 - b[1] - b[3], b[0], b[3], b[2]}
	}
	if !tables.MayContinue(pictureOf(list(true, 1, 6), "", edges...), lying, nil) {
		t.Error("columns of a picture that lies on its side are not told")
	}
}

// A form half of whose sums over its parts fail may be two.
func TestHalfOfTheSumsOverPartsFail(t *testing.T) {
	f := formByID(t, "gov-disclosure/requests@2021")
	// The sums of all natural persons hold, those of everybody do not.
	values := map[string]string{
		"requests.new.natural_person": "5", "requests.new.total": "5",
		"requests.outcome.granted.natural_person": "5", "requests.outcome.granted.total": "5",
		"requests.outcome.total.natural_person": "5",
	}
	s := evenly(sheetOf(f, func(key string) tables.Reading {
		text := values[key]
		if text == "" {
			text = "0"
		}
		return tables.Reading{Text: text, Confidence: 0.9999}
	}))
	built := join(rowsOf(s, 0, 16), rowsOf(s, 16, f.Rows), false).Build(tables.DefaultReviewBelow)
	if reasons := strings.Join(built[0].Reasons, " "); !built[0].Review || !strings.Contains(reasons, "2 of 4 sums") {
		t.Errorf("flagged: %t, %q", built[0].Review, reasons)
	}
}
