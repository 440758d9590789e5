package synth

import (
	"image"
	"image/color"
	"math"
	"strings"
	"unicode"
)

// A stack is the fonts a text is set in: each character in the first that has
// it, as a browser does.
type stack struct {
	faces []*typeface
	found map[rune]*typeface
}

func newStack(faces ...*typeface) *stack {
	return &stack{faces, make(map[rune]*typeface)}
}

// face is the typeface of a character, nil where none has it.
func (s *stack) face(r rune) *typeface {
	t, ok := s.found[r]
	if !ok {
		for _, f := range s.faces {
			if f.has(r) {
				t = f
				break
			}
		}
		s.found[r] = t
	}
	return t
}

// A textStyle is how a text is set. Lengths are in CSS pixels.
type textStyle struct {
	stack   *stack
	size    float64 // em
	leading float64 // from line to line, em
	bold    bool
	ink     color.RGBA

	// How the glyphs come to the screen.
	whole    bool    // every glyph stands on a whole pixel, as old screens have it
	sharp    bool    // digits and letters are as high as whole pixels, as hinting makes them
	contrast float64 // exponent of the coverage: below 1 the strokes are heavier
	spacing  float64 // between characters, em
}

// glyph is a character of a style: its typeface, its file, and whether bold
// must be imitated.
func (s *textStyle) glyph(r rune) (t *typeface, f *fontFile, smear bool) {
	t = s.stack.face(r)
	if t == nil {
		return nil, nil, false
	}
	if s.bold {
		if b := t.weight(true); b != nil && b.outline(r).there {
			return t, b, false
		}
	}
	return t, t.weight(false), s.bold
}

// advance is how far a character moves the next one, in CSS pixels at a
// device scale.
func (s *textStyle) advance(r rune, scale float64) float64 {
	_, f, _ := s.glyph(r)
	if f == nil {
		return 0
	}
	a := (f.outline(r).advance + s.spacing) * s.size
	if s.whole {
		a = math.Round(a*scale) / scale
	}
	return a
}

// width is how long a text is in one line, in CSS pixels.
func (s *textStyle) width(text string, scale float64) float64 {
	w := 0.0
	for _, r := range text {
		w += s.advance(r, scale)
	}
	return w
}

// lineHeight is the distance from line to line in CSS pixels.
func (s *textStyle) lineHeight() float64 { return s.size * s.leading }

// Characters that a line must not start or end with.
const (
	neverFirst = "、,。.;:?!)]}》>”’%，．；：？！）］｝…—·元"
	neverLast  = "([{《<“‘（［｛$¥"
)

// tokens splits a text where a line may end: after each Chinese character,
// around each Latin word or number, with punctuation kept to its neighbour.
func tokens(text string) []string {
	var out []string
	rs := []rune(text)
	for i := 0; i < len(rs); {
		j := i + 1
		for j < len(rs) && !breaks(rs[j-1], rs[j]) {
			j++
		}
		out = append(out, string(rs[i:j]))
		i = j
	}
	return out
}

// breaks tells whether a line may end between two characters.
func breaks(a, b rune) bool {
	switch {
	case strings.ContainsRune(neverFirst, b) || strings.ContainsRune(neverLast, a):
		return false
	case a == ' ':
		return true
	case b == ' ':
		return false
	}
	return unicode.Is(unicode.Han, a) || unicode.Is(unicode.Han, b) || a == '、' || strings.ContainsRune("，；：。）》”’", a) || strings.ContainsRune("（《“‘", b)
}

// wrap breaks a text into lines no wider than width, in CSS pixels. A token
// wider than that stands alone.
func (s *textStyle) wrap(text string, width, scale float64) []string {
	if s.width(text, scale) <= width+0.01 && !strings.Contains(text, "\n") {
		return []string{text}
	}
	var lines []string
	for para := range strings.SplitSeq(text, "\n") {
		line, w := "", 0.0
		for _, t := range tokens(para) {
			tw := s.width(t, scale)
			if line != "" && w+s.width(strings.TrimRight(t, " "), scale) > width+0.01 {
				lines = append(lines, strings.TrimRight(line, " "))
				line, w = "", 0
			}
			line += t
			w += tw
		}
		lines = append(lines, line)
	}
	return lines
}

// A canvas is a page at a device scale, and what draws on it.
type canvas struct {
	*image.RGBA
	scale float64 // device pixels per CSS pixel
	pen   *pen
	masks map[maskKey]*mask

	curve    [256]uint8 // of the last text's contrast
	contrast float64
}

type maskKey struct {
	file  *fontFile
	r     rune
	size  float64
	shift int8 // quarters of a pixel
	smear bool
	sharp bool
}

