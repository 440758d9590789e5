package ocr

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/ocr/strip"
)

// Readers go by how whole characters look, and make a number of what is struck
// out, and of an exponent another digit. How the ink of a line lies tells these.

// Struck reports whether a stroke runs through the middle of a line of print from
// end to end: what is printed there is crossed out.
func Struck(l strip.Line) bool {
	const from, to, whole, wide = 0.3, 0.63, 0.95, 1.2 // of the ink's height, of its height (the bar of a 4 is lower), of its width, heights
	ink := newInk(l)
	h := float64(ink.box.Dy())
	if float64(ink.box.Dx()) < wide*h {
		return false
	}
	for y := ink.box.Min.Y + int(from*h); y < ink.box.Min.Y+int(to*h); y++ {
		run, longest := 0, 0
		for x := ink.box.Min.X; x < ink.box.Max.X; x++ {
			if run++; !ink.at(x, y) {
				run = 0
			}
			longest = max(longest, run)
		}
		if float64(longest) >= whole*float64(ink.box.Dx()) {
			return true
		}
	}
	return false
}

// Raised counts the characters at the end of a line of print that stand higher
// than those before them and are smaller, as exponents are.
func Raised(l strip.Line) (n int) {
	const least, most, lifted = 0.3, 0.8, 0.26 // of the height of the ink: a dash is lower, and the tail of a Q before a digit a fifth
	const smaller = 0.9                        // than what stands before it: browsers make exponents five sixths
	ink := newInk(l)
	parts := ink.parts()
	h := float64(ink.box.Dy())
	for i := len(parts) - 1; i > 0; i-- {
		p := parts[i]
		size := float64(p.Dy())
		if size < least*h || size > most*h || float64(ink.box.Max.Y-p.Max.Y) < lifted*h || float64(p.Dx()) < least*size {
			return 0
		}
		n++
		before := parts[i-1]
		if smaller*float64(before.Dy()) > size && float64(before.Max.Y-p.Max.Y) >= lifted*h {
			return n
		}
	}
	return 0
}

// Uneven reports whether one dot of a colon in a line of print has far more ink than the
// other. The dots of a colon are printed alike; above a decimal point a speck of dirt makes
// one, too.
func Uneven(l strip.Line) bool {
	const low, uneven = 0.35, 1.65 // of the height of the ink: no dot is higher; times: colons of drawn and real pictures are below
	ink := newInk(l)
	return slices.ContainsFunc(ink.parts(), func(p image.Rectangle) bool {
		dots := ink.rows(p)
		if len(dots) != 2 || float64(max(dots[0].Dy(), dots[1].Dy(), p.Dx())) > low*float64(ink.box.Dy()) {
			return false
		}
		a, b := ink.amount(dots[0]), ink.amount(dots[1])
		return max(a, b) > uneven*min(a, b)
	})
}

// superscripts are the digits and signs that are set as exponents.
var superscripts = map[rune]rune{'0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹', '+': '⁺', '-': '⁻'}

// Superscript is a text whose last characters are set as exponents; the same text
// where there are none of some of them.
func Superscript(text string, last int) string {
	chars := []rune(text)
	for i := max(0, len(chars)-last); i < len(chars); i++ {
		r, ok := superscripts[chars[i]]
		if !ok {
			return text
		}
		chars[i] = r
	}
	return string(chars)
}

// A Shape is how the ink of a line of print lies: what tells marks, letters and
// digits apart that readers take for one another.
type Shape struct {
	Square float64 // the logarithm of the width of a character against the height of the ink
	Fill   float64 // the share of the box of the ink that is ink
	Tall   float64 // the logarithm of the height of the ink against that of a line of the page's print
	Parts  float64 // what stands apart from one another, for each character
}

// ShapeOf is the shape of a line that reads as a text of so many characters, on a
// page whose print is so many pixels high.
func ShapeOf(l strip.Line, characters int, height float64) Shape {
	ink := newInk(l)
	if ink.box.Empty() {
		return Shape{}
	}
	dark := 0
	for y := ink.box.Min.Y; y < ink.box.Max.Y; y++ {
		for x := ink.box.Min.X; x < ink.box.Max.X; x++ {
			if ink.at(x, y) {
				dark++
			}
		}
	}
	w, h, n := float64(ink.box.Dx()), float64(ink.box.Dy()), float64(max(1, characters))
	return Shape{
		Square: math.Log(w / (n * h)), Fill: float64(dark) / (w * h), Tall: math.Log(h / max(1, height)),
		Parts: float64(len(ink.parts())) / n,
	}
}

// Upright counts the strokes of a line of print that is nothing but upright strokes
// side by side; 0 if it is anything else.
func Upright(l strip.Line) int {
	const slim, tall = 0.45, 0.8 // of its height, of the line's
	ink := newInk(l)
	parts := ink.parts()
	for _, p := range parts {
		if float64(p.Dx()) > slim*float64(p.Dy()) || float64(p.Dy()) < tall*float64(ink.box.Dy()) {
			return 0
		}
	}
	return len(parts)
}

// An inked is which pixels of a line are ink.
type inked struct {
	gray *image.Gray
	cut  uint8
	box  image.Rectangle
}

func newInk(l strip.Line) inked {
	lo, hi := strip.Tones(l.Gray)
	k := inked{gray: l.Gray, cut: uint8((lo + hi) / 2)}
	k.box = k.within(image.Rectangle{image.Pt(0, max(0, l.Top)), image.Pt(l.Gray.Rect.Dx(), min(l.Bottom, l.Gray.Rect.Dy()))})
	return k
}

func (k inked) at(x, y int) bool { return k.gray.Pix[y*k.gray.Stride+x] < k.cut }

// within is the box of the ink in a part of a line.
func (k inked) within(part image.Rectangle) (box image.Rectangle) {
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if k.at(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// parts are the boxes of what stands apart in a line, from left to right.
func (k inked) parts() []image.Rectangle {
	return apart(k.box.Min.X, k.box.Max.X, func(x int) image.Rectangle {
		return k.within(image.Rect(x, k.box.Min.Y, x+1, k.box.Max.Y))
	})
}

// rows are the boxes of what stands apart in a part of a line, from top to bottom.
func (k inked) rows(part image.Rectangle) []image.Rectangle {
	return apart(k.box.Min.Y, k.box.Max.Y, func(y int) image.Rectangle {
		return k.within(image.Rect(part.Min.X, y, part.Max.X, y+1))
	})
}

// apart joins the ink of columns, or of rows, from one to another where no empty one lies
// between.
func apart(from, to int, at func(i int) image.Rectangle) (out []image.Rectangle) {
	var run image.Rectangle
	for i := from; i < to; i++ {
		ink := at(i)
		if ink.Empty() && !run.Empty() {
			out, run = append(out, run), image.Rectangle{}
		}
		run = run.Union(ink)
	}
	if !run.Empty() {
		out = append(out, run)
	}
	return out
}

// amount is how much ink lies in a box and on its soft edges.
func (k inked) amount(box image.Rectangle) (sum float64) {
	_, paper := strip.Tones(k.gray)
	box = box.Inset(-1).Intersect(k.gray.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			sum += max(0, paper-float64(k.gray.Pix[y*k.gray.Stride+x]))
		}
	}
	return sum
}
