package synth

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"

	"golang.org/x/image/draw"
)

// A shot is a page on its way to being a picture: what is done to it keeps
// track of where the page's points went.
type shot struct {
	*image.RGBA
	tables []*table
	to     mapping
	covers []func(image.Rectangle) bool // whether ink of the page is under something
	notes  []string
	turn   int
	scale  float64
	grey   bool // to be written without colour
	bits   bool // to be written as black and white
	as     encoding
	next   *shot // the page after it

	orientation int // of EXIF: how the pixels of the file lie; 0 for upright
}

func (s *shot) note(n string) { s.notes = append(s.notes, n) }

// shrink scales the picture by a factor.
func (s *shot) shrink(factor float64, by draw.Interpolator) {
	w, h := max(1, int(math.Round(float64(s.Rect.Dx())*factor))), max(1, int(math.Round(float64(s.Rect.Dy())*factor)))
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	by.Scale(out, out.Rect, s.RGBA, s.Rect, draw.Src, nil)
	fx, fy := float64(w)/float64(s.Rect.Dx()), float64(h)/float64(s.Rect.Dy())
	s.RGBA = out
	s.to = s.to.then(func(x, y float64) (float64, float64) { return x * fx, y * fy })
}

// quarter turns the picture by 90, 180 or 270 degrees clockwise.
func (s *shot) quarter(degrees int) {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	ow, oh := w, h
	if degrees != 180 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	at := func(x, y int) (int, int) {
		switch degrees {
		case 90:
			return h - 1 - y, x
		case 180:
			return w - 1 - x, h - 1 - y
		}
		return y, w - 1 - x
	}
	for y := range h {
		for x := range w {
			ox, oy := at(x, y)
			copy(out.Pix[oy*out.Stride+4*ox:][:4], s.Pix[y*s.Stride+4*x:][:4])
		}
	}
	s.RGBA = out
	fw, fh := float64(w), float64(h)
	s.to = s.to.then(func(x, y float64) (float64, float64) {
		switch degrees {
		case 90:
			return fh - y, x
		case 180:
			return fw - x, fh - y
		}
		return y, fw - x
	})
	s.turn = (s.turn + degrees) % 360
}

// skew turns the picture by a few degrees clockwise about its middle. The size
// stays; paper fills the corners.
func (s *shot) skew(degrees float64, paper color.RGBA) {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(w)/2, float64(h)/2
	s.remap(w, h,
		func(x, y float64) (float64, float64) {
			x, y = x-cx, y-cy
			return cos*x + sin*y + cx, -sin*x + cos*y + cy
		},
		func(x, y float64) (float64, float64) {
			x, y = x-cx, y-cy
			return cos*x - sin*y + cx, sin*x + cos*y + cy
		},
		func(int, int) color.RGBA { return paper })
}

// blur softens the picture with a Gaussian; sigma is in pixels.
func (s *shot) blur(sigma float64) {
	radius := int(math.Ceil(2.5 * sigma))
	if sigma <= 0 || radius == 0 {
		return
	}
	weights := make([]uint32, 2*radius+1) // of 256
	total := 0.0
	for i := range weights {
		total += math.Exp(-float64((i-radius)*(i-radius)) / (2 * sigma * sigma))
	}
	left := uint32(256)
	for i := range weights {
		weights[i] = uint32(math.Exp(-float64((i-radius)*(i-radius))/(2*sigma*sigma))/total*256 + 0.5)
		left -= weights[i]
	}
	weights[radius] += left // so that white stays white
	w, h := s.Rect.Dx(), s.Rect.Dy()
	line := make([]uint32, w+2*radius)
	for y := range h {
		row := s.Pix[y*s.Stride:][:4*w]
		for i := range line {
			x := min(max(i-radius, 0), w-1)
			line[i] = binary.LittleEndian.Uint32(row[4*x:])
		}
		for x := range w {
			even, odd := uint32(0x00800080), uint32(0x00800080)
			window := line[x:][:len(weights)]
			for k, wt := range weights {
				even += (window[k] & evenBytes) * wt
				odd += (window[k] >> 8 & evenBytes) * wt
			}
			binary.LittleEndian.PutUint32(row[4*x:], even>>8&evenBytes|odd&^evenBytes)
		}
	}
	// Down the columns a row at a time.
	old := slices.Clone(s.Pix)
	even, odd := make([]uint32, w), make([]uint32, w)
	for y := range h {
		for x := range even {
			even[x], odd[x] = 0x00800080, 0x00800080
		}
		for k, wt := range weights {
			src := old[min(max(y+k-radius, 0), h-1)*s.Stride:][:4*w]
			for x := range even {
				px := binary.LittleEndian.Uint32(src[4*x:])
				even[x] += (px & evenBytes) * wt
				odd[x] += (px >> 8 & evenBytes) * wt
			}
		}
		row := s.Pix[y*s.Stride:][:4*w]
		for x := range even {
			binary.LittleEndian.PutUint32(row[4*x:], even[x]>>8&evenBytes|odd[x]&^evenBytes)
		}
	}
}

