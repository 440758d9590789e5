package synth

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strconv"
)

// none is a picture without a table. Some of them have lines, boxes or columns
// of text that are none.
func (g *Generator) none(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1.25, 1.5, 2))
	m := between(r, 15, 60)
	l.margin = [4]float64{m, m, m, m}
	makers := []func(*rand.Rand, *look) (*shot, string){
		g.prosePage, g.prosePage, g.chartPage, g.chartPage, g.codePage, g.scene, g.letter, g.letter, g.mapPage, g.certificate, g.checklist, g.twoColumns,
	}
	s, about := one(r, makers...)(r, l)
	s.note(about)
	switch r.IntN(8) {
	case 0, 1:
		s.toScan(r, l.paper, 60, 15)
	case 2:
		s.toPhoto(r)
	case 3, 4:
		s.toLowres(r, l)
	}
	return s.save(r, 25, 55, 92)
}

func (g *Generator) prosePage(r *rand.Rand, l *look) (*shot, string) {
	a := newAuthor(r)
	title := l.heading
	blocks := []block{&paragraph{text: a.title(), style: &title, align: alignMiddle, below: 16}}
	for range 2 + r.IntN(9) {
		if chance(r, 25) {
			blocks = append(blocks, &paragraph{text: one(r, words().Sections...), style: &l.heading, above: 6, below: 6})
		}
		blocks = append(blocks, &paragraph{text: a.prose(1 + r.IntN(5)), style: &l.body, indent: true, below: between(r, 0, 8)})
	}
	return g.compose(l, l.body.size*between(r, 28, 55), blocks...), "prose"
}

// chartPage is a drawing of numbers, with the lines that such drawings have.
func (g *Generator) chartPage(r *rand.Rand, l *look) (*shot, string) {
	a := newAuthor(r)
	draw := one(r, barChart, barChart, lineChart, pieChart)
	w := between(r, 350, 800)
	blocks := []block{
		&paragraph{text: a.place + one(r, words().Items...) + "（" + strconv.Itoa(a.year) + "年）", style: &l.heading, align: alignMiddle, below: 10},
		&figure{w: w, h: w * between(r, 0.45, 0.8), align: alignMiddle, draw: func(c *canvas, at image.Rectangle) { draw(r, c, &l.body, at) }},
	}
	if chance(r, 40) {
		blocks = append(blocks, &paragraph{text: a.prose(2), style: &l.body, indent: true, above: 8})
	}
	return g.compose(l, w, blocks...), "chart"
}

func barChart(r *rand.Rand, c *canvas, s *textStyle, at image.Rectangle) {
	plot, px := axes(r, c, s, at)
	n := 3 + r.IntN(9)
	ink := one(r, strong...)
	step := plot.Dx() / n
	for i := range n {
		h := int(float64(plot.Dy()) * between(r, 0.05, 0.95))
		x := plot.Min.X + i*step
		c.fill(image.Rect(x+step/5, plot.Max.Y-h, x+step*4/5, plot.Max.Y), ink)
		if chance(r, 70) {
			c.text(s, strconv.Itoa(number(r, 50)), float64(x+step/4), float64(plot.Max.Y-h)-4*px)
		}
		label := strconv.Itoa(2010 + i)
		c.text(s, label, float64(x+step/2)-s.width(label, c.scale)*c.scale/2, float64(plot.Max.Y)+s.size*1.3*px)
	}
}

func lineChart(r *rand.Rand, c *canvas, s *textStyle, at image.Rectangle) {
	plot, px := axes(r, c, s, at)
	for range 1 + r.IntN(3) {
		ink := one(r, strong...)
		n := 5 + r.IntN(12)
		y := between(r, 0.2, 0.8)
		px0, py0 := 0.0, 0.0
		for i := range n {
			y = min(max(y+between(r, -0.2, 0.2), 0.03), 0.97)
			qx, qy := float64(plot.Min.X)+float64(plot.Dx()*i)/float64(n-1), float64(plot.Max.Y)-y*float64(plot.Dy())
			if i > 0 {
				c.stroke(px0, py0, qx, qy, 2*px, ink)
			}
			px0, py0 = qx, qy
		}
	}
	if chance(r, 50) { // a net of lines both ways, like graph paper
		for x := plot.Min.X; x < plot.Max.X; x += plot.Dx() / 8 {
			c.rule(plumb, plot.Min.Y, plot.Max.Y, x, rule{1, solid, grey(0xdd)})
		}
	}
}

