package ink

import (
	"encoding/binary"
	"image"
	"math/bits"
)

// LeastDepth is how much ink differs from its ground at least, grey levels.
const LeastDepth = 16

// A Threshold tells ink from its ground.
type Threshold struct {
	At   uint8
	Dark bool // the ink is lighter than its ground
}

// Inked reports whether a tone is that of ink.
func (c Threshold) Inked(v uint8) bool { return c.Dark && v > c.At || !c.Dark && v < c.At }

// Next is the first inked pixel of a row from a place on, or its length. Most
// pixels are paper, so they are looked at eight at a time.
func (c Threshold) Next(row []uint8, x int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	tone := ones * uint64(c.At)
	for ; x+8 <= len(row); x += 8 {
		a, b := binary.LittleEndian.Uint64(row[x:]), tone
		if c.Dark {
			a, b = b, a
		}
		// The top bit of each byte says whether that of a is less than b's
		// (Warren, Hacker's Delight, 2-18).
		if less := (^a&b | ^(a^b)&^(a|tops-b&^tops)) & tops; less != 0 {
			return x + bits.TrailingZeros64(less)/8
		}
	}
	for ; x < len(row) && !c.Inked(row[x]); x++ {
	}
	return x
}

// A Tone is how the ink of a cell is told from its ground.
type Tone struct {
	Threshold
	Ground int // grey level
	depth  int // from the ground to the strongest ink
	Grain  int // of the ground
}

// Fainter tells ink half as strong from its ground, but for what may be grain.
func (t Tone) Fainter(grain int) Tone {
	limit := max((t.Ground-int(t.At))/2, 3*grain, LeastDepth)
	if t.Dark {
		limit = -max((int(t.At)-t.Ground)/2, 3*grain, LeastDepth)
	}
	t.At = uint8(max(0, min(t.Ground-limit, 255)))
	return t
}

// Tone measures how the ink of a cell is told from its ground; it reports
// whether there is any.
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
	dark := hi-ground > 2*(ground-lo) && ground < 190
	// Dense print covers much of its cell, so the ground and its grain are
	// measured on the side away from the ink.
	grain := 0
	if dark {
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
	if dark {
		depth = hi - ground
	}
	t, limit := newTone(ground, depth, grain, dark)
	return t, float64(depth) >= limit
}

// newTone puts the cut between ink and ground, and tells how far from the ground
// it is, grey levels.
func newTone(ground, depth, grain int, dark bool) (t Tone, limit float64) {
	limit = max(0.38*float64(depth), 3*float64(grain), LeastDepth)
	edge := ground - int(limit)
	if dark {
		edge = ground + int(limit)
	}
	return Tone{Threshold{uint8(max(0, min(edge, 255))), dark}, ground, depth, grain}, limit
}

// Filled is the tone of a cell that its print fills so much that its soft
// edges were taken for the grain of the ground: little of what is ground is
// free of them. Grain is that of the page. It reports whether the cell seems to
// be one.
func (t Tone) Filled(grain int) (Tone, bool) {
	// Of the ground that was measured, that far lies what is lightest.
	up := t.Grain
	if t.Dark {
		up = -up
	}
	out, limit := newTone(t.Ground+up, t.depth+t.Grain, grain, t.Dark)
	return out, t.Grain > 4*grain && float64(out.depth) >= 2*limit
}
