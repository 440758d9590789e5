package straighten

import (
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
	"gonum.org/v1/gonum/mat"
)

// A normal takes pixels of a picture to normalised coordinates, in which its
// longer side is 2 and its middle 0.
type normal struct {
	mid   vec
	scale float64
}

func newNormal(size image.Point) normal {
	mid := vec{float64(size.X) / 2, float64(size.Y) / 2}
	return normal{mid, max(mid.x, mid.y)}
}

func (n normal) at(p vec) vec { return vec{(p.x - n.mid.x) / n.scale, (p.y - n.mid.y) / n.scale} }

// back is the pixel at normalised coordinates.
func (n normal) back(p vec) vec { return vec{p.x*n.scale + n.mid.x, p.y*n.scale + n.mid.y} }

// rule is the straight line of a trace that runs along an axis.
func (n normal) rule(t *ruling.Trace, along ruling.Axis) ruleLine {
	a, b := t.Fit()
	from, to := vec{t.Lo(), a + b*t.Lo()}, vec{t.Hi(), a + b*t.Hi()}
	if along == ruling.Plumb {
		from, to = vec{from.y, from.x}, vec{to.y, to.x}
	}
	return newRuleLine(n.at(from), n.at(to))
}

// A ruleLine is the straight line of a rule, in normalised coordinates.
type ruleLine struct {
	a, b   vec
	eq     [3]float64 // unit normal and offset
	weight float64
}

func newRuleLine(a, b vec) ruleLine {
	l := dist(a, b)
	nx, ny := -(b.y-a.y)/l, (b.x-a.x)/l
	return ruleLine{a: a, b: b, eq: [3]float64{nx, ny, -(nx*a.x + ny*a.y)}, weight: l}
}

// vanishing finds the point that the lines of one family meet in, in
// homogeneous coordinates, by weighted least squares with outliers left out.
// Where the lines are as good as parallel it is the point at infinity in their
// direction and perspective is false.
func vanishing(ls []ruleLine) (v [3]float64, perspective, ok bool) {
	if len(ls) == 0 {
		return v, false, false
	}
	f := newFamily(ls)
	turn := f.leaveOut()
	if f.converges(turn) {
		if v, ok := f.meet(); ok {
			return v, true, true
		}
	}
	th := f.direction()
	return [3]float64{math.Cos(th), math.Sin(th), 0}, false, true
}

// A family is lines that are parallel in space, with how their angles change
// from one to the next.
type family struct {
	rules []ruleLine
	base  float64   // angle of the longest line
	angle []float64 // of each line, from base
	pos   []float64 // of each line's middle, across base
	keep  []bool    // those that are no outliers
}

func newFamily(ls []ruleLine) *family {
	ref := ls[0].dir()
	for _, l := range ls {
		if l.weight > dist(vec{}, ref) {
			ref = l.dir()
		}
	}
	n := len(ls)
	f := &family{ls, math.Atan2(ref.y, ref.x), make([]float64, n), make([]float64, n), make([]bool, n)}
	for i, l := range ls {
		d := l.dir()
		f.angle[i] = math.Remainder(math.Atan2(d.y, d.x)-f.base, math.Pi)
		m := vec{(l.a.x + l.b.x) / 2, (l.a.y + l.b.y) / 2}
		f.pos[i] = -m.x*math.Sin(f.base) + m.y*math.Cos(f.base)
		f.keep[i] = true
	}
	return f
}

// leaveOut leaves out the lines that run otherwise than the others, and returns
// by how much the angle changes across the family.
func (f *family) leaveOut() (turn float64) {
	for range 5 {
		a, b := fitLine(f.pos, f.angle, f.rules, f.keep)
		off := func(i int) float64 { return math.Abs(f.angle[i] - a - b*f.pos[i]) }
		var res []float64
		for i := range f.rules {
			if f.keep[i] {
				res = append(res, off(i))
			}
		}
		limit := max(0.0015, 4*ink.Median(res))
		for i := range f.rules {
			f.keep[i] = off(i) <= limit
		}
		turn = b
	}
	return turn
}

// converges tells whether the lines meet in a point that is not at infinity.
func (f *family) converges(turn float64) bool {
	lo, hi, kept := math.Inf(1), math.Inf(-1), 0
	for i := range f.rules {
		if f.keep[i] {
			lo, hi = min(lo, f.pos[i]), max(hi, f.pos[i])
			kept++
		}
	}
	return kept >= 3 && hi-lo > 0.1 && math.Abs(turn)*(hi-lo) > 0.0012
}

// meet is the point that is nearest to all lines.
func (f *family) meet() (v [3]float64, ok bool) {
	m := mat.NewSymDense(3, nil)
	for i, l := range f.rules {
		if !f.keep[i] {
			continue
		}
		for r := range 3 {
			for c := r; c < 3; c++ {
				m.SetSym(r, c, m.At(r, c)+l.weight*l.weight*l.eq[r]*l.eq[c])
			}
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(m, true) {
		return v, false
	}
	var vec mat.Dense
	eig.VectorsTo(&vec)
	return [3]float64{vec.At(0, 0), vec.At(1, 0), vec.At(2, 0)}, true
}

// direction is the angle that the lines have on average.
func (f *family) direction() float64 {
	var sum, weight float64
	for i, l := range f.rules {
		if f.keep[i] {
			sum += l.weight * f.angle[i]
			weight += l.weight
		}
	}
	return f.base + sum/weight
}

func (l ruleLine) dir() vec { return vec{l.b.x - l.a.x, l.b.y - l.a.y} }

func fitLine(x, y []float64, ls []ruleLine, keep []bool) (a, b float64) {
	var n, sx, sy, sxx, sxy float64
	for i := range x {
		if !keep[i] {
			continue
		}
		w := ls[i].weight
		n, sx, sy = n+w, sx+w*x[i], sy+w*y[i]
		sxx, sxy = sxx+w*x[i]*x[i], sxy+w*x[i]*y[i]
	}
	if d := n*sxx - sx*sx; d > 1e-9*n*n {
		b = (n*sxy - sx*sy) / d
	}
	return (sy - b*sx) / n, b
}

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func dist(a, b vec) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }
