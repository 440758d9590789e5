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

// A comma of large print that ends a line may be no more than a speck, but it is no dirt:
// that is smaller.
func TestACommaAtTheEndOfALineIsOfIt(t *testing.T) {
	const right = 80 // where the characters of a cell end
	for name, c := range map[string]struct {
		mark image.Rectangle // in its cell
		end  int
	}{
		"a comma":               {image.Rect(84, 27, 86, 29), 86},
		"a speck of dirt":       {image.Rect(84, 28, 85, 29), right},
		"a speck far behind it": {image.Rect(110, 27, 112, 29), right},
	} {
		s := sketch.New(740, 260, 255)
		for i := range 6 {
			s.Level(20+i*40, 20, 701, 60)
		}
		for i := range 5 {
			s.Plumb(20+i*170, 20, 221, 60)
		}
		for i := range 20 {
			at := image.Pt(20+i%4*170, 20+i/4*40)
			for x := 20; x < right; x += 20 { // characters as frames
				s.Fill(image.Rect(x, 8, x+18, 29).Add(at), 30)
				s.Fill(image.Rect(x+3, 11, x+15, 26).Add(at), 255)
			}
			s.Fill(image.Rect(right-2, 8, right, 29).Add(at), 30)
		}
		at := image.Pt(20+170, 20+40)
		s.Fill(c.mark.Add(at), 30)
		grids, got := cellsOf(t, s)
		if got != "5×4" {
			t.Fatal(got)
		}
		lines := grids[0].Cells[5].Lines
		if len(lines) != 1 || lines[0].Box.Max.X != at.X+c.end {
			t.Errorf("%s: the lines are %v, and should end at %d", name, lines, at.X+c.end)
		}
	}
}
