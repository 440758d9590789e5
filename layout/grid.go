package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A rule is a straight, level or plumb line on the straightened page.
type rule struct {
	pos      float64 // across: y of a horizontal rule, x of a vertical one
	lo, hi   float64 // along
	thick    float64
	tone     float64
	light    bool
	cover    float64 // share of its length that is printed; about 0.5 if dashed
	beat     float64 // from dash to dash, if it is printed as a row of dashes or dots; or else 0
	doubtful bool    // dashed, but a rule only if others of the table are dashed alike
	weak     bool    // too short or too rough to be a rule by itself
	edge     bool    // no rule, but where a ground ends that hides the rules on it
	whole    bool    // it crosses a cell from side to side
	broken   bool    // neither solid nor evenly dashed, but nothing else
}

func (r *rule) length() float64 { return r.hi - r.lo }

// toRule straightens a trace; ok is false where it cannot be a rule.
func (m *measured) toRule(horizontal bool, t *trace, strong float64) (rule, bool) {
	a, b := t.line()
	r := rule{pos: a + b*(t.lo()+t.hi()-1)/2 + 0.5, lo: t.lo(), hi: t.hi(), thick: t.thick, tone: t.tone, light: t.light, cover: t.coverage}
	drift := math.Abs(b) * t.length()
	if drift > 1.5+0.008*t.length() {
		return r, false
	}
	r.weak = t.length() < strong
	s := m.look(horizontal, &r, r.lo, r.hi)
	// Strokes of neighbouring characters may join into a trace too, but with
	// gaps, with a tone that comes and goes, and with other strokes beside
	// them. Print that touches a rule breaks the trace, but not the rule.
	solid := t.coverage >= 0.86 && t.even >= 0.8 || t.length() >= 2*strong && s.any >= 0.88 && s.clear >= 0.75 && t.rough < 0.45
	beat, n, even := 0.0, 0, true
	if !solid {
		if beat, n = t.dashes(); n == 0 && t.length() >= 3*strong {
			beat, n = t.patches()
			even = n == 0
		}
	}
	switch {
	case solid:
		r.cover = max(r.cover, s.any)
	case n < 3 && m.framed(t, s, strong):
		r.cover = max(r.cover, s.any)
		return r, true
	default:
		if n < 3 || drift > max(1, 0.002*t.length()) || s.clear < 0.75*s.any || s.any > t.coverage+0.15 && t.length() < 4*strong {
			return r, false
		}
		// Dots that touch text are followed with gaps, but are seen.
		r.cover = max(r.cover, min(s.any, s.clear))
		r.beat, r.weak = beat, t.length() < 1.6*strong
		r.doubtful = !even || t.length() < 3*strong || n < 5 || s.clear < 0.9*s.any
	}
	if s.clear < 0.6*r.cover || r.weak && (t.length() < 18 || s.clear < 0.85*r.cover) {
		return r, false
	}
	// Between lines of light print on a dark ground, and between letters, lie
	// light stripes too, but broader ones, whose edges are letters'.
	drawn := m.dark && t.length() >= 2*strong && t.coverage >= 0.9 && t.even >= 0.95 && t.rough < 0.05
	if t.light && (!drawn && t.thick > max(4.5, 0.65*float64(m.ver.maxThick)) || !m.dark && !r.weak && t.length() < 1.5*strong) {
		return r, false
	}
	// The compression draws faint lines of its own, but short ones.
	if t.tone < faint && (t.length() < 1.5*strong || s.any < 0.95*r.cover || s.clear < 0.85*r.cover || t.rough > 0.4) {
		return r, false
	}
	return r, true
}

// framed tells whether a trace is the sides of cells that have a frame of their
// own each, one below the other: but for the gaps between frames, and the rules
// that bound these, it is as straight and even as nothing else.
func (m *measured) framed(t *trace, s sight, strong float64) bool {
	return !t.light && t.length() >= 2*strong && t.coverage >= 0.7 && t.even >= 0.95 && t.rough < 0.1 && s.hole <= 2*m.ver.maxThick+4
}

// joined merges the pieces of a rule that was followed only piece by piece, as
// happens on ragged black and white scans, where what lies between can be seen.
func (m *measured) joined(horizontal bool, rs, across []rule) []rule {
	slices.SortFunc(rs, func(a, b rule) int { return cmp.Compare(a.lo, b.lo) })
	var out []rule
	for _, r := range rs {
		// What may go on in it is the piece that ends last before it.
		var o *rule
		for i := range out {
			k := &out[i]
			// A pale one on a ground of colour is not the dark one that goes on
			// from it on white.
			kin := k.light == r.light && k.broken == r.broken && k.edge == r.edge && max(k.tone, r.tone) <= 2.5*min(k.tone, r.tone)
			if kin && math.Abs(k.pos-r.pos) <= 2 && r.lo >= k.lo && !(r.weak && k.weak) && (o == nil || k.hi > o.hi) {
				o = k
			}
		}
		if o == nil || r.lo > o.hi+2 && (m.parted(horizontal, o, &r, across) || m.gapes(horizontal, o, &r, rs)) {
			out = append(out, r)
			continue
		}
		a, b := o.length(), r.length()
		o.pos, o.tone, o.thick, o.cover = (a*o.pos+b*r.pos)/(a+b), (a*o.tone+b*r.tone)/(a+b), max(o.thick, r.thick), (a*o.cover+b*r.cover)/(a+b)
		o.hi = max(o.hi, r.hi)
		o.weak = o.weak && r.weak
	}
	return out
}

