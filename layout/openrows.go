package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// The rows of a table without rules. A row is known by its anchor, the height
// at which most columns have text; what is printed on several lines (a wrapped
// label, a heading of stacked characters) belongs to the anchor it has its
// middle at, or its top where cells are set from the top.

// An openRow is a row of the table in the making.
type openRow struct {
	entries []*entry
	box     image.Rectangle // of what stands in this row alone
	mid     float64         // of the line that most of its cells have text on
}

// An entry is the text of one line in the columns it stands in.
type entry struct {
	place
	line int
	row  int // anchor it belongs to: none, or free where it belongs to none
	run  int // entries of one run are one piece of text
}

const (
	none = -1
	free = -2
)

func (e *entry) mid() float64 { return float64(e.box.Min.Y+e.box.Max.Y) / 2 }

// rows joins what is printed into rows.
func (t *openTable) rows() []openRow {
	var entries []*entry
	for i, ps := range t.of {
		for _, p := range ps {
			entries = append(entries, &entry{place: p, line: i, row: none, run: none})
		}
	}
	t.leading, t.closest = t.tightPitch(entries), math.Inf(1)
	anchors := t.anchors()
	for i := 1; i < len(anchors); i++ {
		t.closest = min(t.closest, anchors[i].mid-anchors[i-1].mid)
	}
	// Cells are set about their middle, or all from their top.
	best := math.Inf(1)
	var chosen []entry
	for _, top := range []bool{false, true} {
		for _, e := range entries {
			e.row, e.run = none, none
		}
		if cost := t.assign(entries, anchors, top); cost < best-0.5 {
			best, chosen = cost, chosen[:0]
			for _, e := range entries {
				chosen = append(chosen, *e)
			}
		}
	}
	for i, e := range entries {
		*e = chosen[i]
	}
	return t.collect(entries, anchors)
}

// overlap is how far apart, in heights of a line, the middles of lines are at
// most that are no two rows: print of one text is never set closer, since its
// ink is less high than its type.
const overlap = 1.15

// A knot is a set of lines of which each overlaps the next in height: since
// rows are apart, they are no rows of their own.
type knot struct {
	lines  []int
	filled int      // columns that have text
	mid    float64  // where the row is that it may be
	band   ink.Span // between the rules that bound it, where rules part rows
}

