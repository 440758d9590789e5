package synth

import (
	"image"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// A block is a part of a page that stands below the part before it.
type block interface {
	// set prepares the block for a width in CSS pixels, which a table may
	// exceed, and returns its size in device pixels.
	set(l *look, width float64) image.Point
	// print draws it with its corner at a point.
	print(c *canvas, l *look, at image.Point)
}

// A paragraph is text: a heading, a line above a table, or prose.
type paragraph struct {
	text   string
	style  *textStyle
	align  align
	indent bool    // the first line is set in by two characters
	above  float64 // room, CSS pixels
	below  float64

	lines []string
	width float64 // CSS pixels
}

func (p *paragraph) set(l *look, width float64) image.Point {
	text := p.text
	if p.indent {
		text = "　　" + text
	}
	p.width = width
	if width == 0 {
		p.width = math.Inf(1)
	}
	p.lines = p.style.wrap(text, p.width, l.scale)
	h := p.above + float64(len(p.lines))*p.style.lineHeight() + p.below
	w := 0.0
	for _, line := range p.lines {
		w = max(w, p.style.width(line, l.scale))
	}
	if width == 0 {
		p.width = w
	}
	return image.Pt(int(math.Ceil(w*l.scale)), int(math.Round(h*l.scale)))
}

func (p *paragraph) print(c *canvas, l *look, at image.Point) {
	for i, line := range p.lines {
		w := p.style.width(line, l.scale) * l.scale
		x := offset(p.align, float64(at.X), float64(at.X)+p.width*l.scale, w)
		top := float64(at.Y) + (p.above+float64(i)*p.style.lineHeight())*l.scale
		c.text(p.style, line, x, p.style.baseline(top, l.scale))
	}
}

// A tableBlock is a table on a page.
type tableBlock struct {
	*table
	width float64 // CSS pixels; 0 for as wide as its text
	look  *look   // where it differs from the page's
}

func (b *tableBlock) set(l *look, width float64) image.Point {
	if b.look != nil {
		l = b.look
	}
	b.table.set(l, b.width, l.scale)
	return b.size()
}

func (b *tableBlock) print(c *canvas, l *look, at image.Point) {
	if b.look != nil {
		l = b.look
	}
	b.place(at)
	b.paint(c, l)
}

// A space is room between blocks, in CSS pixels.
type space float64

func (s space) set(l *look, width float64) image.Point {
	return image.Pt(0, int(math.Round(float64(s)*l.scale)))
}

func (s space) print(*canvas, *look, image.Point) {}

// A figure is a drawing of a size in CSS pixels.
type figure struct {
	w, h  float64
	align align
	draw  func(c *canvas, at image.Rectangle)

	room float64
}

func (f *figure) set(l *look, width float64) image.Point {
	f.room = width
	return image.Pt(int(f.w*l.scale), int(f.h*l.scale))
}

func (f *figure) print(c *canvas, l *look, at image.Point) {
	x := at.X + int(offset(f.align, 0, max(f.w, f.room)*l.scale, f.w*l.scale))
	f.draw(c, image.Rect(x, at.Y, x+int(f.w*l.scale), at.Y+int(f.h*l.scale)))
}

// compose sets blocks below each other and prints them on a page with the
// look's margins. A width of 0 makes the page as wide as its widest block.
func (g *Generator) compose(l *look, width float64, blocks ...block) *shot {
	px := func(v float64) int { return int(math.Round(v * l.scale)) }
	w, h := px(width), 0
	sizes := make([]image.Point, len(blocks))
	for i, b := range blocks {
		sizes[i] = b.set(l, width)
		w, h = max(w, sizes[i].X), h+sizes[i].Y
	}
	edge := max(1, px(l.outer.width)) // so that the outer rules are whole
	top, right, bottom, left := px(l.margin[0]), px(l.margin[1]), px(l.margin[2]), px(l.margin[3])
	top, left = max(top, edge/2), max(left, edge/2)
	right, bottom = max(right, edge-edge/2), max(bottom, edge-edge/2)
	c := newCanvas(left+w+right, top+h+bottom, l.scale, l.paper, &g.pen)
	s := &shot{RGBA: c.RGBA, to: unmoved, scale: l.scale}
	y := top
	for i, b := range blocks {
		x := left
		switch b := b.(type) {
		case *tableBlock:
			x += (w - sizes[i].X) / 2
			s.tables = append(s.tables, b.table)
		case *partBlock:
			x += (w - sizes[i].X) / 2
			s.tables = append(s.tables, b.table)
		case *paragraph:
			if width == 0 {
				b.width = float64(w) / l.scale
			}
		}
		b.print(c, l, image.Pt(x, y))
		y += sizes[i].Y
	}
	return s
}

// drawOver copies a picture of the same size.
func drawOver(dst *image.RGBA, src image.Image) {
	draw.Draw(dst, dst.Rect, src, src.Bounds().Min, draw.Src)
}

// formShot is a page with one form, and perhaps what stands above it.
func (g *Generator) formShot(r *rand.Rand, l *look) *shot {
	form := g.forms[g.formIndex(r)]
	t := formTable(r, form, l)
	width := formWidth(r, form, l)
	var blocks []block
	if l.withHeading {
		blocks = append(blocks, &paragraph{text: t.caption, style: &l.heading, align: one(r, alignStart, alignStart, alignMiddle), above: between(r, 0, 8), below: between(r, 4, 14)})
	}
	if l.withUnit {
		blocks = append(blocks, &paragraph{text: one(r, "单位：件", "（单位：件）", "单位:件、万元"), style: &l.body, align: alignEnd, below: 3})
	}
	return g.compose(l, 0, append(blocks, &tableBlock{table: t, width: width})...)
}

// formIndex chooses a form: half of them are of the largest kind, which has
// most of the values.
func (g *Generator) formIndex(r *rand.Rand) int {
	return r.IntN(len(g.forms))
}