// parted tells whether no rule is seen between two pieces on one line.
func (m *measured) parted(horizontal bool, o, r *rule, across []rule) bool {
	if o.edge {
		return true // two grounds; what is seen between them is no edge
	}
	gap := *o
	gap.pos = (o.pos + r.pos) / 2
	a, b := o.hi, r.lo
	if o.beat > 0 && r.beat > 0 {
		// The gap may be no more than that between two dashes.
		a, b = a-o.beat, b+o.beat
	}
	if m.look(horizontal, &gap, a, b).any < 0.6*o.cover || b-a > 16 && !m.bridges(horizontal, &gap, a+3, b-3) {
		return true
	}
	// Two tables, one below the other, have sides on one line: between the last
	// rule of the one and the first of the other there is none, and no more than
	// the side of a character where a heading stands.
	var over []float64
	for _, c := range across {
		if !c.weak && c.pos > a-4 && c.pos < b+4 && c.lo < gap.pos+4 && c.hi > gap.pos-4 {
			over = append(over, c.pos)
		}
	}
	slices.Sort(over)
	for i := 1; i < len(over); i++ {
		a, b := over[i-1]+3, over[i]-3
		switch {
		case over[i]-over[i-1] <= float64(2*m.ver.maxGap):
		case gap.beat > 0 && !m.bridges(horizontal, &gap, a, b), gap.beat == 0 && m.look(horizontal, &gap, a, b).any < 0.5*o.cover:
			return true
		}
	}
	return false
}

// gapes tells whether two pieces on one line have others between them, and no
// rule is seen before one of these: what lies after it, the side of the next
// table, may be most of what is between the two.
func (m *measured) gapes(horizontal bool, o, r *rule, pieces []rule) bool {
	const hole = 24 // pixels
	gap := *o
	end := o.hi
	for i := range pieces {
		p := &pieces[i]
		if p.lo >= r.hi {
			break
		}
		if p.hi <= end || p.light != r.light || math.Abs(p.pos-r.pos) > 2 {
			continue
		}
		if gap.pos = (o.pos + p.pos) / 2; p.lo-end > hole && m.look(horizontal, &gap, end, p.lo).any < 0.6*o.cover {
			return true
		}
		end = p.hi
	}
	return false
}

// bridges tells whether a rule, be it of few and faint dashes, is seen behind
// the beginning of an interval and before its end. A heading between two tables
// leaves room on both sides.
func (m *measured) bridges(horizontal bool, r *rule, a, b float64) bool {
	reach := min(max(2*r.beat, 8), (b-a)/2)
	faint := *r
	faint.beat, faint.tone = 0, r.tone/2
	const some = 0.2 // of what grain there is, less stands out
	return m.look(horizontal, &faint, a, a+reach).any >= some && m.look(horizontal, &faint, b-reach, b).any >= some
}

// withoutColumns drops the dashed rules whose beat is that of the table's rows:
// the strokes of equal digits one below the other are as even as dashes.
func (m *measured) withoutColumns(horizontal bool, rs, across []rule) []rule {
	row := rowOf(across)
	if row == 0 {
		return rs
	}
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool {
		if r.beat == 0 {
			return false
		}
		if r.beat > 0.55*row {
			return true
		}
		// The strokes of one digit may seem to be several dashes, but between
		// two digits there is none.
		s := m.look(horizontal, &r, r.lo, r.hi)
		return s.any < 0.4 && float64(s.hole) >= max(2*r.beat, 0.4*row)
	})
}

// rowOf is how far apart the closer ones of the rules are, pixels; 0 of one.
func rowOf(rs []rule) float64 {
	var at, pitch []float64
	for _, r := range rs {
		if !r.weak && !r.doubtful {
			at = append(at, r.pos)
		}
	}
	slices.Sort(at)
	for i := 1; i < len(at); i++ {
		if d := at[i] - at[i-1]; d > 8 {
			pitch = append(pitch, d)
		}
	}
	if len(pitch) == 0 {
		return 0
	}
	slices.Sort(pitch)
	return pitch[len(pitch)/3]
}

// alike drops the dashed rules that are not dashed as those are that are surely
// rules: the strokes of characters are even, too, but not in this way.
func alike(rs, sure []rule) []rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool {
		return r.beat > 0 && !slices.ContainsFunc(sure, func(o rule) bool {
			return o.beat > 0 && !o.doubtful && o.light == r.light && math.Abs(o.beat-r.beat) <= 1+0.1*o.beat &&
				math.Abs(o.thick-r.thick) <= 0.8 && r.tone > 0.7*o.tone && o.tone > 0.7*r.tone
		})
	})
}

// withoutEchoes drops the faint lines that compression leaves beside a strong
// rule.
func withoutEchoes(rs []rule) []rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool {
		return r.tone < faint && slices.ContainsFunc(rs, func(o rule) bool {
			return !o.edge && o.tone > 4*r.tone && math.Abs(o.pos-r.pos) < 9 && min(o.hi, r.hi)-max(o.lo, r.lo) > 0.5*r.length()
		})
	})
}

// faint is the tone, in grey levels, below which a rule can be an artefact.
const faint = 16

