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
	if d < 0.5*t.H || t.leading > 0 && d > 1.2*t.leading || t.leading == 0 && d > 0.9*t.closest || float64(b.box.Min.Y-a.box.Max.Y) > 1.1*max(t.H, float64(a.box.Dy()), float64(b.box.Dy())) {
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

// freeCost is what it costs that a text belongs to no anchor. Costs are in heights of a
// line: how far a text is from its anchor. Set by hand.
const freeCost = 0.6

// splitCost is what it costs to part two lines that are as close as those of one cell. Set
// by hand.
const splitCost = 0.3

// maxRun is how many lines a cell of a table without rules has at most.
const maxRun = 16

// An assigning gives the entries of a table to anchors.
type assigning struct {
	*table
	entries []*entry
	anchors []knot
	runs    int // texts so far
}

// assign gives the entries of each column to the anchors.
func (t *table) assign(entries []*entry, anchors []knot) {
	a := &assigning{table: t, entries: entries, anchors: anchors}
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
			a.column(seq[from:to])
			from = to
		}
	}
}

// withRests are the entries of a column, and those that go on a text of the column without
// reaching into it themselves: a text over several columns may have a short last line.
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

// A step is the cheapest way to give the first entries of a column to anchors. It is told by
// its last text, and by the step before that.
type step struct {
	cost float64
	from int // first entry of the text
	last int // anchor given before it, + 1
	to   int // anchor it is given: -1 none
}

// column parts the entries of a column, top to bottom, into texts of one
// or more lines, and gives each to an anchor or to none, at the least cost
// (dynamic programming: the best for the entries so far and the last anchor
// that was given one).
func (a *assigning) column(seq []*entry) {
	best := a.steps(seq)
	n, at := len(seq), 0
	for j := range best[n] {
		if best[n][j].cost < best[n][at].cost {
			at = j
		}
	}
	for i := n; i > 0; {
		s := best[i][at]
		for _, e := range seq[s.from:i] {
			e.row, e.run = s.to, a.runs
			if s.to < 0 {
				e.row = free
			}
		}
		a.runs++
		i, at = s.from, s.last
	}
}

// steps are the cheapest steps: steps[n][k+1] for the first n entries, if k is the last
// anchor that one was given to; k is -1 for none.
func (a *assigning) steps(seq []*entry) [][]step {
	n, m := len(seq), len(a.anchors)
	best := make([][]step, n+1)
	for i := range best {
		best[i] = make([]step, m+1)
		for j := range best[i] {
			best[i][j].cost = math.Inf(1)
		}
	}
	best[0][0].cost = 0
	for i := range n {
		begin := a.begins(seq, i)
		for end := i + 1; end <= n && end-i <= maxRun; end++ {
			if end > i+1 && !a.follows(seq[end-2], seq[end-1], a.entries) {
				break
			}
			// A text leaves each anchor that it reaches and does not belong to without one.
			alone := freeCost * float64(max(1, a.reached(seq[i:end])))
			at, off := a.anchorOf(seq[i:end])
			for j := range m + 1 {
				c := best[i][j].cost + begin
				if math.IsInf(c, 1) {
					continue
				}
				if c+alone < best[end][j].cost {
					best[end][j] = step{c + alone, i, j, -1}
				}
				if own := c + off + alone - freeCost; at >= j && own < best[end][at+1].cost {
					best[end][at+1] = step{own, i, j, at}
				}
			}
		}
	}
	return best
}

// reached is how many anchors stand at the heights of a text, or between those.
func (a *assigning) reached(run []*entry) (n int) {
	first, last := run[0], run[len(run)-1]
	for j := range a.anchors {
		k := &a.anchors[j]
		if k.band == (ink.Span{}) && (a.level(first, k) || a.level(last, k) || first.mid() < k.mid && k.mid < last.mid()) {
			n++
		}
	}
	return n
}

// begins is what it costs to begin a text with an entry.
func (a *assigning) begins(seq []*entry, i int) float64 {
	if i > 0 && a.leading > 0 && seq[i].mid()-seq[i-1].mid() < 1.15*a.leading && a.follows(seq[i-1], seq[i], a.entries) {
		return splitCost
	}
	return 0
}

// anchorOf is the anchor that a text is nearest to, and how far it is, in
// heights of a line; none is -1.
func (a *assigning) anchorOf(run []*entry) (int, float64) {
	first, last := run[0].mid(), run[len(run)-1].mid()
	y := (first + last) / 2
	at, off := -1, math.Inf(1)
	for j := range a.anchors {
		k := &a.anchors[j]
		if k.band != (ink.Span{}) {
			if first > float64(k.band.Lo) && last < float64(k.band.Hi) {
				return j, 0
			}
			continue
		}
		if d := math.Abs(k.mid-y) / a.H; d < off && !a.parted(k.mid, y) {
			at, off = j, d
		}
	}
	// What stands at the height of an anchor belongs to no other.
	for j := range a.anchors {
		for _, e := range run {
			if j != at && a.level(e, &a.anchors[j]) {
				return -1, math.Inf(1)
			}
		}
	}
	return at, off
}

// level reports whether an entry stands at the height of an anchor.
func (t *table) level(e *entry, a *knot) bool { return math.Abs(a.mid-e.mid()) < 0.35*t.H }
