package synth

import (
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// A Kind is a kind of picture. Its name is the set in the truth file.
type Kind string

// A recipe makes pictures of a kind.
type recipe struct {
	kind  Kind
	about string
	make  func(g *Generator, r *rand.Rand) *shot
}

// recipes are all kinds, in the order they are listed.
var recipes []recipe

func init() {
	recipes = []recipe{
		{"clean", "a screenshot of a form as a web page shows it", (*Generator).clean},
		{"lowres", "a screenshot that a site shrank to 415 to 750 pixels and compressed", (*Generator).lowres},
		{"scan", "a printed form from a scanner: skew, grain, uneven light, sometimes black and white", (*Generator).scan},
		{"photo", "a printed form on a desk, seen by a camera: perspective, curl, shadow, blur", (*Generator).photo},
		{"style", "unusual rules and colours", (*Generator).styled},
		{"turned", "a picture that was turned by 90, 180 or 270 degrees", (*Generator).turned},
		{"stamp", "a form under a red stamp, a watermark, a highlighter or a signature", (*Generator).stamped},
		{"dark", "a screenshot in dark mode", (*Generator).dark},
		{"dashed", "a form with dashed or dotted rules", (*Generator).dashed},
		{"borderless", "a table with few rules or none", (*Generator).borderless},
		{"page", "a page of a report: prose, headings, forms", (*Generator).page},
		{"continued", "a table that goes on on the next page of a TIFF", (*Generator).continued},
		{"generic", "a ruled table that is no known form", (*Generator).generic},
		{"print", "a ruled table of any print: names, letters, marks, signs, units, characters of all of GB 2312", (*Generator).anyPrint},
		{"prose", "a ruled table of real words, half of it in small print: names, firms, terms, sentences", (*Generator).proseTable},
		{"alike", "a table of real words, most of it in small print, half of whose columns hold one word in nearly each row", (*Generator).alikeTable},
		{"misprints", "a table of words whose characters look like others, many of them misprinted so", (*Generator).misprintTable},
		{"lists", "a ruled table of no known form, in some rows of which each cell holds a list, line beside line", (*Generator).lists},
		{"none", "no table: prose, charts, codes, maps, letters, photographs", (*Generator).none},
	}
}

// Kinds are all kinds of picture.
func Kinds() []Kind {
	var all []Kind
	for _, r := range recipes {
		all = append(all, r.kind)
	}
	return all
}

// About says in a line what a kind is.
func (k Kind) About() string {
	if r := recipeOf(k); r != nil {
		return r.about
	}
	return ""
}

func recipeOf(k Kind) *recipe {
	for i := range recipes {
		if recipes[i].kind == k {
			return &recipes[i]
		}
	}
	return nil
}

// save chooses how the picture is written: so many of 100 as PNG, the others
// as JPEG of a quality from lo to hi.
func (s *shot) save(r *rand.Rand, png, lo, hi int) *shot {
	s.as = encoding{png: chance(r, png), quality: lo + r.IntN(hi-lo+1)}
	return s
}

func (g *Generator) clean(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1, 1, 1, 1.25, 1.25, 1.5, 2, 2, 3))
	return g.formShot(r, l).save(r, 35, 75, 96)
}

func (g *Generator) lowres(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2))
	s := g.formShot(r, l)
	s.toLowres(r, l)
	return s.save(r, 8, 40, 80)
}

// toLowres shrinks a picture until its characters are 8 to 12 pixels high and
// it is at most 750 wide, as a site does with what is too wide for it.
func (s *shot) toLowres(r *rand.Rand, l *look) {
	size := l.label.size * l.scale
	f := between(r, 8, 12) / size
	w := float64(s.Rect.Dx())
	f = min(f, 750/w, 1)
	if w*f < 415 {
		f = min(max(f, min(415/w, 13/size)), 1)
	}
	if f < 0.98 {
		s.shrink(f, one[draw.Interpolator](r, draw.ApproxBiLinear, draw.BiLinear, draw.BiLinear, draw.CatmullRom, draw.CatmullRom))
	}
	if chance(r, 25) {
		s.recompress(60 + r.IntN(30))
	}
}

// What a page of paper is printed for: how many pixels high its characters
// are to be, from and to.
var (
	scanned      = [2]float64{16, 30} // about 150 to 200 dpi
	photographed = [2]float64{17, 28}
)

