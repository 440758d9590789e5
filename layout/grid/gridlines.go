package grid

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A gridLine is a row or column line with the rules that lie on it.
type gridLine struct {
	pos    float64
	lo, hi float64 // the outer edges of its rules, across
	rules  []ruling.Rule
	tone   float64
	light  bool
	open   bool // no rule is printed there: an open side
	edge   bool // a ground ends there that hides the rules on it
}

// gridLines merges rules that lie on one line, double rules too.
func gridLines(rs []ruling.Rule) []gridLine {
	slices.SortFunc(rs, func(a, b ruling.Rule) int {
		switch {
		case a.Pos < b.Pos:
			return -1
		case a.Pos > b.Pos:
			return 1
		}
		return 0
	})
	var pitch []float64
	for i := 1; i < len(rs); i++ {
		if d := rs[i].Pos - rs[i-1].Pos; d > 8 {
			pitch = append(pitch, d)
		}
	}
	tol := 4.0
	if len(pitch) > 0 {
		tol = min(max(0.22*ink.Median(pitch), 3), 12)
	}
	var lines []gridLine
	for _, r := range rs {
		if n := len(lines); n > 0 && r.Pos-lines[n-1].pos <= tol && r.Pos-lines[n-1].lo <= 2*tol {
			l := &lines[n-1]
			l.rules = append(l.rules, r)
			l.edge = l.edge && r.Edge
			var w, s, t float64
			for _, q := range l.rules {
				w += q.Length()
				s += q.Length() * q.Pos
				t += q.Length() * q.Tone
			}
			l.pos, l.tone = s/w, t/w
			l.lo, l.hi = min(l.lo, r.Pos-r.Thick/2), max(l.hi, r.Pos+r.Thick/2)
			continue
		}
		lines = append(lines, gridLine{pos: r.Pos, lo: r.Pos - r.Thick/2, hi: r.Pos + r.Thick/2, rules: []ruling.Rule{r}, tone: r.Tone, light: r.Light, edge: r.Edge})
	}
	return lines
}

// near returns the rule of the line that lies on most of an interval along it,
// or else the longest.
func (l *gridLine) near(a, b float64) *ruling.Rule {
	best, bestScore := &l.rules[0], math.Inf(-1)
	for i := range l.rules {
		r := &l.rules[i]
		score := min(b, r.Hi) - max(a, r.Lo) + 1e-3*r.Length()
		if score > bestScore {
			best, bestScore = r, score
		}
	}
	return best
}

// along are the rules of the line that lie on most of an interval, of each colour the nearest
// one, or else the longest rule: beside light ones the scaling of a picture draws dark ones.
func (l *gridLine) along(a, b float64) []*ruling.Rule {
	best := l.near(a, b)
	out := []*ruling.Rule{best}
	for i := range l.rules {
		if r := &l.rules[i]; r != best && r.Light != best.Light && 2*(min(b, r.Hi)-max(a, r.Lo)) > b-a {
			out = append(out, r)
		}
	}
	return out
}

// openSides adds lines for sides of a table at which no rule is printed: the rules across
// stick out beyond the first or last line, all equally far, and end where the side is.
// Where the table has no frame at its other sides either, one such rule is enough.
func openSides(lines []gridLine, across []gridLine, frameless bool) []gridLine {
	if len(lines) == 0 {
		return lines
	}
	var lows, highs []float64
	for _, l := range across {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, r := range l.rules {
			lo, hi = min(lo, r.Lo), max(hi, r.Hi)
		}
		lows, highs = append(lows, lo), append(highs, hi)
	}
	const reach = 14
	end := func(ends []float64, edge, sign float64) (float64, bool) {
		var out []float64
		for _, e := range ends {
			if sign*(e-edge) > reach {
				out = append(out, e)
			}
		}
		slices.Sort(out)
		// Cells that span rows keep rules from the side: a few that stick out
		// equally far tell of it.
		for _, e := range out {
			i, _ := slices.BinarySearch(out, e-3)
			j, _ := slices.BinarySearch(out, e+3)
			if j-i >= 3 {
				return e, true
			}
		}
		if len(out) == 0 || !frameless && (len(out) < 2 || 3*len(out) < len(ends)) {
			return 0, false
		}
		return out[len(out)/2], true
	}
	if p, ok := end(lows, lines[0].pos, -1); ok {
		lines = slices.Insert(lines, 0, gridLine{pos: p, lo: p, hi: p, open: true})
	}
	if p, ok := end(highs, lines[len(lines)-1].pos, 1); ok {
		lines = append(lines, gridLine{pos: p, lo: p, hi: p, open: true})
	}
	return lines
}

// openTop adds a row above the first level rule of a table that has no frame on any side.
// No rule tells how high that row is, but its text does.
func openTop(m *ruling.Evidence, rows, cols []gridLine) []gridLine {
	first := int(rows[0].lo)
	ink := func(y int) bool { return m.StrokesOn(y, int(cols[0].pos), int(cols[len(cols)-1].pos)) }
	reach := 1.5 * (rows[len(rows)-1].pos - rows[0].pos) / float64(len(rows)-1)
	bottom := first - 2
	for bottom > 0 && !ink(bottom) {
		bottom--
	}
	top := bottom
	for top > 0 && ink(top-1) {
		top--
	}
	at := float64(top - (first - bottom))
	if top == bottom || float64(first)-at > reach {
		return rows
	}
	at = max(at, 0)
	return slices.Insert(rows, 0, gridLine{pos: at, lo: at, hi: at, open: true})
}
