package grid

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// toFrame lengthens rules that all end just before a rule across, without meeting it, up
// to that rule. In a black and white scan that is askew, a step of the pixels breaks all
// rules at one place, and behind it comes the frame.
func toFrame(rs, across []ruling.Rule) {
	for i := range across {
		a := &across[i]
		if a.Weak {
			continue
		}
		for _, r := range shortOf(a, rs, across, highEnd) {
			r.Hi = a.Pos
		}
		for _, r := range shortOf(a, rs, across, lowEnd) {
			r.Lo = a.Pos
		}
	}
}

func lowEnd(r *ruling.Rule) (end, sign float64) { return r.Lo, -1 }

func highEnd(r *ruling.Rule) (end, sign float64) { return r.Hi, 1 }

// shortOf are the rules that end just before a rule across, a, and meet none there. It is
// none of them where they are few, end at different levels, or lie as close to one another
// as the lines of an ornament. End gives the end of a rule that is asked for, and its sign.
func shortOf(a *ruling.Rule, rs, across []ruling.Rule, end func(*ruling.Rule) (float64, float64)) (out []*ruling.Rule) {
	const most, level, pitch, few = 24, 6, 8, 3 // pixels, and lines
	first, last := math.Inf(1), math.Inf(-1)
	for i := range rs {
		r := &rs[i]
		at, sign := end(r)
		if gap := sign * (a.Pos - at); r.Weak || r.Pos < a.Lo-4 || r.Pos > a.Hi+4 || gap < 0 || gap > min(most, r.Length()/10) || meet(r, a) {
			continue
		}
		if !slices.ContainsFunc(across, func(o ruling.Rule) bool { return math.Abs(o.Pos-at) < level && meet(r, &o) }) {
			out, first, last = append(out, r), min(first, at), max(last, at)
		}
	}
	slices.SortFunc(out, func(r, o *ruling.Rule) int { return cmp.Compare(r.Pos, o.Pos) })
	lines := min(len(out), 1)
	for i := 1; i < len(out); i++ {
		switch d := out[i].Pos - out[i-1].Pos; {
		case d >= pitch:
			lines++
		case d > 2: // not followed twice
			return nil
		}
	}
	if lines < few || last-first > 2*level {
		return nil
	}
	return out
}
