package straighten

import (
	"image"
	"math"
)

// maxTextSkew is how far, in degrees, a page without rules is looked at
// askew: a page that lies in a scanner.
const maxTextSkew = 5.0

// minTextSkew is the skew, in degrees, from which a page without rules is
// turned: below it columns and rows of a table still part.
const minTextSkew = 0.25

// textSkew finds by how many degrees lines of text fall to the right: the turn
// for which the middles of the marks gather at the fewest heights. It is 0
// where there is too little text to tell. Which turn it is, is measured as finely
// as the middles are; whether it tells, in the parts of a line, since marks of text
// that is level anyhow gather finely at some turn by chance.
func textSkew(marks []image.Rectangle, H float64) float64 {
	if len(marks) < 24 {
		return 0
	}
	// As many as tell, from all over the page.
	step := (len(marks) + 1499) / 1500
	const fine = 2 // pixels
	coarse := max(fine, 0.25*H)
	y0, y1 := math.MaxInt, 0
	for _, m := range marks {
		y0, y1 = min(y0, m.Min.Y), max(y1, m.Max.Y)
	}
	x1 := 0
	for _, m := range marks {
		x1 = max(x1, m.Max.X)
	}
	slack := math.Tan((maxTextSkew+1)*math.Pi/180) * float64(x1)
	counts := make([]float64, int((float64(y1-y0)+2*slack)/fine)+4)
	score := func(degrees, bin float64) float64 {
		k := math.Tan(degrees * math.Pi / 180)
		clear(counts)
		for i := 0; i < len(marks); i += step {
			m := &marks[i]
			y := float64(m.Min.Y+m.Max.Y)/2 - k*float64(m.Min.X+m.Max.X)/2 - float64(y0) + slack
			// Each mark counts for the two bins it lies between.
			f := y / bin
			lo := math.Floor(f)
			counts[int(lo)] += 1 - (f - lo)
			counts[int(lo)+1] += f - lo
		}
		s := 0.0
		for _, c := range counts {
			s += c * c
		}
		return s
	}
	best, top := 0.0, score(0, fine)
	for d := -maxTextSkew; d <= maxTextSkew; d += 0.05 {
		if s := score(d, fine); s > top {
			best, top = d, s
		}
	}
	if score(best, coarse) < 1.1*score(0, coarse) {
		return 0
	}
	return best
}

// Sideways reports whether lines of text seem to run up or down the page: the middles of
// the marks, whose boxes are given, gather at fewer places across the page than down it.
// H is the height of print. Both are in pixels.
func Sideways(marks []image.Rectangle, H float64) bool {
	if len(marks) < 24 {
		return false
	}
	bin := max(1, int(0.25*H))
	gathered := func(at func(image.Rectangle) int) float64 {
		counts := make(map[int]float64)
		lo, hi := math.MaxInt, math.MinInt
		for _, m := range marks {
			k := at(m) / bin
			counts[k]++
			lo, hi = min(lo, k), max(hi, k)
		}
		s := 0.0
		for _, c := range counts {
			s += c * c
		}
		return s * float64(hi-lo+1) // evenly spread, it is the same for any extent
	}
	across := gathered(func(m image.Rectangle) int { return (m.Min.X + m.Max.X) / 2 })
	along := gathered(func(m image.Rectangle) int { return (m.Min.Y + m.Max.Y) / 2 })
	return across > 1.1*along
}

// turned is the warp that levels lines which fall to the right by so many
// degrees.
func turned(size image.Point, degrees float64) *warp {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(size.X), float64(size.Y)
	// The plane is the picture turned about its middle.
	wide, high := w*cos+h*math.Abs(sin), w*math.Abs(sin)+h*cos
	return &warp{
		size:   image.Pt(int(math.Ceil(wide)), int(math.Ceil(high))),
		origin: vec{-math.Floor(wide / 2), -math.Floor(high / 2)},
		plane:  [9]float64{cos, -sin, w / 2, sin, cos, h / 2, 0, 0, 1},
		skew:   degrees,
	}
}