// light brightens and darkens the picture by a factor that changes slowly:
// gain is asked for every 16 pixels.
func (s *shot) light(gain func(x, y float64) float64) {
	const step = 16
	w, h := s.Rect.Dx(), s.Rect.Dy()
	nx := w/step + 2
	at := func(y int) []float64 {
		row := make([]float64, nx)
		for i := range row {
			row[i] = gain(float64(i*step)/float64(w), float64(y)/float64(h))
		}
		return row
	}
	above, below := at(0), at(step)
	for y := range h {
		if y > 0 && y%step == 0 {
			above, below = below, at(y+step)
		}
		f := float64(y%step) / step
		row := s.Pix[y*s.Stride:][:4*w]
		for i := range nx - 1 {
			a := above[i]*(1-f) + below[i]*f
			b := above[i+1]*(1-f) + below[i+1]*f
			g, d := int32(a*65536), int32((b-a)*65536/step)
			for x := i * step; x < min((i+1)*step, w); x++ {
				p := row[4*x : 4*x+3 : 4*x+3]
				for k := range p {
					p[k] = uint8(min(255, int32(p[k])*(g>>8)>>8))
				}
				g += d
			}
		}
	}
}

// noise adds grain of a standard deviation in grey levels. Coloured grain
// differs between red, green and blue.
func (s *shot) noise(r *rand.Rand, sigma float64, coloured bool) {
	const n = 1 << 14
	var table [n]int16
	for i := range table {
		table[i] = int16(math.Round(r.NormFloat64() * sigma))
	}
	w, h := s.Rect.Dx(), s.Rect.Dy()
	for y := range h {
		at, step := r.IntN(n), 1+2*r.IntN(16)
		row := s.Pix[y*s.Stride:][:4*w]
		for x := 0; x < len(row); x += 4 {
			for k := range 3 {
				if coloured || k == 0 {
					at = (at + step) % n
				}
				row[x+k] = clamp(int(row[x+k]) + int(table[at]))
			}
		}
	}
}

// tone maps every grey level of every colour.
func (s *shot) tone(f func(v float64) float64) {
	var curve [256]uint8
	for i := range curve {
		curve[i] = clamp(int(math.Round(f(float64(i)))))
	}
	for i := range s.Pix {
		if i%4 != 3 {
			s.Pix[i] = curve[s.Pix[i]]
		}
	}
}

// specks puts dots of a size in pixels at random places, as dust does.
func (s *shot) specks(r *rand.Rand, per1000 float64, ink color.RGBA) {
	n := int(per1000 / 1000 * float64(s.Rect.Dx()*s.Rect.Dy()))
	for range n {
		x, y := r.IntN(s.Rect.Dx()), r.IntN(s.Rect.Dy())
		w, h := 1, 1
		if chance(r, 10) {
			w, h = 1+r.IntN(3), 1+r.IntN(2)
		}
		c := canvas{RGBA: s.RGBA}
		c.fill(image.Rect(x, y, x+w, y+h), ink)
	}
}

// desaturate makes the picture grey.
func (s *shot) desaturate() {
	for i := 0; i < len(s.Pix); i += 4 {
		v := luma(s.Pix[i], s.Pix[i+1], s.Pix[i+2])
		s.Pix[i], s.Pix[i+1], s.Pix[i+2] = v, v, v
	}
	s.grey = true
}

// legible is the least threshold of a black and white picture at which a person
// can read nine in ten of the cells: more than half of the pixels stay that are
// nearer to the strokes' tone than to the paper's.
func (s *shot) legible(paper uint8) uint8 {
	var least []int
	for _, t := range s.tables {
		for _, c := range t.cells {
			if c.ink.Empty() {
				continue
			}
			b := boxOf(c.ink, s.to)
			box := image.Rect(int(b[0]), int(b[1]), int(b[0]+b[2])+1, int(b[1]+b[3])+1).Intersect(s.Rect)
			var tones []int
			for y := box.Min.Y; y < box.Max.Y; y++ {
				for x := box.Min.X; x < box.Max.X; x++ {
					p := s.Pix[y*s.Stride+4*x:]
					tones = append(tones, int(luma(p[0], p[1], p[2])))
				}
			}
			slices.Sort(tones)
			if len(tones) == 0 {
				continue
			}
			mid := (int(paper) + tones[len(tones)/20]) / 2
			n, _ := slices.BinarySearch(tones, mid)
			least = append(least, tones[min(6*n/10, len(tones)-1)])
		}
	}
	if len(least) == 0 {
		return 0
	}
	slices.Sort(least)
	return uint8(least[len(least)*9/10])
}

// bilevel makes every pixel black or white.
func (s *shot) bilevel(threshold uint8) {
	for i := 0; i < len(s.Pix); i += 4 {
		v := uint8(0)
		if luma(s.Pix[i], s.Pix[i+1], s.Pix[i+2]) > threshold {
			v = 255
		}
		s.Pix[i], s.Pix[i+1], s.Pix[i+2] = v, v, v
	}
	s.grey, s.bits = true, true
}

func luma(r, g, b uint8) uint8 {
	return uint8((299*uint32(r) + 587*uint32(g) + 114*uint32(b) + 500) / 1000)
}

func clamp(v int) uint8 { return uint8(min(max(v, 0), 255)) }
