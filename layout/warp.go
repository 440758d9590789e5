package layout

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
	"gocv.io/x/gocv"
	"gonum.org/v1/gonum/mat"
)

// A vec is a position in pixels, x right and y down.
type vec struct{ x, y float64 }

// A warp takes positions on a straightened page to positions on the picture
// it was made from: first the remaining bend is put back (polynomials), then
// the plane is tilted (homography).
type warp struct {
	size       image.Point // of the page, pixels
	origin     vec         // of the page in the rectified plane
	plane      [9]float64  // rectified plane → picture, a homography
	bendX      bend        // of the vertical rules, pixels across
	bendY      bend        // of the horizontal rules
	skew       float64     // degrees
	projective bool        // perspective or bend, not only a turn
}

// A bend is a smooth displacement: a polynomial in the position along a rule
// (degrees 1 to 4) whose coefficients vary with the position across (to the
// second degree).
type bend struct {
	coef                  [12]float64
	alongMid, alongHalf   float64
	acrossMid, acrossHalf float64
	used                  bool
}

func (b *bend) terms(along, across float64, into *[12]float64) {
	u := (along - b.alongMid) / b.alongHalf
	v := (across - b.acrossMid) / b.acrossHalf
	// Beyond the rules it was fitted to, a polynomial runs away.
	u, v = max(-1.02, min(1.02, u)), max(-1.02, min(1.02, v))
	p := 1.0
	for i := range 4 {
		p *= u
		into[3*i], into[3*i+1], into[3*i+2] = p, p*v, p*v*v
	}
}

func (b *bend) at(along, across float64) float64 {
	if !b.used {
		return 0
	}
	var t [12]float64
	b.terms(along, across, &t)
	s := 0.0
	for i, c := range b.coef {
		s += c * t[i]
	}
	return s
}

// source returns where a page position lies on the picture.
func (w *warp) source(p vec) vec {
	u, v := p.x+w.origin.x, p.y+w.origin.y
	u, v = u+w.bendX.at(v, u), v+w.bendY.at(u, v)
	return project(&w.plane, vec{u, v})
}

// warps take positions on a page that was straightened several times to the
// picture, the last first.
type warps []*warp

// source returns where a page position lies on the picture, in its pixels.
func (ws warps) source(x, y float64) (float64, float64) {
	p := ws.at(vec{x, y})
	return p.x, p.y
}

func (ws warps) at(p vec) vec {
	for i := len(ws) - 1; i >= 0; i-- {
		p = ws[i].source(p)
	}
	return p
}

func project(h *[9]float64, p vec) vec {
	d := h[6]*p.x + h[7]*p.y + h[8]
	return vec{(h[0]*p.x + h[1]*p.y + h[2]) / d, (h[3]*p.x + h[4]*p.y + h[5]) / d}
}

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

// strokes is the part of a page's side up to which a trace with gaps is taken
// for strokes of text: those of characters side by side are followed like a
// broken rule, at any slope, but only as far as the words go.
const strokes = 0.1

// telling keeps the traces that tell how the rules run: those that are surely
// rules, and where most of what is long and straight is broken, these too.
func telling(ts []ruling.Trace, reach float64) []ruling.Trace {
	out := longest(ts, reach)
	if broken := aligned(ts); total(broken) > total(out) {
		// Some pieces of a broken rule are whole.
		out = append(out, broken...)
	}
	return out
}

// aligned returns the broken rules among traces that were followed piece by
// piece; none where the pieces are few or run at different slopes, as strokes of
// text do that chance made straight.
func aligned(ts []ruling.Trace) []ruling.Trace {
	var pieces []ruling.Trace
	for _, t := range ts {
		if t.Length() >= 48 && t.Coverage <= 0.9 && t.Rough <= 0.3 {
			pieces = append(pieces, t)
		}
	}
	near := func(b, usual float64) bool { return math.Abs(b-usual) <= maxTurn }
	usual, ok := usualSlope(pieces, near)
	if !ok {
		return nil
	}
	// Strokes of text that run another way are shorter than rules, too.
	lines := inLine(pieces, usual)
	longest := maxLength(lines)
	return slices.DeleteFunc(lines, func(t ruling.Trace) bool {
		_, b := t.Line()
		return t.Length() < 0.2*longest || !near(b, usual)
	})
}

// maxTurn is how much the slopes of pieces of parallel rules differ at most.
const maxTurn = 0.01

