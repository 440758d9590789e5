package borderless

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// overlap is how far apart the middles of two lines are at most, in heights of a line, that
// cannot be two rows: lines of one text are never set closer, since ink is less high than
// the type. Set by hand.
const overlap = 1.15

// A knot is a set of lines of which each overlaps the next in height. Rows do not overlap,
// so the lines of a knot are one row at most, unless untied finds several.
type knot struct {
	lines  []int
	filled int      // columns that have text
	mid    float64  // where the row is that it may be
	band   ink.Span // between the rules that bound it, where rules part rows
}

// anchors are the rows that most columns have text in.
func (t *table) anchors() []knot {
	if ruled := t.bands(); ruled != nil {
		return ruled
	}
	knots := t.knots()
	var filled []int
	for _, k := range knots {
		filled = append(filled, k.filled)
	}
	strong := max(2, (ink.Ranked(filled, 3, 4)+1)/2)
	knots = slices.DeleteFunc(knots, func(k knot) bool { return k.filled < strong })
	// Lines of a cell stand closer than rows do.
	for again := true; again && len(knots) > 3; {
		again = false
		var pitches []float64
		for i := 1; i < len(knots); i++ {
			pitches = append(pitches, knots[i].mid-knots[i-1].mid)
		}
		usual := ink.Median(pitches)
		for i := 1; i < len(knots); i++ {
			if knots[i].mid-knots[i-1].mid >= 0.75*usual || t.parted(knots[i-1].mid, knots[i].mid) {
				continue
			}
			weaker := i
			if knots[i-1].filled < knots[i].filled {
				weaker = i - 1
			}
			if 3*knots[weaker].filled > 2*max(knots[i].filled, knots[i-1].filled) {
				continue
			}
			knots = slices.Delete(knots, weaker, weaker+1)
			again = true
			break
		}
	}
	return knots
}

// parted reports whether a rule runs through between two heights.
func (t *table) parted(a, b float64) bool {
	a, b = min(a, b), max(a, b)
	return slices.ContainsFunc(t.levels, func(y float64) bool { return y > a && y < b })
}

// knots joins lines that overlap, and parts those that a label beside two rows joins.
func (t *table) knots() (out []knot) {
	var sets []knot
	for i := range t.lines {
		if n := len(sets); n > 0 && t.tied(i-1, i) {
			sets[n-1].lines = append(sets[n-1].lines, i)
			continue
		}
		sets = append(sets, knot{lines: []int{i}})
	}
	for _, k := range sets {
		out = append(out, t.untied(k)...)
	}
	for i := range out {
		t.settle(&out[i])
	}
	return out
}

// tied tells whether two lines overlap in height, or are one text from the top down.
func (t *table) tied(i, j int) bool {
	from, to := t.lines[i].mid(), t.lines[j].mid()
	h := max(t.H, t.lines[i].height(), t.lines[j].height())
	return (to-from < overlap*h || to-from < 1.4*h && t.disjoint(i, j) || t.stacked(i, j)) && !t.parted(from, to)
}

// stacked tells whether what stands in the columns of two lines is single characters
// of one text from the top down, as headings of narrow columns are set: nothing else
// is one character as wide as high in most columns. A digit is narrower, a box to tick
// is none.
func (t *table) stacked(i, j int) bool {
	h := max(t.lines[i].height(), t.lines[j].height())
	if float64(t.lines[j].Box.Min.Y-t.lines[i].Box.Max.Y) > h || slices.ContainsFunc(t.lines[j].words, func(w word) bool { return w.square }) {
		return false
	}
	below, wide := false, 0
	for _, p := range t.of[j] {
		if p.hi-p.lo > 1 || float64(p.box.Dx()) > gutter*h {
			return false
		}
		// Its box is more than half of a square of the line's height, and of its width.
		if w, own := float64(p.box.Dx()), float64(p.box.Dy()); 2*w*w > h*h && 2*own*own > w*w {
			wide++
		}
		below = below || slices.ContainsFunc(t.of[i], func(o place) bool { return o.lo == p.lo && o.hi == p.hi && float64(o.box.Dx()) <= gutter*h })
	}
	return below && 2*wide > len(t.of[j])
}

