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
// plumb; nil where they are already, or tell none.
func estimate(level, plumb []ruling.Trace, size image.Point) *warp {
	level, plumb, ok := drifting(level, plumb, size)
	if !ok {
		return nil
	}
	quad, perspective, ok := cornersOf(level, plumb, size)
	if !ok {
		return nil
	}
	top, bottom, left, right := dist(quad[0], quad[1]), dist(quad[3], quad[2]), dist(quad[0], quad[3]), dist(quad[1], quad[2])
	if tooAslant(top, bottom) || tooAslant(left, right) {
		return nil
	}
	width, height := (top+bottom)/2, (left+right)/2
	if largest := 2 * float64(max(size.X, size.Y)); width < 20 || height < 8 || width > largest || height > largest {
		return nil
	}
	rect := [4]vec{{0, 0}, {width, 0}, {width, height}, {0, height}}
	plane, ok := homography(rect, quad)
	if !ok {
		return nil
	}
	toRect, ok := homography(quad, rect)
	if !ok {
		return nil
	}
	w := &warp{plane: plane, skew: skewOf(quad)}
	w.bendY = fitBend(level, ruling.Level, &toRect)
	w.bendX = fitBend(plumb, ruling.Plumb, &toRect)
	w.projective = perspective || w.bendX.used || w.bendY.used
	sides := maxLength(level) >= longSide*width || maxLength(plumb) >= longSide*height
	if !w.frame(rect[2], sides, &toRect, size) {
		return nil
	}
	return w
}

// longSide is from which share of a rectangle's width or height on a rule may be its side: pieces
// of rules, and strokes of print, tell how a page lies, but not where its table ends. Set by
// hand.
const longSide = 0.5

// drifting keeps the traces that tell how the rules run; ok is false where these
// hardly leave their row or column.
func drifting(level, plumb []ruling.Trace, size image.Point) (tellLevel, tellPlumb []ruling.Trace, ok bool) {
	reach := ruling.StrokeReach * float64(max(size.X, size.Y))
	level, plumb = telling(level, reach), telling(plumb, reach)
	if drifts(level) || drifts(plumb) {
		return level, plumb, true
	}
	// The steps of a black and white scan break rules into pieces that hardly
	// leave their row.
	level, plumb = wholes(level), wholes(plumb)
	return level, plumb, drifts(level) || drifts(plumb)
}

// cornersOf finds the corners of a rectangle around the rules as it lies on the
// picture: from the top left, clockwise. It tells whether it is seen in
// perspective.
func cornersOf(level, plumb []ruling.Trace, size image.Point) (quad [4]vec, perspective, ok bool) {
	n := newNormal(size)
	var around extent
	family := func(ts []ruling.Trace, along ruling.Axis) (ls []ruleLine) {
		for i := range ts {
			l := n.rule(&ts[i], along)
			around.add(l.a)
			around.add(l.b)
			ls = append(ls, l)
		}
		return ls
	}
	vl, vp, perspective, ok := vanishingPoints(family(level, ruling.Level), family(plumb, ruling.Plumb))
	lo, hi := around.lo, around.hi
	if !ok || hi.x-lo.x < 0.05 || hi.y-lo.y < 0.02 {
		return quad, false, false
	}
	c := vec{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}
	top, bottom := cross(vl, [3]float64{c.x, lo.y, 1}), cross(vl, [3]float64{c.x, hi.y, 1})
	left, right := cross(vp, [3]float64{lo.x, c.y, 1}), cross(vp, [3]float64{hi.x, c.y, 1})
	for i, pair := range [4][2][3]float64{{top, left}, {top, right}, {bottom, right}, {bottom, left}} {
		p := cross(pair[0], pair[1])
		if math.Abs(p[2]) < 1e-9 {
			return quad, false, false
		}
		quad[i] = n.back(vec{p[0] / p[2], p[1] / p[2]})
	}
	return quad, perspective, true
}

// vanishingPoints finds where level rules meet, and where plumb ones do, in
// homogeneous coordinates. Where one of the families tells nothing, its rules
// stand square to those of the other.
func vanishingPoints(level, plumb []ruleLine) (ofLevel, ofPlumb [3]float64, perspective, ok bool) {
	ofLevel, tilted, okLevel := vanishing(level)
	ofPlumb, leaning, okPlumb := vanishing(plumb)
	switch {
	case !okLevel:
		ofLevel = [3]float64{ofPlumb[1], -ofPlumb[0], 0}
	case !okPlumb:
		ofPlumb = [3]float64{-ofLevel[1], ofLevel[0], 0}
	}
	return ofLevel, ofPlumb, tilted || leaning, okLevel || okPlumb
}

// skewOf is by how many degrees a quadrilateral falls to the right.
func skewOf(quad [4]vec) float64 {
	e := vec{quad[1].x - quad[0].x + quad[2].x - quad[3].x, quad[1].y - quad[0].y + quad[2].y - quad[3].y}
	return math.Atan2(e.y, e.x) * 180 / math.Pi
}

// largePage is from how many times the area of the picture on a page is that of a photograph taken
// from aslant, with much beside the table. Set by hand.
const largePage = 1.2

// frame chooses how much of the rectified plane the page shows: all of the
// picture, but of a photograph only the table, whose far corner is given, and
// what is near it, where the rules are its sides or all of the picture would be a large page. Ok
// is false where that is no page.
func (w *warp) frame(far vec, sides bool, toRect *[9]float64, size image.Point) (ok bool) {
	var shown extent
	for _, p := range [4]vec{{0, 0}, {float64(size.X), 0}, {float64(size.X), float64(size.Y)}, {0, float64(size.Y)}} {
		shown.add(project(toRect, p))
	}
	lo, hi := shown.lo, shown.hi
	large := (hi.x-lo.x)*(hi.y-lo.y) > largePage*float64(size.X*size.Y)
	if w.projective && (sides || large) {
		lo.x, hi.x = max(lo.x, -0.1*far.x-40), min(hi.x, 1.1*far.x+40)
		lo.y, hi.y = max(lo.y, -0.25*far.y-80), min(hi.y, 1.1*far.y+40)
	}
	w.origin = vec{math.Floor(lo.x), math.Floor(lo.y)}
	w.size = image.Pt(int(math.Ceil(hi.x)-w.origin.x), int(math.Ceil(hi.y)-w.origin.y))
	return w.size.X >= 8 && w.size.Y >= 8 && w.size.X*w.size.Y <= 4*size.X*size.Y+1<<20
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

// tooAslant tells whether one of two opposite sides of a page is more than twice as long as
// the other: nobody takes a photograph from so near an edge; usually it is less than a tenth
// longer. The lines of a map tell of such pages.
func tooAslant(a, b float64) bool { return max(a, b) > 2*min(a, b) }
