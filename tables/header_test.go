package tables_test

import (
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// A cellOf is a cell of a sheet: its place, its spans and its text.
type cellOf struct {
	row, col, rowspan, colspan int
	text                       string
}

func TestHeadingsAreToldByTheirSpans(t *testing.T) {
	for _, c := range []struct {
		name       string
		rows, cols int
		cells      []cellOf
		want       int
	}{
		{"one row of headings", 3, 2, []cellOf{{0, 0, 1, 1, "项目"}, {0, 1, 1, 1, "金额"}, {1, 0, 1, 1, "差旅费"}, {1, 1, 1, 1, "12"}, {2, 0, 1, 1, "会议费"}, {2, 1, 1, 1, "7"}}, 1},
		{"entries that are words", 3, 2, []cellOf{{0, 0, 1, 1, "姓名"}, {0, 1, 1, 1, "单位"}, {1, 0, 1, 1, "赵敏"}, {1, 1, 1, 1, "财政局"}, {2, 0, 1, 1, "马超"}, {2, 1, 1, 1, "水利局"}}, 1},
		{"groups of headings", 3, 3, []cellOf{{0, 0, 2, 1, "名称"}, {0, 1, 1, 2, "环比"}, {1, 1, 1, 1, "增长量"}, {1, 2, 1, 1, "增长率"}, {2, 0, 1, 1, "荔枝"}, {2, 1, 1, 1, "1"}, {2, 2, 1, 1, "10"}}, 2},
		{"a title in the table", 3, 2, []cellOf{{0, 0, 1, 2, "预算表"}, {1, 0, 1, 1, "项目"}, {1, 1, 1, 1, "金额"}, {2, 0, 1, 1, "差旅费"}, {2, 1, 1, 1, "3"}}, 2},
		{"years as headings", 2, 3, []cellOf{{0, 0, 1, 1, "项目"}, {0, 1, 1, 1, "2020年"}, {0, 2, 1, 1, "2021"}, {1, 0, 1, 1, "收入"}, {1, 1, 1, 1, "5"}, {1, 2, 1, 1, "6"}}, 1},
		{"no headings", 2, 2, []cellOf{{0, 0, 1, 1, "收入"}, {0, 1, 1, 1, "5"}, {1, 0, 1, 1, "支出"}, {1, 1, 1, 1, "6"}}, 0},
	} {
		s := &tables.Sheet{Rows: c.rows, Cols: c.cols}
		for _, k := range c.cells {
			s.Cells = append(s.Cells, tables.SheetCell{Row: k.row, Col: k.col, RowSpan: k.rowspan, ColSpan: k.colspan, Reading: tables.Reading{Text: k.text, Confidence: 0.999}})
		}
		if got := tables.Build(s, nil, tables.DefaultReviewBelow).HeaderRows; got != c.want {
			t.Errorf("%s: %d rows of headings, not %d", c.name, got, c.want)
		}
	}
}