// dashes returns the way from dash to dash, in pixels, and how many gaps there
// are between them; none where they do not repeat evenly.
func (t *trace) dashes() (beat float64, n int) {
	if t.length() < 24 || t.coverage < 0.3 || t.rough > 0.5 || t.even < 0.7 {
		return 0, 0
	}
	beats, gaps := t.beats()
	if len(gaps) == 0 {
		return 0, 0
	}
	even := func(v []float64, tolerance float64) (median, share float64) {
		s := slices.Clone(v)
		slices.Sort(s)
		m := s[len(s)/2]
		near := 0
		for _, x := range s {
			if math.Abs(x-m) <= max(tolerance, 0.25*m) {
				near++
			}
		}
		return m, float64(near) / float64(len(s))
	}
	// Blur takes from the dashes what it gives to the gaps; the beat stays.
	beat, evenBeats := even(beats, 1.5)
	_, evenGaps := even(gaps, 1)
	// Characters are evenly spaced too, but wider apart than dashes.
	if evenBeats < 0.7 || evenGaps < 0.7 || beat > 4*t.thick+8 {
		return 0, 0
	}
	return beat, len(gaps)
}

// beats returns the ways from dash to dash and the gaps between them, pixels.
func (t *trace) beats() (beats, gaps []float64) {
	start := t.along[0]
	for i := 1; i < len(t.along); i++ {
		if g := t.along[i] - t.along[i-1] - 1; g > 0 {
			beats = append(beats, float64(t.along[i]-start))
			gaps = append(gaps, float64(g))
			start = t.along[i]
		}
	}
	return beats, gaps
}

// patches is dashes for a rule that is dashed anew at each cell, as browsers
// draw them: its dashes are uneven where cells meet, but all lie on one line to
// the pixel, and there is little between them. The beat is the usual one.
func (t *trace) patches() (beat float64, n int) {
	if t.coverage < 0.5 || t.rough > 0.05 || t.even < 0.7 {
		return 0, 0
	}
	beats, _ := t.beats()
	if len(beats) < 5 {
		return 0, 0
	}
	slices.Sort(beats)
	if beat = beats[len(beats)/2]; beat > 4*t.thick+8 {
		return 0, 0
	}
	return beat, len(beats)
}

// A Grid is one table: positions between row lines and column lines, and the
// cells that cover them without gap or overlap.
type Grid struct {
	Rows, Cols int
	RowLines   []float64 // Rows+1 positions on the page, pixels
	ColLines   []float64 // Cols+1 positions
	Cells      []Cell    // in reading order
	Box        image.Rectangle
	Caption    *Caption // nil where no text stands right above it
	Open       bool     // no rules bound its cells: they are told by how their text is aligned
	Recovered  int      // lines whose rule cannot be seen: gaps in the text, or where others end, tell of them

	broken bool    // some of its rules are in pieces
	bare   [4]bool // no rule is printed at that side
}

// A Cell is one printed cell and the lines of text in it.
type Cell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Box              image.Rectangle // inside its rules, on the page, pixels
	Lines            []ink.Line      // top to bottom
	Dark             bool            // light text on a dark ground
	Edge             bool            // it may have print that is not seen: at its side, taken for the rest of a rule, or lost as pieces of rules were
	Cut              bool            // print stands right beyond it, where its table ends without a rule
	Cropped          bool            // the picture ends there, where its table has no rule
}

// tablesFrom joins the rules that meet into tables.
func tablesFrom(hor, ver []rule, page *measured) []Grid {
	for range 2 { // at the first edges others end; a broken rule may end anywhere
		ver = append(ver, page.fillEdges(false, unbrokenOf(hor), unbrokenOf(ver))...)
		hor = append(hor, page.fillEdges(true, unbrokenOf(ver), unbrokenOf(hor))...)
	}
	hor, ver = page.joined(true, withoutEchoes(hor), ver), page.joined(false, withoutEchoes(ver), hor)
	hor, ver = supported(hor, ver), supported(ver, hor)
	toFrame(hor, ver)
	toFrame(ver, hor)
	var grids []Grid
	for _, n := range nets(hor, ver) {
		printed := func(rs []rule) (n int) {
			for _, r := range rs {
				if !r.edge {
					n++
				}
			}
			return n
		}
		rows, cols := printed(n.hor), printed(n.ver)
		if rows < 2 || cols < 1 || rows+cols < 4 {
			continue
		}
		if g, ok := buildGrid(n.hor, n.ver, page); ok {
			grids = append(grids, complete(page, g, n.hor, n.ver))
		}
	}
	grids = outermost(grids)
	for i := range grids {
		partByText(page, &grids[i])
	}
	return grids
}

// outermost drops tables that lie inside a cell of another, and orders the
// rest for reading.
func outermost(grids []Grid) []Grid {
	slices.SortFunc(grids, func(a, b Grid) int {
		return b.Box.Dx()*b.Box.Dy() - a.Box.Dx()*a.Box.Dy()
	})
	var out []Grid
	for _, g := range grids {
		inside := slices.ContainsFunc(out, func(o Grid) bool {
			in := o.Box.Intersect(g.Box)
			return 2*in.Dx()*in.Dy() > g.Box.Dx()*g.Box.Dy()
		})
		if !inside {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Grid) int {
		if overlap := min(a.Box.Max.Y, b.Box.Max.Y) - max(a.Box.Min.Y, b.Box.Min.Y); 2*overlap > min(a.Box.Dy(), b.Box.Dy()) {
			return a.Box.Min.X - b.Box.Min.X
		}
		return a.Box.Min.Y - b.Box.Min.Y
	})
	return out
}

