package layout

import (
	"context"
	"image"
	"math"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A scan of 600 dots an inch: print of some 90 pixels, rules of 14.
func largeSheet() *image.Gray {
	const x, y, w, h, thick = 300, 200, 800, 300, 14
	img := sketch.New(3000, 2600, 245)
	for i := range 4 {
		img.Fill(image.Rect(x+i*w, y, x+i*w+thick, y+7*h+thick), 30)
	}
	for i := range 8 {
		img.Fill(image.Rect(x, y+i*h, x+3*w+thick, y+i*h+thick), 30)
	}
	for r := range 7 {
		for c := range 3 {
			for k := range 3 {
				at := image.Pt(x+c*w+150+k*110, y+r*h+110)
				box := image.Rectangle{Min: at, Max: at.Add(image.Pt(88, 90))}
				img.Fill(box, 40)
				img.Fill(box.Inset(12), 245)
			}
		}
	}
	return img.Gray
}

func TestLargePrintIsMadeSmaller(t *testing.T) {
	for turn, corner := range map[int][2]float64{0: {307, 207}, 180: {2700, 2307}} {
		page, err := Analyze(context.Background(), largeSheet(), turn)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Grids) != 1 || page.Grids[0].Rows != 7 || page.Grids[0].Cols != 3 {
			t.Fatalf("turned by %d: %v", turn, shapes(page))
		}
		if page.LineHeight < 20 || page.LineHeight > 40 {
			t.Errorf("turned by %d: lines are %v pixels high", turn, page.LineHeight)
		}
		if page.Picture() != image.Pt(3000, 2600) {
			t.Errorf("turned by %d: a picture of %v", turn, page.Picture())
		}
		g := page.Grids[0]
		x, y := page.Source(g.ColLines[0], g.RowLines[0])
		if math.Abs(x-corner[0]) > 12 || math.Abs(y-corner[1]) > 12 {
			t.Errorf("turned by %d: the table begins at %.0f, %.0f of the picture, want %v", turn, x, y, corner)
		}
	}
}