// usualSlope is the median of the slopes of pieces; ok is false where these are
// few, or more than an eighth of them run otherwise.
func usualSlope(pieces []ruling.Trace, alike func(slope, usual float64) bool) (usual float64, ok bool) {
	const few = 8
	if len(pieces) < few {
		return 0, false
	}
	slopes := make([]float64, len(pieces))
	for i := range pieces {
		_, slopes[i] = pieces[i].Line()
	}
	usual, off := ink.Median(slices.Clone(slopes)), 0
	for _, b := range slopes {
		if !alike(b, usual) {
			off++
		}
	}
	return usual, 8*off <= len(pieces)
}

// wholes are the rules whose pieces traces are, where these all run at one slope
// that takes a rule off its row; or else the traces.
func wholes(ts []ruling.Trace) []ruling.Trace {
	usual, ok := usualSlope(ts, func(b, usual float64) bool { return math.Abs(b-usual) <= maxTurn && b*usual >= 0 })
	if !ok || math.Abs(usual) < levelTread {
		if usual, ok = stairs(ts); !ok {
			return ts
		}
	}
	lines := inLine(slices.Clone(ts), usual)
	if math.Abs(usual)*maxLength(lines) < 2*minDrift {
		return ts
	}
	return lines
}

// levelTread is the slope below which pieces may be treads of stairs.
const levelTread = 0.002

// stairs is the slope of rules that a black and white scan made into stairs, of
// which each tread was followed for itself and is level: that at which the
// pieces gather on the fewest lines. Found is false where few pieces go on a
// step above, or below, the one before.
func stairs(ts []ruling.Trace) (slope float64, found bool) {
	const few, gap = 4, 12 // steps; pixels between two treads
	up, down := 0, 0
	for i := range ts {
		for j := range ts {
			a, b := &ts[i], &ts[j]
			if d := b.Lo() - a.Hi(); d < -4 || d > gap {
				continue
			}
			switch step := float64(b.Across[0]) - float64(a.Across[len(a.Across)-1]); {
			case step >= 0.5 && step <= 2.5:
				up++
			case step <= -0.5 && step >= -2.5:
				down++
			}
		}
	}
	if n := max(up, down); n < few || 4*min(up, down) > n {
		return 0, false
	}
	const steepest, step = 0.02, 0.0005 // slopes
	best := 1.2 * gathered(ts, 0)
	for s := -steepest; s <= steepest; s += step {
		if g := gathered(ts, s); g > best {
			best, slope, found = g, s, true
		}
	}
	return slope, found && math.Abs(slope) < steepest-step
}

// gathered is how much traces gather on few lines of a slope, by some of their
// points.
func gathered(ts []ruling.Trace, slope float64) (sum float64) {
	const every = 16 // points
	count := make(map[int]int)
	for i := range ts {
		for k := 0; k < len(ts[i].Along); k += every {
			at := float64(ts[i].Across[k]) - slope*float64(ts[i].Along[k])
			count[int(math.Floor(at/2))]++
		}
	}
	for _, n := range count {
		sum += float64(n * n)
	}
	return sum
}

// inLine joins the pieces that lie on one line of a slope: a long rule tells it
// better than its pieces, the staircase of whose pixels has but a few steps.
func inLine(pieces []ruling.Trace, slope float64) []ruling.Trace {
	const apart = 3 // pixels
	at := func(t *ruling.Trace) float64 { return float64(t.Across[0]) - slope*t.Lo() }
	slices.SortStableFunc(pieces, func(a, b ruling.Trace) int { return cmp.Compare(at(&a), at(&b)) })
	var out []ruling.Trace
	for i := 0; i < len(pieces); {
		j := i + 1
		for j < len(pieces) && at(&pieces[j])-at(&pieces[j-1]) <= apart {
			j++
		}
		line := pieces[i:j]
		i = j
		slices.SortStableFunc(line, func(a, b ruling.Trace) int { return cmp.Compare(a.Along[0], b.Along[0]) })
		joined := ruling.Trace{}
		for _, t := range line {
			if n := len(joined.Along); n > 0 && t.Along[0] <= joined.Along[n-1] {
				continue
			}
			joined.Along, joined.Across = append(joined.Along, t.Along...), append(joined.Across, t.Across...)
		}
		out = append(out, joined)
	}
	return out
}

func maxLength(ts []ruling.Trace) (length float64) {
	for i := range ts {
		length = max(length, ts[i].Length())
	}
	return length
}