// lostEnd is how much of the end of a broken rule may be lost, pixels.
const lostEnd = 5

// slack is how far a rule may stop short of one that it meets.
func slack(a, b *rule) float64 {
	s := 4 + a.thick/2 + b.thick/2
	if a.beat > 0 || b.beat > 0 { // a corner may fall between two dashes
		s += max(a.beat, b.beat)
	}
	if a.broken || b.broken { // or be lost
		s += lostEnd
	}
	return s
}

func meet(a, b *rule) bool {
	s := slack(a, b)
	return b.pos >= a.lo-s && b.pos <= a.hi+s && a.pos >= b.lo-s && a.pos <= b.hi+s
}

// supported keeps the strong rules, and of the weak ones those that span from
// one strong crossing rule to another, as the sides of a small cell do and the
// strokes of a character do not.
func supported(rs, across []rule) []rule {
	var out []rule
	for i := range rs {
		r := &rs[i]
		if !r.weak {
			out = append(out, *r)
			continue
		}
		ends := 0
		for _, end := range []float64{r.lo, r.hi} {
			if slices.ContainsFunc(across, func(a rule) bool {
				reach := 2.5 + a.thick/2
				if r.beat > 0 { // it may end between two dashes
					reach += r.beat
				}
				if r.broken {
					reach += lostEnd
				}
				return !a.weak && (a.light == r.light || a.edge) && math.Abs(a.pos-end) <= reach && r.pos > a.lo-3 && r.pos < a.hi+3
			}) {
				ends++
			}
		}
		if ends == 1 && r.length() > 12 && endsFree(r, rs, across) {
			ends++
		}
		if ends >= 2 {
			out = append(out, *r)
		}
	}
	return out
}

// endsFree tells whether a piece of a rule goes on to the side of a table that
// has no frame there, so that it meets nothing at that end. Its other pieces
// tell that it is a rule.
func endsFree(r *rule, rs, across []rule) bool {
	var before, after bool // a rule crosses its line before it, after it
	for _, a := range across {
		if a.weak || r.pos < a.lo-3 || r.pos > a.hi+3 {
			continue
		}
		before = before || a.pos < r.lo+4
		after = after || a.pos > r.hi-4
	}
	return before != after && slices.ContainsFunc(rs, func(o rule) bool {
		return !o.weak && o.light == r.light && math.Abs(o.pos-r.pos) <= 1.2 && math.Abs(o.thick-r.thick) < 1 && r.tone > 0.7*o.tone && o.tone > 0.7*r.tone
	})
}

// toFrame lengthens rules that end in the open, all at one level, to the rule
// across that stands close behind it: in a black and white scan that is askew a
// step of the pixels breaks them all where they come to the frame.
func toFrame(rs, across []rule) {
	for i := range across {
		a := &across[i]
		if a.weak || a.edge {
			continue
		}
		for _, r := range shortOf(a, rs, across, highEnd) {
			r.hi = a.pos
		}
		for _, r := range shortOf(a, rs, across, lowEnd) {
			r.lo = a.pos
		}
	}
}

func lowEnd(r *rule) (end, sign float64) { return r.lo, -1 }

func highEnd(r *rule) (end, sign float64) { return r.hi, 1 }

