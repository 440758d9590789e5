package ink

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

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
	p := NewScratch(c.Pix, c.Rect.Size())
	for r := range 5 {
		if box := image.Rect(11, 11+16*r, 170, 26+16*r); p.EvenLight(box) {
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
	p := NewScratch(c.Pix, c.Rect.Size())
	if !p.EvenLight(image.Rect(0, 5, 300, 35)) {
		t.Error("the shadow was left on the cell")
	}
}
