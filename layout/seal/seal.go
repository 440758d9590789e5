package seal

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A Seal is a seal in red ink that lay over the print, and was taken off.
type Seal struct {
	Box image.Rectangle // on the picture, pixels
}

// Without is a picture without its red seals: within them, red ink becomes
// paper while print under it stays, since that is dark in the red channel
// too. Bgr has three bytes a pixel and the size of gray. Where there is no seal,
// it is gray itself; gray is never changed.
//
// A seal is told from red print and red rules by its shape: red ink, joined
// over small gaps, about as wide as high, larger than any letter, and hollow.
func Without(gray *image.Gray, bgr []byte) (*image.Gray, []Seal) {
	size := gray.Rect.Size()
	if len(bgr) != 3*size.X*size.Y {
		return gray, nil
	}
	own := min(0, paperTint(gray, bgr))
	m, any := mosaicOf(bgr, size, own)
	if !any {
		return gray, nil
	}
	var seals []Seal
	without := gray
	for i := range m.count {
		if m.seen[i] || m.count[i] < redSquare {
			continue
		}
		s := m.shapeAt(i)
		r := s.on(size)
		// A star inside a ring goes with it.
		if !m.isSeal(&s, size) || slices.ContainsFunc(seals, func(s Seal) bool { return r.In(s.Box) }) {
			continue
		}
		if len(seals) == 0 {
			without = &image.Gray{Pix: slices.Clone(gray.Pix), Stride: gray.Stride, Rect: gray.Rect}
		}
		seals = append(seals, Seal{r})
		unseal(without, bgr, r, own)
	}
	return without, seals
}

// A mosaic is the red ink of a picture on coarse squares, over which ink is
// joined.
type mosaic struct {
	w, h  int
	count []int8 // by how many its red pixels are more than its blue ones, of each square
	seen  []bool // squares of shapes that were looked at
}

// side is how wide and high a square of a mosaic is, pixels, and redSquare how
// many of its pixels are red at least in a square of ink.
const (
	side      = 4
	redSquare = 3
)

// mosaicOf counts the red pixels of a picture, and tells whether there are any. Print of a
// liquid crystal screen is red on one side of each stroke and blue on the other.
func mosaicOf(bgr []byte, size image.Point, paper int) (m *mosaic, any bool) {
	m = &mosaic{w: (size.X + side - 1) / side, h: (size.Y + side - 1) / side}
	m.count, m.seen = make([]int8, m.w*m.h), make([]bool, m.w*m.h)
	for y := range size.Y {
		row := bgr[3*y*size.X : 3*(y+1)*size.X]
		for x := range size.X {
			switch p := row[3*x:]; {
			case red(p, paper):
				m.count[y/side*m.w+x/side]++
				any = true
			case tinted(int(p[0]), int(p[0])-int(max(p[1], p[2])), -paper):
				m.count[y/side*m.w+x/side]--
			}
		}
	}
	return m, any
}

// A shape is red ink that is joined over small gaps.
type shape struct {
	box         image.Rectangle // squares
	inked, full int             // squares with ink, and of these those that are nothing else
}

// on is the part of a picture that a shape covers, with a square around it.
func (s *shape) on(size image.Point) image.Rectangle {
	b := image.Rectangle{s.box.Min.Mul(side), s.box.Max.Mul(side)}
	return b.Inset(-side).Intersect(image.Rectangle{Max: size})
}

// shapeAt is the shape that a square is of.
func (m *mosaic) shapeAt(i int) (s shape) {
	m.seen[i] = true
	stack := []int{i}
	for len(stack) > 0 {
		j := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x, y := j%m.w, j/m.w
		s.box = s.box.Union(image.Rect(x, y, x+1, y+1))
		s.inked++
		if m.count[j] == side*side {
			s.full++
		}
		for ny := max(0, y-2); ny <= min(m.h-1, y+2); ny++ {
			for nx := max(0, x-2); nx <= min(m.w-1, x+2); nx++ {
				if k := ny*m.w + nx; !m.seen[k] && m.count[k] >= redSquare {
					m.seen[k] = true
					stack = append(stack, k)
				}
			}
		}
	}
	return s
}

