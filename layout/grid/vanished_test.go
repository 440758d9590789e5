package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Two digits in a cell that spans columns are one number.
func TestDigitsAreNotParted(t *testing.T) {
	digits := []ink.Blob{{Box: image.Rect(200, 10, 208, 30), Area: 90}, {Box: image.Rect(212, 10, 222, 30), Area: 90}}
	apart := []ink.Blob{{Box: image.Rect(100, 10, 108, 30), Area: 90}, {Box: image.Rect(212, 10, 222, 30), Area: 90}}
	for _, k := range []struct {
		blobs []ink.Blob
		cells int
	}{{digits, 1}, {apart, 2}} {
		g := Grid{Rows: 1, Cols: 2, RowLines: []float64{0, 40}, ColLines: []float64{0, 250, 400},
			Cells: []Cell{{RowSpan: 1, ColSpan: 2, Box: image.Rect(1, 1, 399, 39)}}}
		g.putLine(0, 210, 20, ruling.Plumb, func(Cell) []ink.Blob { return k.blobs })
		if len(g.Cells) != k.cells {
			t.Errorf("%v: %d cells, want %d", k.blobs, len(g.Cells), k.cells)
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
	if at, odds := lostLine(&g, 0, blobs); odds > -cutOdds {
		t.Errorf("a column ends at %.0f, by odds of %.1f", at, odds)
	}
}
