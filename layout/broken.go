package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A scanner that knows black and white only breaks faint rules up, and shrinking
// and blur make dashes uneven: then neither coverage nor beat tells a trace from
// strokes of text. But on the straightened page such a rule still lies on one
// row or column of pixels, however it is broken, and has little beside it.

// minBroken is the least share of a broken rule that is printed.
const minBroken = 0.3

// likeBroken tells whether a trace that is no sure rule looks like a broken one.
func (m *measured) likeBroken(horizontal bool, t *trace, r *rule) bool {
	s := m.look(horizontal, r, r.lo, r.hi)
	return t.rough < 0.45 && s.any >= minBroken && s.clear >= 0.9*s.any
}

// missed finds the broken rules of a page with the rules h and v where the
// tables that these make do not account for them: then they are not all, or not
// whole.
func missed(m *measured, tables []Grid, h, v []rule) (hor, ver []rule) {
	strong := strongLength(m.size)
	hor, ver = m.brokenRules(true, strong), m.brokenRules(false, strong)
	hor, ver = m.reaching(true, hor, slices.Concat(v, ver)), m.reaching(false, ver, slices.Concat(h, hor))
	var all, lost float64
	for _, r := range hor {
		all, lost = all+r.length(), lost+unexplained(&r, true, tables)
	}
	for _, r := range ver {
		all, lost = all+r.length(), lost+unexplained(&r, false, tables)
	}
	if lost <= 0.02*all {
		return nil, nil
	}
	return hor, ver
}

// reaching keeps the broken rules that are printed next to the rules across, too:
// the strokes of characters below one another are even, but leave these free.
func (m *measured) reaching(horizontal bool, rs, across []rule) []rule {
	const near, few = 2, 3
	// Small print comes closer to the rules across.
	far := min(max(rowOf(across)/4, near+1), 6)
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool {
		var share, n float64
		for _, a := range across {
			if a.weak || a.lo > r.pos-far || a.hi < r.pos+far || a.pos < r.lo+far || a.pos > r.hi-far {
				continue
			}
			before, _, _ := m.printed(horizontal, &r, a.pos-far, a.pos-near)
			after, _, _ := m.printed(horizontal, &r, a.pos+near, a.pos+far)
			share, n = share+before+after, n+2
		}
		return n >= 2*few && share < 0.4*r.cover*n
	})
}

// likeTable tells whether broken rules are as many and as long as those of a
// table: lines of dense text leave a few, too, in one direction.
func likeTable(hor, ver []rule) bool {
	long := func(rs []rule) (n int) {
		for _, r := range rs {
			if !r.weak {
				n++
			}
		}
		return n
	}
	return long(hor) >= 2 && long(ver) >= 2
}

// lostOf returns the rules that tables account for no half of.
func lostOf(rs []rule, horizontal bool, tables []Grid) []rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool {
		return 2*unexplained(&r, horizontal, tables) < r.length()
	})
}

// better tells whether tables that take account of broken rules are better than
// those that don't: a stroke of text that is taken for a rule cuts characters.
func better(m *measured, more, tables []Grid) bool {
	cells := func(gs []Grid) (n int) {
		for _, g := range gs {
			n += len(g.Cells)
		}
		return n
	}
	cut := func(gs []Grid) (n int) {
		for _, g := range gs {
			for _, c := range g.Cells {
				if ink.Leaves(m.page.Ink(c.Box).Blobs, c.Box) {
					n++
				}
			}
		}
		return n
	}
	a, b := cells(tables), cells(more)
	return b > a && (b >= 2*a || cut(more) <= cut(tables)) && !slices.ContainsFunc(more, func(g Grid) bool { return merges(m, g, tables) || charts(m, g, tables) })
}

// charts tells whether a table takes in another and a chart of bars beside it.
func charts(m *measured, g Grid, tables []Grid) bool {
	return slices.ContainsFunc(tables, func(t Grid) bool {
		return len(t.Cells) > 2 && t.Box.In(g.Box.Inset(-lostEnd)) && slices.ContainsFunc(g.Cells, func(c Cell) bool {
			return !c.Box.Overlaps(t.Box) && ink.Uneven(ink.StandingIn(m.page.Ink(c.Box), c.Box))
		})
	})
}

// merges tells whether a table takes in two that stand one below the other,
// though no side of it is seen between them.
func merges(m *measured, g Grid, tables []Grid) bool {
	apart := func(x, y int) bool { return max(x-y, y-x) > lostEnd }
	var in []Grid
	for _, t := range tables {
		if t.Rows > 1 && t.Cols > 1 && t.Box.In(g.Box.Inset(-lostEnd)) {
			in = append(in, t)
		}
	}
	for _, t := range in {
		for _, u := range in {
			a, b := t.Box, u.Box
			const heading = 12 // pixels; where less is between them, there is none
			if b.Min.Y-a.Max.Y < heading || apart(a.Min.X, b.Min.X) || apart(a.Max.X, b.Max.X) {
				continue
			}
			seen := func(x float64) bool {
				return m.bridges(false, &rule{pos: x, thick: 1, tone: 2 * faint, cover: 1}, float64(a.Max.Y)+3, float64(b.Min.Y)-3)
			}
			if !seen(g.ColLines[0]) && !seen(g.ColLines[g.Cols]) {
				return true
			}
		}
	}
	return false
}

