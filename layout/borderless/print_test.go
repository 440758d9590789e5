package borderless

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ink"
)

func TestFramesAreNoDrawings(t *testing.T) {
	mask := make([]uint8, 400*300)
	fill := func(r image.Rectangle) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				mask[y*400+x] = 255
			}
		}
	}
	frame, text, bar := image.Rect(20, 20, 380, 200), image.Rect(60, 60, 120, 80), image.Rect(30, 220, 200, 290)
	for _, r := range []image.Rectangle{{frame.Min, image.Pt(380, 22)}, {image.Pt(20, 198), frame.Max}, {frame.Min, image.Pt(22, 200)}, {image.Pt(378, 20), frame.Max}, text, bar} {
		fill(r)
	}
	p := Print{Box: image.Rect(0, 0, 400, 300), Height: 20}
	p.sortLarge([]ink.Blob{{Box: frame, Area: 2100}, {Box: bar, Area: bar.Dx() * bar.Dy()}}, []ink.Blob{{Box: text, Area: 1200}}, mask, nil)
	if len(p.Figures) != 1 || p.Figures[0] != bar {
		t.Errorf("drawings %v, want %v alone", p.Figures, bar)
	}
	if len(p.level) != 2 || p.level[0] != image.Rect(30, 20, 370, 22) || p.level[1] != image.Rect(30, 198, 370, 200) {
		t.Errorf("rules %v, want the top and the bottom of the frame", p.level)
	}
}

// Boxes to tick are told from characters, however blurred.
func TestBoxesToTickAreToldFromCharacters(t *testing.T) {
	const size = 20
	p := ink.New(make([]uint8, 400*300), image.Pt(400, 300))
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	c := sketch.Canvas{Gray: &image.Gray{Pix: p.Pix, Stride: 400, Rect: image.Rect(0, 0, 400, 300)}}
	for y := 20; y < 280; y += 40 {
		c.Fill(image.Rect(20, y, 20+size, y+size), 110) // its sides are five pixels broad
		c.Fill(image.Rect(25, y+5, 15+size, y+size-5), 255)
		c.Fill(image.Rect(100, y, 100+size, y+size), 0) // a character with a stroke in its middle
		c.Fill(image.Rect(104, y+3, 96+size, y+size-3), 255)
		c.Fill(image.Rect(100, y+9, 100+size, y+12), 0)
		c.Text(200, y+4, 5, 0)
	}
	squares := map[int]int{}
	for _, w := range printOn(p, c.Rect, nil).words {
		if w.square {
			squares[w.box.Min.X]++
		}
	}
	if len(squares) != 1 || squares[20] != 7 {
		t.Errorf("squares, by where they stand: %v; want 7 at 20", squares)
	}
}

// Dashes of rules across are no words, however long and thick they are; a dash that stands for
// no value is one.
func TestDashesOfRulesAreNoWords(t *testing.T) {
	for _, dash := range []image.Point{{4, 2}, {16, 3}, {20, 4}, {24, 4}} {
		p := ink.New(make([]uint8, 700*300), image.Pt(700, 300))
		for i := range p.Pix {
			p.Pix[i] = 255
		}
		c := sketch.Canvas{Gray: &image.Gray{Pix: p.Pix, Stride: 700, Rect: image.Rect(0, 0, 700, 300)}}
		const rows, cols = 6, 4
		for r := range rows {
			y := 30 + r*40
			for x := 20; x < 660; x += dash.X + 6 {
				c.Fill(image.Rect(x, y-12, x+dash.X, y-12+dash.Y), 0)
			}
			for k := range cols {
				if r == 2 && k > 0 {
					c.Fill(image.Rect(40+k*160, y+6, 56+k*160, y+8), 0)
					continue
				}
				c.Text(40+k*160, y, 4, 0)
			}
		}
		words := map[int]int{}
		found := printOn(p, c.Rect, nil)
		for _, l := range found.Lines() {
			words[len(l.Parts(16))]++
		}
		if len(words) != 1 || words[cols] != rows {
			t.Errorf("dashes of %v: lines by how many parts they have: %v, want %d of %d", dash, words, rows, cols)
		}
	}
}
