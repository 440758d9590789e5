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
		img.Digits(40, y, 20, 30, 50)
		img.Digits(660, y, 20, 1, 50)
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
	for i, want := range []image.Rectangle{image.Rect(41, 35, 537, 56), image.Rect(661, 35, 674, 56), image.Rect(41, 85, 537, 106), image.Rect(661, 85, 674, 106)} {
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
