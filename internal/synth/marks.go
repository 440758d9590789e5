package synth

import (
	"image"
	"image/color"
	"math"
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

// stain prints a transparent ink on a pixel, through which black stays black.
func (c *canvas) stain(x, y int, ink color.RGBA, a uint32) {
	if !(image.Point{X: x, Y: y}).In(c.Rect) {
		return
	}
	p := c.Pix[c.PixOffset(x, y):][:3]
	for i, v := range [3]uint8{ink.R, ink.G, ink.B} {
		p[i] = uint8(uint32(p[i]) * (255*255 - a*(255-uint32(v))) / (255 * 255))
	}
}

// disc paints a filled circle.
func (c *canvas) disc(at image.Point, radius int, ink color.RGBA) {
	for y := -radius; y <= radius; y++ {
		for x := -radius; x <= radius; x++ {
			if x*x+y*y <= radius*radius && (image.Point{X: at.X + x, Y: at.Y + y}).In(c.Rect) {
				c.SetRGBA(at.X+x, at.Y+y, ink)
			}
		}
	}
}

// stroke draws a line of round dots, a pen's width wide in device pixels.
func (c *canvas) stroke(x0, y0, x1, y1, width float64, ink color.RGBA) {
	n := int(math.Hypot(x1-x0, y1-y0)*1.5/max(width/3, 0.5)) + 1
	for i := range n + 1 {
		f := float64(i) / float64(n)
		c.dot(x0+(x1-x0)*f, y0+(y1-y0)*f, width/2, ink)
	}
}

// dot paints a small circle with soft edges.
func (c *canvas) dot(x, y, radius float64, ink color.RGBA) {
	for py := int(y - radius - 1); py <= int(y+radius+1); py++ {
		for px := int(x - radius - 1); px <= int(x+radius+1); px++ {
			d := radius + 0.5 - math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y)
			if d <= 0 || !(image.Point{X: px, Y: py}).In(c.Rect) {
				continue
			}
			p := c.Pix[c.PixOffset(px, py):][:3]
			a := uint32(min(d, 1) * 255)
			p[0], p[1], p[2] = mix(p[0], ink.R, a), mix(p[1], ink.G, a), mix(p[2], ink.B, a)
		}
	}
}

// cover puts a stamp or the like over some of the shot's tables.
func (g *Generator) cover(r *rand.Rand, s *shot, l *look) {
	c := &canvas{RGBA: s.RGBA, scale: l.scale, pen: &g.pen, masks: make(map[maskKey]*mask)}
	table := one(r, s.tables...).bounds()
	within := func() image.Point {
		return image.Pt(table.Min.X+int(between(r, 0.05, 1)*float64(table.Dx())), table.Min.Y+int(between(r, 0.05, 1)*float64(table.Dy())))
	}
	way := r.IntN(10)
	if way < 6 {
		radius := l.label.size * l.scale * between(r, 3.5, 6)
		at := within()
		g.stamp(r, c, at, radius)
		s.covers = append(s.covers, func(b image.Rectangle) bool {
			x, y := max(b.Min.X-at.X, 0, at.X-b.Max.X), max(b.Min.Y-at.Y, 0, at.Y-b.Max.Y)
			return math.Hypot(float64(x), float64(y)) < radius+2
		})
		s.note("stamp")
	}
	if way == 5 || way == 6 || way == 7 {
		g.watermark(r, c, l)
		s.note("watermark")
	}
	if way == 8 {
		for range 1 + r.IntN(3) {
			cell := one(r, one(r, s.tables...).cells...)
			highlight(r, c, cell.box)
			s.covers = append(s.covers, cell.box.Overlaps)
		}
		s.note("highlighter")
	}
	if way == 9 {
		at := within()
		size := image.Pt(int(110*l.scale), int(40*l.scale))
		box := image.Rectangle{Min: at.Sub(size.Div(2)), Max: at.Add(size.Div(2))}
		signature(r, c, box)
		s.covers = append(s.covers, box.Overlaps)
		s.note("signature")
	}
}