// shortOf are the rules that end in the open just before a: none where they are
// few, end at different levels, or lie as close as those of an ornament.
func shortOf(a *rule, rs, across []rule, end func(*rule) (float64, float64)) (out []*rule) {
	const most, level, pitch, few = 24, 6, 8, 3 // pixels, and lines
	first, last := math.Inf(1), math.Inf(-1)
	for i := range rs {
		r := &rs[i]
		at, sign := end(r)
		if gap := sign * (a.pos - at); r.weak || r.edge || r.pos < a.lo-4 || r.pos > a.hi+4 || gap < 0 || gap > min(most, r.length()/10) || meet(r, a) {
			continue
		}
		if !slices.ContainsFunc(across, func(o rule) bool { return math.Abs(o.pos-at) < level && meet(r, &o) }) {
			out, first, last = append(out, r), min(first, at), max(last, at)
		}
	}
	slices.SortFunc(out, func(r, o *rule) int { return cmp.Compare(r.pos, o.pos) })
	lines := min(len(out), 1)
	for i := 1; i < len(out); i++ {
		switch d := out[i].pos - out[i-1].pos; {
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

// A net is a connected set of rules: those of one table.
type net struct{ hor, ver []rule }

// nets parts the rules into connected sets.
func nets(hor, ver []rule) []net {
	parent := make([]int, len(hor)+len(ver))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i := range hor {
		for j := range ver {
			if meet(&hor[i], &ver[j]) {
				parent[find(i)] = find(len(hor) + j)
			}
		}
	}
	// A table with open sides may have rows without any vertical rule: level
	// rules of one extent belong together unless a side closes them off.
	open := func(r *rule) bool {
		return !slices.ContainsFunc(ver, func(v rule) bool {
			return meet(r, &v) && (math.Abs(v.pos-r.lo) < 6 || math.Abs(v.pos-r.hi) < 6)
		})
	}
	for i := range hor {
		below := -1
		for j := range hor {
			d := hor[j].pos - hor[i].pos
			if d > 0 && d < 0.15*hor[i].length() && math.Abs(hor[i].lo-hor[j].lo) < 5 && math.Abs(hor[i].hi-hor[j].hi) < 5 && (below < 0 || hor[j].pos < hor[below].pos) {
				below = j
			}
		}
		if below >= 0 && open(&hor[i]) && open(&hor[below]) {
			parent[find(i)] = find(below)
		}
	}
	var out []net
	at := map[int]int{} // the root of a set → its place in out
	in := func(i int) *net {
		k, ok := at[find(i)]
		if !ok {
			k = len(out)
			at[find(i)] = k
			out = append(out, net{})
		}
		return &out[k]
	}
	for i, r := range hor {
		n := in(i)
		n.hor = append(n.hor, r)
	}
	for j, r := range ver {
		n := in(len(hor) + j)
		n.ver = append(n.ver, r)
	}
	return out
}

// A gridLine is a row or column line with the rules that lie on it.
type gridLine struct {
	pos    float64
	lo, hi float64 // the outer edges of its rules, across
	rules  []rule
	tone   float64
	light  bool
	open   bool // no rule is printed there: an open side
	edge   bool // a ground ends there that hides the rules on it
}

// gridLines merges rules that lie on one line, double rules too.
func gridLines(rs []rule) []gridLine {
	slices.SortFunc(rs, func(a, b rule) int {
		switch {
		case a.pos < b.pos:
			return -1
		case a.pos > b.pos:
			return 1
		}
		return 0
	})
	var pitch []float64
	for i := 1; i < len(rs); i++ {
		if d := rs[i].pos - rs[i-1].pos; d > 8 {
			pitch = append(pitch, d)
		}
	}
	tol := 4.0
	if len(pitch) > 0 {
		slices.Sort(pitch)
		tol = min(max(0.22*pitch[len(pitch)/2], 3), 12)
	}
	var lines []gridLine
	for _, r := range rs {
		if n := len(lines); n > 0 && r.pos-lines[n-1].pos <= tol && r.pos-lines[n-1].lo <= 2*tol {
			l := &lines[n-1]
			l.rules = append(l.rules, r)
			l.edge = l.edge && r.edge
			var w, s, t float64
			for _, q := range l.rules {
				w += q.length()
				s += q.length() * q.pos
				t += q.length() * q.tone
			}
			l.pos, l.tone = s/w, t/w
			l.lo, l.hi = min(l.lo, r.pos-r.thick/2), max(l.hi, r.pos+r.thick/2)
			continue
		}
		lines = append(lines, gridLine{pos: r.pos, lo: r.pos - r.thick/2, hi: r.pos + r.thick/2, rules: []rule{r}, tone: r.tone, light: r.light, edge: r.edge})
	}
	return lines
}

// near returns the rule of the line that lies on most of an interval along it,
// or else the longest.
func (l *gridLine) near(a, b float64) *rule {
	best, bestScore := &l.rules[0], math.Inf(-1)
	for i := range l.rules {
		r := &l.rules[i]
		score := min(b, r.hi) - max(a, r.lo) + 1e-3*r.length()
		if score > bestScore {
			best, bestScore = r, score
		}
	}
	return best
}

// longest returns the line's longest rule.
func (l *gridLine) longest() *rule {
	best := &l.rules[0]
	for i := range l.rules {
		if l.rules[i].length() > best.length() {
			best = &l.rules[i]
		}
	}
	return best
}

// openSides adds the lines of sides where no rule is printed but the crossing
// rules stick out to, such as the left and right of a table that is open there.
// Where others sides of the table have no frame, one rule that sticks out is
// enough.
func openSides(lines []gridLine, across []gridLine, frameless bool) []gridLine {
	if len(lines) == 0 {
		return lines
	}
	var lows, highs []float64
	for _, l := range across {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, r := range l.rules {
			lo, hi = min(lo, r.lo), max(hi, r.hi)
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

// openTop adds the row above the first rule of a table that has no frame on any
// side: no rule tells how high it is, but its text does.
func openTop(m *measured, rows, cols []gridLine) []gridLine {
	first := int(rows[0].lo)
	ink := func(y int) bool { return m.strokesOn(y, int(cols[0].pos), int(cols[len(cols)-1].pos)) }
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

// measured is what edges are looked up in: the ridge responses of the page.
type measured struct {
	size     image.Point
	hor, ver *ridges // hor is of the transposed page
	dark     bool    // most of the page is dark
	page     ink.Pixels
}

// A sight is how much of a rule can be seen on an interval.
type sight struct {
	any   float64 // share on which something like it is there
	clear float64 // share on which it is also clear on both sides, as no stroke of text is for long
	loud  float64 // share on which something much stronger is there
	ends  float64 // the lesser share of the two ends, where a cell has no text
	short bool    // so short that one stroke of text may fill it
	hole  int     // the longest stretch on which nothing is there, pixels
}

// look measures a rule like r on an interval at its place.
func (m *measured) look(horizontal bool, r *rule, a, b float64) sight {
	px, w, _ := m.responses(horizontal, r.light)
	if px == nil {
		return sight{}
	}
	h := len(px) / w
	at := r.pos - 0.5
	x0, x1 := max(0, int(math.Floor(at-0.6))), min(w-1, int(math.Ceil(at+0.6)))
	side := r.thick/2 + 2.2
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
	var dashes []bool // of a dashed rule, where it is seen
	if r.beat > 0 {
		dashes = make([]bool, y1-y0)
	}
	for y := y0; y < y1; y++ {
		row := px[y*w : (y+1)*w]
		var top uint8
		for x := x0; x <= x1; x++ {
			top = max(top, row[x])
		}
		v := float64(top)
		if v < max(4, 0.45*r.tone) {
			continue
		}
		hits++
		hole = max(hole, y-seen-1)
		seen = y
		if dashes != nil {
			dashes[y-y0] = true
		}
		if y < y0+zone {
			first++
		}
		if y >= y1-zone {
			last++
		}
		if a, b := float64(row[left]), float64(row[right]); max(a, b) <= 0.55*v || min(a, b) <= 0.2*v {
			clear++
		}
		if v > 2.2*r.tone {
			loud++
		}
	}
	n := float64(y1 - y0)
	if r.beat > 0 {
		hits = r.inBeat(dashes)
	}
	return sight{float64(hits) / n, float64(clear) / n, float64(loud) / n, float64(min(first, last)) / float64(zone), y1-y0 < 24, max(hole, y1-seen-1)}
}

// inBeat returns on how much of an interval, in pixels, a dashed rule's dashes
// are seen at their beat. Strokes of text cover as much of it, but unevenly.
func (r *rule) inBeat(seen []bool) int {
	// A beat that is no whole number of pixels is seen as now one less, now one
	// more: of short ones more than one is looked at.
	const least = 4
	w := min(int(math.Round(r.beat*math.Ceil(least/r.beat))), len(seen))
	good, sum := 0, 0
	for i, s := range seen {
		if s {
			sum++
		}
		if i < w-1 {
			continue
		}
		if i >= w && seen[i-w] {
			sum--
		}
		if share := float64(sum) / float64(w); share >= 0.5*r.cover && share <= r.cover+0.3 {
			good++
		}
	}
	return int(math.Round(r.cover * float64(good) / float64(len(seen)-w+1) * float64(len(seen))))
}

// minEdge is the strength from which an elementary edge counts as printed.
const minEdge = 0.82

// weakEdge is the strength from which one counts that lies between two others
// (hysteresis, as Canny has it).
const weakEdge = 0.65

// strength is how surely a rule is printed on an interval, from 0 to 1.
func (m *measured) strength(horizontal bool, r *rule, a, b float64) float64 {
	if r.broken {
		return m.brokenEdge(horizontal, r, a, b)
	}
	e := m.look(horizontal, r, a, b).strength(r)
	if e < minEdge {
		if g, ok := m.onGround(horizontal, r, a, b); ok {
			// So faint a line may be strokes of text, which are not clear.
			if s := m.look(horizontal, &g, a, b); s.ends == 1 && s.clear >= 0.8*s.any {
				e = max(e, s.strength(&g))
			}
		}
	}
	return e
}

// onGround is a rule as it looks on an interval where it crosses a ground that
// is darker than the paper it lies on elsewhere: the ground takes from its
// tone. Ok is false where no such ground is.
func (m *measured) onGround(horizontal bool, r *rule, a, b float64) (rule, bool) {
	if r.light || m.dark {
		return rule{}, false
	}
	paper, ground := m.beside(horizontal, r, r.lo, r.hi), m.beside(horizontal, r, a, b)
	g := *r
	g.tone -= float64(paper - ground)
	return g, paper-ground > grounded && g.tone >= faint
}

// grounded is by how much a ground must be darker than paper, grey levels.
const grounded = 25

// beside is the tone of what a rule lies on, on an interval: the median of
// places on both sides of it.
func (m *measured) beside(horizontal bool, r *rule, a, b float64) int {
	const places = 9
	side := int(math.Ceil(r.thick/2)) + 3
	var tones [2 * places]int
	for i := range places {
		along := int(a + (b-a)*(float64(i)+0.5)/places)
		tones[2*i] = m.grey(horizontal, int(r.pos)-side, along)
		tones[2*i+1] = m.grey(horizontal, int(r.pos)+side, along)
	}
	slices.Sort(tones[:])
	return tones[places]
}

// strength is 1 where an elementary edge is surely printed and 0 where surely
// not; minEdge parts the two.
func (s sight) strength(r *rule) float64 {
	if r.beat > 0 {
		return s.dashed(r)
	}
	e := min(1, s.any/r.cover)
	if s.clear < 0.9*s.any { // what is much stronger than the rule is text
		e = min(1, (s.any-s.loud)/r.cover)
	}
	clear := 0.4
	if s.short || r.tone < faint {
		clear = 0.7
	}
	switch {
	case s.clear < clear*r.cover && s.any > 0.9 && s.hole <= 1 && s.loud < 0.1 && s.ends == 1 && s.clear > 0.2:
		return weakEdge // between digits that touch it on both sides
	case s.clear < clear*r.cover, r.cover > 0.85 && s.ends < 0.5:
		return min(e, 0.5)
	}
	// A hairline comes and goes with the compression. No text is clear and
	// goes on to both ends.
	if r.tone < 25 || s.ends == 1 && s.clear >= 0.95*s.any {
		return min(1, e*1.12)
	}
	return e
}

// dashed is the strength of an edge of dashes. Text that is in their beat is
// not clear on both sides.
func (s sight) dashed(r *rule) float64 {
	e := min(1, s.any/r.cover)
	switch gap := r.beat * (1 - r.cover); {
	case r.beat < 4 && float64(s.hole) < r.beat && s.ends > 0 && s.clear >= 0.7*r.cover && s.clear <= r.cover+0.3:
		// Text that touches dots fills the gaps between them, but nowhere is a
		// gap longer.
		return max(e, min(1, s.clear/r.cover))
	case s.clear < 0.55*s.any, s.ends == 0 && float64(s.hole) > gap+2:
		return min(e, 0.5)
	case s.ends == 0 && s.clear < 0.75*s.any:
		return min(e, weakEdge)
	}
	return e
}

func buildGrid(h, v []rule, page *measured) (Grid, bool) {
	rows, cols := gridLines(h), gridLines(v)
	cols = openSides(cols, rows, false)
	rows = openSides(rows, cols, len(cols) > 0 && (cols[0].open || cols[len(cols)-1].open))
	if len(rows) > 1 && len(cols) > 1 && cols[0].open && cols[len(cols)-1].open && rows[len(rows)-1].open && !rows[0].open {
		rows = openTop(page, rows, cols)
	}
	if len(rows) < 2 || len(cols) < 2 || len(rows)*len(cols) > maxPositions {
		return Grid{}, false
	}
	R, C := len(rows)-1, len(cols)-1
	// below[r][c]: an edge is printed between positions (r-1,c) and (r,c).
	below, right := edges(rows, cols, page, true), edges(cols, rows, page, false)
	edge := func(r, c int, horizontal bool) *float64 {
		if horizontal {
			return &below[r*C+c]
		}
		return &right[c*R+r]
	}
	cells := cellsFrom(R, C, edge)
	g := Grid{Rows: R, Cols: C, bare: [4]bool{atLeft: cols[0].open, atRight: cols[C].open, atTop: rows[0].open, atBottom: rows[R].open}}
	for _, l := range rows {
		g.RowLines = append(g.RowLines, l.pos)
	}
	for _, l := range cols {
		g.ColLines = append(g.ColLines, l.pos)
	}
	for _, k := range cells {
		// Row and column lines that lie within the cell do not bound it, and
		// of a double rule only the inner edge does.
		x0, x1 := inner(cols, k.Min.X, rows, k.Min.Y, k.Max.Y, false), inner(cols, k.Max.X, rows, k.Min.Y, k.Max.Y, true)
		y0, y1 := inner(rows, k.Min.Y, cols, k.Min.X, k.Max.X, false), inner(rows, k.Max.Y, cols, k.Min.X, k.Max.X, true)
		g.Cells = append(g.Cells, Cell{Row: k.Min.Y, Col: k.Min.X, RowSpan: k.Dy(), ColSpan: k.Dx(),
			Box: image.Rect(int(math.Ceil(x0)), int(math.Ceil(y0)), int(math.Floor(x1)), int(math.Floor(y1))).Intersect(image.Rectangle{Max: page.size})})
	}
	g.compress()
	cutHeadings(page, &g, rows, cols)
	g.Box = image.Rect(int(g.ColLines[0]), int(g.RowLines[0]), int(math.Ceil(g.ColLines[g.Cols])), int(math.Ceil(g.RowLines[g.Rows])))
	return g, g.Rows*g.Cols >= 2
}

// inner is where the rule on a grid line ends towards a cell, at the rows (or
// columns) from a to b.
func inner(lines []gridLine, i int, across []gridLine, a, b int, before bool) float64 {
	l := &lines[i]
	lo, hi := across[a].pos, across[b].pos
	e0, e1 := math.Inf(1), math.Inf(-1)
	for _, r := range l.rules {
		if r.lo < hi-2 && r.hi > lo+2 {
			e0, e1 = min(e0, r.pos-r.thick/2), max(e1, r.pos+r.thick/2)
		}
	}
	if e1 < e0 {
		e0, e1 = l.pos, l.pos
	}
	if before {
		return e0
	}
	return e1
}

// edges measures every elementary edge on the given lines: between 0, not
// there, and 1, wholly there.
func edges(lines, across []gridLine, page *measured, horizontal bool) []float64 {
	n := len(across) - 1
	out := make([]float64, len(lines)*n)
	for i := range lines {
		l := &lines[i]
		for j := range n {
			if i == 0 || i == len(lines)-1 {
				out[i*n+j] = 1 // the outside is always closed
				continue
			}
			if l.open {
				continue
			}
			a, b := across[j].hi, across[j+1].lo
			r := l.near(a, b)
			if r.edge {
				if a > r.lo-3 && b < r.hi+3 || l.edge && page.clean(horizontal, l.pos, a, b) {
					out[i*n+j] = 1
				}
				continue
			}
			if r.whole && a > r.lo-whole && b < r.hi+whole {
				out[i*n+j] = 1
				continue
			}
			out[i*n+j] = page.strength(horizontal, r, a+1, b-1)
			if o := l.longest(); o != r && out[i*n+j] < minEdge {
				// What lies there may be but an echo of the line.
				out[i*n+j] = max(out[i*n+j], page.strength(horizontal, o, a+1, b-1))
			}
			for k := range l.rules {
				if o := &l.rules[k]; o.broken && out[i*n+j] < minEdge && o.lo < b && o.hi > a {
					out[i*n+j] = max(out[i*n+j], page.strength(horizontal, o, a+1, b-1))
				}
			}
		}
		joinWeak(out[i*n : (i+1)*n])
	}
	return out
}

// joinWeak takes edges that are half seen for printed where their line goes on
// at both ends of them: text hides the rest.
func joinWeak(line []float64) {
	last := len(line) // the strong edge before
	for j, e := range line {
		switch {
		case e >= minEdge:
			for k := last + 1; k < j; k++ {
				line[k] = minEdge
			}
			last = j
		case e < weakEdge:
			last = len(line)
		}
	}
}

// whole is how far the lines at the sides of a cell may lie from the ends of a
// rule that crosses it, pixels: they may have more than one rule.
const whole = 8

// cellsFrom joins grid positions that no edge parts, and makes every cell a
// rectangle: where a set of joined positions is none, its most likely missing
// edges are put in until it is.
func cellsFrom(R, C int, edge func(r, c int, horizontal bool) *float64) []image.Rectangle {
	exists := func(r, c int, horizontal bool) bool { return *edge(r, c, horizontal) >= minEdge }
	label := make([]int, R*C)
	for {
		for i := range label {
			label[i] = -1
		}
		var sets [][]image.Point
		for r := range R {
			for c := range C {
				if label[r*C+c] >= 0 {
					continue
				}
				id := len(sets)
				stack := []image.Point{{X: c, Y: r}}
				label[r*C+c] = id
				var set []image.Point
				for len(stack) > 0 {
					p := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					set = append(set, p)
					visit := func(q image.Point, open bool) {
						if open && label[q.Y*C+q.X] < 0 {
							label[q.Y*C+q.X] = id
							stack = append(stack, q)
						}
					}
					if p.Y > 0 {
						visit(image.Pt(p.X, p.Y-1), !exists(p.Y, p.X, true))
					}
					if p.Y < R-1 {
						visit(image.Pt(p.X, p.Y+1), !exists(p.Y+1, p.X, true))
					}
					if p.X > 0 {
						visit(image.Pt(p.X-1, p.Y), !exists(p.Y, p.X, false))
					}
					if p.X < C-1 {
						visit(image.Pt(p.X+1, p.Y), !exists(p.Y, p.X+1, false))
					}
				}
				sets = append(sets, set)
			}
		}
		out := make([]image.Rectangle, 0, len(sets))
		split := false
		for _, set := range sets {
			box := image.Rectangle{}
			for _, p := range set {
				box = box.Union(image.Rect(p.X, p.Y, p.X+1, p.Y+1))
			}
			if box.Dx()*box.Dy() != len(set) {
				splitSet(set, box, label, C, edge)
				split = true
				continue
			}
			out = append(out, box)
		}
		if !split {
			return out
		}
	}
}

// splitSet cuts a set of joined positions that is no rectangle along the full
// line, within the set, that has the most evidence of an edge.
func splitSet(set []image.Point, box image.Rectangle, label []int, C int, edge func(r, c int, horizontal bool) *float64) {
	id := label[set[0].Y*C+set[0].X]
	in := func(r, c int) bool { return label[r*C+c] == id }
	bestScore, bestLine, bestHor := -1.0, 0, true
	try := func(line int, horizontal bool) {
		sum, n, notch := 0.0, 0, false
		lo, hi := box.Min.X, box.Max.X
		if !horizontal {
			lo, hi = box.Min.Y, box.Max.Y
		}
		for k := lo; k < hi; k++ {
			r, c, r0, c0 := line, k, line-1, k
			if !horizontal {
				r, c, r0, c0 = k, line, k, line-1
			}
			a, b := in(r, c), in(r0, c0)
			if a && b {
				sum += *edge(r, c, horizontal)
				n++
			}
			notch = notch || a != b
		}
		if n == 0 {
			return
		}
		// Cuts at the corner of a notch leave rectangles behind; others
		// only if there is evidence for them.
		score := sum / float64(n)
		if notch {
			score += 0.3
		}
		if score > bestScore {
			bestScore, bestLine, bestHor = score, line, horizontal
		}
	}
	for r := box.Min.Y + 1; r < box.Max.Y; r++ {
		try(r, true)
	}
	for c := box.Min.X + 1; c < box.Max.X; c++ {
		try(c, false)
	}
	for _, p := range set {
		if bestHor && p.Y == bestLine && in(p.Y-1, p.X) {
			*edge(p.Y, p.X, true) = 1
		}
		if !bestHor && p.X == bestLine && in(p.Y, p.X-1) {
			*edge(p.Y, p.X, false) = 1
		}
	}
}

// compress drops the lines that no cell edge falls on.
func (g *Grid) compress() {
	rows, cols := make([]bool, g.Rows+1), make([]bool, g.Cols+1)
	for _, c := range g.Cells {
		rows[c.Row], rows[c.Row+c.RowSpan] = true, true
		cols[c.Col], cols[c.Col+c.ColSpan] = true, true
	}
	squeeze := func(used []bool, lines []float64) ([]int, []float64) {
		index, kept := make([]int, len(used)), []float64(nil)
		for i, u := range used {
			index[i] = len(kept)
			if u {
				kept = append(kept, lines[i])
			}
		}
		return index, kept
	}
	ri, rl := squeeze(rows, g.RowLines)
	ci, cl := squeeze(cols, g.ColLines)
	for i := range g.Cells {
		c := &g.Cells[i]
		c.RowSpan, c.ColSpan = ri[c.Row+c.RowSpan]-ri[c.Row], ci[c.Col+c.ColSpan]-ci[c.Col]
		c.Row, c.Col = ri[c.Row], ci[c.Col]
	}
	g.RowLines, g.ColLines = rl, cl
	g.Rows, g.Cols = len(rl)-1, len(cl)-1
	g.sortCells()
}

// sortCells puts the cells in reading order.
func (g *Grid) sortCells() {
	slices.SortFunc(g.Cells, func(a, b Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
}
