package ink

import (
	"image"
	"testing"
)

// A line of large print is as wide as what is printed, hairlines and all, and no wider:
// rules leave soft edges in cells, and shade lies beside print.
func TestWidenTakesHairlinesAndNothingElse(t *testing.T) {
	const paper, faint = 250, 205
	cell, print := image.Rect(10, 10, 190, 60), image.Rect(70, 24, 150, 44)
	for name, c := range map[string]struct {
		beside image.Rectangle
		from   int // where the line begins then
		to     int // and ends
	}{
		"nothing":                        {image.Rectangle{}, 70, 150},
		"一 of a hairline before it":      {image.Rect(50, 34, 66, 35), 50, 150},
		"a dash of a hairline behind it": {image.Rect(154, 33, 170, 35), 70, 170},
		"a 1 of a hairline behind it":    {image.Rect(153, 25, 154, 44), 70, 154},
		"a hairline far from it":         {image.Rect(30, 34, 46, 35), 70, 150},
		"a hairline above it":            {image.Rect(50, 15, 66, 16), 70, 150},
		"a speck":                        {image.Rect(60, 34, 63, 36), 70, 150},
		"shade, broader than any stroke": {image.Rect(50, 26, 66, 42), 70, 150},
	} {
		px := make([]uint8, 200*70)
		fill := func(r image.Rectangle, tone uint8) {
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					px[y*200+x] = tone
				}
			}
		}
		fill(image.Rect(0, 0, 200, 70), paper)
		fill(c.beside, faint)
		for x := print.Min.X; x < print.Max.X; x += 8 {
			fill(image.Rect(x, print.Min.Y, x+4, print.Max.Y), 20)
		}
		fill(image.Rect(print.Max.X-4, print.Min.Y, print.Max.X, print.Max.Y), 20)
		p := New(px, image.Pt(200, 70))
		k := In(p, cell)
		lines := Lines(k.Blobs, 20)
		if len(lines) != 1 || lines[0].Box != print {
			t.Fatalf("%s: the lines of ink are %v", name, lines)
		}
		p.Widen(lines, cell, k.Tone.Fainter(1), 1, 20)
		if b := lines[0].Box; b.Min.X != c.from || b.Max.X != c.to {
			t.Errorf("%s: the line goes from %d to %d, want %d to %d", name, b.Min.X, b.Max.X, c.from, c.to)
		}
	}
}

// drawn is a picture whose every pixel has the tone of its place.
func drawn(size image.Point, tone func(at image.Point) uint8) Pixels {
	px := make([]uint8, size.X*size.Y)
	for i := range px {
		px[i] = tone(image.Pt(i%size.X, i/size.X))
	}
	return New(px, size)
}

// What lies along a side of a cell and close to the end of a line is a rule's, but
// for a 1, which is as high as the line.
func TestWidenTellsTheEdgesOfRulesRightBesideALine(t *testing.T) {
	for name, c := range map[string]struct {
		beside image.Rectangle
		side   int // where the cell ends
		to     int // where the line ends then
	}{
		"an edge along the right side":          {image.Rect(66, 14, 67, 24), 67, 60},
		"an edge along the top":                 {image.Rect(62, 6, 71, 7), 90, 60},
		"a 1 at the right side":                 {image.Rect(66, 8, 67, 28), 67, 67},
		"a dash of a rule, as high as the line": {image.Rect(70, 8, 71, 28), 71, 60},
	} {
		p := drawn(image.Pt(100, 40), func(at image.Point) uint8 {
			switch {
			case at.In(c.beside):
				return 205
			case at.In(image.Rect(22, 8, 60, 28)) && at.X%6 > 2:
				return 20
			}
			return 250
		})
		cell := image.Rect(10, 6, c.side, 34)
		k := In(p, cell)
		lines := Lines(k.Blobs, 20)
		if len(lines) != 1 || lines[0].Box.Max.X != 60 {
			t.Fatalf("%s: lines %v", name, lines)
		}
		if p.Widen(lines, cell, k.Tone.Fainter(1), 1, 20); lines[0].Box.Max.X != c.to {
			t.Errorf("%s: the line ends at %d, want %d", name, lines[0].Box.Max.X, c.to)
		}
	}
}

// The strokes of 二 may be too faint to be ink but for the end of one.
func TestALowLineIsAsHighAsItsFaintStrokes(t *testing.T) {
	px := make([]uint8, 100*100)
	fill := func(x0, y0, x1, y1 int, tone uint8) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				px[y*100+x] = tone
			}
		}
	}
	fill(0, 0, 100, 100, 250)
	for y := 5; y < 95; y += 70 { // a line above and one below
		for x := 40; x < 60; x += 5 {
			fill(x, y, x+3, y+20, 20)
		}
	}
	fill(42, 40, 56, 41, 205) // 二
	fill(40, 53, 57, 55, 205)
	fill(57, 52, 60, 55, 20)
	p := New(px, image.Pt(100, 100))
	cell := image.Rect(2, 2, 98, 98)
	k := In(p, cell)
	lines := Lines(k.Blobs, 20)
	if len(lines) != 3 {
		t.Fatalf("lines %v", lines)
	}
	p.Widen(lines, cell, k.Tone.Fainter(1), 1, 20)
	if want := image.Rect(40, 40, 60, 55); lines[1].Box != want {
		t.Errorf("the line is %v, want %v", lines[1].Box, want)
	}
	for _, i := range []int{0, 2} {
		if lines[i].Box.Dy() != 20 {
			t.Errorf("line %d is %v, and was 20 high", i, lines[i].Box)
		}
	}
}

// What is left of a minus where a site left out rows of pixels stands out hardly more than
// paper does: it is no part of the line, but is told.
func TestWhatMayBeASignBesideALineIsTold(t *testing.T) {
	cell, print := image.Rect(10, 6, 190, 54), image.Rect(70, 20, 90, 40)
	for name, c := range map[string]struct {
		beside image.Rectangle
		told   bool
	}{
		"nothing":               {image.Rectangle{}, false},
		"a minus":               {image.Rect(58, 29, 66, 31), true},
		"a minus behind":        {image.Rect(94, 29, 102, 31), true},
		"a stroke far from it":  {image.Rect(30, 29, 38, 31), false},
		"a stroke at its foot":  {image.Rect(58, 38, 66, 40), false},
		"a speck":               {image.Rect(62, 29, 65, 31), false},
		"shade beside the line": {image.Rect(58, 16, 66, 44), false},
	} {
		p := drawn(image.Pt(200, 60), func(at image.Point) uint8 {
			switch {
			case at.In(c.beside):
				return 215
			case at.In(print) && at.X%6 > 1:
				return 0
			}
			return 255
		})
		k := In(p, cell)
		lines := Lines(k.Blobs, 20)
		if p.Widen(lines, cell, k.Tone.Fainter(1), 1, 20); len(lines) != 1 || lines[0].Box.Min.X < print.Min.X || lines[0].Box.Max.X > print.Max.X {
			t.Fatalf("%s: lines %v", name, lines)
		}
		if lines[0].Beside != c.told {
			t.Errorf("%s: told %v, want %v", name, lines[0].Beside, c.told)
		}
	}
}
