package layout

import (
	"image"
	rand "math/rand/v2"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A scan in black and white leaves of faint rules pieces and holes of any length.
func TestPiecesOfFaintRulesMakeATable(t *testing.T) {
	c := sketch.New(540, 330, 255)
	rnd := rand.New(rand.NewPCG(1, 5))
	pieces := func(n int, draw func(a, b int)) {
		for at := 0; at < n; {
			length := 2 + rnd.IntN(5)
			draw(at, min(at+length, n))
			at += length + 3 + rnd.IntN(3)
		}
	}
	for i := range 9 {
		pieces(451, func(a, b int) { c.Level(40+30*i, 40+a, 40+b, 0) })
	}
	for i := range 6 {
		pieces(241, func(a, b int) { c.Plumb(40+90*i, 40+a, 40+b, 0) })
	}
	ruled(c, 0, func(int, bool) bool { return true })    // the numbers
	c.Fill(image.Rect(41+90, 41+60, 40+180, 40+90), 255) // but one
	grids, got := cellsOf(t, c)
	if want := "8×5"; got != want {
		t.Fatalf("cells: %s, want %s", got, want)
	}
	if blank := grids[0].Cells[2*5+1]; len(blank.Lines) > 0 {
		t.Errorf("a blank holds %v", blank.Lines)
	}
}

// Specks of a scan stand apart from the text of their cell, but no rule is lost
// between them.
func TestSpecksPartNoColumns(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(i int, level bool) bool { return i == 2 && !level })
	for r := range 8 {
		c.Fill(image.Rect(221, 40+30*r+3, 305, 40+30*r+27), 255) // the numbers of the third column
		c.Fill(image.Rect(270, 40+30*r+14, 272, 40+30*r+16), 0)
	}
	if _, got := cellsOf(t, c); got != "8×4" {
		t.Errorf("cells: %s, want 8×4", got)
	}
}

// Where the sides of two tables lie on one line, the dashes of the lower go on in
// line with the rules of the upper: each has its own cells.
func TestDashesBelowAFrameAreOfTheLowerTable(t *testing.T) {
	for _, gap := range []int{20, 32, 44, 80} {
		c := sketch.New(540, 480+gap, 255)
		for i := range 5 { // solid
			c.Level(40+40*i, 40, 491, 0)
		}
		for i := range 6 {
			c.Plumb(40+90*i, 40, 201, 0)
		}
		dashes := func(n int, draw func(a, b int)) {
			for at := 0; at < n; at += 9 {
				draw(at, min(at+5, n))
			}
		}
		y := 200 + gap
		for i := range 7 {
			dashes(451, func(a, b int) { c.Level(y+40*i, 40+a, 40+b, 0) })
		}
		for i := range 6 {
			dashes(241, func(a, b int) { c.Plumb(40+90*i, y+a, y+b, 0) })
		}
		for row := range 4 {
			for col := range 5 {
				c.Text(60+90*col, 52+40*row, 4, 0)
			}
		}
		for row := range 6 {
			for col := range 5 {
				c.Text(60+90*col, y+12+40*row, 4, 0)
			}
		}
		if _, got := cellsOf(t, c); got != "4×5; 6×5" {
			t.Errorf("%d pixels between the tables: %s, want 4×5; 6×5", gap, got)
		}
	}
}
