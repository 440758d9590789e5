package layout

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// ruledSheet draws a table of 3×3 cells, and with fold a faint line over the
// whole picture that runs down through its middle column.
func ruledSheet(w, h int, table image.Rectangle, fold bool) *image.Gray {
	img := sketch.New(w, h, 245)
	for i := range 4 {
		x, y := table.Min.X+i*(table.Dx()-2)/3, table.Min.Y+i*(table.Dy()-2)/3
		img.Fill(image.Rect(x, table.Min.Y, x+2, table.Max.Y), 30)
		img.Fill(image.Rect(table.Min.X, y, table.Max.X, y+2), 30)
	}
	for i := range 9 { // a number in each cell
		img.Digits(table.Min.X+i%3*table.Dx()/3+30, table.Min.Y+i/3*table.Dy()/3+40, 20, 1+i%3, 40)
	}
	if fold {
		x := (table.Min.X + table.Max.X) / 2
		img.Fill(image.Rect(x, 0, x+2, h), 190)
	}
	return img.Gray
}

// overprinted prints lines so high over the fold of a ruledSheet, one each so
// many pixels.
func overprinted(img *image.Gray, height, each int) *image.Gray {
	for y := 20; y < img.Rect.Dy()-20; y += each {
		sketch.Canvas{Gray: img}.Fill(image.Rect(292, y, 310, y+height), 40)
	}
	return img
}

func TestAFoldIsNoRule(t *testing.T) {
	half := ruledSheet(600, 500, image.Rect(60, -60, 540, 560), false)
	for y := 150; y < 350; y++ { // its middle row is one cell
		for x := 200; x < 400; x++ {
			half.Pix[y*half.Stride+x] = 245
		}
	}
	for name, c := range map[string]struct {
		img    *image.Gray
		streak bool
	}{
		"a fold through the table":       {ruledSheet(600, 500, image.Rect(60, 60, 540, 440), true), true},
		"a fold that print lies over":    {overprinted(ruledSheet(600, 500, image.Rect(60, 60, 540, 440), true), 20, 60), true},
		"a fold of a long page":          {overprinted(ruledSheet(600, 3000, image.Rect(60, 160, 540, 2840), true), 80, 180), true},
		"no fold":                        {ruledSheet(600, 500, image.Rect(60, 60, 540, 440), false), false},
		"rules that run to the borders":  {ruledSheet(600, 500, image.Rect(0, 0, 600, 500), false), false},
		"rules that run from top to end": {ruledSheet(600, 500, image.Rect(60, 0, 540, 500), false), false},
	} {
		page, err := Analyze(context.Background(), c.img, 0)
		if err != nil {
			t.Fatal(err)
		}
		if page.Streaks != c.streak {
			t.Errorf("%s: streaks %t", name, page.Streaks)
		}
		if len(page.Grids) != 1 || page.Grids[0].Rows != 3 || page.Grids[0].Cols != 3 {
			t.Errorf("%s: %d tables, want one of 3×3", name, len(page.Grids))
			for _, g := range page.Grids {
				t.Errorf("   %d×%d", g.Rows, g.Cols)
			}
		}
		page.Close()
	}
	page, err := Expect(context.Background(), half, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if page.Streaks || len(page.Grids) != 1 || page.Grids[0].Cols != 3 {
		t.Errorf("a table scrolled half out of sight: streaks %t, tables %d", page.Streaks, len(page.Grids))
	}
}
