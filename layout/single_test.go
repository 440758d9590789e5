package layout

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// words prints a word of some characters, hollow boxes of 14×18 pixels.
func words(img *sketch.Canvas, x, y, n int) {
	for i := range n {
		c := image.Rect(x+i*18, y, x+i*18+14, y+18)
		img.Fill(c, 30)
		img.Fill(c.Inset(2), 245)
	}
}

// What rules bound may be but the headings of a table, or its rows, whose columns
// nothing but their text tells.
func TestColumnsThatOnlyTextTells(t *testing.T) {
	for name, sides := range map[string]int{"headings in a frame": 2, "rows in a frame": 6} {
		img := sketch.New(700, 330, 245)
		const left, right, top, row = 40, 660, 40, 40
		for r := range 7 {
			img.Fill(image.Rect(left, top+r*row, right, top+r*row+2), 30)
		}
		for _, x := range []int{left, right - 2} {
			img.Fill(image.Rect(x, top, x+2, top+sides*row), 30)
		}
		for r := range 6 {
			words(&img, left+20, top+r*row+12, 4)
			for c := 1; c < 4; c++ {
				words(&img, left+c*160, top+r*row+12, 2+(r+c)%2)
			}
		}
		page, err := Analyze(context.Background(), img.Gray, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Grids) != 1 || page.Grids[0].Rows != 6 || page.Grids[0].Cols != 4 {
			t.Errorf("%s: %d tables: %v", name, len(page.Grids), shapes(page))
		}
	}
}

// Plumb rules alone are those of a table, whose rows its text tells.
func TestRowsThatOnlyTextTells(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(_ int, level bool) bool { return level })
	if _, got := cellsOf(t, c); got != "8×5" {
		t.Error(got)
	}
}

// shapes are the rows and columns of the tables of a page.
func shapes(p *Page) (out [][2]int) {
	for _, g := range p.Grids {
		out = append(out, [2]int{g.Rows, g.Cols})
	}
	return out
}