func total(ts []ruling.Trace) (length float64) {
	for i := range ts {
		length += float64(len(ts[i].Along))
	}
	return length
}

// longest keeps the traces that are long enough to tell a direction; up to
// reach they must be without gaps. Where those are all at one side of the page,
// they do not tell how the other lies: there shorter ones without gaps do, too,
// as pieces of rules that were not followed as a whole.
func longest(ts []ruling.Trace, reach float64) []ruling.Trace {
	const few, piece = 2, 60 // pixels
	longest := maxLength(ts)
	var out, pieces []ruling.Trace
	for _, t := range ts {
		switch whole := t.Coverage > 0.9; {
		case t.Length() >= max(48, 0.2*longest) && (whole || t.Coverage > 0.6 && longest > reach):
			out = append(out, t)
		case t.Length() >= max(piece, 0.08*longest) && whole:
			pieces = append(pieces, t)
		}
	}
	if all := slices.Concat(out, pieces); len(out) >= few && 2*breadth(out) < breadth(all) {
		return all
	}
	return out
}

// breadth is how far apart the outermost traces are, pixels.
func breadth(ts []ruling.Trace) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range ts {
		at := float64(ts[i].Across[len(ts[i].Across)/2])
		lo, hi = min(lo, at), max(hi, at)
	}
	return max(0, hi-lo)
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
		slices.Sort(res)
		limit := max(0.0015, 4*res[len(res)/2])
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

// fitBend finds the displacement that the rules of one family share after the
// plane is rectified; each rule's own place across is fitted with it.
func fitBend(ts []ruling.Trace, vertical bool, toRect *[9]float64) bend {
	type obs struct{ along, across float64 }
	var rules [][]obs
	lo, hi := obs{math.Inf(1), math.Inf(1)}, obs{math.Inf(-1), math.Inf(-1)}
	for i := range ts {
		t := &ts[i]
		step := max(1, len(t.Along)/24)
		var os []obs
		for j := step / 2; j < len(t.Along); j += step {
			p := vec{float64(t.Along[j]) + 0.5, float64(t.Across[j]) + 0.5}
			if vertical {
				p.x, p.y = p.y, p.x
			}
			p = project(toRect, p)
			o := obs{p.x, p.y}
			if vertical {
				o = obs{p.y, p.x}
			}
			lo = obs{min(lo.along, o.along), min(lo.across, o.across)}
			hi = obs{max(hi.along, o.along), max(hi.across, o.across)}
			os = append(os, o)
		}
		if len(os) >= 6 {
			rules = append(rules, os)
		}
	}
	var b bend
	if len(rules) < 2 || hi.along-lo.along < 40 {
		return b
	}
	b = bend{alongMid: (lo.along + hi.along) / 2, alongHalf: (hi.along - lo.along) / 2,
		acrossMid: (lo.across + hi.across) / 2, acrossHalf: max(1, (hi.across-lo.across)/2)}
	var rough, n float64
	ata := mat.NewSymDense(12, nil)
	atb := mat.NewVecDense(12, nil)
	for _, os := range rules {
		var mean float64
		for _, o := range os {
			mean += o.across / float64(len(os))
		}
		// Taking each rule's mean from both sides eliminates its place.
		var rows [][12]float64
		var avg [12]float64
		for _, o := range os {
			var t [12]float64
			b.terms(o.along, mean, &t)
			for k := range t {
				avg[k] += t[k] / float64(len(os))
			}
			rows = append(rows, t)
		}
		for i, o := range os {
			d := o.across - mean
			rough += d * d
			n++
			for r := range 12 {
				x := rows[i][r] - avg[r]
				atb.SetVec(r, atb.AtVec(r)+x*d)
				for c := r; c < 12; c++ {
					ata.SetSym(r, c, ata.At(r, c)+x*(rows[i][c]-avg[c]))
				}
			}
		}
	}
	if math.Sqrt(rough/n) < 0.6 {
		return b
	}
	for k := range 12 {
		ata.SetSym(k, k, ata.At(k, k)+1e-3*n)
	}
	var chol mat.Cholesky
	var coef mat.VecDense
	if !chol.Factorize(ata) || chol.SolveVecTo(&coef, atb) != nil {
		return b
	}
	for k := range 12 {
		b.coef[k] = coef.AtVec(k)
	}
	b.used = true
	return b
}

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func dist(a, b vec) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

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