// unexplained is how much of a rule runs through cells, or outside of tables,
// pixels.
func unexplained(r *rule, horizontal bool, tables []Grid) float64 {
	const step, margin = 8, 4
	lost := 0.
	for at := r.lo; at < r.hi; at += step {
		p := image.Pt(int(at), int(r.pos))
		if !horizontal {
			p = image.Pt(p.Y, p.X)
		}
		i := slices.IndexFunc(tables, func(g Grid) bool { return p.In(g.Box.Inset(-margin)) })
		if i < 0 || slices.ContainsFunc(tables[i].Cells, func(c Cell) bool { return p.In(c.Box.Inset(margin)) }) {
			lost += step
		}
	}
	return lost
}

// unbrokenOf returns the rules that are no broken ones.
func unbrokenOf(rs []rule) []rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool { return r.broken })
}

// A stretch is a part of a column of pixels of a response map with print at
// least every few pixels.
type stretch struct {
	x, lo, hi   int
	hits, clear int // rows with print, and those on which there is none beside it
}

func (s *stretch) length() int { return s.hi - s.lo }

// stretches finds the long stretches on a response map.
func (m *measured) stretches(horizontal bool, least int) []stretch {
	px, w, noise := m.responses(horizontal, false)
	if px == nil {
		return nil
	}
	limit := uint8(min(255, max(noise, faint)))
	response := ink.Threshold{At: limit - 1, Dark: true}
	hole := m.ver.maxGap
	open := make([]stretch, w)
	var out []stretch
	end := func(s *stretch) {
		if s.length() >= least && float64(s.hits) >= minBroken*float64(s.length()) && float64(s.clear) >= 0.8*float64(s.hits) {
			out = append(out, *s)
		}
	}
	const side = 4
	for y := range len(px) / w {
		row := px[y*w : (y+1)*w]
		for x := response.Next(row, side); x < w-side; x = response.Next(row, x+1) {
			v := row[x]
			s := &open[x]
			if y-s.hi > hole {
				end(s)
				*s = stretch{x: x, lo: y}
			}
			s.hi = y + 1
			s.hits++
			if a, b := row[x-side], row[x+side]; max(a, b) < v/2 || min(a, b) < v/5 {
				s.clear++
			}
		}
	}
	for x := range open {
		end(&open[x])
	}
	return out
}

// brokenRules finds the broken rules of one direction, dark ones.
func (m *measured) brokenRules(horizontal bool, strong float64) []rule {
	all := m.stretches(horizontal, int(2*strong))
	if len(all) > maxPieces {
		return nil
	}
	// A rule has a stretch on each column of pixels that it touches.
	slices.SortFunc(all, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(b.clear, a.clear), cmp.Compare(a.x, b.x), cmp.Compare(a.lo, b.lo))
	})
	var out []rule
	var taken []stretch
	for _, s := range all {
		if slices.ContainsFunc(taken, func(o stretch) bool {
			return max(s.x-o.x, o.x-s.x) <= 3 && 2*(min(s.hi, o.hi)-max(s.lo, o.lo)) > s.length()
		}) {
			continue
		}
		taken = append(taken, s)
		if r, ok := m.brokenRule(s, horizontal); ok {
			m.prolong(horizontal, &r)
			out = append(out, r)
		}
	}
	return m.inLine(horizontal, out, strong)
}

// prolong lengthens a broken rule at both ends over holes that are longer than
// most, as far as it is printed like the rest of it.
func (m *measured) prolong(horizontal bool, r *rule) {
	window := float64(4 * m.ver.maxGap)
	printedAlike := func(a, b float64) bool {
		on, before, after := m.printed(horizontal, r, a, b)
		return on >= 0.6*r.cover && max(before, after) < 0.6*on
	}
	end := float64(m.extent(!horizontal))
	for r.hi+window <= end && printedAlike(r.hi, r.hi+window) {
		r.hi += window
	}
	for r.lo >= window && printedAlike(r.lo-window, r.lo) {
		r.lo -= window
	}
	r.lo, r.hi = m.trimmed(horizontal, r)
}

// trimmed is from where to where something of a broken rule is printed.
func (m *measured) trimmed(horizontal bool, r *rule) (lo, hi float64) {
	seen := func(at float64) bool {
		on, _, _ := m.printed(horizontal, r, at, at+1)
		return on > 0
	}
	lo, hi = r.lo, r.hi
	for lo+1 < hi && !seen(lo) {
		lo++
	}
	for lo+1 < hi && !seen(hi-1) {
		hi--
	}
	return lo, hi
}

