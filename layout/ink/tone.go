package ink

import (
	"encoding/binary"
	"math/bits"
)

// LeastDepth is by how many grey levels ink differs from its ground at least. Set by
// hand.
const LeastDepth = 16

// A Threshold tells ink from its ground by the grey level At: ink is darker than that,
// or where Dark is set, lighter.
type Threshold struct {
	At       uint8
	LightInk bool // the ink is lighter than its ground
}

// Inked reports whether a grey level is that of ink.
func (c Threshold) Inked(v uint8) bool { return c.LightInk && v > c.At || !c.LightInk && v < c.At }

// other is a threshold that takes for ink what this one does not, of rows in which this one
// takes something.
func (c Threshold) other() Threshold {
	if c.LightInk {
		return Threshold{c.At + 1, false}
	}
	return Threshold{c.At - 1, true}
}

// Next is the place of the first inked pixel of a row from x on; the row's length where
// there is none. Most pixels are paper, so they are looked at eight at a time.
func (c Threshold) Next(row []uint8, x int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	tone := ones * uint64(c.At)
	for ; x+8 <= len(row); x += 8 {
		a, b := binary.LittleEndian.Uint64(row[x:]), tone
		if c.LightInk {
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

// A Tone is how the ink of a cell is told from its ground. All of it is in grey levels.
type Tone struct {
	Threshold
	Ground int // of the background
	depth  int // from the ground to the strongest ink
	Grain  int // by how much the ground varies
}

// Fainter is a tone that tells ink half as strong from the same ground, if it stands out
// from the grain of the page, in grey levels.
func (t Tone) Fainter(grain int) Tone {
	limit := max((t.Ground-int(t.At))/2, 3*grain, LeastDepth)
	if t.LightInk {
		limit = -max((int(t.At)-t.Ground)/2, 3*grain, LeastDepth)
	}
	t.At = uint8(max(0, min(t.Ground-limit, 255)))
	return t
}

// newTone puts the cut between ink and ground, and tells how far from the ground
// it is, grey levels.
func newTone(ground, depth, grain int, lightInk bool) (t Tone, limit float64) {
	limit = max(0.38*float64(depth), 3*float64(grain), LeastDepth)
	edge := ground - int(limit)
	if lightInk {
		edge = ground + int(limit)
	}
	return Tone{Threshold{uint8(max(0, min(edge, 255))), lightInk}, ground, depth, grain}, limit
}

// Filled is for a cell that its print fills so much that little ground is free of the
// print's soft edges: they were taken for grain, and the print for none. Where the grain
// that was measured is far above that of the page, grain, Filled returns a tone that
// takes the lightest of the cell for its ground (in a dark cell the darkest), and true.
func (t Tone) Filled(grain int) (Tone, bool) {
	// Of the ground that was measured, that far lies what is lightest.
	up := t.Grain
	if t.LightInk {
		up = -up
	}
	out, limit := newTone(t.Ground+up, t.depth+t.Grain, grain, t.LightInk)
	return out, t.Grain > 4*grain && float64(out.depth) >= 2*limit
}
