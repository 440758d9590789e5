package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// The print of a row that is no higher leaves little paper, but is print.
func TestPrintThatFillsItsCellIsPrint(t *testing.T) {
	c := sketch.New(620, 130, 255)
	for _, y := range []int{20, 60, 78, 118} {
		c.Level(y, 20, 601, 40)
	}
	for i := range 5 {
		c.Plumb(20+i*145, 20, 118, 40)
	}
	for i := range 4 {
		c.Text(40+i*145, 30, 3, 90)
		c.Text(40+i*145, 92, 3, 90)
		// Soft strokes from side to side.
		for y := 62; y < 77; y++ {
			for x := 28 + i*145; x < 157+i*145; x++ {
				if k := (x - 28 - i*145) % 5; k < 4 {
					c.Fill(image.Rect(x, y, x+1, y+1), []uint8{170, 90, 90, 170}[k])
				}
			}
		}
	}
	grids, got := cellsOf(t, c)
	if got != "3×4" {
		t.Fatalf("cells %s", got)
	}
	for _, cell := range grids[0].Cells {
		if len(cell.Lines) != 1 {
			t.Errorf("cell %d,%d has %d lines, want 1", cell.Row, cell.Col, len(cell.Lines))
		}
	}
}

// Digits that a scan broke to pieces are many and low; lines of text tell how
// high print is.
func TestPiecesOfDigitsAreNoLines(t *testing.T) {
	c := sketch.New(900, 420, 255)
	for i := range 13 {
		c.Level(20+i*32, 20, 861, 0)
	}
	for i := range 10 {
		c.Plumb(20+max(0, 300*min(i, 1)+60*(i-1)), 20, 404, 0)
	}
	c.Plumb(861, 20, 404, 0)
	for r := range 12 {
		for k := range 7 { // characters 20 pixels high
			c.Fill(image.Rect(40+k*24, 26+r*32, 58+k*24, 29+r*32), 0)
			c.Fill(image.Rect(47+k*24, 26+r*32, 50+k*24, 46+r*32), 0)
		}
		for k := range 8 { // two strokes of a 0
			x := 345 + 60*k
			c.Fill(image.Rect(x, 32+r*32, x+2, 40+r*32), 0)
			c.Fill(image.Rect(x+8, 32+r*32, x+10, 40+r*32), 0)
		}
	}
	p, err := Analyze(t.Context(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if p.LineHeight < 18 || p.LineHeight > 22 {
		t.Errorf("lines are %.0f pixels high, want 20", p.LineHeight)
	}
}
