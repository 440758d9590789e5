package ink

import "image"

// Broad returns the contrasts, from 0 to 1, of the pixels of a box that have ink on all
// sides as far as reach, in pixels: those inside what is broader than a stroke.
func (p Pixels) Broad(box image.Rectangle, t Tone, reach int) (contrasts []float64) {
	w, h := box.Dx(), box.Dy()
	sums := make([]int, (w+1)*(h+1)) // of the ink above and to the left
	for y := range h {
		for x := range w {
			n := sums[y*(w+1)+x+1] + sums[(y+1)*(w+1)+x] - sums[y*(w+1)+x]
			if t.Inked(p.Pix[(box.Min.Y+y)*p.W+box.Min.X+x]) {
				n++
			}
			sums[(y+1)*(w+1)+x+1] = n
		}
	}
	side := 2*reach + 1
	for y := range h - side + 1 {
		for x := range w - side + 1 {
			n := sums[(y+side)*(w+1)+x+side] - sums[y*(w+1)+x+side] - sums[(y+side)*(w+1)+x] + sums[y*(w+1)+x]
			if n < side*side {
				continue
			}
			v := int(p.Pix[(box.Min.Y+y+reach)*p.W+box.Min.X+x+reach])
			contrasts = append(contrasts, Contrast(t.Ground, max(t.Ground-v, v-t.Ground), t.LightInk))
		}
	}
	return contrasts
}

// Contrast is how strong ink is, from 0 to 1: the share that it takes of the light of
// its ground, or of the darkness of a dark ground. Ground is a grey level, depth by how
// many of them the ink differs from it.
func Contrast(ground, depth int, lightInk bool) float64 {
	if lightInk {
		ground = 255 - ground
	}
	return float64(depth) / float64(max(ground, 1))
}

// KeepStrong paints all of the picture in the colour of the ground but ink of a contrast
// of at least least, from 0 to 1, and what is within near pixels of such ink.
func (p Scratch) KeepStrong(t Tone, least float64, near int) {
	keep := make([]bool, p.W*p.H)
	for y := range p.H {
		for x := range p.W {
			v := int(p.Pix[y*p.W+x])
			depth := t.Ground - v
			if t.LightInk {
				depth = -depth
			}
			if !t.Inked(uint8(v)) || Contrast(t.Ground, depth, t.LightInk) < least {
				continue
			}
			for yy := max(y-near, 0); yy <= min(y+near, p.H-1); yy++ {
				for xx := max(x-near, 0); xx <= min(x+near, p.W-1); xx++ {
					keep[yy*p.W+xx] = true
				}
			}
		}
	}
	for i, k := range keep {
		if !k {
			p.Pix[i] = uint8(t.Ground)
		}
	}
}

// ClearSides paints over the ink of a box that reaches one of its sides, and all that is
// outside of the box, in the colour of the ground. It returns the ink it painted over;
// where there is none, it changes nothing.
func (p Scratch) ClearSides(box image.Rectangle, t Tone) []Blob {
	var cleared []Blob
	for _, b := range p.Blobs(box, t) {
		if !b.Box.In(box.Inset(1)) {
			cleared = append(cleared, b)
		}
	}
	if len(cleared) == 0 {
		return nil
	}
	over := make([]bool, p.W*p.H)
	var stack []image.Point
	visit := func(x, y int) {
		if !(image.Point{x, y}).In(box) {
			return
		}
		if i := y*p.W + x; !over[i] && t.Inked(p.Pix[i]) {
			over[i] = true
			stack = append(stack, image.Pt(x, y))
		}
	}
	for x := box.Min.X; x < box.Max.X; x++ {
		visit(x, box.Min.Y)
		visit(x, box.Max.Y-1)
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		visit(box.Min.X, y)
		visit(box.Max.X-1, y)
	}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				visit(at.X+dx, at.Y+dy)
			}
		}
	}
	// The soft edge of a stroke is beside it.
	for y := range p.H {
		for x := range p.W {
			out := !(image.Point{x, y}).In(box)
			for yy := max(y-1, 0); !out && yy <= min(y+1, p.H-1); yy++ {
				for xx := max(x-1, 0); !out && xx <= min(x+1, p.W-1); xx++ {
					out = over[yy*p.W+xx]
				}
			}
			if out {
				p.Pix[y*p.W+x] = uint8(t.Ground)
			}
		}
	}
	return cleared
}
