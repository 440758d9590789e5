package layout

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// gappy draws a table of numbers with a blank cell in every third place, and
// returns the boxes of its cells, row by row.
func gappy(c sketch.Canvas, ink uint8) (cells []image.Rectangle) {
	ruled(c, ink, func(int, bool) bool { return false })
	for i := range 40 {
		x, y := 40+i%5*90, 40+i/5*30
		cell := image.Rect(x+1, y+1, x+90, y+30)
		cells = append(cells, cell)
		if i%3 == 0 {
			c.Fill(cell, 255)
		}
	}
	return cells
}

// Thin strokes at the ends of a number are lost first when a picture shrinks.
func TestFaintStrokesAreOfTheLine(t *testing.T) {
	const ink, faint = 60, 205
	c := sketch.New(540, 330, 255)
	cells := gappy(c, ink)
	for i, cell := range cells {
		if i%3 == 0 {
			continue
		}
		end := cell.Min.X + 19 + 10*(2+(i/5+i%5)%3)
		c.Fill(image.Rect(end+2, cell.Min.Y+8, end+3, cell.Min.Y+20), faint)                  // a 1
		c.Fill(image.Rect(cell.Min.X+10, cell.Min.Y+13, cell.Min.X+16, cell.Min.Y+14), faint) // a sign
		c.Plumb(cell.Max.X-1, cell.Min.Y, cell.Max.Y-6, faint)                                // what a rule left
	}
	grids, got := cellsOf(t, c)
	if got != "8×5" {
		t.Fatal(got)
	}
	for i, cell := range grids[0].Cells {
		if i%3 == 0 {
			continue
		}
		want := cells[i].Min.X + 19 + 10*(2+(i/5+i%5)%3) + 3
		if len(cell.Lines) != 1 || cell.Lines[0].Box.Min.X != cells[i].Min.X+10 || cell.Lines[0].Box.Max.X != want {
			t.Errorf("cell %d at %v has lines %v; they should end at %d", i, cells[i], cell.Lines, want)
		}
	}
}

// A photograph of a screen has stripes all over it. They are not what is
// printed in blank cells.
func TestStripesAreNoPrint(t *testing.T) {
	c := sketch.New(540, 330, 255)
	gappy(c, 60)
	for y := range 330 {
		for x := range 540 {
			v := float64(c.GrayAt(x, y).Y) * (1 - 0.12*math.Pow(math.Sin(float64(2*x+3*y)/16), 6))
			c.SetGray(x, y, color.Gray{Y: uint8(v)})
		}
	}
	grids, got := cellsOf(t, c)
	if got != "8×5" {
		t.Fatal(got)
	}
	for i, cell := range grids[0].Cells {
		if blank := i%3 == 0; len(cell.Lines) == 0 != blank {
			t.Errorf("cell %d, blank %t, has lines %v", i, blank, cell.Lines)
		}
	}
}
