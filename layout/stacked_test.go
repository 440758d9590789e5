package layout

import (
	"context"
	"image"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"gocv.io/x/gocv"
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

// The side of the lower table, in pieces too short to be rules by themselves, is
// most of what is seen between the upper table's side and the last of them; the
// rest are the strokes of a heading on the same line.
func TestPiecesOfTheLowerTableAreNoBridge(t *testing.T) {
	const x, upper, lower, end = 20, 100, 180, 270
	for _, heading := range []bool{true, false} {
		seen := gocv.NewMatWithSize(300, 60, gocv.MatTypeCV8UC1)
		defer seen.Close()
		for y := range end {
			if y < upper || y >= lower || !heading || y%2 == 0 {
				seen.SetUCharAt(y, x, 200)
			}
		}
		empty := gocv.NewMat()
		defer empty.Close()
		m := &measured{size: image.Pt(60, 300), ver: &ridges{dark: seen, light: empty, maxThick: 4, maxGap: 4}}
		side := rule{pos: x + 0.5, thick: 1, tone: 200, cover: 1}
		pieces := []rule{side}
		pieces[0].hi = upper
		for y := lower; y < end; y += 30 {
			p := side
			p.lo, p.hi, p.weak = float64(y), float64(y+28), true
			pieces = append(pieces, p)
		}
		bridged := slices.ContainsFunc(m.joined(false, pieces, nil), func(r rule) bool { return r.lo == 0 && r.hi >= lower })
		if bridged == heading {
			t.Errorf("a heading between the sides %t, joined %t", heading, bridged)
		}
	}
}
