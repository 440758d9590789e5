package layout

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// Headings on a dark ground are parted by white rules, white cells by rules of
// the ground's colour, and neither can be seen where the ground ends.
func TestLightRulesPartHeadingsOnADarkGround(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 520, 300))
	fill := func(r image.Rectangle, tone uint8) {
		draw.Draw(gray, r, image.NewUniform(color.Gray{Y: tone}), image.Point{}, draw.Src)
	}
	const white, ground = 255, 90
	fill(gray.Rect, white)
	cols := []int{30, 180, 280, 380, 480}
	rows := []int{40, 70, 100, 130, 160, 190, 220, 250}
	fill(image.Rect(30, 40, 480, 250), ground)
	for i, y := range rows[:len(rows)-1] {
		title := i == 0 || i == 4 // over all columns
		value := i == 2 || i == 3 || i == 6
		if i > 0 {
			fill(image.Rect(30, y, 480, y+1), white)
		}
		for k := 1; k < len(cols)-1 && !title; k++ {
			fill(image.Rect(cols[k], y, cols[k]+1, y+30), white)
		}
		if value {
			fill(image.Rect(180, y, 480, y+30), white)
			if i == 3 {
				fill(image.Rect(180, y, 480, y+1), ground)
			}
			for _, x := range cols[2:] {
				fill(image.Rect(x, y, x+1, y+30), ground)
			}
			fill(image.Rect(180, y+30, 480, y+31), ground)
			for k := 1; k < 4; k++ { // a digit
				fill(image.Rect(cols[k]+45, y+10, cols[k]+47, y+20), 0)
			}
		}
	}
	for i, y := range rows[:len(rows)-1] { // words, of characters as strokes
		for k, x := range cols[:len(cols)-1] {
			title, value := i == 0 || i == 4, (i == 2 || i == 3 || i == 6) && k > 0
			if value || title && k > 0 {
				continue
			}
			for c := range 3 {
				fill(image.Rect(x+20+14*c, y+10, x+30+14*c, y+12), white)
				fill(image.Rect(x+24+14*c, y+10, x+26+14*c, y+22), white)
			}
		}
	}
	p, err := Analyze(context.Background(), gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if len(p.Grids) != 1 {
		t.Fatalf("%d tables, want 1", len(p.Grids))
	}
	g := p.Grids[0]
	if g.Rows != 7 || g.Cols != 4 || len(g.Cells) != 22 {
		t.Errorf("%d×%d with %d cells, want 7×4 with 22", g.Rows, g.Cols, len(g.Cells))
	}
}
