package layout

import (
	"context"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// words prints a number of some digits, 18 pixels high.
func words(img *sketch.Canvas, x, y, n int) { img.Digits(x, y, 18, n, 30) }

// levelRows rules six rows, 40 pixels high and so wide, of which the first few have sides.
func levelRows(img *sketch.Canvas, at image.Point, width, sides int) {
	for r := range 7 {
		img.Fill(image.Rect(at.X, at.Y+r*40, at.X+width, at.Y+r*40+2), 30)
	}
	for _, x := range []int{at.X, at.X + width - 2} {
		img.Fill(image.Rect(x, at.Y, x+2, at.Y+sides*40), 30)
	}
}

// What rules bound may be but the headings of a table, or its rows, whose columns
// nothing but their text tells.
func TestColumnsThatOnlyTextTells(t *testing.T) {
	for name, sides := range map[string]int{"headings in a frame": 2, "rows in a frame": 6} {
		img := sketch.New(700, 330, 245)
		levelRows(&img, image.Pt(40, 40), 620, sides)
		for r := range 6 {
			words(&img, 60, 52+r*40, 4)
			for c := 1; c < 4; c++ {
				words(&img, 40+c*160, 52+r*40, 2+(r+c)%2)
			}
		}
		page, err := Analyze(context.Background(), img.Gray, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer page.Close()
		if len(page.Grids) != 1 || page.Grids[0].Rows != 6 || page.Grids[0].Cols != 4 {
			t.Errorf("%s: %d tables: %v", name, len(page.Grids), shapes(page))
		}
	}
}

// A list that is ruled in one column is no part of a table whose headings are framed, and is said.
func TestAnotherListOfOneColumnIsSaid(t *testing.T) {
	img := sketch.New(700, 700, 245)
	levelRows(&img, image.Pt(40, 40), 620, 2)
	for r := range 6 {
		words(&img, 60, 52+r*40, 4)
		for c := 1; c < 4; c++ {
			words(&img, 40+c*160, 52+r*40, 2+(r+c)%2)
		}
	}
	levelRows(&img, image.Pt(40, 400), 260, 6)
	for r := range 6 {
		words(&img, 60, 412+r*40, 5)
	}
	page, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if got := shapes(page); !slices.Equal(got, [][2]int{{6, 4}}) {
		t.Error(got)
	}
	list := image.Rect(40, 400, 300, 642)
	if len(page.Left) != 1 || !alike(page.Left[0].Box, list) {
		t.Errorf("left out %v, want %v", page.Left, list)
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
