package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A cell over two columns of a table is cut where both have text that stands as theirs does, or
// some of a rule is printed, and stays one otherwise.
func TestACellOverTwoColumnsIsCutWhereItsTextStandsAsTheirs(t *testing.T) {
	const rows, third = 6, 3
	dots := func(c sketch.Canvas, y int) { c.Dotted(200, y+1, 200, y+39, 150) }
	for _, k := range []struct {
		what  string
		print func(c sketch.Canvas, y int)
		cells int
	}{
		{"a value in each column, and dots", func(c sketch.Canvas, y int) { c.Text(20, y+14, 2, 0); c.Text(220, y+14, 1, 0); dots(c, y) }, 2 * rows},
		{"a value in each column, and nothing between", func(c sketch.Canvas, y int) { c.Text(20, y+14, 2, 0); c.Text(220, y+14, 1, 0) }, 2 * rows},
		{"a title in the middle", func(c sketch.Canvas, y int) { c.Text(160, y+14, 8, 0) }, 2*rows - 1},
		{"two words that stand elsewhere, and dots", func(c sketch.Canvas, y int) { c.Text(60, y+14, 4, 0); c.Text(260, y+14, 4, 0); dots(c, y) }, 2 * rows},
		{"a value in one of them, and nothing between", func(c sketch.Canvas, y int) { c.Text(20, y+14, 2, 0) }, 2*rows - 1},
	} {
		page := sketch.New(400, 40*rows, 255)
		g := &Grid{Rows: rows, Cols: 2, RowLines: rowsOf(rows), ColLines: []float64{0, 200, 400}, Box: page.Rect}
		for r := range rows {
			y := 40 * r
			if r == third {
				k.print(page, y)
				g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: 2, Box: image.Rect(2, y+2, 398, y+38)})
				continue
			}
			page.Plumb(200, y, y+40, 0)
			page.Text(20, y+14, 1+r%3, 0)
			page.Text(220, y+14, 2, 0)
			g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: 1, Box: image.Rect(2, y+2, 198, y+38)},
				Cell{Row: r, Col: 1, RowSpan: 1, ColSpan: 1, Box: image.Rect(202, y+2, 398, y+38)})
		}
		e := evidenceOf(t, page)
		g.unjoin(e)
		if len(g.Cells) != k.cells || g.Recovered != k.cells-(2*rows-1) {
			t.Errorf("%s: %d cells, want %d; %d lines are told by text", k.what, len(g.Cells), k.cells, g.Recovered)
		}
		for i, c := range g.Cells {
			if c.Box.Dx() > 200 && c.ColSpan == 1 {
				t.Errorf("%s: cell %d is %v", k.what, i, c.Box)
			}
		}
	}
}
