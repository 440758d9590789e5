package layout

import (
	"context"
	"fmt"
	"image"
	"slices"
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

// A list that is ruled in one column stays one beside a table whose headings are framed.
func TestAnotherListOfOneColumnStays(t *testing.T) {
	img := sketch.New(700, 700, 245)
	const left, right, top, row = 40, 660, 40, 40
	for r := range 7 {
		img.Fill(image.Rect(left, top+r*row, right, top+r*row+2), 30)
	}
	for _, x := range []int{left, right - 2} {
		img.Fill(image.Rect(x, top, x+2, top+2*row), 30)
	}
	for r := range 6 {
		words(&img, left+20, top+r*row+12, 4)
		for c := 1; c < 4; c++ {
			words(&img, left+c*160, top+r*row+12, 2+(r+c)%2)
		}
	}
	const list = 400
	for r := range 7 {
		img.Fill(image.Rect(left, list+r*row, 300, list+r*row+2), 30)
	}
	for _, x := range []int{left, 298} {
		img.Fill(image.Rect(x, list, x+2, list+6*row), 30)
	}
	for r := range 6 {
		words(&img, left+20, list+r*row+12, 5)
	}
	page, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if got := shapes(page); !slices.Equal(got, [][2]int{{6, 4}, {6, 1}}) {
		t.Error(got)
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

// A row so low that none of its plumb rules was followed is a table if these go from rule
// to rule, at both ends and between. Strokes of text that reach neither are no rules.
func TestALowRowIsATable(t *testing.T) {
	for name, c := range map[string]struct {
		plumb, top int // how many plumb rules, and how far below the level rule they begin
		shift      int // how much further right than the other the upper level rule begins
		want       string
	}{
		"plumb rules from rule to rule": {6, 0, 0, "1×5"},
		"an upper rule shifted":         {6, 0, 2, "1×5"},
		"a lower rule shifted":          {6, 0, -2, "1×5"},
		"the sides alone":               {2, 0, 0, ""},
		"strokes":                       {6, 4, 0, ""},
	} {
		img := sketch.New(540, 120, 255)
		img.Level(40, 40+max(0, c.shift), 491, 0)
		img.Level(58, 40+max(0, -c.shift), 491, 0)
		for i := range c.plumb {
			img.Plumb(40+450*i/(c.plumb-1), 40+c.top, 59-c.top, 0)
		}
		for i := range 5 {
			img.Text(60+90*i, 44, 2, 0)
		}
		page, err := Analyze(context.Background(), img.Gray, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(page.Grids) > 0 {
			got = fmt.Sprintf("%d×%d", page.Grids[0].Rows, page.Grids[0].Cols)
		}
		page.Close()
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// shapes are the rows and columns of the tables of a page.
func shapes(p *Page) (out [][2]int) {
	for _, g := range p.Grids {
		out = append(out, [2]int{g.Rows, g.Cols})
	}
	return out
}
