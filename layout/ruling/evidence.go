package ruling

import (
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/rulemap"
)

// Evidence is what tells whether a rule is printed between two points of a page: the
// ridge responses of the page, and the odds of its blocks. Intervals are given in
// pixels: pos across, a to b along.
type Evidence struct {
	Size     image.Point // of the page, pixels
	hor, ver *ridges     // hor is of the transposed page
	dark     bool        // most of the page is dark
	Page     ink.Pixels
	courses  [2]*course // by Axis
	Map      *rulemap.Map
}

// A sight is how much of a rule can be seen on an interval.
type sight struct {
	Any   float64 // share on which something like it is there
	clear float64 // share on which it is also clear on both sides, as no stroke of text is for long
	loud  float64 // share on which something much stronger is there
	ends  float64 // the lesser share of the two ends, where a cell has no text
	short bool    // so short that one stroke of text may fill it
	hole  int     // the longest stretch on which nothing is there, pixels
}

// Look measures how much of a rule like r is seen on the interval from a to b at its
// place.
func (m *Evidence) Look(axis Axis, r *Rule, a, b float64) sight {
	px, w, _ := m.responses(axis, r.Light)
	if px == nil {
		return sight{}
	}
	h := len(px) / w
	at := r.Pos - 0.5
	x0, x1 := max(0, int(math.Floor(at-0.6))), min(w-1, int(math.Ceil(at+0.6)))
	side := r.Thick/2 + 2.2
	left, right := max(0, int(math.Round(at-side))), min(w-1, int(math.Round(at+side)))
	y0, y1 := max(0, int(math.Round(a))), min(h, int(math.Round(b)))
	if y1 <= y0 {
		return sight{}
	}
	zone := min(max((y1-y0)/8, 3), 5)
	if 2*zone > y1-y0 {
		zone = max(1, (y1-y0)/2)
	}
	var hits, clear, first, last, hole, loud int
	seen := y0 - 1
	for y := y0; y < y1; y++ {
		row := px[y*w : (y+1)*w]
		var top uint8
		for x := x0; x <= x1; x++ {
			top = max(top, row[x])
		}
		v := float64(top)
		if v < max(4, 0.45*r.Tone) {
			continue
		}
		hits++
		hole = max(hole, y-seen-1)
		seen = y
		if y < y0+zone {
			first++
		}
		if y >= y1-zone {
			last++
		}
		if a, b := float64(row[left]), float64(row[right]); max(a, b) <= 0.55*v || min(a, b) <= 0.2*v {
			clear++
		}
		if v > 2.2*r.Tone {
			loud++
		}
	}
	n := float64(y1 - y0)
	return sight{float64(hits) / n, float64(clear) / n, float64(loud) / n, float64(min(first, last)) / float64(zone), y1-y0 < 24, max(hole, y1-seen-1)}
}

// MinEdge is the Strength, from 0 to 1, from which an edge of a cell counts as printed.
// Set by hand.
const MinEdge = 0.82

// WeakEdge is the Strength from which an edge counts that lies between two that are
// printed (hysteresis, Canny 1986). Set by hand.
const WeakEdge = 0.65

// Strength is how surely a rule like r is printed from a to b at its place: 0 for surely
// not, 1 for surely, MinEdge between. It is no probability.
func (m *Evidence) Strength(axis Axis, r *Rule, a, b float64) float64 {
	if r.Fitted || !m.seeksLight(axis) && m.Fits(r) {
		return m.fittedStrength(axis, r, a, b)
	}
	return m.sightStrength(axis, r, a, b)
}

// seeksLight tells whether light rules were looked for on the page. Beside such the scaling of a
// picture draws dark lines, in pieces, of which the blocks cannot tell well.
func (m *Evidence) seeksLight(axis Axis) bool {
	px, _, _ := m.responses(axis, true)
	return px != nil
}

// sightStrength is Strength by what is seen of a rule, without the blocks.
func (m *Evidence) sightStrength(axis Axis, r *Rule, a, b float64) float64 {
	return m.Look(axis, r, a, b).strength(r)
}

// strength is Strength by what was seen of a rule.
func (s sight) strength(r *Rule) float64 {
	e := min(1, s.Any/r.Cover)
	if s.clear < 0.9*s.Any { // what is much stronger than the rule is text
		e = min(1, (s.Any-s.loud)/r.Cover)
	}
	clear := 0.4
	if s.short {
		clear = 0.7
	}
	switch {
	case s.clear < clear*r.Cover && s.hole <= 1 && s.ends == 1:
		return WeakEdge // between digits that touch it on both sides
	case s.clear < clear*r.Cover, r.Cover > 0.85 && s.ends < 0.5:
		return min(e, 0.5)
	}
	// A hairline comes and goes with the compression. No text is clear and
	// goes on to both ends.
	if r.Tone < 25 || s.ends == 1 && s.clear >= 0.95*s.Any {
		return min(1, e*1.12)
	}
	return e
}