// axes draws the lines that a chart stands on and returns the room above them.
func axes(r *rand.Rand, c *canvas, s *textStyle, at image.Rectangle) (plot image.Rectangle, px float64) {
	px = c.scale
	plot = image.Rect(at.Min.X+int(s.size*3*px), at.Min.Y+int(s.size*px), at.Max.X, at.Max.Y-int(s.size*2*px))
	n := 3 + r.IntN(4)
	for i := range n {
		y := plot.Max.Y - plot.Dy()*i/n
		if i > 0 && chance(r, 85) {
			c.rule(level, plot.Min.X, plot.Max.X, y, rule{1, one(r, solid, dashed), grey(0xcc)})
		}
		c.text(s, strconv.Itoa(i*20), float64(at.Min.X), float64(y)+s.size*0.3*px)
	}
	c.rule(level, plot.Min.X, plot.Max.X, plot.Max.Y, rule{1.5, solid, s.ink})
	c.rule(plumb, plot.Min.Y, plot.Max.Y, plot.Min.X, rule{1.5, solid, s.ink})
	return plot, px
}

func pieChart(r *rand.Rand, c *canvas, s *textStyle, at image.Rectangle) {
	cx, cy := float64(at.Min.X+at.Dx()*2/5), float64(at.Min.Y+at.Max.Y)/2
	radius := float64(min(at.Dx(), at.Dy())) * 0.45
	from := -math.Pi / 2
	for i := 0; from < 1.5*math.Pi; i++ {
		to := min(from+between(r, 0.4, 2), 1.5*math.Pi)
		pts := [][2]float64{{cx, cy}}
		for a := from; a < to+0.05; a += 0.05 {
			sin, cos := math.Sincos(min(a, to))
			pts = append(pts, [2]float64{cx + radius*cos, cy + radius*sin})
		}
		ink := strong[i%len(strong)]
		c.polygon(ink, pts...)
		y := at.Min.Y + int(float64(i)*s.size*1.8*c.scale)
		box := int(s.size * c.scale)
		c.fill(image.Rect(at.Max.X-8*box, y, at.Max.X-7*box, y+box), ink)
		c.text(s, words().Headers[i], float64(at.Max.X-6*box), float64(y+box))
		from = to
	}
}

// codePage is a matrix code with a line below it.
func (g *Generator) codePage(r *rand.Rand, l *look) (*shot, string) {
	n := 21 + 4*r.IntN(8)
	w := between(r, 100, 300)
	blocks := []block{
		&figure{w: w, h: w, align: alignMiddle, draw: func(c *canvas, at image.Rectangle) {
			cell := float64(at.Dx()) / float64(n)
			box := func(x, y, w, h int, ink color.RGBA) {
				c.fill(image.Rect(at.Min.X+int(float64(x)*cell), at.Min.Y+int(float64(y)*cell), at.Min.X+int(float64(x+w)*cell), at.Min.Y+int(float64(y+h)*cell)), ink)
			}
			for y := range n {
				for x := range n {
					if chance(r, 48) {
						box(x, y, 1, 1, grey(0))
					}
				}
			}
			for _, p := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
				box(p[0]-1, p[1]-1, 9, 9, l.paper)
				box(p[0], p[1], 7, 7, grey(0))
				box(p[0]+1, p[1]+1, 5, 5, l.paper)
				box(p[0]+2, p[1]+2, 3, 3, grey(0))
			}
		}},
		&paragraph{text: one(r, "扫一扫在手机打开当前页", "微信公众号", "政务服务"), style: &l.body, align: alignMiddle, above: 8},
	}
	return g.compose(l, max(w, 180), blocks...), "code"
}

// scene is what a camera sees where there is no paper: soft shapes of light
// and colour.
func (g *Generator) scene(r *rand.Rand, l *look) (*shot, string) {
	w, h := int(between(r, 400, 1200)), int(between(r, 300, 900))
	c := newCanvas(w, h, 1, grey(uint8(60+r.IntN(140))), &g.pen)
	for range 6 + r.IntN(14) {
		x, y := between(r, -0.2, 1)*float64(w), between(r, -0.2, 1)*float64(h)
		dx, dy := between(r, 0.1, 0.7)*float64(w), between(r, 0.1, 0.7)*float64(h)
		t := between(r, -0.15, 0.15)
		ink := color.RGBA{uint8(r.IntN(255)), uint8(r.IntN(255)), uint8(r.IntN(255)), 255}
		c.polygon(lighter(ink, 0.2), [2]float64{x, y}, [2]float64{x + dx, y + t*dx}, [2]float64{x + dx - t*dy, y + dy}, [2]float64{x - t*dy, y + dy - t*dx})
	}
	s := &shot{RGBA: c.RGBA, to: unmoved, scale: 1}
	s.blur(between(r, 0.5, 3))
	s.shade(r)
	s.noise(r, between(r, 2, 8), true)
	return s, "scene"
}