// inLine joins the pieces of broken rules that lie on one line with nothing but
// a hole between them. A rule that is short counts by itself if there are others
// on its line: text stands so only by chance.
func (m *measured) inLine(horizontal bool, rs []rule, strong float64) []rule {
	slices.SortFunc(rs, func(a, b rule) int { return cmp.Compare(a.lo, b.lo) })
	var out []rule
	for _, r := range rs {
		k := slices.IndexFunc(out, func(o rule) bool {
			return math.Abs(o.pos-r.pos) <= 1 && r.lo-o.hi <= float64(3*m.ver.maxGap)
		})
		if k < 0 {
			out = append(out, r)
			continue
		}
		o := &out[k]
		a, b := o.length(), r.length()
		o.tone, o.cover = (a*o.tone+b*r.tone)/(a+b), (a*o.cover+b*r.cover)/(a+b)
		if o.hi = max(o.hi, r.hi); b > a {
			o.pos = r.pos
		}
	}
	for i := range out {
		var length float64
		for _, o := range out {
			if math.Abs(o.pos-out[i].pos) <= 1 {
				length += o.length()
			}
		}
		out[i].weak = length < 5*strong
	}
	return out
}

// brokenRule tells whether a stretch is a rule: there is less print beside it,
// on both sides, than on it.
func (m *measured) brokenRule(s stretch, horizontal bool) (rule, bool) {
	px, w, noise := m.responses(horizontal, false)
	r := rule{lo: float64(s.lo), hi: float64(s.hi), broken: true}
	if s.x < 1 || s.x > w-2 {
		return r, false
	}
	r.pos = middle(px, w, s.x, s.lo, s.hi)
	var tones []float64
	for y := s.lo; y < s.hi; y++ {
		i := y*w + s.x
		if v := max(px[i-1], px[i], px[i+1]); float64(v) >= noise {
			tones = append(tones, float64(v))
		}
	}
	r.tone, r.thick = ink.Median(tones), 2
	on, before, after := m.printed(horizontal, &r, r.lo, r.hi)
	r.cover = on
	return r, on >= minBroken && before+after < 0.8*on && max(before, after) < 0.6*on
}

// printed returns on how much of an interval a broken rule is printed, and on
// how much of it something is printed before it and after it.
func (m *measured) printed(horizontal bool, r *rule, a, b float64) (on, before, after float64) {
	px, w, noise := m.responses(horizontal, r.light)
	x, y0, y1 := int(r.pos), max(0, int(a)), min(int(b), len(px)/w)
	if x-farthest < 1 || x+farthest > w-2 || y1 <= y0 {
		return 0, 0, 0
	}
	limit := uint8(min(255, max(noise, 0.45*r.tone)))
	share := func(x int) (share float64) {
		for y := y0; y < y1; y++ {
			i := y*w + x
			if max(px[i-1], px[i], px[i+1]) >= limit {
				share++
			}
		}
		return share / float64(y1-y0)
	}
	for d := closest; d <= farthest; d += 3 {
		before, after = max(before, share(x-d)), max(after, share(x+d))
	}
	return share(x), before, after
}

// Strokes of characters have others beside them, so far from them, pixels.
const closest, farthest = 4, 10

// brokenEdge is how surely a broken rule is printed on an interval.
func (m *measured) brokenEdge(horizontal bool, r *rule, a, b float64) float64 {
	on, before, after := m.printed(horizontal, r, a, b)
	e := min(1, on/(0.6*r.cover))
	switch first, last := m.ends(horizontal, r, a, b); {
	case max(first, last) == 0: // text leaves the ends free
		return min(e, 0.5)
	case min(first, last) == 0, min(before, after) > 0.5*on, max(before, after) > 0.8*on: // and has strokes beside strokes
		return min(e, weakEdge)
	}
	return e
}

// brokenCrosses tells whether a broken rule crosses a cell: text leaves the ends
// free, and has strokes beside strokes.
func (m *measured) brokenCrosses(horizontal bool, r *rule) bool {
	on, before, after := m.printed(horizontal, r, r.lo, r.hi)
	first, last := m.ends(horizontal, r, r.lo, r.hi)
	return on >= 0.6*r.cover && max(before, after) < 0.6*on && min(first, last) > 0.6*r.cover
}

// ends tells how much of either end of an interval is printed.
func (m *measured) ends(horizontal bool, r *rule, a, b float64) (first, last float64) {
	end := max((b-a)/5, 1+2/r.cover)
	first, _, _ = m.printed(horizontal, r, a, a+end)
	last, _, _ = m.printed(horizontal, r, b-end, b)
	return first, last
}
