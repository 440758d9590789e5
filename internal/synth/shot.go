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

// remap makes a picture of another size: back says which point of the old one
// each of its points shows, to is the same the other way. Points beyond the
// old picture's edge show the background.
//
// Back is asked for a point in 16 pixels each way; between those it is taken
// to be straight, which is true to a hundredth of a pixel for what bends as
// slowly as paper.
func (s *shot) remap(w, h int, back, to mapping, background func(x, y int) color.RGBA) {
	const step = 16
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	nx := w/step + 2
	row := func(y int) [][2]float64 {
		at := make([][2]float64, nx)
		for i := range at {
			u, v := back(float64(i*step)+0.5, float64(y)+0.5)
			at[i] = [2]float64{u - 0.5, v - 0.5}
		}
		return at
	}
	above, below := row(0), row(step)
	for y := range h {
		if y > 0 && y%step == 0 {
			above, below = below, row(y+step)
		}
		f := float64(y%step) / step
		dst := out.Pix[y*out.Stride:][:4*w]
		for i := range nx - 1 {
			u, v := above[i][0]*(1-f)+below[i][0]*f, above[i][1]*(1-f)+below[i][1]*f
			du := (above[i+1][0]*(1-f) + below[i+1][0]*f - u) / step
			dv := (above[i+1][1]*(1-f) + below[i+1][1]*f - v) / step
			for x := i * step; x < min((i+1)*step, w); x++ {
				px, ok := s.sample(u, v)
				if !ok {
					c := background(x, y)
					px = uint32(c.R) | uint32(c.G)<<8 | uint32(c.B)<<16 | 0xff<<24
				}
				binary.LittleEndian.PutUint32(dst[4*x:], px)
				u, v = u+du, v+dv
			}
		}
	}
	s.RGBA = out
	s.to = s.to.then(to)
}

// Pixels are read and written as one number of 32 bits. Two of its four bytes
// at a time, these, can be multiplied by up to 256 without touching each other.
const evenBytes = 0x00ff00ff

// sample is the picture between four pixels. It is not ok outside.
func (s *shot) sample(u, v float64) (px uint32, ok bool) {
	w, h := s.Rect.Dx(), s.Rect.Dy()
	if u < -1 || v < -1 || u >= float64(w) || v >= float64(h) {
		return 0, false
	}
	iu, iv := int(u+1)-1, int(v+1)-1 // rounded down
	fu, fv := uint32((u-float64(iu))*256), uint32((v-float64(iv))*256)
	x0, x1 := max(iu, 0), min(iu+1, w-1)
	y0, y1 := max(iv, 0), min(iv+1, h-1)
	top, bottom := s.Pix[y0*s.Stride:][:4*w], s.Pix[y1*s.Stride:][:4*w]
	a := mixPixels(binary.LittleEndian.Uint32(top[4*x0:]), binary.LittleEndian.Uint32(top[4*x1:]), fu)
	b := mixPixels(binary.LittleEndian.Uint32(bottom[4*x0:]), binary.LittleEndian.Uint32(bottom[4*x1:]), fu)
	return mixPixels(a, b, fv), true
}

// mixPixels is a with f of 256 of b.
func mixPixels(a, b, f uint32) uint32 {
	even := ((a&evenBytes)*(256-f) + (b&evenBytes)*f + 0x00800080) >> 8 & evenBytes
	odd := (a>>8&evenBytes)*(256-f) + (b>>8&evenBytes)*f + 0x00800080
	return even | odd&^evenBytes
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

// A homography maps the plane as a camera sees it.
type homography [9]float64

func (m homography) apply(x, y float64) (float64, float64) {
	w := m[6]*x + m[7]*y + m[8]
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}

// inverse is the same the other way, up to scale.
func (m homography) inverse() homography {
	return homography{
		m[4]*m[8] - m[5]*m[7], m[2]*m[7] - m[1]*m[8], m[1]*m[5] - m[2]*m[4],
		m[5]*m[6] - m[3]*m[8], m[0]*m[8] - m[2]*m[6], m[2]*m[3] - m[0]*m[5],
		m[3]*m[7] - m[4]*m[6], m[1]*m[6] - m[0]*m[7], m[0]*m[4] - m[1]*m[3],
	}
}

// squareTo maps the unit square to a quadrangle: top left, top right, bottom
// right, bottom left. After Heckbert, Fundamentals of Texture Mapping, 1989.
func squareTo(q [4][2]float64) homography {
	dx1, dx2, sx := q[1][0]-q[2][0], q[3][0]-q[2][0], q[0][0]-q[1][0]+q[2][0]-q[3][0]
	dy1, dy2, sy := q[1][1]-q[2][1], q[3][1]-q[2][1], q[0][1]-q[1][1]+q[2][1]-q[3][1]
	det := dx1*dy2 - dx2*dy1
	g, h := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	return homography{
		q[1][0] - q[0][0] + g*q[1][0], q[3][0] - q[0][0] + h*q[3][0], q[0][0],
		q[1][1] - q[0][1] + g*q[1][1], q[3][1] - q[0][1] + h*q[3][1], q[0][1],
		g, h, 1,
	}
}

// curl bends a page about its height and its width: points of the unit square
// move by so much of it. It can be undone exactly.
type curl struct {
	across, along float64 // how far, of the page's height and width
	phase         float64 // where the bend is, radians
}

func (c curl) bend(u float64) float64 { return math.Sin(math.Pi*u + c.phase) }

func (c curl) apply(u, v float64) (float64, float64) {
	v += c.across * c.bend(u)
	return u + c.along*c.bend(v), v
}

func (c curl) undo(u, v float64) (float64, float64) {
	u -= c.along * c.bend(v)
	return u, v - c.across*c.bend(u)
}
