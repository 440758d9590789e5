package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// column is a grid of one column whose rule was lost: in each row is a label, and in
// so many a value that begins right of it, at so many pixels.
func column(rows, values, right int) (*Grid, func(Cell) []ink.Blob) {
	g := &Grid{Rows: rows, Cols: 1, ColLines: []float64{0, 400}, RowLines: rowsOf(rows)}
	for r := range rows {
		g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: 1, Box: image.Rect(1, 40*r+1, 399, 40*r+39)})
	}
	return g, func(c Cell) (out []ink.Blob) {
		out = append(out, ink.Blob{Box: image.Rect(20, c.Box.Min.Y+10, 120, c.Box.Min.Y+26), Area: 300})
		if c.Row < values {
			out = append(out, ink.Blob{Box: image.Rect(right, c.Box.Min.Y+10, right+40, c.Box.Min.Y+26), Area: 120})
		}
		return out
	}
}

// A rule between two columns is lost where the text of many cells has a gap; in some, it is one of theirs.
func TestALostRuleIsToldByGapsInEnoughCells(t *testing.T) {
	for _, c := range []struct {
		rows, values int
		right        int // where the text behind the gap begins, pixels; that before it ends at 120, and is 16 high
		lost         bool
	}{
		{4, 4, 150, true}, {8, 5, 150, true}, {8, 7, 150, true}, {8, 8, 140, true}, {2, 2, 300, true}, {8, 5, 300, true},
		{8, 1, 150, false}, {8, 2, 140, false},
	} {
		g, blobs := column(c.rows, c.values, c.right)
		columns := bandsOf(g, ruling.Plumb, 16, blobs)
		_, at, odds := columns.lost(func(text []float32) float64 { return float64(textOdds(ruling.Plumb, text)) })
		if lost := odds > 0; lost != c.lost || lost && (at < 120 || at > float64(c.right)) {
			t.Errorf("%d of %d cells have a gap from 120 to %d: lost is %v, by odds of %.1f, at %.0f", c.values, c.rows, c.right, lost, odds, at)
		}
	}
}

// Where a rule is seen in some rows and not in others, no column lies before it
// because the cells that span it have room there.
func TestNoColumnBesideARuleThatIsPartlySeen(t *testing.T) {
	g := Grid{Rows: 10, Cols: 2, RowLines: []float64{0}, ColLines: []float64{0, 300, 500}}
	for r := range 10 {
		g.RowLines = append(g.RowLines, float64(30*(r+1)))
		span := 1 + min(r/3, 1)
		g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: span, Box: image.Rect(1, 30*r+1, 100+200*span, 30*r+29)})
	}
	blobs := func(c Cell) (out []ink.Blob) {
		for x := 20; x < 180; x += 20 {
			out = append(out, ink.Blob{Box: image.Rect(x, c.Box.Min.Y+6, x+16, c.Box.Min.Y+22), Area: 120})
		}
		if c.ColSpan == 2 {
			out = append(out, ink.Blob{Box: image.Rect(350, c.Box.Min.Y+6, 360, c.Box.Min.Y+22), Area: 80})
		}
		return out
	}
	columns := bandsOf(&g, ruling.Plumb, 16, blobs)
	if _, at, odds := columns.lost(func(text []float32) float64 { return float64(textOdds(ruling.Plumb, text)) }); odds > 0 {
		t.Errorf("a column ends at %.0f, by odds of %.1f", at, odds)
	}
}
