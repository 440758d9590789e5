package synth

import (
	"image"
	"image/color"
	"math/rand/v2"
)

// marks leaves what handling and scanning leave on a page: streaks of a dirty
// scanner glass, folds, punched holes.
func (s *shot) marks(r *rand.Rand) {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	c := canvas{RGBA: s.RGBA}
	if chance(r, 6) {
		x := r.IntN(w)
		c.veil(image.Rect(x, 0, x+1+r.IntN(2), h), one(r, grey(60), grey(160)), between(r, 0.2, 0.6))
		s.note("streak")
	}
	if chance(r, 6) {
		if y := r.IntN(h); chance(r, 70) {
			c.veil(image.Rect(0, y, w, y+2), grey(120), between(r, 0.1, 0.3))
		} else {
			x := r.IntN(w)
			c.veil(image.Rect(x, 0, x+2, h), grey(120), between(r, 0.1, 0.3))
		}
		s.note("fold")
	}
	if chance(r, 6) {
		radius := max(4, w/70)
		for _, y := range []int{h / 3, 2 * h / 3} {
			c.disc(image.Pt(radius+w/100, y), radius, grey(uint8(30+r.IntN(90))))
		}
		s.note("holes")
	}
}

// veil mixes a colour into a rectangle.
func (c *canvas) veil(r image.Rectangle, ink color.RGBA, opacity float64) {
	r = r.Intersect(c.Rect)
	a := uint32(opacity * 255)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p := c.Pix[c.PixOffset(x, y):][:3]
			p[0], p[1], p[2] = mix(p[0], ink.R, a), mix(p[1], ink.G, a), mix(p[2], ink.B, a)
		}
	}
}

// disc paints a filled circle.
func (c *canvas) disc(at image.Point, radius int, ink color.RGBA) {
	for y := -radius; y <= radius; y++ {
		for x := -radius; x <= radius; x++ {
			if x*x+y*y <= radius*radius && (image.Point{at.X + x, at.Y + y}).In(c.Rect) {
				c.SetRGBA(at.X+x, at.Y+y, ink)
			}
		}
	}
}
