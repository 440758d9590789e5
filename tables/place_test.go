package tables

import (
	"math"
	"testing"
)

// listed is a form of five rows, each a label and a value, on a sheet on which the labels read
// otherwise: may are those whose picture allows the form's own, all the same. Strange puts a
// number that the form does not have below the last.
func listed(read []string, may map[int]bool, strange bool) *placing {
	labels := []string{"重复申请", "信访举报", "国家秘密", "行政查询", "过程信息"}
	form := &Form{Rows: 5, Cols: 2}
	m := &Match{Form: form, rows: []int{0, 1, 2, 3, 4}, cols: []int{0, 1}}
	t, s := &Table{Rows: 5, Cols: 2}, &Sheet{Rows: 5, Cols: 2}
	put := func(row, col int, text string, score func(string) float64) {
		t.Cells = append(t.Cells, Cell{Row: row, Col: col, RowSpan: 1, ColSpan: 1, Text: text, Confidence: 0.99})
		s.Cells = append(s.Cells, SheetCell{Reading: Reading{Text: text, Score: score}})
	}
	for i, label := range labels {
		form.Cells = append(form.Cells, FormCell{Row: i, RowSpan: 1, ColSpan: 1, Text: label}, FormCell{Row: i, Col: 1, RowSpan: 1, ColSpan: 1, Key: label})
		score := func(text string) float64 {
			if text == label && may[i] {
				return -4
			}
			return -100
		}
		put(i, 0, read[i], score)
		put(i, 1, "12", func(string) float64 { return math.Inf(-1) })
		t.Records = append(t.Records, Record{Key: label, Cell: [2]int{i, 1}})
		m.Cells, m.Of = append(m.Cells, 2*i, 2*i+1), append(m.Of, 2*i, 2*i+1)
	}
	if strange {
		t.Rows, s.Rows = 6, 6
		put(5, 1, "31", func(string) float64 { return math.Inf(-1) })
		m.Of, m.Strange = append(m.Of, -1), append(m.Strange, 10)
	}
	return newPlacing(t, s, m)
}

// Values beside labels that are not read stand where the nearest labels that are read leave them
// room, if nothing else can have been printed there.
func TestARunOfLabelsThatAreNotReadIsPlacedByThoseAround(t *testing.T) {
	all := []string{"重复申请", "信访举报", "国家秘密", "行政查询", "过程信息"}
	with := func(others map[int]string) []string {
		read := append([]string(nil), all...)
		for i, text := range others {
			read[i] = text
		}
		return read
	}
	for _, c := range []struct {
		what string
		p    *placing
		sure bool // of the value of the second row
	}{
		{"two are unclear", listed(with(map[int]string{1: "估访华报", 2: "固家科宓"}), map[int]bool{1: true, 2: true}, false), true},
		{"the neighbour reads as the other's", listed(with(map[int]string{1: "国家秘密", 2: "信访举报"}), nil, false), false},
		{"the neighbour reads as something else", listed(with(map[int]string{1: "估访华报", 2: "商业秘密"}), map[int]bool{1: true}, false), false},
		{"two are read in one cell", listed(with(map[int]string{1: "信访举报国家秘密", 2: ""}), nil, false), false},
		{"the neighbour's beginning is read", listed(with(map[int]string{1: "估访华报", 2: "国家"}), map[int]bool{1: true}, false), true},
		{"all to the end are unclear", listed(with(map[int]string{1: "一", 2: "一", 3: "一", 4: "一"}), map[int]bool{1: true, 2: true, 3: true, 4: true}, false), true},
		{"and a strange row follows", listed(with(map[int]string{1: "一", 2: "一", 3: "一", 4: "一"}), map[int]bool{1: true, 2: true, 3: true, 4: true}, true), false},
	} {
		if got := c.p.sure(3, ofRows); got != c.sure {
			t.Errorf("%s: sure is %v", c.what, got)
		}
	}
	doubtful := listed(with(map[int]string{1: "估访华报", 2: "固家科宓"}), map[int]bool{1: true, 2: true}, false)
	doubtful.table.Cells[5].Confidence = 0.2
	if doubtful.sure(3, ofRows) {
		t.Error("a value that is hardly read is taken for one that stands in its place")
	}
}
