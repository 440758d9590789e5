package layout

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// Two tables one above the other stay two, though their sides stand on one line,
// part of one is not seen, and the heading between them begins on that line.
func TestTablesOneAboveTheOtherStayApart(t *testing.T) {
	img := sketch.New(520, 420, 255)
	character := func(x, y int) {
		img.Fill(image.Rect(x, y, x+14, y+14), 30)
		img.Fill(image.Rect(x+2, y+2, x+12, y+12), 255)
	}
	table := func(top, rows int) {
		for i := range rows + 1 {
			img.Fill(image.Rect(20, top+30*i, 501, top+30*i+1), 0)
		}
		for _, x := range []int{20, 180, 340, 500} {
			img.Fill(image.Rect(x, top, x+1, top+30*rows+1), 0)
		}
		for i := range 3 * rows {
			for k := range 3 {
				character(60+160*(i%3)+18*k, top+8+i/3*30)
			}
		}
	}
	table(20, 5)
	img.Fill(image.Rect(18, 115, 30, 169), 255) // the lower left side is not seen
	img.Fill(image.Rect(18, 170, 30, 171), 0)
	for k := range 8 { // the heading
		character(20+18*k, 180)
	}
	table(205, 6)
	page, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if len(page.Grids) != 2 || page.Grids[0].Rows != 5 || page.Grids[1].Rows != 6 {
		for _, g := range page.Grids {
			t.Errorf("%d×%d at %v", g.Rows, g.Cols, g.Box)
		}
		t.Error("want 5×3 and 6×3")
	}
}
