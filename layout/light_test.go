package layout

import (
	"context"
	"image"
	"image/color"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// shadowed draws a table of one wide cell and three small ones with words in
// them, over the left of which a shadow falls.
func shadowed() *image.Gray {
	img := sketch.New(760, 160, 235)
	for _, y := range []int{20, 70, 120} {
		img.Fill(image.Rect(20, y, 740, y+2), 40)
	}
	for _, x := range []int{20, 600, 740} {
		img.Fill(image.Rect(x, 20, x+2, 122), 40)
	}
	for _, y := range []int{35, 85} {
		for x := 40; x < 560; x += 26 { // characters as frames
			img.Fill(image.Rect(x, y, x+18, y+20), 50)
			img.Fill(image.Rect(x+3, y+3, x+15, y+17), 235)
		}
		img.Fill(image.Rect(660, y, 664, y+20), 50)
	}
	for y := range 160 {
		for x := range 760 {
			shade := 1.0
			if x < 420 {
				shade = max(0.45, 1-float64(420-x)/160)
			}
			img.SetGray(x, y, color.Gray{Y: uint8(float64(img.GrayAt(x, y).Y) * shade)})
		}
	}
	return img.Gray
}

func TestAShadowHidesNoPrint(t *testing.T) {
	page, err := Analyze(context.Background(), shadowed(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if len(page.Grids) != 1 || len(page.Grids[0].Cells) != 4 {
		t.Fatalf("%d tables", len(page.Grids))
	}
	for i, want := range []image.Rectangle{image.Rect(40, 35, 552, 55), image.Rect(660, 35, 664, 55), image.Rect(40, 85, 552, 105), image.Rect(660, 85, 664, 105)} {
		c := page.Grids[0].Cells[i]
		if len(c.Lines) != 1 {
			t.Errorf("cell %d has %d lines, want 1", i, len(c.Lines))
			continue
		}
		got := c.Lines[0].Box
		if d := got.Min.Sub(want.Min); d.X*d.X+d.Y*d.Y > 8 {
			t.Errorf("cell %d: ink at %v, want %v", i, got, want)
		}
		if d := got.Max.Sub(want.Max); d.X*d.X+d.Y*d.Y > 8 {
			t.Errorf("cell %d: ink at %v, want %v", i, got, want)
		}
	}
}

// Small light print on dark fills the height of its cell, of which no block is
// paper alone; no shadow is taken off it.
func TestLightPrintIsNoLight(t *testing.T) {
	c := sketch.New(360, 100, 40)
	for i := range 6 {
		c.Level(10+i*16, 10, 331, 110)
	}
	for _, x := range []int{10, 170, 330} {
		c.Plumb(x, 10, 90, 110)
	}
	for r := range 5 {
		for x := 58; x < 112; x++ { // strokes with soft edges
			if k := x % 5; k < 4 {
				c.Fill(image.Rect(x, 13+16*r, x+1, 24+16*r), []uint8{85, 130, 130, 85}[k])
			}
		}
	}
	before := image.NewGray(c.Rect)
	copy(before.Pix, c.Pix)
	p := newScratch(c.Pix, c.Rect.Size())
	for r := range 5 {
		if box := image.Rect(11, 11+16*r, 170, 26+16*r); p.evenLight(box) {
			t.Errorf("row %d was evened out", r)
		}
	}
}

// What rules left on both edges of a cell hides no shadow.
func TestRestsOfRulesHideNoShadow(t *testing.T) {
	c := sketch.New(300, 40, 230)
	c.Fill(image.Rect(0, 0, 129, 40), 120)
	for _, y := range []int{5, 33} {
		c.Fill(image.Rect(0, y, 300, y+2), 10)
	}
	for x := 20; x < 280; x += 16 {
		c.Fill(image.Rect(x, 14, x+3, 26), 40)
	}
	p := newScratch(c.Pix, c.Rect.Size())
	if !p.evenLight(image.Rect(0, 5, 300, 35)) {
		t.Error("the shadow was left on the cell")
	}
}
