package tables

import (
	"slices"
	"testing"
)

func TestLabelsOfVeryDifferentLengthsAreNotAlike(t *testing.T) {
	for _, c := range []struct {
		label, text string
		alike       bool
	}{
		{"本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量", true},
		{"本年新收政府信息公开申请数量", "本年新收政府信息公开", true},
		{"本年新收政府信息公开申请数量", "本年新收", false},
		{"予以公开", "总计", false},
	} {
		if got := likeness([][]rune{[]rune(c.label)}, []rune(c.text)); (got > 0) != c.alike {
			t.Errorf("%s and %s: %.2f", c.label, c.text, got)
		}
	}
}

func TestLinesAreAlignedInOrderAndMayLackAPartner(t *testing.T) {
	letters := func(a, b string) []int {
		return alignLines(len(a), len(b), func(i, j int) float64 {
			if a[i] == b[j] {
				return 1
			}
			return 0
		})
	}
	for _, c := range []struct {
		form, sheet string
		want        []int
	}{
		{"abc", "abc", []int{0, 1, 2}},
		{"abc", "ac", []int{0, -1, 1}},
		{"ac", "abc", []int{0, 2}},
		{"abc", "xaxbxc", []int{1, 3, 5}},
		{"abc", "", []int{-1, -1, -1}},
	} {
		if got := letters(c.form, c.sheet); !slices.Equal(got, c.want) {
			t.Errorf("%q with %q: %v, not %v", c.form, c.sheet, got, c.want)
		}
	}
}

// placed is a form of a head, a label and a value, filled in as the sheet has them.
func placed(label Cell, text string, value Cell) *placing {
	form := &Form{Rows: 2, Cols: 2, Cells: []FormCell{
		{Row: 0, Col: 0, RowSpan: 1, ColSpan: 1, Text: "项目"}, {Row: 0, Col: 1, RowSpan: 1, ColSpan: 1, Text: "数量"},
		{Row: 1, Col: 0, RowSpan: 1, ColSpan: 1, Text: "许可"}, {Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Key: "n"},
	}}
	label.Text = text
	t := &Table{Rows: 3, Cols: 3, Cells: []Cell{
		{Row: 0, Col: 0, RowSpan: 1, ColSpan: 1, Text: "项目"}, {Row: 0, Col: 1, RowSpan: 1, ColSpan: 1, Text: "数量"}, label, value,
	}, Records: []Record{{Key: "n"}}}
	return newPlacing(t, &Sheet{Cells: make([]SheetCell, len(t.Cells))}, &Match{Form: form, Cells: []int{0, 1, 2, 3}, Of: []int{0, 1, 2, 3}})
}

func TestAValueIsSureOfItsRowByItsLabel(t *testing.T) {
	cell := func(row, col, rowSpan int) Cell {
		return Cell{Row: row, Col: col, RowSpan: rowSpan, ColSpan: 1, Text: "12"}
	}
	for _, c := range []struct {
		what  string
		p     *placing
		cause string // empty for none
	}{
		{"its label stands beside it", placed(cell(1, 0, 1), "许可", cell(1, 1, 1)), ""},
		{"another label stands beside it", placed(cell(1, 0, 1), "处罚", cell(1, 1, 1)), "row_label_differs"},
		{"it reaches beyond its label", placed(cell(1, 0, 1), "许可", cell(1, 1, 2)), "row_label_differs"},
		{"its label reaches beyond it", placed(cell(1, 0, 2), "许可", cell(1, 1, 1)), ""},
	} {
		why, doubted := c.p.doubt(3)
		if doubted != (c.cause != "") || doubted && why.Code != c.cause {
			t.Errorf("%s: doubted is %v, for %q", c.what, doubted, why.Code)
		}
	}
}

func TestABlankIsDoubtedThatFillsItsRowNot(t *testing.T) {
	blank := func(rowSpan int) Cell { return Cell{Row: 1, Col: 1, RowSpan: rowSpan, ColSpan: 1} }
	for rowSpan, want := range map[int]bool{1: true, 2: false} {
		why, doubted := placed(Cell{Row: 1, Col: 0, RowSpan: 2, ColSpan: 1}, "许可", blank(rowSpan)).doubt(3)
		if doubted != want || doubted && why.Code != "blank_small" {
			t.Errorf("a blank of %d of 2 rows: doubted is %v, for %q", rowSpan, doubted, why.Code)
		}
	}
}

func TestPartsOfAFormMeetWhereNoRowIsBetween(t *testing.T) {
	for _, c := range []struct {
		what         string
		above, below jointRow
		meet, nearly bool
	}{
		{"the next row follows", jointRow{4, 0}, jointRow{5, 0}, true, true},
		{"a row is missing", jointRow{4, 0}, jointRow{6, 0}, false, true},
		{"two rows are missing", jointRow{4, 0}, jointRow{7, 0}, false, false},
		{"a strange row is between", jointRow{4, 1}, jointRow{5, 0}, false, true},
		{"two strange rows are", jointRow{4, 2}, jointRow{5, 0}, false, false},
		{"the same row once more", jointRow{4, 0}, jointRow{4, 0}, false, false},
		{"no row of the form is above", jointRow{-1, 0}, jointRow{0, 0}, false, false},
	} {
		if meet(c.above, c.below) != c.meet || nearlyMeet(c.above, c.below) != c.nearly {
			t.Errorf("%s: meet %v, nearly %v", c.what, meet(c.above, c.below), nearlyMeet(c.above, c.below))
		}
	}
}

func TestColumnsAreTheSameUpToThreeHundredthsOfTheWidth(t *testing.T) {
	a := []float64{0, 0.2, 0.6, 1}
	for _, c := range []struct {
		b    []float64
		want bool
	}{{a, true}, {[]float64{0, 0.229, 0.6, 1}, true}, {[]float64{0, 0.24, 0.6, 1}, false}, {[]float64{0, 0.6, 1}, true}} {
		if got := sameColumns(a, c.b); got != c.want {
			t.Errorf("%v and %v: %v", a, c.b, got)
		}
	}
}

func TestHeadingsOfAnotherYearAreOthers(t *testing.T) {
	if telling("2023年度收入") == telling("2024年度收入") || telling("收入(万元)") == telling("收入(元)") || telling("收入合计") != telling("收入台计") {
		t.Error("a year or a unit does not tell headings apart, or a misread character does")
	}
}
