package seal

import (
	"image"
	"testing"
)

// ring is a mosaic of a page with a ring of red squares, or a disc.
func ring(w, h int, box image.Rectangle, hollow bool) *mosaic {
	m := &mosaic{w: w, h: h, count: make([]int8, w*h), seen: make([]bool, w*h)}
	mid, r := box.Min.Add(box.Max), float64(box.Dx())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx, dy := float64(2*x+1-mid.X), float64(2*y+1-mid.Y)*float64(box.Dx())/float64(box.Dy())
			if d := dx*dx + dy*dy; d <= r*r && (!hollow || d >= 0.6*r*r) {
				m.count[y*w+x] = side * side
			}
		}
	}
	return m
}

func TestASealIsToldByItsShapeAndSize(t *testing.T) {
	const w, h = 240, 300 // squares
	page := image.Pt(w*side, h*side)
	for _, c := range []struct {
		what   string
		box    image.Rectangle
		hollow bool
		seal   bool
	}{
		{"a small seal", image.Rect(20, 20, 34, 34), true, true},
		{"as small as a letter", image.Rect(20, 20, 28, 28), true, false},
		{"an oval", image.Rect(20, 20, 44, 32), false, true},
		{"a stroke", image.Rect(20, 20, 80, 40), false, false},
		{"a disc as large as a seal", image.Rect(20, 20, 60, 60), false, false},
		{"as large as the page", image.Rect(2, 2, 238, 298), true, false},
	} {
		m := ring(w, h, c.box, c.hollow)
		if c.what == "an oval" {
			for i := range m.count { // of see-through ink
				m.count[i] = m.count[i] / 2
			}
		}
		var s shape
		for i, n := range m.count {
			if n >= redSquare {
				s = m.shapeAt(i)
				break
			}
		}
		if s.box != c.box {
			t.Fatalf("%s: the shape is %v, not %v", c.what, s.box, c.box)
		}
		if got := m.isSeal(&s, page); got != c.seal {
			t.Errorf("%s: a seal is %v", c.what, got)
		}
	}
}

func TestRedRulesAlongFourSidesAreATable(t *testing.T) {
	m := &mosaic{w: 60, h: 60, count: make([]int8, 3600)}
	box := image.Rect(10, 10, 50, 40)
	draw := func(sides int) bool {
		clear(m.count)
		for x := box.Min.X; x < box.Max.X; x++ {
			m.count[box.Min.Y*60+x] = 8
			if sides > 1 {
				m.count[(box.Max.Y-1)*60+x] = 8
			}
		}
		for y := box.Min.Y; y < box.Max.Y && sides > 2; y++ {
			m.count[y*60+box.Min.X] = 8
		}
		return framed(m.count, 60, box)
	}
	for sides, want := range map[int]bool{1: false, 2: false, 3: true} {
		if got := draw(sides); got != want {
			t.Errorf("rules along %d sides: framed is %v", sides, got)
		}
	}
}
