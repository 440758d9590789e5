package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// low draws a table of two rows so low that its column rules are shorter than
// any that is followed by itself.
func low(c sketch.Canvas, plumb bool) {
	const x, y, w, n = 20, 20, 44, 8
	for _, at := range []int{0, 18, 36} {
		c.Level(y+at, x, x+n*w+1, 120)
	}
	for i := range n + 1 {
		if plumb || i == 0 || i == n {
			c.Plumb(x+i*w, y, y+36, 190)
		}
	}
	for k := range n {
		c.Text(x+k*w+12, y+3, 2, 60)
		c.Fill(image.Rect(x+k*w+1, y+25, x+k*w+7, y+34), 60) // a bold digit that touches the rule
	}
}

func TestLowTablesAreFound(t *testing.T) {
	c := sketch.New(400, 80, 255)
	low(c, true)
	if _, got := cellsOf(t, c); got != "2×8" {
		t.Errorf("with rules: %s", got)
	}
	// Without them the text tells the columns.
	c = sketch.New(400, 80, 255)
	low(c, false)
	if _, got := cellsOf(t, c); got != "2×8" {
		t.Errorf("without rules: %s", got)
	}
}

// Numbers on both sides of a rule touch it, but it goes on above and below.
func TestARuleBetweenDigitsIsFound(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 90, func(int, bool) bool { return false })
	const x, y = 40 + 2*90, 40 + 3*30
	c.Plumb(x, y+1, y+2, 255)
	c.Fill(image.Rect(x-5, y+5, x-2, y+25), 150)
	c.Fill(image.Rect(x+3, y+5, x+6, y+25), 150)
	if _, got := cellsOf(t, c); got != "8×5" {
		t.Error(got)
	}
}
