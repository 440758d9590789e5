package docx

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
)

// A table is one that is open while the walk goes over it.
type table struct {
	item   int // -1 for one too many
	rows   []*row
	row    *row
	cell   *cell
	layout string
}

type row struct {
	cells      []*cell
	before     int
	properties bool // within its properties
	deleted    bool
}

type cell struct {
	text   strings.Builder
	span   int
	vMerge string // empty, restart or continue
	hMerge string
	col    int
}

func (w *walk) startTable() error {
	if len(w.tables) >= maxNesting {
		return &tooMuch{fmt.Sprintf("tables are nested more than %d deep", maxNesting)}
	}
	w.count++
	t := &table{item: -1}
	if n := len(w.tables); n > 0 {
		w.tables[n-1].layout = "another table stands in it"
	}
	if !w.full() {
		t.item = len(w.d.content.Items)
		w.d.content.Items = append(w.d.content.Items, content.Item{At: fmt.Sprintf("%s table %d, paragraph %d", w.d.part, w.count, w.number+1), Heading: w.outline.Heading()})
		w.d.places = append(w.d.places, place{})
	}
	w.tables = append(w.tables, t)
	return nil
}

func (w *walk) startCell(e xml.StartElement) {
	if len(w.tables) == 0 {
		return
	}
	t := w.tables[len(w.tables)-1]
	number := func(least int) int {
		n, err := strconv.Atoi(value(e, "val"))
		if err != nil {
			return least
		}
		return min(max(n, least), content.MaxPositions)
	}
	merge := func() string {
		if value(e, "val") == "restart" {
			return "restart"
		}
		return "continue"
	}
	switch e.Name.Local {
	case "tr":
		t.row = &row{}
	case "tc":
		t.cell = &cell{span: 1}
	case "trPr":
		if t.row != nil {
			t.row.properties = true
		}
	case "gridBefore":
		if t.row != nil {
			t.row.before = number(0)
		}
	case "gridSpan":
		if t.cell != nil {
			t.cell.span = number(1)
		}
	case "vMerge":
		if t.cell != nil {
			t.cell.vMerge = merge()
		}
	case "hMerge":
		if t.cell != nil {
			t.cell.hMerge = merge()
		}
	}
}

func (w *walk) endCell() {
	if len(w.tables) == 0 {
		return
	}
	t := w.tables[len(w.tables)-1]
	if t.cell == nil || t.row == nil {
		return
	}
	if n := len(t.row.cells); t.cell.hMerge == "continue" && n > 0 {
		t.row.cells[n-1].span += t.cell.span
	} else {
		t.row.cells = append(t.row.cells, t.cell)
	}
	t.cell = nil
}

func (w *walk) endRow() {
	if len(w.tables) == 0 {
		return
	}
	t := w.tables[len(w.tables)-1]
	if t.row != nil && !t.row.deleted {
		t.rows = append(t.rows, t.row)
	}
	t.row, t.cell = nil, nil
}

func (w *walk) endTable() {
	if len(w.tables) == 0 {
		return
	}
	t := w.tables[len(w.tables)-1]
	w.tables = w.tables[:len(w.tables)-1]
	w.outline.Past()
	if t.item < 0 {
		return
	}
	g := t.grid()
	if g == nil {
		g = &content.Grid{Layout: "it has no cells"}
	}
	if t.layout != "" {
		g.Layout = t.layout
	}
	w.d.content.Items[t.item].Table = g
}

// grid makes a grid of the rows: a cell that is merged with the one above it
// makes that one longer.
func (t *table) grid() *content.Grid {
	above := make(map[int]*content.Cell) // the cell that goes on down, by its column
	var rows [][]content.Cell
	var long [][]*content.Cell
	for _, r := range t.rows {
		next := make(map[int]*content.Cell)
		var line []*content.Cell
		col := 0
		for range min(r.before, content.MaxPositions) {
			line = append(line, &content.Cell{RowSpan: 1, ColSpan: 1})
		}
		col = r.before
		for _, c := range r.cells {
			c.col = col
			col += c.span
			if up := above[c.col]; c.vMerge == "continue" && up != nil && up.ColSpan == c.span {
				up.RowSpan++
				next[c.col] = up
				continue
			}
			cell := &content.Cell{Text: content.Clean(c.text.String()), RowSpan: 1, ColSpan: c.span}
			if cell.Text == content.Unread {
				t.layout = "pictures stand in it"
			}
			if c.vMerge != "" {
				next[c.col] = cell
			}
			line = append(line, cell)
		}
		above = next
		long = append(long, line)
	}
	for _, line := range long {
		row := make([]content.Cell, len(line))
		for i, c := range line {
			row[i] = *c
		}
		rows = append(rows, row)
	}
	return content.NewGrid(rows)
}
