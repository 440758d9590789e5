package straighten

import (
	"image"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A vec is a position in pixels, x right and y down.
type vec struct{ x, y float64 }

// An extent is the upright box around points.
type extent struct {
	lo, hi vec
	any    bool
}

func (e *extent) add(p vec) {
	if !e.any {
		e.lo, e.hi, e.any = p, p, true
	}
	e.lo = vec{min(e.lo.x, p.x), min(e.lo.y, p.y)}
	e.hi = vec{max(e.hi.x, p.x), max(e.hi.y, p.y)}
}

// A warp takes positions on a straightened page to positions on the picture
// it was made from: first the remaining bend is put back (polynomials), then
// the plane is tilted (homography).
type warp struct {
	size       image.Point // of the page, pixels
	origin     vec         // of the page in the rectified plane
	plane      [9]float64  // rectified plane → picture, a homography
	bendX      bend        // of the plumb rules, pixels across
	bendY      bend        // of the level rules
	skew       float64     // degrees
	projective bool        // perspective or bend, not only a turn
}

// source returns where a page position lies on the picture.
func (w *warp) source(p vec) vec {
	u, v := p.x+w.origin.x, p.y+w.origin.y
	u, v = u+w.bendX.at(v, u), v+w.bendY.at(u, v)
	return project(&w.plane, vec{u, v})
}

// Warps take positions on a page back to the picture it was made of. A page may have been
// straightened several times: the last warp is applied first.
type Warps []*warp

// Source returns where a position on the page lies on the picture; both are in pixels, x
// right and y down.
func (ws Warps) Source(x, y float64) (float64, float64) {
	p := ws.at(vec{x, y})
	return p.x, p.y
}

func (ws Warps) at(p vec) vec {
	for i := len(ws) - 1; i >= 0; i-- {
		p = ws[i].source(p)
	}
	return p
}

func project(h *[9]float64, p vec) vec {
	d := h[6]*p.x + h[7]*p.y + h[8]
	return vec{(h[0]*p.x + h[1]*p.y + h[2]) / d, (h[3]*p.x + h[4]*p.y + h[5]) / d}
}

// homography solves for the plane transform that takes four points to four.
func homography(from, to [4]vec) (h [9]float64, ok bool) {
	a := mat.NewDense(8, 8, nil)
	b := mat.NewVecDense(8, nil)
	for i := range 4 {
		x, y, u, v := from[i].x, from[i].y, to[i].x, to[i].y
		a.SetRow(2*i, []float64{x, y, 1, 0, 0, 0, -u * x, -u * y})
		a.SetRow(2*i+1, []float64{0, 0, 0, x, y, 1, -v * x, -v * y})
		b.SetVec(2*i, u)
		b.SetVec(2*i+1, v)
	}
	var x mat.VecDense
	if err := x.SolveVec(a, b); err != nil {
		if _, poor := err.(mat.Condition); !poor {
			return h, false
		}
	}
	for i := range 8 {
		h[i] = x.AtVec(i)
		if math.IsNaN(h[i]) {
			return h, false
		}
	}
	h[8] = 1
	return h, true
}
