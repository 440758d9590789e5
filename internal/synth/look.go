package synth

import (
	"image/color"
	"math/rand/v2"
)

// A look is how a page and its tables are designed. Lengths are in CSS pixels.
type look struct {
	scale float64 // device pixels per CSS pixel
	paper color.RGBA
	ink   color.RGBA

	label, value textStyle
	heading      textStyle
	body         textStyle // of paragraphs

	labelAlign, valueAlign align

	padX, padY  float64
	rowHeight   float64 // at least
	evenColumns bool
	width       float64 // of the table; 0 for as wide as its text

	ruling      ruling
	inner       rule
	outer       rule
	openSides   bool // no rule at the left and right
	labelFill   color.RGBA
	headFill    color.RGBA
	zebra       color.RGBA // of every other row
	labelRule   *rule      // between two labels, where it differs
	fullWidth   bool       // brackets are （ ）
	fullStops   bool       // commas and colons are ， and ：
	thousands   bool       // large numbers are printed 1,234
	margin      [4]float64 // around the page: top, right, bottom, left
	withHeading bool
	withUnit    bool // a line such as 单位：件 above the table
}

// horizontal is the rule above row, between cells above and below, either of
// which may be nil.
func (l *look) horizontal(t *table, row int, above, below *cell) rule {
	edge := above == nil || below == nil
	switch {
	case l.ruling == ruledNone, l.ruling == ruledFrame && !edge:
		return rule{}
	case l.ruling == ruledThree && !edge:
		if row == t.header {
			return l.inner
		}
		return rule{}
	case edge:
		return l.outer
	}
	return l.between(above, below)
}

// vertical is the rule left of col.
func (l *look) vertical(t *table, col int, left, right *cell) rule {
	edge := left == nil || right == nil
	switch {
	case l.ruling == ruledNone, l.ruling == ruledThree, l.ruling == ruledRows, l.ruling == ruledFrame && !edge:
		return rule{}
	case edge && l.openSides:
		return rule{}
	case edge:
		return l.outer
	}
	return l.between(left, right)
}

func (l *look) between(a, b *cell) rule {
	if l.labelRule != nil && a.key == "" && b.key == "" {
		return *l.labelRule
	}
	return l.inner
}

func grey(v uint8) color.RGBA { return color.RGBA{v, v, v, 255} }

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// one chooses one of several.
func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// chance is true in so many of 100 cases.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// between is a number from lo up to hi.
func between(r *rand.Rand, lo, hi float64) float64 { return lo + r.Float64()*(hi-lo) }

// screenLook designs a table as a web page shows it: black on white, thin
// solid rules, sometimes light fills.
func (g *Generator) screenLook(r *rand.Rand, scale float64) *look {
	l := &look{scale: scale, paper: grey(255), ink: one(r, grey(0), grey(0), grey(0x33), grey(0x22))}
	g.setType(r, l, between(r, 12, 18))
	l.labelAlign = one(r, alignMiddle, alignMiddle, alignStart)
	l.valueAlign = one(r, alignMiddle, alignMiddle, alignStart, alignEnd)
	l.padX = one(r, 1, 2, 4, 5, between(r, 1, 10))
	l.padY = one(r, 1, 2, 3, 5, between(r, 0, 9))
	if chance(r, 20) {
		l.rowHeight = between(r, 20, 40)
	}
	l.evenColumns = chance(r, 20)
	l.width = one(r, 0.62, 0.75, 1, 1, 1.25)
	rules := one(r, grey(0), grey(0), grey(0x33), grey(0x66), grey(0x80), grey(0x99), grey(0xbb), rgb(0x8faadc))
	l.inner = rule{one(r, 1.0, 1.0, 1.0, 1.0, 1.5, 2), solid, rules}
	l.outer = l.inner
	if chance(r, 15) {
		l.outer.width = one(r, 1.5, 2, 3)
	}
	if chance(r, 30) {
		l.labelFill = one(r, grey(0xf2), grey(0xee), grey(0xdd), rgb(0xe6eef8), rgb(0xfff2d9), rgb(0xeaf3e6), grey(0xf5), rgb(0xdbe5f1))
		if chance(r, 40) {
			l.headFill, l.labelFill = l.labelFill, color.RGBA{}
		}
	}
	l.fullWidth, l.fullStops = chance(r, 50), chance(r, 30)
	l.thousands = chance(r, 4)
	l.withHeading, l.withUnit = chance(r, 30), chance(r, 4)
	if chance(r, 50) {
		l.margin = [4]float64{between(r, 0, 24), between(r, 0, 40), between(r, 0, 24), between(r, 0, 40)}
	}
	return l
}

// setType chooses fonts for a look: a Chinese one, and usually a Latin one
// for digits, in a size in CSS pixels.
func (g *Generator) setType(r *rand.Rand, l *look, size float64) {
	style := textStyle{size: size, leading: between(r, 1.15, 1.7), ink: l.ink, contrast: between(r, 0.72, 1.05)}
	if chance(r, 70) {
		style.size = float64(int(size)) // most pages name whole sizes
	}
	if l.scale == 1 {
		style.whole = chance(r, 60)
		style.sharp = chance(r, 60)
	}
	if chance(r, 4) {
		style.spacing = between(r, 0.02, 0.12)
	}
	cjk := pick(r, g.fonts.chinese)
	var faces []*typeface
	if !chance(r, 25) {
		faces = append(faces, pick(r, g.fonts.latin))
	}
	faces = append(faces, cjk)
	if l.scale == 1 && len(g.fonts.bitmap) > 0 && chance(r, 12) {
		b := pick(r, g.fonts.bitmap)
		style.size, style.whole, style.sharp, style.spacing = float64(b.Pixel), true, false, 0
		style.leading = between(r, 1.1, 1.7)
		faces = []*typeface{b}
	}
	faces = append(faces, g.fonts.chinese...) // what one lacks another has
	st := newStack(faces...)
	style.stack = st
	l.label, l.value, l.body = style, style, style
	l.label.bold = chance(r, 12)
	l.value.bold = chance(r, 4) || l.label.bold && chance(r, 20)
	if chance(r, 25) && !style.bitmap() { // values are often set in a font of their own
		l.value.stack = newStack(append([]*typeface{pick(r, g.fonts.latin), cjk}, g.fonts.chinese...)...)
		if chance(r, 30) {
			l.value.size = max(10, style.size+between(r, -2, 2))
		}
	}
	l.heading = style
	l.heading.bold = chance(r, 80)
	if !style.bitmap() {
		l.heading.size = style.size * between(r, 1, 1.35)
		if chance(r, 30) {
			l.heading.stack = newStack(append([]*typeface{pick(r, g.fonts.chinese)}, g.fonts.chinese...)...)
		}
	}
}

// bitmap tells whether the style's first font is drawn for one size.
func (s *textStyle) bitmap() bool { return s.stack.faces[0].Pixel > 0 }