// letter is an office's letter: a red head with a line below it.
func (g *Generator) letter(r *rand.Rand, l *look) (*shot, string) {
	a := newAuthor(r)
	red := rgb(0xd01818)
	head := l.heading
	head.size, head.ink, head.bold = l.heading.size*2, red, true
	if l.heading.bitmap() {
		head.size = l.heading.size
	}
	w := l.body.size * between(r, 34, 46)
	blocks := []block{
		&paragraph{text: a.place + a.office + one(r, "文件", "", "办公室"), style: &head, align: alignMiddle, below: 14},
		&paragraph{text: one(r, "政办", "财发", "教字") + "〔" + strconv.Itoa(a.year) + "〕" + strconv.Itoa(1+r.IntN(99)) + "号", style: &l.body, align: alignMiddle, below: 6},
		&figure{w: w, h: 6, draw: func(c *canvas, at image.Rectangle) {
			c.rule(level, at.Min.X, at.Max.X, at.Min.Y+2, rule{2, one(r, solid, double), red})
		}},
		space(20),
		&paragraph{text: a.title(), style: &l.heading, align: alignMiddle, below: 14},
	}
	for range 2 + r.IntN(5) {
		blocks = append(blocks, &paragraph{text: a.prose(1 + r.IntN(4)), style: &l.body, indent: true, below: 4})
	}
	blocks = append(blocks, space(24), &paragraph{text: a.place + a.office, style: &l.body, align: alignEnd}, &paragraph{text: a.date(), style: &l.body, align: alignEnd})
	s := g.compose(l, w, blocks...)
	if chance(r, 60) {
		c := &canvas{RGBA: s.RGBA, scale: l.scale, pen: &g.pen}
		g.stamp(r, c, image.Pt(s.Rect.Dx()*3/4, s.Rect.Dy()-int(60*l.scale)), l.body.size*l.scale*between(r, 3, 5))
	}
	return s, "letter"
}

// mapPage has areas parted by borders, roads and names.
func (g *Generator) mapPage(r *rand.Rand, l *look) (*shot, string) {
	w := between(r, 350, 700)
	f := &figure{w: w, h: w * between(r, 0.6, 1), draw: func(c *canvas, at image.Rectangle) {
		c.fill(at, rgb(0xf2efe9))
		n := 6 + r.IntN(10)
		seeds := make([][2]int, n)
		tints := make([]color.RGBA, n)
		for i := range seeds {
			seeds[i] = [2]int{at.Min.X + r.IntN(at.Dx()), at.Min.Y + r.IntN(at.Dy())}
			tints[i] = lighter(one(r, heads...), r.Float64()*0.5)
		}
		const step = 3 // the areas of a Voronoi diagram, coarsely
		for y := at.Min.Y; y < at.Max.Y; y += step {
			for x := at.Min.X; x < at.Max.X; x += step {
				best, second, of := 1<<30, 1<<30, 0
				for i, p := range seeds {
					d := (p[0]-x)*(p[0]-x) + (p[1]-y)*(p[1]-y)
					if d < best {
						best, second, of = d, best, i
					} else if d < second {
						second = d
					}
				}
				ink := tints[of]
				if math.Sqrt(float64(second))-math.Sqrt(float64(best)) < 3 {
					ink = grey(0x99)
				}
				c.fill(image.Rect(x, y, min(x+step, at.Max.X), min(y+step, at.Max.Y)), ink)
			}
		}
		for range 3 + r.IntN(5) {
			x, y := float64(at.Min.X+r.IntN(at.Dx())), float64(at.Min.Y)
			for y < float64(at.Max.Y) {
				nx, ny := x+between(r, -40, 40), y+between(r, 10, 50)
				c.stroke(x, y, nx, min(ny, float64(at.Max.Y)), 3*c.scale, rgb(0xf5c86b))
				x, y = nx, ny
			}
		}
		for i, p := range seeds {
			c.text(&l.body, words().Places[i%len(words().Places)], float64(p[0]), float64(p[1]))
		}
	}}
	return g.compose(l, w, f, &paragraph{text: "图 例　　审图号：GS(2020)" + strconv.Itoa(1000+r.IntN(9000)), style: &l.body, above: 6}), "map"
}

