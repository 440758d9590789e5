package ruling

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/rulemap"
)

// Lean is by how many degrees the rules that the map shows fall to the right, as half of their length does or more.
// It is 0 where they stay on a row or column of places, or next to it.
func (m *Evidence) Lean() float64 {
	const least = 2 * rulemap.Cell // pixels from end to end of the longest rule
	type slope struct{ of, length float64 }
	var slopes []slope
	var all, longest float64
	for _, axis := range Axes {
		p := m.places(axis)
		for _, r := range StrongOf(m.whole(axis)) {
			s := p.slope(&r)
			if axis == Plumb {
				s = -s
			}
			slopes = append(slopes, slope{s, r.Length()})
			all, longest = all+r.Length(), max(longest, r.Length())
		}
	}
	slices.SortFunc(slopes, func(a, b slope) int { return cmp.Compare(a.of, b.of) })
	var sum float64
	for _, s := range slopes {
		if sum += s.length; 2*sum >= all {
			if math.Abs(s.of)*longest < least {
				return 0
			}
			return math.Atan(s.of) * 180 / math.Pi
		}
	}
	return 0
}

// slope is by how many pixels a rule lies farther across for each pixel along. It is followed from its middle to both
// ends, piece by piece.
func (p *places) slope(r *Rule) float64 {
	const piece = 8 // places along
	var t Trace
	lo, hi := int(r.Lo)/rulemap.Cell, int(r.Hi)/rulemap.Cell
	follow := func(at int, r *Rule) {
		r.Pos = p.centre(r, ink.Span{Lo: at, Hi: at + piece})
		t.Along, t.Across = append(t.Along, int32(rulemap.Cell*(at+piece/2))), append(t.Across, float32(r.Pos))
	}
	before := *r
	before.Pos = p.centre(r, ink.Span{Lo: (lo + hi - piece) / 2, Hi: (lo + hi + piece) / 2})
	behind := before
	for at := (lo+hi)/2 - piece; at >= lo; at -= piece {
		follow(at, &before)
	}
	for at := (lo + hi) / 2; at+piece <= hi; at += piece {
		follow(at, &behind)
	}
	if len(t.Along) < 2 {
		return 0
	}
	_, slope := t.Fit()
	return slope
}
