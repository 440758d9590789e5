package ruling

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// Rules of the same colour as the ground of the headings cannot be seen there:
// they come into sight where the white cells begin. The edge of such a ground is
// found by the rules that end at it.

// FillEdges returns rules (Rule.Edge) that stand in for the edges of a shaded ground, on which
// no rule can be seen: where rules across end without meeting another, and the page is
// darker on one side. Axis is the direction of those edges; along are the rules that are
// known in it.
func (m *Evidence) FillEdges(axis Axis, across, along []Rule) []Rule {
	type end struct {
		at, tone float64
		edge     bool
	}
	var ends []end
	for i := range across {
		r := &across[i]
		if r.Weak || r.Tone < Faint {
			continue
		}
		for _, at := range []float64{r.Lo, r.Hi} {
			if !goesOnAt(r, at, across) {
				ends = append(ends, end{at, r.Tone, r.Edge})
			}
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	var out []Rule
	for _, level := range ink.Clusters(ends, func(first, _, next *end) bool { return next.at-first.at <= 3 }) {
		tone, edges, n := math.Inf(1), 0, len(level)
		for _, e := range level {
			tone = min(tone, e.tone)
			if e.edge {
				edges++
			}
		}
		at := level[n/2].at
		// Two are enough if they are sides of a ground: it ends there.
		const enough = 3
		if n < enough && edges < 2 {
			continue
		}
		for _, e := range m.steps(axis, at, tone, across) {
			// A rule that was seen stands for itself; but one on the ground of
			// the headings may end where the edge of their cells begins.
			seen := 0.
			for _, r := range along {
				if math.Abs(r.Pos-at) < 6 {
					seen += max(0, min(r.Hi, e.Hi)-max(r.Lo, e.Lo))
				}
			}
			if 2*seen <= e.Length() {
				out = append(out, e)
			}
		}
	}
	return out
}

// Behind is how far behind its end a rule is looked for, in pixels: one of which
// something is seen there does not end. Set by hand.
const Behind = 8

// goesOnAt tells whether a rule goes on at one of its ends: it was followed in pieces, and the
// next piece, of rules, is equally dark or light. Where a ground ends it would not be.
func goesOnAt(r *Rule, end float64, rules []Rule) bool {
	return !r.Edge && slices.ContainsFunc(rules, func(o Rule) bool {
		return math.Abs(o.Pos-r.Pos) <= 2 && o.Lo < end+Behind && o.Hi > end-Behind && (o.Hi > r.Hi && end == r.Hi || o.Lo < r.Lo && end == r.Lo) &&
			!o.Edge && o.Light == r.Light && math.Abs(o.Tone-r.Tone) < leastStep(r.Tone)/2
	})
}

// leastStep is by how many grey levels the page differs on the two sides of a ground's edge at
// least. Tone is that of the rules that end there.
func leastStep(tone float64) float64 { return min(30, tone/2) }

// steps returns rules for the edges of a ground at one place across, in pixels, from the first
// to the last of the rules that end there, and just beyond: a heading at the end may span
// all of the ground.
func (m *Evidence) steps(axis Axis, at, tone float64, across []Rule) []Rule {
	var meets []float64
	for _, r := range across {
		if r.Lo <= at+3 && r.Hi >= at-3 {
			meets = append(meets, r.Pos)
		}
	}
	if len(meets) < 2 {
		return nil
	}
	slices.Sort(meets)
	widest := 0.
	for k := 1; k < len(meets); k++ {
		widest = max(widest, meets[k]-meets[k-1])
	}
	bounds := slices.Concat([]float64{meets[0] - 1.5*widest}, meets, []float64{meets[len(meets)-1] + 1.5*widest})
	// A rule cannot be seen on a ground of its own colour, from which the other
	// side is as far apart as the rule is from it.
	s := step{axis, int(math.Round(at)), int(leastStep(tone)), -1}
	var out []Rule
	for _, s.side = range []int{-1, 1} {
		// Between two rules, text on the one side of it cannot be mistaken for
		// the light side; over all of them, what touches it is little.
		first := int(bounds[0])
		dark := m.darkAlong(s, first, int(bounds[len(bounds)-1]))
		parts := runs(dark, first, 0, len(dark))
		for k := 1; k < len(bounds); k++ {
			parts = append(parts, runs(dark, first, int(bounds[k-1])-first, int(bounds[k])-first)...)
		}
		slices.SortFunc(parts, func(a, b [2]int) int { return a[0] - b[0] })
		n := len(out)
		for _, p := range parts {
			lo, hi := float64(p[0]), float64(p[1])
			if len(out) > n && lo-out[len(out)-1].Hi <= stepGap {
				out[len(out)-1].Hi = max(out[len(out)-1].Hi, hi)
				continue
			}
			out = append(out, Rule{Pos: at, Lo: lo, Hi: hi, Thick: 1, Cover: 1, Tone: 255, Edge: true})
		}
	}
	return out
}

// extent is how large the page is across the rules of one direction.
func (m *Evidence) extent(axis Axis) int {
	if axis == Level {
		return m.Size.Y
	}
	return m.Size.X
}

// A step is a line at which the page may become darker, by at least so many
// grey levels: on its side before (-1) or after it (1).
type step struct {
	axis            Axis
	at, least, side int
}

const (
	minStep = 20 // pixels; a character has sides, too
	stepGap = 8  // where a rule or a character touches it
)

// darkAlong tells for each place from one to another whether the page is darker on one side
// of a step.
func (m *Evidence) darkAlong(s step, a, b int) []bool {
	out := make([]bool, max(0, b-a))
	for k := range out {
		out[k] = m.darker(s, a+k)
	}
	return out
}

// runs returns from where to where the page is darker on one side of a step, between the
// ath place and the bth of which that is known. The first of all is at a place along.
func runs(dark []bool, along, a, b int) [][2]int {
	var out [][2]int
	from, to, n := a, a, 0
	for k := a; k <= b+stepGap; k++ {
		switch {
		case k < b && dark[k]:
			if k-to >= stepGap {
				from, n = k, 0
			}
			to = k + 1
			n++
		case k-to == stepGap:
			whole := from <= a+stepGap/2 && to >= b-stepGap/2
			if 20*n > 17*(to-from) && (n > minStep || whole && n > minStep/2) {
				out = append(out, [2]int{along + from, along + to})
			}
		}
	}
	return out
}

// darker tells whether at a place along a step the page is darker on its side,
// and stays so on both: no rule is as thick. Print may stand on either.
func (m *Evidence) darker(s step, along int) bool {
	thick := m.ver.maxThick
	if end := s.at + (thick+4)*s.side; end < 0 || end >= m.extent(s.axis) {
		return false
	}
	tone := func(across int) int { return m.grey(s.axis, s.at+across, along) }
	a, b, c := tone(-4*s.side), tone(-8*s.side), tone(-11*s.side)
	light := max(min(a, b), min(a, c), min(b, c)) - s.least // on two of three
	n := 0
	for _, d := range []int{3, 5, thick + 2, thick + 4} {
		if tone(d*s.side) < light {
			n++
		}
	}
	return n >= 3
}

// grey returns the tone at a place across and along rules of one direction;
// around the picture is white paper.
func (m *Evidence) grey(axis Axis, across, along int) int {
	x, y := across, along
	if axis == Level {
		x, y = along, across
	}
	if x < 0 || y < 0 || x >= m.Page.W || y >= m.Page.H {
		return 225
	}
	return int(m.Page.Pix[y*m.Page.W+x])
}

// Clean tells whether no print stands on a line at pos from a to b, in pixels, but for
// three pixels at its ends.
func (m *Evidence) Clean(axis Axis, pos, a, b float64) bool {
	lo, hi := 255, 0
	for k := int(a) + 3; k < int(b)-3; k++ {
		v := m.grey(axis, int(pos), k)
		lo, hi = min(lo, v), max(hi, v)
	}
	return hi-lo < 60
}