// certificate has a frame around its text.
func (g *Generator) certificate(r *rand.Rand, l *look) (*shot, string) {
	a := newAuthor(r)
	l.margin = [4]float64{50, 60, 50, 60}
	big := l.heading
	if !big.bitmap() {
		big.size *= 2
	}
	name := l.body
	s := g.compose(l, l.body.size*between(r, 22, 36),
		&paragraph{text: one(r, "荣誉证书", "任命书", "资格证书", "营业执照"), style: &big, align: alignMiddle, below: 24},
		&paragraph{text: one(r, words().People...) + "同志：", style: &name, below: 8},
		&paragraph{text: a.prose(2), style: &l.body, indent: true, below: 30},
		&paragraph{text: a.place + a.office, style: &l.body, align: alignEnd},
		&paragraph{text: a.date(), style: &l.body, align: alignEnd})
	c := &canvas{RGBA: s.RGBA, scale: l.scale, pen: &g.pen}
	ink := one(r, rgb(0xb8860b), rgb(0xc00000), grey(0x33))
	for i, d := range []float64{12, 18, 30} {
		if i > 0 && chance(r, 40) {
			continue
		}
		in := int(d * l.scale)
		b := s.Rect.Inset(in)
		ru := rule{one(r, 1.0, 2, 4), one(r, solid, double), ink}
		c.rule(level, b.Min.X, b.Max.X, b.Min.Y, ru)
		c.rule(level, b.Min.X, b.Max.X, b.Max.Y, ru)
		c.rule(plumb, b.Min.Y, b.Max.Y, b.Min.X, ru)
		c.rule(plumb, b.Min.Y, b.Max.Y, b.Max.X, ru)
	}
	return s, "certificate"
}

// checklist has boxes to tick, each with a line of text.
func (g *Generator) checklist(r *rand.Rand, l *look) (*shot, string) {
	w := l.body.size * between(r, 24, 40)
	blocks := []block{&paragraph{text: one(r, "申请材料清单", "满意度调查", "请在方框内打√"), style: &l.heading, below: 10}}
	for range 3 + r.IntN(8) {
		text := "　　" + one(r, words().Items...)
		size := l.body.size
		blocks = append(blocks, &figure{w: w, h: size * 1.9, draw: func(c *canvas, at image.Rectangle) {
			side := int(size * c.scale)
			y := at.Min.Y + (at.Dy()-side)/2
			ru := rule{1, solid, l.ink}
			c.rule(level, at.Min.X, at.Min.X+side, y, ru)
			c.rule(level, at.Min.X, at.Min.X+side, y+side, ru)
			c.rule(plumb, y, y+side, at.Min.X, ru)
			c.rule(plumb, y, y+side, at.Min.X+side, ru)
			c.text(&l.body, text, float64(at.Min.X), float64(y)+size*0.85*c.scale)
			if chance(r, 50) { // a line to write on
				c.rule(level, at.Min.X+at.Dx()*2/3, at.Max.X, y+side, ru)
			}
		}})
	}
	return g.compose(l, w, blocks...), "checklist"
}

// twoColumns is prose as a newspaper sets it.
func (g *Generator) twoColumns(r *rand.Rand, l *look) (*shot, string) {
	a := newAuthor(r)
	column := l.body.size * between(r, 14, 22)
	side := func() *paragraph {
		return &paragraph{text: a.prose(5 + r.IntN(5)), style: &l.body, indent: true}
	}
	left, right := side(), side()
	gap := l.body.size * between(r, 2, 4)
	h := max(left.set(l, column).Y, right.set(l, column).Y)
	line := chance(r, 40)
	f := &figure{w: 2*column + gap, h: float64(h) / l.scale, draw: func(c *canvas, at image.Rectangle) {
		left.print(c, l, at.Min)
		right.print(c, l, at.Min.Add(image.Pt(int((column+gap)*l.scale), 0)))
		if line {
			c.rule(plumb, at.Min.Y, at.Max.Y, at.Min.X+int((column+gap/2)*l.scale), rule{1, solid, grey(0x99)})
		}
	}}
	title := l.heading
	return g.compose(l, 0, &paragraph{text: a.title(), style: &title, align: alignMiddle, below: 12}, f), "two columns"
}
