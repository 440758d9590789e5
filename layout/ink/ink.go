package ink

import "image"

// Illegible is the height of print, in pixels, below which it cannot be read. Set by
// hand.
const Illegible = 7

// Rest is how many pixels deep into a cell what is left of a rule may reach.
const Rest = 3

// Ink is what is printed in a cell.
type Ink struct {
	Blobs    []Blob
	Ground   int  // the grey level of what it is printed on
	LightInk bool // the print is lighter than its ground
	Edge     bool // what was taken for a remnant of a rule may be print
	Tone     Tone // how it is told from the ground
}

// Ink is In, remembered: several stages ask for the ink of the same cells. Nobody may
// change its blobs.
func (p Pixels) Ink(box image.Rectangle) Ink {
	if p.found == nil {
		return In(p, box)
	}
	k, ok := p.found[box]
	if !ok {
		k = In(p, box)
		p.found[box] = k
	}
	return k
}

// In finds the ink of a cell, whose box is given in pixels of the page: what is darker
// than its ground, or in a dark cell lighter, joined into blobs. What rules left along
// the sides is not ink; Edge of the result tells that some of it may be print.
func In(p Pixels, box image.Rectangle) Ink {
	if box.Dx() < 3 || box.Dy() < 3 {
		return Ink{Ground: 255}
	}
	t, ok := p.Tone(box)
	if !ok {
		return Ink{Ground: t.Ground, LightInk: t.LightInk, Tone: t}
	}
	return p.InkAs(box, t)
}

// InkAs is In with a tone that is known, where In would measure it.
func (p Pixels) InkAs(box image.Rectangle, t Tone) Ink {
	found := Ink{Ground: t.Ground, LightInk: t.LightInk, Tone: t}
	inner, edge := p.InsideRules(box, t)
	found.Edge = edge
	for _, b := range p.Blobs(inner, t) {
		// What lies along a side of the cell is the rest of a rule.
		w, h := b.Box.Dx(), b.Box.Dy()
		// A 1 or a dash beside a rule is shorter.
		thinH, thinV := h <= Rest && 4*w >= 3*box.Dx(), w <= Rest && 4*h >= 3*box.Dy()
		atY, atX := b.Box.Min.Y <= box.Min.Y+2 || b.Box.Max.Y >= box.Max.Y-2, b.Box.Min.X <= box.Min.X+2 || b.Box.Max.X >= box.Max.X-2
		if thinH && atY || thinV && atX {
			found.Edge = found.Edge || w < box.Dx()-4 && h < box.Dy()-4
			continue
		}
		if p.inCorner(b, box, t) {
			continue
		}
		found.Blobs = append(found.Blobs, b)
	}
	return found
}

// inCorner tells whether a blob is what rules left in a corner of a cell: all of it is on one side of the cell, or on two.
func (p Pixels) inCorner(b Blob, cell image.Rectangle, t Tone) bool {
	if b.Box.In(cell.Inset(1)) {
		return false
	}
	onSides := 0
	for y := b.Box.Min.Y; y < b.Box.Max.Y; y++ {
		for x := b.Box.Min.X; x < b.Box.Max.X; x++ {
			if (y <= cell.Min.Y || y >= cell.Max.Y-1 || x <= cell.Min.X || x >= cell.Max.X-1) && t.Inked(p.Pix[y*p.W+x]) {
				onSides++
			}
		}
	}
	return onSides >= b.Area
}

// InsideRules is the box of a cell without what rules left along its sides, at most
// Rest pixels deep; edge tells that some of it may be print.
func (p Pixels) InsideRules(box image.Rectangle, t Tone) (inner image.Rectangle, edge bool) {
	// Where two rules left something, their corner joins it to a frame
	// around the print.
	inner = box
	for _, s := range []struct {
		side  *int
		step  int
		level bool
	}{{&inner.Min.Y, 1, true}, {&inner.Max.Y, -1, true}, {&inner.Min.X, 1, false}, {&inner.Max.X, -1, false}} {
		for range Rest {
			if inner.Dx() < 8 || inner.Dy() < 8 {
				break
			}
			n, first, last := 0, 0, 0
			at, lo, hi := *s.side, inner.Min.X, inner.Max.X
			if s.step < 0 {
				at--
			}
			if !s.level {
				lo, hi = inner.Min.Y, inner.Max.Y
			}
			for k := lo; k < hi; k++ {
				x, y := k, at
				if !s.level {
					x, y = at, k
				}
				if t.Inked(p.Pix[y*p.W+x]) {
					if n == 0 {
						first = k
					}
					n, last = n+1, k
				}
			}
			if 4*n < 3*(hi-lo) {
				break
			}
			edge = edge || last-first+1 < hi-lo-4
			*s.side += s.step
		}
	}
	return inner, edge
}
