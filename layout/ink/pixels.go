package ink

import (
	"fmt"
	"image"
	"slices"

	"gocv.io/x/gocv"
)

// Pixels is a grey picture in memory: W×H bytes, row by row, 0 for black and 255 for
// white. Nobody changes it, so the ink that was found in a part of it can be
// remembered.
type Pixels struct {
	Pix  []uint8
	W, H int

	found map[image.Rectangle]Ink // of the cells that were looked at
}

// New is a picture of a size in pixels. Px has its rows without anything between them;
// nobody may change it from then on.
func New(px []uint8, size image.Point) Pixels {
	return Pixels{px, size.X, size.Y, make(map[image.Rectangle]Ink)}
}

// Mat is the picture for OpenCV, in the same memory. The caller closes it.
func (p Pixels) Mat() (gocv.Mat, error) {
	m, err := gocv.NewMatFromBytes(p.H, p.W, gocv.MatTypeCV8UC1, p.Pix)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	return m, nil
}

// A Scratch is a copy of a picture, or of a part of one, that may be changed.
// It remembers no ink.
type Scratch struct{ Pixels }

// NewScratch is a scratch of a size in pixels, whose rows are px; it changes px.
func NewScratch(px []uint8, size image.Point) Scratch {
	return Scratch{Pixels{Pix: px, W: size.X, H: size.Y}}
}

// Copy is a copy of the picture that may be changed.
func (p Pixels) Copy() Scratch {
	return NewScratch(slices.Clone(p.Pix), image.Pt(p.W, p.H))
}

// Histogram counts how many pixels of a box have each tone. Inside, it counts even and
// odd pixels apart: neighbours on paper mostly have one tone, and a processor waits for
// a count before it can add to it again.
func (p Pixels) Histogram(box image.Rectangle) (hist [256]int) {
	var odd [256]int
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.Pix[y*p.W+box.Min.X : y*p.W+box.Max.X]
		for ; len(row) >= 2; row = row[2:] {
			hist[row[0]]++
			odd[row[1]]++
		}
		if len(row) > 0 {
			hist[row[0]]++
		}
	}
	for v, n := range odd {
		hist[v] += n
	}
	return hist
}

// Depth is by how many grey levels the lightest and the darkest pixel inside a box
// differ, two pixels away from its sides, where rules may have left something.
func (p Pixels) Depth(box image.Rectangle) int {
	if box.Empty() {
		return 0
	}
	box = box.Inset(min(2, box.Dx()/4, box.Dy()/4))
	lo, hi := 255, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range p.Pix[y*p.W+box.Min.X : y*p.W+box.Max.X] {
			lo, hi = min(lo, int(v)), max(hi, int(v))
		}
	}
	return hi - lo
}

// DepthOn is by how many grey levels what stands out most in a box differs from a
// ground, whose grey level is given.
func (p Pixels) DepthOn(box image.Rectangle, ground int) int {
	most := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range p.Pix[y*p.W+box.Min.X : y*p.W+box.Max.X] {
			most = max(most, ground-int(v), int(v)-ground)
		}
	}
	return most
}

// Spot is by how many grey levels a short mark at the left or right side of a cell
// differs from the rest of that side. A dash of two or three pixels may touch the rule
// there, but what is left of a rule runs all along the side.
func (p Pixels) Spot(box image.Rectangle) int {
	in := box.Inset(3)
	if in.Empty() {
		return 0
	}
	most := 0
	for _, x := range []int{box.Min.X, box.Min.X + 1, box.Max.X - 2, box.Max.X - 1} {
		var side [256]int
		for y := in.Min.Y; y < in.Max.Y; y++ {
			side[p.Pix[y*p.W+x]]++
		}
		usual := Quantile(&side, 0.5)
		for v, n := range side {
			if n > 0 {
				most = max(most, v-usual, usual-v)
			}
		}
	}
	return most
}

// Wipe paints a box, and one pixel around it, in the grey level of the ground.
func (p Scratch) Wipe(box image.Rectangle, ground int) {
	box = box.Inset(-1).Intersect(image.Rect(0, 0, p.W, p.H))
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.Pix[y*p.W+box.Min.X : y*p.W+box.Max.X]
		for i := range row {
			row[i] = uint8(ground)
		}
	}
}
