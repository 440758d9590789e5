package straighten

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// minDrift is how far, in pixels, a rule may run off its row or column before
// the picture is straightened: below it, resampling costs more sharpness than
// it wins.
const minDrift = 1.5

// estimate finds the warp that makes the traced rules straight, level and
// plumb; nil where they are already. Horizontal traces run along x, vertical
// ones along y.
func estimate(hor, ver []ruling.Trace, size image.Point) *warp {
	reach := strokes * float64(max(size.X, size.Y))
	hor, ver = telling(hor, reach), telling(ver, reach)
	if !drifts(hor) && !drifts(ver) {
		// The steps of a black and white scan break rules into pieces that
		// hardly leave their row.
		if hor, ver = wholes(hor), wholes(ver); !drifts(hor) && !drifts(ver) {
			return nil
		}
	}
	mid := vec{float64(size.X) / 2, float64(size.Y) / 2}
	scale := max(mid.x, mid.y)
	var hl, vl []line
	for i := range hor {
		t := &hor[i]
		a, b := t.Line()
		hl = append(hl, newLine(vec{t.Lo(), a + b*t.Lo()}, vec{t.Hi(), a + b*t.Hi()}, mid, scale))
	}
	for i := range ver {
		t := &ver[i]
		a, b := t.Line()
		vl = append(vl, newLine(vec{a + b*t.Lo(), t.Lo()}, vec{a + b*t.Hi(), t.Hi()}, mid, scale))
	}
	vh, persH, okH := vanishing(hl)
	vv, persV, okV := vanishing(vl)
	switch {
	case !okH && !okV:
		return nil
	case !okH:
		vh = [3]float64{vv[1], -vv[0], 0}
	case !okV:
		vv = [3]float64{-vh[1], vh[0], 0}
	}
	// The extent of the rules, in normalised coordinates.
	lo, hi := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, l := range slices.Concat(hl, vl) {
		for _, p := range []vec{l.a, l.b} {
			lo.x, lo.y = min(lo.x, p.x), min(lo.y, p.y)
			hi.x, hi.y = max(hi.x, p.x), max(hi.y, p.y)
		}
	}
	if hi.x-lo.x < 0.05 || hi.y-lo.y < 0.02 {
		return nil
	}
	c := vec{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}
	top, bottom := cross(vh, [3]float64{c.x, lo.y, 1}), cross(vh, [3]float64{c.x, hi.y, 1})
	left, right := cross(vv, [3]float64{lo.x, c.y, 1}), cross(vv, [3]float64{hi.x, c.y, 1})
	var quad [4]vec
	for i, pair := range [4][2][3]float64{{top, left}, {top, right}, {bottom, right}, {bottom, left}} {
		p := cross(pair[0], pair[1])
		if math.Abs(p[2]) < 1e-9 {
			return nil
		}
		quad[i] = vec{p[0]/p[2]*scale + mid.x, p[1]/p[2]*scale + mid.y}
	}
	width := (dist(quad[0], quad[1]) + dist(quad[3], quad[2])) / 2
	height := (dist(quad[0], quad[3]) + dist(quad[1], quad[2])) / 2
	if width < 20 || height < 8 || width > 4*scale || height > 4*scale {
		return nil
	}
	rect := [4]vec{{0, 0}, {width, 0}, {width, height}, {0, height}}
	plane, ok := homography(rect, quad)
	if !ok {
		return nil
	}
	w := &warp{plane: plane, projective: persH || persV}
	toRect, ok := homography(quad, rect)
	if !ok {
		return nil
	}
	w.bendY = fitBend(hor, false, &toRect)
	w.bendX = fitBend(ver, true, &toRect)
	w.projective = w.projective || w.bendX.used || w.bendY.used
	e := vec{quad[1].x - quad[0].x + quad[2].x - quad[3].x, quad[1].y - quad[0].y + quad[2].y - quad[3].y}
	w.skew = math.Atan2(e.y, e.x) * 180 / math.Pi

	// How much of the plane the page shows: all of the picture, but of a
	// photograph only the table and what is near it.
	pl, ph := vec{math.Inf(1), math.Inf(1)}, vec{math.Inf(-1), math.Inf(-1)}
	for _, p := range [4]vec{{0, 0}, {float64(size.X), 0}, {float64(size.X), float64(size.Y)}, {0, float64(size.Y)}} {
		q := project(&toRect, p)
		pl.x, pl.y = min(pl.x, q.x), min(pl.y, q.y)
		ph.x, ph.y = max(ph.x, q.x), max(ph.y, q.y)
	}
	if w.projective {
		pl.x, ph.x = max(pl.x, -0.1*width-40), min(ph.x, 1.1*width+40)
		pl.y, ph.y = max(pl.y, -0.25*height-80), min(ph.y, 1.1*height+40)
	}
	w.origin = vec{math.Floor(pl.x), math.Floor(pl.y)}
	w.size = image.Pt(int(math.Ceil(ph.x)-w.origin.x), int(math.Ceil(ph.y)-w.origin.y))
	if w.size.X < 8 || w.size.Y < 8 || w.size.X*w.size.Y > 4*size.X*size.Y+1<<20 {
		return nil
	}
	return w
}

// drifts reports whether a good part of the rules leave their row by more
// than minDrift, by slope or by bend.
func drifts(ts []ruling.Trace) bool {
	var off, all float64
	for i := range ts {
		t := &ts[i]
		mid := slices.Clone(t.Across)
		slices.Sort(mid)
		n := len(mid)
		all += t.Length()
		if float64(mid[n-1-n/40]-mid[n/40]) > minDrift {
			off += t.Length()
		}
	}
	return off > 0.25*all
}