// apply resamples the picture once, bicubically, through the composition of
// the maps given, outermost (nearest the picture) last. Around is the share of
// the page that lies outside of the picture.
func apply(gray gocv.Mat, size image.Point, source func(vec) vec) (out gocv.Mat, around float64) {
	// The maps are smooth: they are computed every 16 pixels and filled in
	// between. The coarse grid has one knot more on each side, so that the
	// filling never has to guess at the border.
	const step = 16
	cw, ch := size.X/step+3, size.Y/step+3
	xs, ys := make([]float32, cw*ch), make([]float32, cw*ch)
	for j := range ch {
		for i := range cw {
			p := source(vec{(float64(i) - 0.5) * step, (float64(j) - 0.5) * step})
			xs[j*cw+i], ys[j*cw+i] = float32(p.x-0.5), float32(p.y-0.5)
		}
	}
	mx, my := fill(xs, cw, ch, step, size), fill(ys, cw, ch, step, size)
	defer mx.Close()
	defer my.Close()
	out = gocv.NewMat()
	gocv.Remap(gray, &out, &mx, &my, gocv.InterpolationCubic, gocv.BorderReplicate, color.RGBA{})
	return out, paperAround(gray, out, mx, my)
}

// paperAround fills what of a straightened picture lies outside of its source
// with the tone of the paper at the border. The outermost pixels, repeated,
// would draw lines of whatever runs into it. It returns the share that it filled.
func paperAround(gray, out, mx, my gocv.Mat) float64 {
	const shrink, window = 4, 15
	small := gocv.NewMat()
	defer small.Close()
	w, h := gray.Cols(), gray.Rows()
	gocv.Resize(gray, &small, image.Pt(max(1, w/shrink), max(1, h/shrink)), 0, 0, gocv.InterpolationNearestNeighbor)
	px, err := out.DataPtrUint8()
	xs, err2 := mx.DataPtrFloat32()
	ys, err3 := my.DataPtrFloat32()
	if err != nil || err2 != nil || err3 != nil {
		return 0
	}
	sw, sh := small.Cols(), small.Rows()
	// Nothing but the border is needed, which depends on a strip along it.
	side := func(strip, line image.Rectangle) []uint8 {
		part := small.Region(strip)
		defer part.Close()
		blurred := gocv.NewMat()
		defer blurred.Close()
		gocv.MedianBlur(part, &blurred, window)
		edge := blurred.Region(line.Sub(strip.Min))
		defer edge.Close()
		return edge.ToBytes()
	}
	dx, dy := min(window, sw), min(window, sh)
	top := side(image.Rect(0, 0, sw, dy), image.Rect(0, 0, sw, 1))
	bottom := side(image.Rect(0, sh-dy, sw, sh), image.Rect(0, sh-1, sw, sh))
	left := side(image.Rect(0, 0, dx, sh), image.Rect(0, 0, 1, sh))
	right := side(image.Rect(sw-dx, 0, sw, sh), image.Rect(sw-1, 0, sw, sh))
	n := 0
	for i := range px {
		x, y := xs[i], ys[i]
		if x >= -0.5 && y >= -0.5 && x <= float32(w)-0.5 && y <= float32(h)-0.5 {
			continue
		}
		n++
		sx, sy := min(max(int(x)/shrink, 0), sw-1), min(max(int(y)/shrink, 0), sh-1)
		switch {
		case y < 0:
			px[i] = top[sx]
		case y > float32(h)-1:
			px[i] = bottom[sx]
		case x < 0:
			px[i] = left[sy]
		default:
			px[i] = right[sy]
		}
	}
	return float64(n) / float64(max(1, len(px)))
}

func fill(coarse []float32, cw, ch, step int, size image.Point) gocv.Mat {
	c := gocv.NewMatWithSize(ch, cw, gocv.MatTypeCV32F)
	defer c.Close()
	if p, err := c.DataPtrFloat32(); err == nil {
		copy(p, coarse)
	}
	big := gocv.NewMat()
	defer big.Close()
	gocv.Resize(c, &big, image.Pt(cw*step, ch*step), 0, 0, gocv.InterpolationLinear)
	// Coarse knot i sits at fine pixel (i+½)·step-½, which is page pixel
	// (i-½)·step-½: the page begins one step in.
	roi := big.Region(image.Rect(step, step, step+size.X, step+size.Y))
	defer roi.Close()
	return roi.Clone()
}
