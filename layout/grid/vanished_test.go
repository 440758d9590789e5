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

func TestALinePartsOnlyCellsWithTextOnBothItsSides(t *testing.T) {
	left, right, through := image.Rect(20, 10, 120, 26), image.Rect(300, 10, 340, 26), image.Rect(180, 10, 230, 26)
	for _, c := range []struct {
		what  string
		text  []image.Rectangle
		span  int
		parts bool
	}{
		{"nothing", nil, 1, true},
		{"text on both sides", []image.Rectangle{left, right}, 1, true},
		{"text on one side", []image.Rectangle{left}, 1, false},
		{"text that the line runs through", []image.Rectangle{left, through, right}, 1, false},
		{"text far apart in a cell of two columns", []image.Rectangle{left, right}, 2, true},
		{"one number in a cell of two columns", []image.Rectangle{image.Rect(190, 10, 198, 26), image.Rect(203, 10, 211, 26)}, 2, false},
	} {
		cell := Cell{RowSpan: 1, ColSpan: c.span, Box: image.Rect(1, 1, 399, 39)}
		var blobs []ink.Blob
		for _, b := range c.text {
			blobs = append(blobs, ink.Blob{Box: b, Area: 90})
		}
		if got := cell.splits(200, 16, ruling.Plumb, blobs); got != c.parts {
			t.Errorf("%s: parted is %v", c.what, got)
		}
	}
}
