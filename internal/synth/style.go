package synth

import (
	"image/color"
	"math/rand/v2"
)

// styled is a screenshot with rules or colours that are not the usual ones.
func (g *Generator) styled(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2))
	one(r, fills, zebra, coloured, inverted, darkMode, darkMode, broken, broken, doubled, hairlines, unframed, thickFrame, openSided, rowsOnly)(r, l)
	s := g.formShot(r, l)
	if chance(r, 15) {
		s.toLowres(r, l)
	}
	return s.save(r, 40, 65, 95)
}

// setInk changes the colour of every text.
func (l *look) setInk(ink color.RGBA) {
	l.ink = ink
	l.label.ink, l.value.ink, l.heading.ink, l.body.ink = ink, ink, ink, ink
}

// Colours that sites give the heads of their tables.
var heads = []color.RGBA{
	rgb(0xd9e2f3), rgb(0xdeeaf6), rgb(0xfce4d6), rgb(0xe2efda), rgb(0xfff2cc), rgb(0xddebf7), rgb(0xeeeeee), rgb(0xf5e6e6), rgb(0xd0e4f5), rgb(0xcce8cf),
}

// Colours that carry white text.
var strong = []color.RGBA{
	rgb(0x2f6eba), rgb(0xc00000), rgb(0x1f4e79), rgb(0x00796b), rgb(0x4472c4), rgb(0xb22222), rgb(0x385723), rgb(0x5b9bd5), rgb(0x7030a0),
}

// fills colours the labels and the rules.
func fills(r *rand.Rand, l *look) {
	l.labelFill = one(r, heads...)
	l.inner.ink = one(r, grey(0), grey(0x99), rgb(0x8eaadb), rgb(0xa8d08d))
	l.outer.ink = l.inner.ink
	if chance(r, 30) {
		l.openSides = true
	}
}

// zebra colours every other row.
func zebra(r *rand.Rand, l *look) {
	l.zebra = one(r, grey(0xf2), grey(0xf9), rgb(0xeaf1fb), rgb(0xf7f7ef))
	l.headFill = one(r, heads...)
	l.inner.ink = one(r, grey(0xdd), grey(0xcc), grey(0xbb), rgb(0x9cc2e5))
	l.outer.ink = l.inner.ink
}

// coloured prints white labels on a strong colour.
func coloured(r *rand.Rand, l *look) {
	c := one(r, strong...)
	l.label.ink = grey(255)
	l.labelFill, l.headFill = c, none
	l.inner.ink, l.outer.ink = c, c
	l.labelRule = &rule{1, solid, one(r, grey(255), grey(255), lighter(c, 0.35), c)} // or one that cannot be seen
}

// inverted has white rules on a colour everywhere.
func inverted(r *rand.Rand, l *look) {
	fill := one(r, heads...)
	l.labelFill, l.headFill, l.zebra = fill, none, none
	l.paper = lighter(fill, 0.5)
	l.inner = rule{one(r, 1.0, 1.5, 2, 3), solid, grey(255)}
	l.outer = l.inner
}

// darkMode is light on dark.
func darkMode(r *rand.Rand, l *look) {
	p := one(r, grey(0x1e), grey(0x12), grey(0x22), grey(0x2b), rgb(0x0d1117), rgb(0x1a2332), grey(0))
	l.paper = p
	l.setInk(one(r, grey(0xdd), grey(0xe8), grey(0xff), grey(0xc8), rgb(0xc9d1d9)))
	l.labelFill, l.headFill, l.zebra = none, none, none
	if chance(r, 35) {
		l.labelFill = lighter(p, 0.1)
	}
	l.inner.ink = one(r, lighter(p, 0.25), lighter(p, 0.35), lighter(p, 0.5), l.ink)
	l.outer.ink = l.inner.ink
}

// broken has dashed or dotted rules.
func broken(r *rand.Rand, l *look) {
	d := one(r, dashed, dotted)
	l.inner = rule{one(r, 1.0, 1, 1.5, 2), d, one(r, grey(0), grey(0x44), grey(0x77), grey(0x99))}
	if chance(r, 70) {
		l.outer = l.inner
	} else {
		l.outer.ink = l.inner.ink
	}
}

// doubled has a double frame, or double rules everywhere.
func doubled(r *rand.Rand, l *look) {
	l.outer = rule{3, double, l.inner.ink}
	if chance(r, 40) {
		l.inner = l.outer
	}
}

// hairlines are faint.
func hairlines(r *rand.Rand, l *look) {
	l.inner = rule{1, solid, one(r, grey(0xcc), grey(0xd8), grey(0xe0), grey(0xe6))}
	l.outer = l.inner
	if chance(r, 40) {
		l.outer.ink = grey(0x88)
	}
}

// unframed has no outer rules.
func unframed(r *rand.Rand, l *look) {
	l.outer = rule{}
	l.margin = [4]float64{between(r, 4, 20), between(r, 4, 30), between(r, 4, 20), between(r, 4, 30)}
}

func thickFrame(r *rand.Rand, l *look) { l.outer.width = between(r, 2, 5) }

// openSided has no rules at the left and right.
func openSided(r *rand.Rand, l *look) {
	l.openSides = true
	if chance(r, 50) {
		l.outer.width = 2
	}
	if chance(r, 40) {
		l.labelFill = one(r, heads...)
	}
}

// rowsOnly has rules between rows alone.
func rowsOnly(r *rand.Rand, l *look) {
	l.ruling = ruledRows
	l.padX = max(l.padX, 5)
	if chance(r, 40) {
		l.headFill = one(r, heads...)
	}
}

// lighter is a colour with so much white.
func lighter(c color.RGBA, white float64) color.RGBA {
	f := func(v uint8) uint8 { return clamp(int(float64(v) + (255-float64(v))*white)) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), 255}
}
