package synth

import (
	"image/color"
	"math"
	"math/rand/v2"
)

func (g *Generator) photo(r *rand.Rand) *shot {
	l := g.paperLook(r, photographed)
	s := g.formShot(r, l)
	s.toPhoto(r)
	return s.save(r, 0, 68, 93)
}

// toPhoto lays a page on a desk and takes its picture.
func (s *shot) toPhoto(r *rand.Rand) {
	w, h := float64(s.Rect.Dx()), float64(s.Rect.Dy())
	bend := curl{phase: between(r, -0.6, 0.6)}
	if chance(r, 75) {
		bend.across, bend.along = between(r, -0.018, 0.018)*max(1, 0.3*w/h), between(r, -0.009, 0.009)*min(1, h/w)
		s.note("curl")
	}
	m := one(r, between(r, 0.02, 0.06), between(r, 0.05, 0.15)) // of desk on each side
	tilt := between(r, -4, 4) * math.Pi / 180
	cw, ch := w*(1+2*m)+h*math.Abs(math.Sin(tilt)), h*(1+2*m)+w*math.Abs(math.Sin(tilt))
	depth := between(r, 0.01, 0.07)
	var quad [4][2]float64
	for i, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := c[0]*w/2, c[1]*h/2
		x += -c[0] * between(r, 0, depth) * w
		y += -c[1] * between(r, 0, depth) * h
		sin, cos := math.Sincos(tilt)
		quad[i] = [2]float64{cw/2 + cos*x - sin*y, ch/2 + sin*x + cos*y}
	}
	to := squareTo(quad)
	back := to.inverse()
	desk := background(r, cw, ch)
	s.remap(int(cw), int(ch),
		func(x, y float64) (float64, float64) {
			u, v := bend.undo(back.apply(x, y))
			return u * w, v * h
		},
		func(x, y float64) (float64, float64) { return to.apply(bend.apply(x/w, y/h)) },
		desk)

	warm := between(r, -0.06, 0.08) // the lamp's colour
	s.tint(1-max(0, -warm), 1-math.Abs(warm)/3, 1-max(0, warm))
	fade := between(r, 0, 30)
	s.tone(func(v float64) float64 { return fade + v*(250-fade)/255 })
	s.shade(r)
	if chance(r, 12) {
		s.moire(r)
		s.note("moire")
	}
	s.blur(between(r, 0.5, 1.35))
	s.noise(r, between(r, 1, 6), chance(r, 70))
}

// background is a desk: a dark colour that changes slowly, with some grain of
// wood.
func background(r *rand.Rand, w, h float64) func(x, y int) color.RGBA {
	a := [3]float64{between(r, 20, 120), between(r, 20, 110), between(r, 20, 110)}
	d := [3]float64{between(r, -20, 50), between(r, -20, 50), between(r, -20, 50)}
	grain, wave := 0.0, between(r, 20, 90)
	if chance(r, 40) {
		grain = between(r, 2, 6)
	}
	return func(x, y int) color.RGBA {
		f := float64(x)/w*0.6 + float64(y)/h*0.4
		g := 0.0
		if grain > 0 {
			g = grain * math.Sin(float64(y)/wave*6+3*math.Sin(float64(x)/wave/24))
		}
		return color.RGBA{clamp(int(a[0] + d[0]*f + g)), clamp(int(a[1] + d[1]*f + g)), clamp(int(a[2] + d[2]*f + g)), 255}
	}
}

// tint multiplies the colours.
func (s *shot) tint(red, green, blue float64) {
	f := [3]uint32{uint32(red * 256), uint32(green * 256), uint32(blue * 256)}
	for i := 0; i < len(s.Pix); i += 4 {
		for k := range 3 {
			s.Pix[i+k] = uint8(min(255, uint32(s.Pix[i+k])*f[k]>>8))
		}
	}
}

// shade lights the picture from one side, with darker corners and sometimes
// the shadow of a hand or of the camera.
func (s *shot) shade(r *rand.Rand) {
	angle, slope, corner := between(r, 0, 2*math.Pi), between(r, 0.03, 0.25), between(r, 0, 0.25)
	sin, cos := math.Sincos(angle)
	shadow, sx, sy, soft := 0.0, between(r, -0.2, 1.2), between(r, -0.2, 1.2), between(r, 0.05, 0.3)
	if chance(r, 45) {
		shadow = between(r, 0.1, 0.4)
		s.note("shadow")
	}
	nx, ny := math.Cos(angle*3), math.Sin(angle*3)
	s.light(func(x, y float64) float64 {
		v := 1 + slope*(cos*(x-0.5)+sin*(y-0.5)) - slope/2
		d := (x-0.5)*(x-0.5) + (y-0.5)*(y-0.5)
		v *= 1 - corner*d*2
		if shadow > 0 { // everything on one side of a soft line
			t := ((x-sx)*nx + (y-sy)*ny) / soft
			v *= 1 - shadow/(1+math.Exp(-4*t))
		}
		return v
	})
}

// moire puts the faint bands on the picture that a camera sees on a screen.
func (s *shot) moire(r *rand.Rand) {
	fx, fy, depth := between(r, 0.05, 0.35), between(r, 0.05, 0.35), between(r, 0.02, 0.06)
	phase := between(r, 0, 6)
	for y := range s.Rect.Dy() {
		row := s.Pix[y*s.Stride:]
		bend := 2 * math.Sin(float64(y)/170)
		for x := range s.Rect.Dx() {
			g := uint32((1 - depth + depth*math.Sin(fx*float64(x)+fy*float64(y)+phase+bend)) * 256)
			for k := range 3 {
				row[4*x+k] = uint8(uint32(row[4*x+k]) * g >> 8)
			}
		}
	}
}
