package ink

import "image"

// What is ground and what is ink: of a cell (Tone), of a page with a ground of colour
// (GroundTone). Mask tells it tile by tile, EvenLight block by block under uneven light.

// Tone measures how the ink of a cell is told from its ground; ok is false where there
// is none.
func (p Pixels) Tone(box image.Rectangle) (t Tone, ok bool) {
	hist := p.Histogram(box)
	n := box.Dx() * box.Dy()
	at := func(share float64) int {
		sum := 0
		for v, c := range hist {
			sum += c
			if float64(sum) >= share*float64(n) {
				return v
			}
		}
		return 255
	}
	ground := at(0.5)
	// A lone digit in a wide cell is but a few pixels of it.
	few := min(0.002, 6/float64(n))
	lo, hi := at(few), at(1-few)
	if in := box.Inset(2); in.Dx() > 8 && in.Dy() > 6 {
		// What a rule left at the sides says nothing of the ink's tone.
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				if y >= in.Min.Y && y < in.Max.Y && x == in.Min.X {
					x = in.Max.X
				}
				hist[p.Pix[y*p.W+x]]--
				n--
			}
		}
		few = min(0.002, 6/float64(n))
		// But a 1 may stand there, where nothing else is printed.
		if l, h := at(few), at(1-few); max(ground-l, h-ground) > LeastDepth {
			lo, hi = l, h
		}
	}
	lightInk := hi-ground > 2*(ground-lo) && ground < 190
	// Dense print covers much of its cell, so the ground and its grain are
	// measured on the side away from the ink.
	grain := 0
	if lightInk {
		ground = at(0.35)
		grain = ground - at(0.08)
	} else {
		ground = at(0.65)
		grain = at(0.92) - ground
	}
	grain = max(grain, 2)
	// Ink is what stands out by more than a third of the darkest stroke, and
	// by more than the grain of the paper.
	depth := ground - lo
	if lightInk {
		depth = hi - ground
	}
	t, limit := newTone(ground, depth, grain, lightInk)
	return t, float64(depth) >= limit
}

// tones are the 2nd, 50th and 85th percentile of a box, of every other pixel of
// every other row.
func (p Pixels) tones(box image.Rectangle) (dark, mid, light int) {
	var hist [256]int
	for y := box.Min.Y; y < box.Max.Y; y += 2 {
		row := p.Pix[y*p.W : (y+1)*p.W]
		for x := box.Min.X; x < box.Max.X; x += 2 {
			hist[row[x]]++
		}
	}
	return Quantile(&hist, 0.02), Quantile(&hist, 0.5), Quantile(&hist, 0.85)
}

// GroundTone is the grey level of a ground other than paper that covers much of a page;
// ok is false where none does.
func GroundTone(p Pixels) (tone int, ok bool) {
	var hist [256]int
	n := 0
	for i := 0; i < len(p.Pix); i += 5 {
		hist[p.Pix[i]]++
		n++
	}
	best, most := 0, 0
	for v := 20; v < 190; v++ {
		sum := 0
		for d := -3; d <= 3; d++ {
			sum += hist[v+d]
		}
		if sum > most {
			best, most = v, sum
		}
	}
	return best, 100*most > 8*n
}
