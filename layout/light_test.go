package layout

import (
	"context"
	"image"
	"image/color"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// shadowed draws a table of one wide cell and three small ones with words in
// them, over the left of which a shadow falls. Prints are where the words are, as the picture
// has them before that.
func shadowed() (shaded *image.Gray, prints []image.Rectangle) {
	img := sketch.New(760, 160, 235)
	for _, y := range []int{20, 70, 120} {
		img.Fill(image.Rect(20, y, 740, y+2), 40)
	}
	for _, x := range []int{20, 600, 740} {
		img.Fill(image.Rect(x, 20, x+2, 122), 40)
	}
	for _, y := range []int{35, 85} {
		for _, word := range []struct{ x, n int }{{40, 30}, {660, 1}} {
			img.Digits(word.x, y, 20, word.n, 50)
			prints = append(prints, darkIn(img, image.Rect(word.x-10, y-5, word.x+16*word.n+20, y+25)))
		}
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
	return img.Gray, prints
}

// darkIn is the box of the pixels in another that are darker than the middle of paper and ink.
func darkIn(c sketch.Canvas, in image.Rectangle) (box image.Rectangle) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if c.GrayAt(x, y).Y < (235+50)/2 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestAShadowHidesNoPrint(t *testing.T) {
	picture, prints := shadowed()
	page, err := Analyze(context.Background(), picture, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if len(page.Grids) != 1 || len(page.Grids[0].Cells) != 4 {
		t.Fatalf("%d tables", len(page.Grids))
	}
	for i, want := range prints {
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
