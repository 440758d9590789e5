package grid

import (
	"image"
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
	open   bool // no rule is printed there: an open side
	edge   bool // most of it is where a ground ends that hides the rules on it
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
			var w, s, step float64
			for _, q := range l.rules {
				w += q.Length()
				s += q.Length() * q.Pos
				if q.Step {
					step += q.Length()
				}
			}
			l.pos, l.edge = s/w, 2*step > w
			l.lo, l.hi = min(l.lo, r.Pos-r.Thick/2), max(l.hi, r.Pos+r.Thick/2)
			continue
		}
		lines = append(lines, gridLine{pos: r.Pos, lo: r.Pos - r.Thick/2, hi: r.Pos + r.Thick/2, rules: []ruling.Rule{r}, edge: r.Step})
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
	first := rows[0].lo
	reach := 1.5 * (rows[len(rows)-1].pos - rows[0].pos) / float64(len(rows)-1)
	above := image.Rect(int(cols[0].pos), max(0, int(first-reach)), int(cols[len(cols)-1].pos), int(first)-2)
	text := ink.Rows(m.Page.Ink(above).Blobs, 0)
	if len(text) == 0 {
		return rows
	}
	last := text[len(text)-1]
	at := float64(last.Lo) - (first - float64(last.Hi))
	if first-at > reach {
		return rows
	}
	at = max(at, 0)
	return slices.Insert(rows, 0, gridLine{pos: at, lo: at, hi: at, open: true})
}