func newCanvas(width, height int, scale float64, paper color.RGBA, p *pen) *canvas {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width, height)), scale: scale, pen: p, masks: make(map[maskKey]*mask)}
	c.fill(c.Rect, paper)
	return c
}

// fill paints a rectangle in device pixels with an opaque colour.
func (c *canvas) fill(r image.Rectangle, ink color.RGBA) {
	r = r.Intersect(c.Rect)
	if r.Empty() {
		return
	}
	row := c.Pix[c.PixOffset(r.Min.X, r.Min.Y):][:4*r.Dx()]
	for x := 0; x < len(row); x += 4 {
		row[x], row[x+1], row[x+2], row[x+3] = ink.R, ink.G, ink.B, 255
	}
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		copy(c.Pix[c.PixOffset(r.Min.X, y):], row)
	}
}

// text prints one line of text with its origin at x, y in device pixels. The
// baseline is on a whole pixel, as browsers put it.
func (c *canvas) text(s *textStyle, text string, x, y float64) {
	base := int(math.Round(y))
	if c.contrast != s.contrast {
		c.curve, c.contrast = contrastCurve(s.contrast, 1), s.contrast
	}
	for _, r := range text {
		t, f, smear := s.glyph(r)
		if f == nil {
			continue
		}
		if f.bitmaps != nil {
			b := f.bitmaps.glyphs[r]
			at := image.Pt(int(math.Round(x)), base)
			c.blend(&b.mask, at, s.ink, &c.curve)
			if smear {
				c.blend(&b.mask, at.Add(image.Pt(1, 0)), s.ink, &c.curve)
			}
		} else {
			px := math.Round(x)
			shift := 0
			if !s.whole {
				px = math.Floor(x)
				shift = int((x - px) * 4)
			}
			k := maskKey{f, r, s.size, int8(shift), smear, s.sharp && r < 0x250}
			m := c.masks[k]
			if m == nil {
				size := s.size * c.scale
				to := upright(size, float64(shift)/4, 0)
				if h := t.digit * size; k.sharp && h > 4 {
					to.d *= math.Round(h) / h
				}
				bold := 0.0
				if smear {
					bold = max(0.6, size/22)
				}
				m = c.pen.mask(f.outline(r), to.of(f), bold)
				c.masks[k] = m
			}
			c.blend(m, image.Pt(int(px), base), s.ink, &c.curve)
		}
		x += s.advance(r, c.scale) * c.scale
	}
}

// textAt prints a text along a matrix whose unit is the style's em: the text
// runs along (a, b) from (tx, ty), in device pixels.
func (c *canvas) textAt(s *textStyle, text string, m matrix, opacity float64) {
	curve := contrastCurve(s.contrast, opacity)
	for _, r := range text {
		_, f, smear := s.glyph(r)
		if f == nil || f.face == nil {
			continue
		}
		bold := 0.0
		if smear {
			bold = math.Hypot(m.a, m.b) / 22
		}
		g := m.of(f)
		fx, fy := math.Floor(m.tx), math.Floor(m.ty)
		g.tx, g.ty = m.tx-fx, m.ty-fy
		c.blend(c.pen.mask(f.outline(r), g, bold), image.Pt(int(fx), int(fy)), s.ink, &curve)
		a := f.outline(r).advance + s.spacing
		m.tx += a * m.a
		m.ty += a * m.b
	}
}

// contrastCurve maps coverage to opacity, which is at most that given.
func contrastCurve(exponent, opacity float64) (curve [256]uint8) {
	for i := range curve {
		v := float64(i) / 255
		curve[i] = uint8(math.Pow(v, exponent)*opacity*255 + 0.5)
	}
	return curve
}

// blend prints a mask in a colour with its origin at a point.
func (c *canvas) blend(m *mask, at image.Point, ink color.RGBA, curve *[256]uint8) {
	if m.Rect.Empty() {
		return
	}
	o := at.Sub(m.origin)
	r := m.Rect.Add(o).Intersect(c.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		src := m.Pix[(y-o.Y)*m.Stride+r.Min.X-o.X:][:r.Dx()]
		dst := c.Pix[c.PixOffset(r.Min.X, y):][:4*r.Dx()]
		for i, cov := range src {
			if cov == 0 {
				continue
			}
			a := uint32(curve[cov])
			d := dst[4*i : 4*i+3 : 4*i+3]
			d[0] = mix(d[0], ink.R, a)
			d[1] = mix(d[1], ink.G, a)
			d[2] = mix(d[2], ink.B, a)
		}
	}
}

// mix is from with so much of to, of 255.
func mix(from, to uint8, a uint32) uint8 {
	return uint8((uint32(from)*(255-a) + uint32(to)*a + 127) / 255)
}