// disjoint reports whether two lines have no column in common, as cells side by side have
// that are set at different heights.
func (t *table) disjoint(i, j int) bool {
	for _, p := range t.of[i] {
		for _, o := range t.of[j] {
			if p.lo < o.hi && o.lo < p.hi {
				return false
			}
		}
	}
	return true
}

// untied parts a knot that holds several rows: labels that stand beside these overlap with
// two of them and join them. Each line that has text in most columns is a row, if it does
// not overlap with the next such line itself, and does not go on what runs from the top down.
func (t *table) untied(k knot) []knot {
	out := []knot{k}
	at := -1
	for _, i := range k.lines {
		switch {
		case 2*len(t.of[i]) <= len(t.cols):
		case at < 0 || t.stacked(i-1, i):
			at = i
		case !t.tied(at, i):
			last := len(out) - 1
			lines := out[last].lines
			from := slices.Index(lines, i)
			out[last].lines = lines[:from]
			out = append(out, knot{lines: lines[from:]})
			at = i
		}
	}
	return out
}

// settle finds how many columns a knot has text in, and its middle, in pixels: that of the
// line which has at least twice as many texts as any other, or else that of the knot.
func (t *table) settle(k *knot) {
	has := make([]bool, len(t.cols))
	most, second := 0, 0
	at := k.lines[0]
	for _, i := range k.lines {
		for _, p := range t.of[i] {
			for c := p.lo; c < p.hi; c++ {
				has[c] = true
			}
		}
		switch n := len(t.of[i]); {
		case n > most:
			most, second, at = n, most, i
		case n > second:
			second = n
		}
	}
	for _, h := range has {
		if h {
			k.filled++
		}
	}
	k.mid = t.lines[at].mid()
	if most < 2*second {
		k.mid = (t.lines[k.lines[0]].mid() + t.lines[k.lines[len(k.lines)-1]].mid()) / 2
	}
}

// bands are the rows between rules, where nearly every row has one below it;
// nil elsewhere.
func (t *table) bands() []knot {
	var rows []knot
	ruled := 0
	for _, k := range t.knots() {
		if 2*k.filled <= len(t.cols) {
			continue
		}
		if n := len(rows); n > 0 && t.parted(rows[n-1].mid, k.mid) {
			ruled++
		}
		rows = append(rows, k)
	}
	if ruled < 2 || 10*ruled < 6*(len(rows)-1) {
		return nil
	}
	var out []knot
	level := -1
	for i := range t.lines {
		n := 0
		for _, y := range t.levels {
			if y < t.lines[i].mid() {
				n++
			}
		}
		if len(out) == 0 || n != level {
			level = n
			b := ink.Span{Lo: math.MinInt32, Hi: math.MaxInt32}
			if n > 0 {
				b.Lo = int(t.levels[n-1])
			}
			if n < len(t.levels) {
				b.Hi = int(t.levels[n])
			}
			out = append(out, knot{band: b})
		}
		out[len(out)-1].lines = append(out[len(out)-1].lines, i)
	}
	for i := range out {
		t.settle(&out[i])
	}
	return out
}

// tightPitch is the distance between the lines of one cell, in pixels, where cells have
// several lines: between entries of one column that are in one knot. It is 0 where there are
// none.
func (t *table) tightPitch(entries []*entry) float64 {
	knotOf := make([]int, len(t.lines))
	for k, n := range t.knots() {
		for _, i := range n.lines {
			knotOf[i] = k
		}
	}
	var pitches []float64
	for c := range t.cols {
		var last *entry
		for _, e := range entries {
			if e.lo > c || e.hi <= c {
				continue
			}
			if last != nil && knotOf[last.line] == knotOf[e.line] && e.line != last.line && e.mid()-last.mid() > t.H {
				pitches = append(pitches, e.mid()-last.mid())
			}
			last = e
		}
	}
	if len(pitches) == 0 {
		return 0
	}
	return ink.Ranked(pitches, 1, 4)
}