// isSeal tells whether a shape on a picture of a size may be a seal.
func (m *mosaic) isSeal(s *shape, size image.Point) bool {
	squares := s.box.Dx() * s.box.Dy()
	w, h := s.box.Dx()*side, s.box.Dy()*side
	small := max(36, min(size.X, size.Y)/24)
	switch {
	case w < small || h < small || 2*w > 5*h || 2*h > 5*w || s.inked*12 < squares:
		return false
	case 4*w > 3*size.X && 4*h > 3*size.Y:
		// No seal is as large as the page: a wooden desk around it is.
		return false
	case s.box.Dx() > 24 && (s.inked*10 > 7*squares || 10*s.full > 7*s.inked):
		// A desk or a door is red all over; so is a small seal, whose strokes
		// fill the coarse squares. A slice of a pie is, too, whatever its shape.
		return false
	}
	// Red rules make a table of red ink: straight along its sides.
	return !framed(m.count, m.w, s.box)
}

// unseal takes the red ink off a part of a picture. What red ink takes from the
// red of the paper is in proportion to what it takes more from green and blue,
// however thick it lies; so much is given back. Black print takes the same
// from all, and stays.
func unseal(gray *image.Gray, bgr []byte, r image.Rectangle, cold int) {
	w := gray.Rect.Dx()
	var tones, tints, shares [256]int
	each := func(f func(bgr []byte, gray *uint8)) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				f(bgr[3*(y*w+x):], &gray.Pix[y*gray.Stride+x])
			}
		}
	}
	each(func(p []byte, g *uint8) {
		if !red(p, cold) {
			tones[*g]++
		}
	})
	paper := ink.Quantile(&tones, 0.75)
	each(func(p []byte, g *uint8) {
		if !red(p, cold) && int(*g) > paper*4/5 {
			tints[128+tint(p)/2]++
		}
	})
	own := 2 * (ink.Quantile(&tints, 0.5) - 128) // the paper's tint
	const parts = 100
	each(func(p []byte, _ *uint8) {
		if d := tint(p) - own; red(p, cold) && d > 0 {
			shares[max(0, min(255, parts*(paper-int(p[2]))/d))]++
		}
	})
	share := ink.Quantile(&shares, 0.5)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			// Pictures keep colours at half their size, so that the sharp
			// edge of a stroke has too little of its red.
			d := 0
			for _, q := range [5]image.Point{{x, y}, {x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if q.In(r) {
					d = max(d, tint(bgr[3*(q.Y*w+q.X):])-own)
				}
			}
			if g := &gray.Pix[y*gray.Stride+x]; d > 8 {
				*g = uint8(max(int(*g), min(int(bgr[3*(y*w+x)+2])+share*d/parts, paper)))
			}
		}
	}
}

// tint is by how many levels red exceeds the greater of green and blue.
func tint(bgr []byte) int { return int(bgr[2]) - int(max(bgr[0], bgr[1])) }

// red tells red ink on paper of a tint, where white is not red; in a dim light
// all differences are smaller.
func red(bgr []byte, paper int) bool { return tinted(int(bgr[2]), tint(bgr), paper) }

// tinted tells whether a colour of so many levels, which exceeds the greater of the others by d, is
// that of ink, on paper where it does so by paper.
func tinted(level, d, paper int) bool {
	return d > 8 && d-paper > min(42, max(18, level/5)) && level > 60
}

// paperTint is the usual tint of the lightest quarter of a picture: of a screen
// that was photographed, or by daylight, even red ink is a little blue.
func paperTint(gray *image.Gray, bgr []byte) int {
	const step = 3 // a sample of the pixels will do
	var tones, tints [256]int
	each := func(f func(bgr []byte, gray uint8)) {
		for y := 0; y < gray.Rect.Dy(); y += step {
			for x := 0; x < gray.Rect.Dx(); x += step {
				f(bgr[3*(y*gray.Rect.Dx()+x):], gray.Pix[y*gray.Stride+x])
			}
		}
	}
	each(func(_ []byte, g uint8) { tones[g]++ })
	light := ink.Quantile(&tones, 0.75)
	each(func(p []byte, g uint8) {
		if int(g) >= light {
			tints[128+tint(p)/2]++
		}
	})
	return 2 * (ink.Quantile(&tints, 0.5) - 128)
}

// framed reports whether a red shape has ink along most of its four sides.
func framed(count []int8, cw int, box image.Rectangle) bool {
	along := func(x0, y0, dx, dy, n int) bool {
		hits := 0
		for i := range n {
			if count[(y0+i*dy)*cw+x0+i*dx] >= 2 {
				hits++
			}
		}
		return 10*hits > 8*n
	}
	sides := 0
	for _, s := range []bool{
		along(box.Min.X, box.Min.Y, 1, 0, box.Dx()), along(box.Min.X, box.Max.Y-1, 1, 0, box.Dx()),
		along(box.Min.X, box.Min.Y, 0, 1, box.Dy()), along(box.Max.X-1, box.Min.Y, 0, 1, box.Dy()),
	} {
		if s {
			sides++
		}
	}
	return sides >= 3
}
