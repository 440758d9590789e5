package tables_test

import (
	"fmt"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// opened is a form as it is found without rules: what spans rows and columns
// stands in one of its places, and the others are blank.
func opened(f *tables.Form) *tables.Sheet {
	whole := sheetOf(f, numbered(f))
	s := &tables.Sheet{Rows: f.Rows, Cols: f.Cols, Open: true}
	for _, c := range whole.Cells {
		at := [2]int{c.Row + c.RowSpan/2, c.Col + c.ColSpan/2}
		for r := c.Row; r < c.Row+c.RowSpan; r++ {
			for k := c.Col; k < c.Col+c.ColSpan; k++ {
				one := tables.SheetCell{Row: r, Col: k, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Confidence: 0.999}}
				if at == [2]int{r, k} {
					one.Reading = c.Reading
				}
				s.Cells = append(s.Cells, one)
			}
		}
	}
	return s
}

// Without rules a known form gives its cells their room: every value has its
// key, and the cells are the form's.
func TestAKnownFormGivesCellsWithoutRulesTheirRoom(t *testing.T) {
	for _, f := range tables.EmbeddedForms() {
		s := opened(f)
		m := tables.MatchForm(s, tables.EmbeddedForms())
		if m == nil || m.Form.ID != f.ID {
			t.Errorf("%s is not known again", f.ID)
			continue
		}
		got := tables.Build(s, m, tables.DefaultReviewBelow)
		fill := numbered(f)
		n := 0
		for _, r := range got.Records {
			if want := fill(r.Key).Text; r.Raw != want {
				t.Errorf("%s: %s is %s, printed %s", f.ID, r.Key, r.Raw, want)
			}
			n++
		}
		want := make(map[string]bool)
		for _, c := range f.Cells {
			want[fmt.Sprint(c.Row, c.Col, c.RowSpan, c.ColSpan)] = true
			if c.Key != "" {
				n--
			}
		}
		if n != 0 {
			t.Errorf("%s: %d values too many or too few", f.ID, n)
		}
		for _, c := range got.Cells {
			if at := fmt.Sprint(c.Row, c.Col, c.RowSpan, c.ColSpan); !want[at] {
				t.Errorf("%s: a cell at %s, %q", f.ID, at, c.Text)
			}
		}
	}
}

// Two texts where the form has one value are not that value.
func TestTwoTextsInOnePlaceAreNotTheValue(t *testing.T) {
	f := formByID(t, "gov-disclosure/proactive@2019")
	s := opened(f)
	fill := numbered(f)
	for _, c := range f.Cells {
		if c.Key == "" || c.ColSpan < 2 {
			continue
		}
		for i := range s.Cells {
			if s.Cells[i].Row == c.Row && s.Cells[i].Col >= c.Col && s.Cells[i].Col < c.Col+c.ColSpan && s.Cells[i].Reading.Text == "" {
				s.Cells[i].Reading.Text = "7"
			}
		}
		m := tables.MatchForm(s, tables.EmbeddedForms())
		if m == nil {
			t.Fatal("no form")
		}
		table := tables.Build(s, m, tables.DefaultReviewBelow)
		for _, r := range table.Records {
			if r.Key == c.Key && !r.Review {
				t.Errorf("%s is %s, printed %s beside 7, and nobody is asked to look", r.Key, r.Raw, fill(c.Key).Text)
			}
		}
		if !table.Review {
			t.Errorf("%s is missing, and nobody is asked to look", c.Key)
		}
		return
	}
	t.Fatal("the form has no value over columns")
}
