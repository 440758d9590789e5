package ruling

import (
	"cmp"
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
func (m *Evidence) likeBroken(axis Axis, t *Trace, r *Rule) bool {
	s := m.Look(axis, r, r.Lo, r.Hi)
	return t.Rough < 0.45 && s.Any >= minBroken && s.clear >= 0.9*s.Any
}

// Reaching keeps the broken rules that are printed next to the rules across, too:
// the strokes of characters below one another are even, but leave these free.
func (m *Evidence) Reaching(axis Axis, rs, across []Rule) []Rule {
	const near, few = 2, 3
	// Small print comes closer to the rules across.
	far := min(max(rowOf(across)/4, near+1), 6)
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool {
		var share, n float64
		for _, a := range across {
			if a.Weak || a.Lo > r.Pos-far || a.Hi < r.Pos+far || a.Pos < r.Lo+far || a.Pos > r.Hi-far {
				continue
			}
			before, _, _ := m.printed(axis, &r, a.Pos-far, a.Pos-near)
			after, _, _ := m.printed(axis, &r, a.Pos+near, a.Pos+far)
			share, n = share+before+after, n+2
		}
		return n >= 2*few && share < 0.4*r.Cover*n
	})
}

// LikeTable tells whether broken rules are as many and as long as those of a
// table: lines of dense text leave a few, too, in one direction.
func LikeTable(hor, ver []Rule) bool {
	long := func(rs []Rule) (n int) {
		for _, r := range rs {
			if !r.Weak {
				n++
			}
		}
		return n
	}
	return long(hor) >= 2 && long(ver) >= 2
}

// UnbrokenOf returns the rules that are no broken ones.
func UnbrokenOf(rs []Rule) []Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool { return r.Broken })
}

// A stretch is a part of a column of pixels of a response map with print at
// least every few pixels.
type stretch struct {
	x, lo, hi   int
	hits, clear int // rows with print, and those on which there is none beside it
}

func (s *stretch) length() int { return s.hi - s.lo }

// stretches finds the long stretches on a response map.
func (m *Evidence) stretches(axis Axis, least int) []stretch {
	px, w, noise := m.responses(axis, false)
	if px == nil {
		return nil
	}
	limit := uint8(min(255, max(noise, Faint)))
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

// BrokenRules finds the broken rules of one direction, dark ones.
func (m *Evidence) BrokenRules(axis Axis, strong float64) []Rule {
	all := m.stretches(axis, int(2*strong))
	if len(all) > maxPieces {
		return nil
	}
	// A rule has a stretch on each column of pixels that it touches.
	slices.SortFunc(all, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(b.clear, a.clear), cmp.Compare(a.x, b.x), cmp.Compare(a.lo, b.lo))
	})
	var out []Rule
	var taken []stretch
	for _, s := range all {
		if slices.ContainsFunc(taken, func(o stretch) bool {
			return max(s.x-o.x, o.x-s.x) <= 3 && 2*(min(s.hi, o.hi)-max(s.lo, o.lo)) > s.length()
		}) {
			continue
		}
		taken = append(taken, s)
		if r, ok := m.brokenRule(s, axis); ok {
			m.prolong(axis, &r)
			out = append(out, r)
		}
	}
	return m.inLine(axis, out, strong)
}

// prolong lengthens a broken rule at both ends over holes that are longer than
// most, as far as it is printed like the rest of it.
func (m *Evidence) prolong(axis Axis, r *Rule) {
	window := float64(4 * m.ver.maxGap)
	printedAlike := func(a, b float64) bool {
		on, before, after := m.printed(axis, r, a, b)
		return on >= 0.6*r.Cover && max(before, after) < 0.6*on
	}
	end := float64(m.extent(axis.Across()))
	for r.Hi+window <= end && printedAlike(r.Hi, r.Hi+window) {
		r.Hi += window
	}
	for r.Lo >= window && printedAlike(r.Lo-window, r.Lo) {
		r.Lo -= window
	}
	r.Lo, r.Hi = m.trimmed(axis, r)
}

// trimmed is from where to where something of a broken rule is printed.
func (m *Evidence) trimmed(axis Axis, r *Rule) (lo, hi float64) {
	seen := func(at float64) bool {
		on, _, _ := m.printed(axis, r, at, at+1)
		return on > 0
	}
	lo, hi = r.Lo, r.Hi
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
func (m *Evidence) inLine(axis Axis, rs []Rule, strong float64) []Rule {
	slices.SortFunc(rs, func(a, b Rule) int { return cmp.Compare(a.Lo, b.Lo) })
	var out []Rule
	for _, r := range rs {
		k := slices.IndexFunc(out, func(o Rule) bool {
			return math.Abs(o.Pos-r.Pos) <= 1 && r.Lo-o.Hi <= float64(3*m.ver.maxGap)
		})
		if k < 0 {
			out = append(out, r)
			continue
		}
		o := &out[k]
		a, b := o.Length(), r.Length()
		o.Tone, o.Cover = (a*o.Tone+b*r.Tone)/(a+b), (a*o.Cover+b*r.Cover)/(a+b)
		if o.Hi = max(o.Hi, r.Hi); b > a {
			o.Pos = r.Pos
		}
	}
	for i := range out {
		var length float64
		for _, o := range out {
			if math.Abs(o.Pos-out[i].Pos) <= 1 {
				length += o.Length()
			}
		}
		out[i].Weak = length < 5*strong
	}
	return out
}

// brokenRule tells whether a stretch is a rule: there is less print beside it,
// on both sides, than on it.
func (m *Evidence) brokenRule(s stretch, axis Axis) (Rule, bool) {
	px, w, noise := m.responses(axis, false)
	r := Rule{Lo: float64(s.lo), Hi: float64(s.hi), Broken: true}
	if s.x < 1 || s.x > w-2 {
		return r, false
	}
	r.Pos = middle(px, w, s.x, s.lo, s.hi)
	var tones []float64
	for y := s.lo; y < s.hi; y++ {
		i := y*w + s.x
		if v := max(px[i-1], px[i], px[i+1]); float64(v) >= noise {
			tones = append(tones, float64(v))
		}
	}
	r.Tone, r.Thick = ink.Median(tones), 2
	on, before, after := m.printed(axis, &r, r.Lo, r.Hi)
	r.Cover = on
	return r, on >= minBroken && before+after < 0.8*on && max(before, after) < 0.6*on
}

// Strokes of characters have others beside them, so far from them, pixels.
const closest, farthest = 4, 10