// anchors are the rows that most columns have text in.
func (t *openTable) anchors() []knot {
	if ruled := t.bands(); ruled != nil {
		return ruled
	}
	var knots []knot
	for _, k := range t.knots() {
		knots = append(knots, t.untied(k)...)
	}
	var filled []int
	for _, k := range knots {
		filled = append(filled, k.filled)
	}
	slices.Sort(filled)
	strong := max(2, (filled[len(filled)*3/4]+1)/2)
	knots = slices.DeleteFunc(knots, func(k knot) bool { return k.filled < strong })
	// Lines of a cell stand closer than rows do.
	for again := true; again && len(knots) > 3; {
		again = false
		var pitches []float64
		for i := 1; i < len(knots); i++ {
			pitches = append(pitches, knots[i].mid-knots[i-1].mid)
		}
		slices.Sort(pitches)
		usual := pitches[len(pitches)/2]
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
func (t *openTable) parted(a, b float64) bool {
	a, b = min(a, b), max(a, b)
	return slices.ContainsFunc(t.levels, func(y float64) bool { return y > a && y < b })
}

// knots joins lines that overlap.
func (t *openTable) knots() []knot {
	var out []knot
	for i := range t.lines {
		if n := len(out); n > 0 {
			last := t.lines[i-1].mid()
			d := t.lines[i].mid() - last
			if (d < overlap*t.H || d < 1.4*t.H && t.disjoint(i-1, i)) && !t.parted(last, t.lines[i].mid()) {
				out[n-1].lines = append(out[n-1].lines, i)
				continue
			}
		}
		out = append(out, knot{lines: []int{i}})
	}
	for i := range out {
		t.settle(&out[i])
	}
	return out
}

// disjoint reports whether two lines have text in different columns, as those
// of cells have that are set at different heights side by side.
func (t *openTable) disjoint(i, j int) bool {
	for _, p := range t.of[i] {
		for _, o := range t.of[j] {
			if p.lo < o.hi && o.lo < p.hi {
				return false
			}
		}
	}
	return true
}

// untied parts a knot in which rows are tied by what stands beside them: each
// line that has text in most columns is a row, if it is farther from the next
// than the lines of one cell are.
func (t *openTable) untied(k knot) []knot {
	out := []knot{k}
	at := -1
	for _, i := range k.lines {
		if 2*len(t.of[i]) <= len(t.cols) {
			continue
		}
		if at < 0 {
			at = i
			continue
		}
		if t.lines[i].mid()-t.lines[at].mid() > 1.2*max(t.leading, overlap*t.H) {
			last := len(out) - 1
			lines := out[last].lines
			cut := slices.Index(lines, i)
			out[last].lines = lines[:cut]
			out = append(out, knot{lines: lines[cut:]})
			at = i
		}
	}
	if len(out) == 1 {
		return out
	}
	for i := range out {
		out[i].filled = 0
		t.settle(&out[i])
	}
	return out
}

// settle finds how many columns a knot fills, and its middle: that of the line
// which has most of its text, if there is one.
func (t *openTable) settle(k *knot) {
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
func (t *openTable) bands() []knot {
	inside := 0
	for _, y := range t.levels {
		if y > float64(t.box.Min.Y) && y < float64(t.box.Max.Y) {
			inside++
		}
	}
	knots := t.knots()
	rows := 0
	for _, k := range knots {
		if 2*k.filled > len(t.cols) {
			rows++
		}
	}
	if inside < 2 || 10*inside < 6*(rows-1) {
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

// tightPitch is the distance of the lines of one cell, where cells have
// several: that of entries above one another in one knot. It is 0 where none
// has.
func (t *openTable) tightPitch(entries []*entry) float64 {
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
	slices.Sort(pitches)
	return pitches[len(pitches)/4]
}

// follows reports whether an entry may be the next line of a text that ends
// with another.
func (t *openTable) follows(a, b *entry, entries []*entry) bool {
	d := b.mid() - a.mid()
	if d < 0.5*t.H || t.leading > 0 && d > 1.2*t.leading || t.leading == 0 && d > 0.9*t.closest || float64(b.box.Min.Y-a.box.Max.Y) > 1.1*t.H {
		return false
	}
	if t.ruleBetween(a.box, b.box) {
		return false
	}
	// Below what spans columns, entries beside one another are under it.
	if a.hi-a.lo > 1 && b.hi-b.lo == 1 {
		for _, e := range entries {
			if e != b && e.lo >= a.lo && e.hi <= a.hi && e.line >= b.line-1 && e.line <= b.line+1 && math.Abs(e.mid()-b.mid()) < 0.95*t.H && e.lo != b.lo {
				return false
			}
		}
	}
	return true
}

// ruleBetween reports whether a rule parts what stands above one another.
func (t *openTable) ruleBetween(a, b image.Rectangle) bool {
	lo, hi := max(a.Min.X, b.Min.X), min(a.Max.X, b.Max.X)
	return slices.ContainsFunc(t.rules, func(r image.Rectangle) bool {
		y := (r.Min.Y + r.Max.Y) / 2
		return float64(r.Dx()) > 2*t.H && y > a.Max.Y-3 && y < b.Min.Y+3 && r.Min.X < hi && r.Max.X > lo
	})
}

// What it costs, in heights of a line, that a text belongs to no anchor.
const freeCost = 0.6

// splitCost is what it costs to part two lines that are as close as those of
// one cell.
const splitCost = 0.3

// maxRun is how many lines a cell of a table without rules has at most.
const maxRun = 16

// assign gives the entries of each column to the anchors, and returns how
// badly they fit.
func (t *openTable) assign(entries []*entry, anchors []knot, top bool) float64 {
	cost, runs := 0.0, 0
	// The values first: of several columns of labels the last is that of the
	// single row.
	for c := len(t.cols) - 1; c >= 0; c-- {
		var seq []*entry
		for _, e := range entries {
			if e.lo <= c && e.hi > c {
				seq = append(seq, e)
			}
		}
		seq = t.withRests(seq, entries)
		for from := 0; from < len(seq); {
			if seq[from].row != none {
				from++
				continue
			}
			to := from
			for to < len(seq) && seq[to].row == none {
				to++
			}
			cost += t.assignColumn(seq[from:to], entries, anchors, top, &runs)
			from = to
		}
	}
	return cost
}

// withRests adds to the entries of a column the last lines of texts that take
// more columns, where those end short of it.
func (t *openTable) withRests(seq, entries []*entry) []*entry {
	out := slices.Clone(seq)
	for _, s := range seq {
		if s.hi-s.lo < 2 {
			continue
		}
		for _, e := range entries {
			// The cheapest first: a page of bars has many entries.
			if e.line <= s.line || e.box.Min.X >= s.box.Max.X || e.box.Max.X <= s.box.Min.X || slices.Contains(out, e) || !t.follows(s, e, entries) {
				continue
			}
			if !slices.ContainsFunc(out, func(o *entry) bool { return math.Abs(o.mid()-e.mid()) < 0.7*t.H }) {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *entry) int { return cmp.Compare(a.mid(), b.mid()) })
	return out
}

// assignColumn parts the entries of a column, top to bottom, into texts of one
// or more lines, and gives each to an anchor or to none, at the least cost
// (dynamic programming: the best for the entries so far and the last anchor
// that was given one).
func (t *openTable) assignColumn(seq, entries []*entry, anchors []knot, top bool, runs *int) float64 {
	n, m := len(seq), len(anchors)
	type step struct {
		cost float64
		from int // first entry of the last run
		last int // anchor given before it
		to   int // anchor it is given: -1 none
	}
	best := make([][]step, n+1) // entries done → last anchor + 1 → best
	for i := range best {
		best[i] = make([]step, m+1)
		for j := range best[i] {
			best[i][j].cost = math.Inf(1)
		}
	}
	best[0][0].cost = 0
	standing := make([]bool, n) // at the height of an anchor
	for i, e := range seq {
		standing[i] = slices.ContainsFunc(anchors, func(a knot) bool { return a.band == (ink.Span{}) && t.level(e, &a) })
	}
	for i := range n {
		begin := 0.0
		if i > 0 && t.leading > 0 && seq[i].mid()-seq[i-1].mid() < 1.15*t.leading && t.follows(seq[i-1], seq[i], entries) {
			begin = splitCost
		}
		free := 0.0
		for end := i + 1; end <= n && end-i <= maxRun; end++ {
			if end > i+1 && !t.follows(seq[end-2], seq[end-1], entries) {
				break
			}
			// Of several lines that stand at the heights of anchors each is as
			// little free as alone.
			if free == 0 || standing[end-1] {
				free += freeCost
			}
			at, off := t.anchorOf(seq[i:end], anchors, top)
			for j := range m + 1 {
				c := best[i][j].cost + begin
				if math.IsInf(c, 1) {
					continue
				}
				if c+free < best[end][j].cost {
					best[end][j] = step{c + free, i, j, -1}
				}
				if at >= j && c+off < best[end][at+1].cost {
					best[end][at+1] = step{c + off, i, j, at}
				}
			}
		}
	}
	at := 0
	for j := range best[n] {
		if best[n][j].cost < best[n][at].cost {
			at = j
		}
	}
	total := best[n][at].cost
	for i := n; i > 0; {
		s := best[i][at]
		for _, e := range seq[s.from:i] {
			e.row, e.run = s.to, *runs
			if s.to < 0 {
				e.row = free
			}
		}
		*runs++
		i, at = s.from, s.last
	}
	return total
}

// anchorOf is the anchor that a text is nearest to, and how far it is, in
// heights of a line; none is -1.
func (t *openTable) anchorOf(run []*entry, anchors []knot, top bool) (int, float64) {
	first, last := run[0].mid(), run[len(run)-1].mid()
	y := (first + last) / 2
	if top {
		y = first
	}
	at, off := -1, math.Inf(1)
	for j := range anchors {
		a := &anchors[j]
		if a.band != (ink.Span{}) {
			if first > float64(a.band.Lo) && last < float64(a.band.Hi) {
				return j, 0
			}
			continue
		}
		if d := math.Abs(a.mid-y) / t.H; d < off && !t.parted(a.mid, y) {
			at, off = j, d
		}
	}
	// What stands at the height of an anchor belongs to no other.
	for j := range anchors {
		for _, e := range run {
			if j != at && t.level(e, &anchors[j]) {
				return -1, math.Inf(1)
			}
		}
	}
	return at, off
}

// level reports whether an entry stands at the height of an anchor.
func (t *openTable) level(e *entry, a *knot) bool { return math.Abs(a.mid-e.mid()) < 0.35*t.H }

// collect makes rows of the anchors and of the texts that belong to none.
func (t *openTable) collect(entries []*entry, anchors []knot) []openRow {
	rows := make([]openRow, len(anchors))
	for i := range rows {
		rows[i].mid = anchors[i].mid
	}
	texts := make(map[int][]*entry)
	var order []int
	for _, e := range entries {
		switch {
		case e.row >= 0:
			rows[e.row].add(e)
		default:
			if texts[e.run] == nil {
				order = append(order, e.run)
			}
			texts[e.run] = append(texts[e.run], e)
		}
	}
	var own [][]*entry
	for _, k := range order {
		es := texts[k]
		// What stands beside rows spans them: it is kept with the nearest.
		at, off := -1, math.Inf(1)
		top, bottom := es[0].box.Min.Y, es[len(es)-1].box.Max.Y
		for r := range anchors {
			in := float64(min(bottom, rows[r].box.Max.Y) - max(top, rows[r].box.Min.Y))
			d := math.Abs(rows[r].mid - float64(top+bottom)/2)
			if (in > 0.3*t.H || d < 0.95*t.H && !rows[r].box.Empty() && !rows[r].has(es)) && d < off && !t.parted(rows[r].mid, float64(top+bottom)/2) {
				at, off = r, d
			}
		}
		if at < 0 {
			own = append(own, es)
			continue
		}
		rows[at].entries = append(rows[at].entries, es...)
	}
	// The others are rows of their own: a heading above others, a title
	// between.
	slices.SortStableFunc(own, func(a, b []*entry) int { return cmp.Compare(a[0].mid(), b[0].mid()) })
	begin := len(rows)
	for _, es := range own {
		n := len(rows)
		if n > begin && float64(rows[n-1].box.Max.Y-es[0].box.Min.Y) > 0.5*t.H && !t.parted(rows[n-1].mid, es[0].mid()) {
			for _, e := range es {
				rows[n-1].add(e)
			}
			continue
		}
		r := openRow{mid: (es[0].mid() + es[len(es)-1].mid()) / 2}
		for _, e := range es {
			r.add(e)
		}
		rows = append(rows, r)
	}
	rows = slices.DeleteFunc(rows, func(r openRow) bool { return len(r.entries) == 0 })
	for i := range rows {
		for _, e := range rows[i].entries {
			if rows[i].box.Empty() {
				rows[i].box = e.box
			}
		}
	}
	slices.SortFunc(rows, func(a, b openRow) int { return cmp.Compare(a.mid, b.mid) })
	return rows
}

// has reports whether a row has text in the columns of some.
func (r *openRow) has(es []*entry) bool {
	for _, e := range es {
		for _, o := range r.entries {
			if e.lo < o.hi && o.lo < e.hi {
				return true
			}
		}
	}
	return false
}

func (r *openRow) add(e *entry) {
	r.entries = append(r.entries, e)
	r.box = r.box.Union(e.box)
}
