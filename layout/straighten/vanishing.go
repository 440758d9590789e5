package straighten

import (
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"gonum.org/v1/gonum/mat"
)

// A line in normalised coordinates, where the picture's longer side is 2.
type line struct {
	a, b   vec
	eq     [3]float64 // unit normal and offset
	weight float64
}

func newLine(a, b, mid vec, scale float64) line {
	a, b = vec{(a.x - mid.x) / scale, (a.y - mid.y) / scale}, vec{(b.x - mid.x) / scale, (b.y - mid.y) / scale}
	l := dist(a, b)
	nx, ny := -(b.y-a.y)/l, (b.x-a.x)/l
	return line{a: a, b: b, eq: [3]float64{nx, ny, -(nx*a.x + ny*a.y)}, weight: l}
}

// vanishing finds the point that the lines of one family meet in, in
// homogeneous coordinates, by weighted least squares with outliers left out.
// Where the lines are as good as parallel it is the point at infinity in their
// direction and perspective is false.
func vanishing(ls []line) (v [3]float64, perspective, ok bool) {
	if len(ls) == 0 {
		return v, false, false
	}
	// Angles, and how they change across the family.
	ref := ls[0].dir()
	for _, l := range ls {
		if l.weight > dist(vec{}, ref) {
			ref = l.dir()
		}
	}
	n := len(ls)
	angle, pos := make([]float64, n), make([]float64, n)
	keep := make([]bool, n)
	base := math.Atan2(ref.y, ref.x)
	for i, l := range ls {
		d := l.dir()
		angle[i] = math.Remainder(math.Atan2(d.y, d.x)-base, math.Pi)
		m := vec{(l.a.x + l.b.x) / 2, (l.a.y + l.b.y) / 2}
		pos[i] = -m.x*math.Sin(base) + m.y*math.Cos(base)
		keep[i] = true
	}
	var a, b float64
	for range 5 {
		a, b = fitLine(pos, angle, ls, keep)
		var res []float64
		for i := range ls {
			if keep[i] {
				res = append(res, math.Abs(angle[i]-a-b*pos[i]))
			}
		}
		limit := max(0.0015, 4*ink.Median(res))
		for i := range ls {
			keep[i] = math.Abs(angle[i]-a-b*pos[i]) <= limit
		}
	}
	lo, hi, kept := math.Inf(1), math.Inf(-1), 0
	for i := range ls {
		if keep[i] {
			lo, hi = min(lo, pos[i]), max(hi, pos[i])
			kept++
		}
	}
	if kept >= 3 && hi-lo > 0.1 && math.Abs(b)*(hi-lo) > 0.0012 {
		m := mat.NewSymDense(3, nil)
		for i, l := range ls {
			if !keep[i] {
				continue
			}
			for r := range 3 {
				for c := r; c < 3; c++ {
					m.SetSym(r, c, m.At(r, c)+l.weight*l.weight*l.eq[r]*l.eq[c])
				}
			}
		}
		var eig mat.EigenSym
		if eig.Factorize(m, true) {
			var vec mat.Dense
			eig.VectorsTo(&vec)
			return [3]float64{vec.At(0, 0), vec.At(1, 0), vec.At(2, 0)}, true, true
		}
	}
	var sum, weight float64
	for i, l := range ls {
		if keep[i] {
			sum += l.weight * angle[i]
			weight += l.weight
		}
	}
	th := base + sum/weight
	return [3]float64{math.Cos(th), math.Sin(th), 0}, false, true
}

func (l line) dir() vec { return vec{l.b.x - l.a.x, l.b.y - l.a.y} }

func fitLine(x, y []float64, ls []line, keep []bool) (a, b float64) {
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