// stamp prints an office's round seal: a ring, a star, and the office's name
// along the ring. Radius is in device pixels.
func (g *Generator) stamp(r *rand.Rand, c *canvas, at image.Point, radius float64) {
	n := int(radius) + 3
	seal := newCanvas(2*n, 2*n, 1, grey(255), c.pen) // black where the ink is
	mid := float64(n)
	ring := radius * between(r, 0.04, 0.08)
	for y := range 2 * n {
		for x := range 2 * n {
			d := math.Hypot(float64(x)+0.5-mid, float64(y)+0.5-mid)
			if in := min(radius-d, d-radius+ring) + 0.5; in > 0 {
				v := clamp(int(255 - 255*in))
				copy(seal.Pix[seal.PixOffset(x, y):], []uint8{v, v, v})
			}
		}
	}
	turn := between(r, -0.3, 0.3)
	seal.star(mid, mid, radius*between(r, 0.22, 0.32), turn)

	a := newAuthor(r)
	style := &textStyle{stack: newStack(append([]*typeface{pick(r, g.fonts.chinese)}, g.fonts.chinese...)...), bold: chance(r, 40), ink: grey(0), contrast: 1}
	name := []rune(a.place + a.office)
	arc := math.Pi * between(r, 1.15, 1.5)
	size := min(radius*0.32, arc*radius*0.7/float64(len(name)))
	for i, ch := range name {
		phi := turn - math.Pi/2 + arc*(float64(i)+0.5-float64(len(name))/2)/float64(len(name))
		sin, cos := math.Sincos(phi)
		base := radius - ring - size*1.05
		m := matrix{-sin * size, cos * size, cos * size * 1.1, sin * size * 1.1, mid + cos*base + sin*size/2, mid + sin*base - cos*size/2}
		seal.textAt(style, string(ch), m, 1)
	}
	if chance(r, 40) {
		low := one(r, "公章", "专用章", "信息公开专用章", sealNumber(r))
		s := size * 0.7
		w := style.length(low) * s
		sin, cos := math.Sincos(turn)
		x, y := mid-sin*radius*0.55-cos*w/2, mid+cos*radius*0.55-sin*w/2
		seal.textAt(style, low, matrix{cos * s, sin * s, sin * s, -cos * s, x, y}, 1)
	}
	ink := one(r, rgb(0xd21e1e), rgb(0xe03030), rgb(0xc8102e), rgb(0xb22222), rgb(0xe8463c))
	opacity := between(r, 0.45, 0.95)
	wear := newPatches(r, 2*n, between(r, 4, 14), between(r, 0, 0.5))
	for y := range 2 * n {
		for x := range 2 * n {
			if v := 255 - seal.Pix[seal.PixOffset(x, y)]; v > 0 {
				c.stain(at.X-n+x, at.Y-n+y, ink, uint32(float64(v)*opacity*wear.at(x, y)))
			}
		}
	}
}

// sealNumber is the number under a seal's star.
func sealNumber(r *rand.Rand) string {
	b := make([]byte, 13)
	for i := range b {
		b[i] = '0' + byte(r.IntN(10))
	}
	return string(b)
}

// length is how long a text is in one line, in em.
func (s *textStyle) length(text string) (l float64) {
	for _, r := range text {
		if _, f, _ := s.glyph(r); f != nil {
			l += f.outline(r).advance
		}
	}
	return l
}

// star paints a black star of five points.
func (c *canvas) star(x, y, radius, turn float64) {
	var pts [10][2]float64
	for i := range pts {
		d := radius
		if i%2 == 1 {
			d *= 0.382
		}
		sin, cos := math.Sincos(turn - math.Pi/2 + float64(i)*math.Pi/5)
		pts[i] = [2]float64{x + d*cos, y + d*sin}
	}
	c.polygon(grey(0), pts[:]...)
}

// polygon paints the inside of a closed line.
func (c *canvas) polygon(ink color.RGBA, pts ...[2]float64) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range pts {
		x0, x1 = min(x0, p[0]), max(x1, p[0])
		y0, y1 = min(y0, p[1]), max(y1, p[1])
	}
	box := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1))+1, int(math.Ceil(y1))+1)
	ras := &c.pen.raster
	ras.Reset(box.Dx(), box.Dy())
	for i, p := range pts {
		x, y := float32(p[0]-float64(box.Min.X)), float32(p[1]-float64(box.Min.Y))
		if i == 0 {
			ras.MoveTo(x, y)
		} else {
			ras.LineTo(x, y)
		}
	}
	ras.ClosePath()
	m := &mask{Alpha: *image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))}
	ras.Draw(&m.Alpha, m.Rect, image.Opaque, image.Point{})
	curve := contrastCurve(1, 1)
	c.blend(m, box.Min, ink, &curve)
}

