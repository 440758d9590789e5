package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
)

// A chart's net of lines is no table, one with words in its cells is.
func TestANetOfAChartIsNoTable(t *testing.T) {
	const rows, cols, w, h = 5, 6, 80, 40
	var g Grid
	g.Rows, g.Cols, g.Box = rows, cols, image.Rect(0, 0, cols*w, rows*h)
	for i := range rows * cols {
		at := image.Pt(i%cols*w, i/cols*h)
		g.Cells = append(g.Cells, Cell{Row: i / cols, Col: i % cols, RowSpan: 1, ColSpan: 1, Box: image.Rect(1, 1, w-1, h-1).Add(at)})
	}
	white := func() ink.Pixels {
		p := ink.New(make([]uint8, cols*w*rows*h), image.Pt(cols*w, rows*h))
		for i := range p.Pix {
			p.Pix[i] = 255
		}
		return p
	}
	fill := func(p ink.Pixels, r image.Rectangle, v uint8) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				p.Pix[y*p.W+x] = v
			}
		}
	}
	text := white()
	for _, c := range g.Cells {
		at := c.Box.Min.Add(image.Pt(20, 12))
		for i := range 3 {
			fill(text, image.Rect(i*10, 0, i*10+6, 14).Add(at), 0)
		}
	}
	curve := white()
	for x := range curve.W {
		fill(curve, image.Rect(x, 30+x/4, x+1, 34+x/4), 60)
	}
	headed := white()
	copy(headed.Pix, text.Pix)
	for _, c := range g.Cells[:cols] {
		fill(headed, c.Box.Inset(-1), 80)
		fill(headed, image.Rect(20, 12, 26, 26).Add(c.Box.Min), 255)
	}
	for _, c := range []struct {
		name string
		p    ink.Pixels
		want int
	}{{"words", text, 1}, {"dark headings", headed, 1}, {"a curve", curve, 0}} {
		if got, _ := tablesAmong(c.p, []Grid{g}); len(got) != c.want {
			t.Errorf("%s: %d tables, want %d", c.name, len(got), c.want)
		}
	}
}
