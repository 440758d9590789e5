package layout

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// Small print has a mark in each cell, as small as dirt and as far from the characters
// beside it as marks of Chinese text are: none is wiped off, and lines end after theirs.
func TestMarksOfSmallPrintAreKept(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(int, bool) bool { return false })
	var marks []image.Point
	for r := range 8 {
		for k := range 5 {
			cell := image.Rect(40+90*k+2, 40+30*r+2, 40+90*k+88, 40+30*r+28)
			c.Fill(cell, 255)
			c.Text(cell.Min.X+8, cell.Min.Y+7, 2, 0)
			marks = append(marks, image.Pt(cell.Min.X+33, cell.Min.Y+17))
			c.Fill(image.Rect(cell.Min.X+33, cell.Min.Y+17, cell.Min.X+34, cell.Min.Y+19), 0)
		}
	}
	p, err := Analyze(context.Background(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, at := range marks {
		if v := p.Gray.GetUCharAt(at.Y, at.X); v > 128 {
			t.Fatalf("the mark at %v is %d, as light as paper", at, v)
		}
	}
	for _, cell := range p.Grids[0].Cells {
		if n := len(cell.Lines); n != 1 || cell.Lines[0].Box.Max.X < cell.Box.Min.X+33 {
			t.Fatalf("cell %d,%d: lines %v end before the mark", cell.Row, cell.Col, cell.Lines)
		}
	}
}