// paperLook designs a table as an office prints it. Its scale makes characters
// as high as the camera or scanner will see them.
func (g *Generator) paperLook(r *rand.Rand, seen [2]float64) *look {
	l := g.screenLook(r, 2)
	l.scale = math.Round(between(r, seen[0], seen[1])/l.label.size*100) / 100
	l.ink, l.labelFill, l.headFill = grey(uint8(r.IntN(50))), none, none
	l.label.ink, l.value.ink, l.heading.ink, l.body.ink = l.ink, l.ink, l.ink, l.ink
	if chance(r, 12) {
		l.labelFill = one(r, grey(0xee), grey(0xdd))
	}
	l.inner.ink, l.outer.ink = l.ink, l.ink
	l.withHeading = chance(r, 50)
	m := between(r, 20, 70)
	l.margin = [4]float64{m + between(r, 0, 30), m, m + between(r, 0, 30), m}
	return l
}

func (g *Generator) scan(r *rand.Rand) *shot {
	l := g.paperLook(r, scanned)
	s := g.formShot(r, l)
	s.toScan(r, l.paper, 75, 25)
	if s.bits {
		return s.save(r, 60, 60, 90)
	}
	return s.save(r, 6, 55, 92)
}

// toScan does to a page what printing and scanning do: so many of 100 scans
// are grey, so many black and white.
func (s *shot) toScan(r *rand.Rand, paper color.RGBA, grey100, bilevel100 int) {
	g := luma(paper.R, paper.G, paper.B)
	if !chance(r, 10) {
		s.skew(between(r, -3, 3), grey(g))
	}
	s.marks(r)
	s.blur(between(r, 0.3, 1.1))
	if chance(r, bilevel100) {
		// A black and white scan keeps what is darker than so much of the paper;
		// who finds that its text is gone scans it darker.
		s.noise(r, between(r, 1, 14), false)
		s.bilevel(max(uint8(between(r, 0.6, 0.8)*float64(g)), min(s.legible(g), uint8(0.92*float64(g)))))
		s.specks(r, one(r, 0, 0, between(r, 0, 2), between(r, 0, 6)), grey(0))
		s.note("bilevel")
		return
	}
	fade, white := between(r, 0, 50), between(r, 225, 255)
	s.tone(func(v float64) float64 { return fade + v*(white-fade)/255 })
	a, b, c := between(r, -0.16, 0.1), between(r, -0.16, 0.1), between(r, -0.1, 0.1)
	s.light(func(x, y float64) float64 { return 1 + a*x + b*y + c*(x-0.5)*(y-0.5) - max(a, 0) - max(b, 0) })
	s.noise(r, between(r, 1, 7), chance(r, 15))
	if chance(r, grey100) {
		s.desaturate()
	}
}

func (g *Generator) turned(r *rand.Rand) *shot {
	s := one(r, g.clean, g.lowres, g.scan, g.scan, g.scan, g.photo)(r)
	if chance(r, 20) { // the file says how to turn it, so that a viewer shows it upright
		s.orientation = one(r, 3, 6, 8)
		s.as.png = false
		s.note(fmt.Sprintf("exif orientation %d", s.orientation))
		return s
	}
	s.quarter(one(r, 90, 180, 270))
	return s
}

func (g *Generator) dark(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2, 3))
	darkMode(r, l)
	if chance(r, 15) {
		l.inner.dash = one(r, dashed, dotted)
		l.outer.dash = l.inner.dash
	}
	s := g.formShot(r, l)
	if chance(r, 25) {
		s.toLowres(r, l)
	}
	return s.save(r, 45, 65, 95)
}

func (g *Generator) dashed(r *rand.Rand) *shot {
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2))
	paper := chance(r, 30)
	if paper {
		l = g.paperLook(r, scanned)
	}
	broken(r, l)
	s := g.formShot(r, l)
	switch {
	case paper:
		s.toScan(r, l.paper, 75, 15)
	case chance(r, 20):
		s.toLowres(r, l)
	}
	return s.save(r, 35, 60, 95)
}

func (g *Generator) stamped(r *rand.Rand) *shot {
	var l *look
	way := r.IntN(10)
	if way < 3 {
		l = g.screenLook(r, one(r, 1.0, 1.5, 2))
	} else {
		l = g.paperLook(r, scanned)
	}
	s := g.formShot(r, l)
	g.cover(r, s, l)
	switch {
	case way < 3:
		return s.save(r, 40, 70, 95)
	case way < 9:
		s.toScan(r, l.paper, 15, 6)
	default:
		s.toPhoto(r)
	}
	return s.save(r, 8, 60, 92)
}