// patches is a field that changes slowly, between 1-depth and 1: ink that did
// not take everywhere.
type patches struct {
	n     int
	cell  float64
	value []float64
}

func newPatches(r *rand.Rand, size int, cell, depth float64) *patches {
	n := int(float64(size)/cell) + 3
	p := &patches{n, cell, make([]float64, n*n)}
	for i := range p.value {
		p.value[i] = 1 - depth*r.Float64()*r.Float64()*1.5
	}
	return p
}

func (p *patches) at(x, y int) float64 {
	fx, fy := float64(x)/p.cell, float64(y)/p.cell
	ix, iy := int(fx), int(fy)
	fx, fy = fx-float64(ix), fy-float64(iy)
	v := p.value[iy*p.n+ix:]
	w := p.value[(iy+1)*p.n+ix:]
	return max(0, (v[0]*(1-fx)+v[1]*fx)*(1-fy)+(w[0]*(1-fx)+w[1]*fx)*fy)
}

// watermark prints a slanted text faintly over the page, once or many times.
func (g *Generator) watermark(r *rand.Rand, c *canvas, l *look) {
	a := newAuthor(r)
	style := l.body
	style.ink = one(r, grey(128), grey(90), rgb(0x3366cc), rgb(0xcc3333))
	style.bold = chance(r, 30)
	style.stack = newStack(g.fonts.chinese...)
	text := one(r, a.place+a.office, a.place, "仅供内部使用", "政府信息公开", "www.example.gov.cn", "样本", "复印无效")
	w, h := float64(c.Rect.Dx()), float64(c.Rect.Dy())
	slant := -between(r, 0.2, 0.7)
	sin, cos := math.Sincos(slant)
	opacity := between(r, 0.06, 0.22)
	print := func(x, y, size float64) {
		c.textAt(&style, text, matrix{size * cos, size * sin, size * sin, -size * cos, x, y}, opacity)
	}
	length := style.length(text)
	if chance(r, 35) {
		size := min(w, h*2) * 0.7 / length
		print(w/2-cos*size*length/2, h/2-sin*size*length/2, size)
		return
	}
	size := l.body.size * l.scale * between(r, 0.9, 1.6)
	step := size * (length + between(r, 2, 6))
	for y := 0.0; y < h+step; y += step * 0.45 {
		for x := -step * math.Mod(y/step, 1); x < w; x += step {
			print(x, y, size)
		}
	}
}

// highlight runs a felt pen over a box.
func highlight(r *rand.Rand, c *canvas, box image.Rectangle) {
	ink := one(r, rgb(0xfff04a), rgb(0xffe14a), rgb(0x9cf28a), rgb(0xffa6c8), rgb(0x9ad8ff))
	a := uint32(between(r, 0.5, 0.95) * 255)
	top := box.Min.Y + box.Dy()/6 + r.IntN(box.Dy()/6+1)
	for x := box.Min.X - r.IntN(8); x < box.Max.X+r.IntN(9)-4; x++ {
		wave := int(2 * math.Sin(float64(x)/40))
		for y := top + wave; y < box.Max.Y-box.Dy()/8+wave; y++ {
			c.stain(x, y, ink, a)
		}
	}
}

// signature scribbles a name.
func signature(r *rand.Rand, c *canvas, box image.Rectangle) {
	ink := one(r, rgb(0x101020), rgb(0x1a2a80), rgb(0x222222))
	width := max(1.2, float64(box.Dy())/22)
	n := 3 + r.IntN(3)
	for i := range n {
		x := float64(box.Min.X) + float64(box.Dx())*(float64(i)+0.5)/float64(n)
		y := float64(box.Min.Y+box.Max.Y) / 2
		for range 2 + r.IntN(3) {
			x1, y1 := x+between(r, -0.5, 0.7)*float64(box.Dx())/float64(n), y
			x1 = min(max(x1, float64(box.Min.X)), float64(box.Max.X))
			y1 = float64(box.Min.Y) + r.Float64()*float64(box.Dy())
			bx, by := between(r, -10, 10), between(r, -10, 10)
			px, py := x, y
			for k := 1; k <= 8; k++ { // a curve of eight short strokes
				f := float64(k) / 8
				qx := x + (x1-x)*f + bx*4*f*(1-f)
				qy := y + (y1-y)*f + by*4*f*(1-f)
				c.stroke(px, py, qx, qy, width*(1.2-0.5*f), ink)
				px, py = qx, qy
			}
			x, y = x1, y1
		}
	}
}
