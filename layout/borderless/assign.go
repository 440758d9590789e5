package borderless

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// follows reports whether an entry may be the next line of a text that ends
// with another.
func (t *table) follows(a, b *entry, entries []*entry) bool {
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
func (t *table) ruleBetween(a, b image.Rectangle) bool {
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
func (t *table) assign(entries []*entry, anchors []knot, top bool) float64 {
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
func (t *table) withRests(seq, entries []*entry) []*entry {
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
func (t *table) assignColumn(seq, entries []*entry, anchors []knot, top bool, runs *int) float64 {
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
func (t *table) anchorOf(run []*entry, anchors []knot, top bool) (int, float64) {
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
func (t *table) level(e *entry, a *knot) bool { return math.Abs(a.mid-e.mid()) < 0.35*t.H }
