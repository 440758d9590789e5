package ocr

import (
	"image"

	"github.com/biaoge/biaoge/ocr/strip"
)

// Readers go by how whole characters look, and make a number of what is struck
// out, and of an exponent another digit. How the ink of a line lies tells these.

// Struck reports whether a stroke runs through the middle of a line of print from
// end to end: what is printed there is crossed out.
func Struck(l strip.Line) bool {
	const from, to, whole, wide = 0.3, 0.75, 0.95, 1.2 // of the ink's height, of its height, of its width, heights
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
	const least, most, lifted = 0.3, 0.8, 0.2 // of the height of the ink: a dash is lower
	const smaller = 0.9                       // than what stands before it: browsers make exponents five sixths
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

// An inked is which pixels of a line are ink.
type inked struct {
	gray *image.Gray
	cut  uint8
	box  image.Rectangle
}

func newInk(l strip.Line) inked {
	lo, hi := strip.Tones(l.Gray)
	k := inked{gray: l.Gray, cut: uint8((lo + hi) / 2)}
	for y := range l.Gray.Rect.Dy() {
		for x := range l.Gray.Rect.Dx() {
			if y >= l.Top && y < l.Bottom && k.at(x, y) {
				k.box = k.box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return k
}

func (k inked) at(x, y int) bool { return k.gray.Pix[y*k.gray.Stride+x] < k.cut }

// parts are the boxes of what stands apart in a line, from left to right.
func (k inked) parts() (out []image.Rectangle) {
	var part image.Rectangle
	for x := k.box.Min.X; x <= k.box.Max.X; x++ {
		var column image.Rectangle
		for y := k.box.Min.Y; y < k.box.Max.Y && x < k.box.Max.X; y++ {
			if k.at(x, y) {
				column = column.Union(image.Rect(x, y, x+1, y+1))
			}
		}
		if column.Empty() && !part.Empty() {
			out, part = append(out, part), image.Rectangle{}
		}
		part = part.Union(column)
	}
	return out
}
