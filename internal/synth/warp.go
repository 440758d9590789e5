package synth

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
)

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
