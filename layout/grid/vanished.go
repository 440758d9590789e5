package grid

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Rules that are lost: a site that shrinks a picture by leaving out rows and columns
// of pixels leaves out whole rules with them. Two signs tell where one was. Other
// rules end there without meeting anything (leftOut). And the text of cell after
// cell has a gap there (partByText).

// leftOut finds lost rules by the rules across that end at them. Where several of
// these end at one level, inside the table, without meeting a rule, a rule lay there.
// It reaches along all of those ends, up to the first rules on either side that go on
// through the level. Axis is the direction of the rules that are looked for; rules
// are those of that direction that are known, across those of the other.
func leftOut(m *ruling.Evidence, axis ruling.Axis, rules, across []ruling.Rule) []ruling.Rule {
	type end struct{ at, pos float64 }
	var ends [2][]end // where rules begin, and where they end
	for i := range across {
		r := &across[i]
		if r.Weak || r.Edge {
			continue
		}
		for k, at := range []float64{r.Lo, r.Hi} {
			on, off := at-ruling.Behind-1, at-1 // the interval in which r would go on
			if k == 1 {
				on, off = at+1, at+ruling.Behind+1
			}
			if m.Look(axis.Across(), r, on, off).Any < 0.3 && !slices.ContainsFunc(rules, func(o ruling.Rule) bool {
				return math.Abs(o.Pos-at) <= slack(&o, r) && o.Lo-slack(&o, r) <= r.Pos && r.Pos <= o.Hi+slack(&o, r)
			}) {
				ends[k] = append(ends[k], end{at, r.Pos})
			}
		}
	}
	var out []ruling.Rule
	for _, es := range ends {
		slices.SortFunc(es, func(a, b end) int { return cmp.Compare(a.at, b.at) })
		for _, level := range ink.Clusters(es, func(first, _, next *end) bool { return next.at <= first.at+hangLevel }) {
			if n := len(level); n >= hanging {
				out = append(out, levelRules(level[n/2].at, rules, across, func(lo, hi float64) bool {
					return slices.ContainsFunc(level, func(e end) bool { return lo < e.pos && e.pos < hi })
				})...)
			}
		}
	}
	return out
}

// hanging is how many rules must end at one level to tell of a lost rule: two may end
// alike by chance. hangLevel is how far apart their ends may lie, in pixels. Both were
// set by hand.
const (
	hanging   = 3
	hangLevel = 2.5
)

// levelRules makes rules at a level: one from each rule that goes on through the level
// to the next, where told says that there was one between these two, and where known
// rules lie on both sides of the level. Pieces that touch are one rule.
func levelRules(level float64, rules, across []ruling.Rule, told func(lo, hi float64) bool) []ruling.Rule {
	var at []float64
	for _, r := range across {
		if r.Lo < level-hangLevel && r.Hi > level+hangLevel {
			at = append(at, r.Pos)
		}
	}
	slices.Sort(at)
	var out []ruling.Rule
	for i := 1; i < len(at); i++ {
		lo, hi := at[i-1], at[i]
		before, after := false, false
		for _, o := range rules {
			if o.Lo < hi && o.Hi > lo {
				before, after = before || o.Pos < level-2*hangLevel, after || o.Pos > level+2*hangLevel
			}
		}
		if !before || !after || !told(lo, hi) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Hi == lo {
			out[n-1].Hi = hi
			continue
		}
		out = append(out, ruling.Rule{Pos: level, Lo: lo, Hi: hi, Thick: 1, Tone: rules[0].Tone, Light: rules[0].Light, Cover: 1, Whole: true})
	}
	return out
}

// votes is in how many cells a gap must be seen to be taken for a lost rule. A level
// rule takes more, since all cells of a heading row may have two lines of text. Set
// by hand.
func votes(axis ruling.Axis) int {
	if axis == ruling.Level {
		return 7
	}
	return 4
}

// partByText puts lines into a grid where gaps in the text of its cells tell of lost
// rules, and counts them in g.Recovered.
func partByText(p ink.Pixels, g *Grid) {
	blobs, usual := textOf(p, g)
	const limit = 24 // rules; no picture that was seen has lost more
	for range limit {
		axis := ruling.Plumb
		k, at, ok := lostIn(g, axis, blobs)
		if !ok {
			axis = ruling.Level
			if k, at, ok = lostIn(g, axis, blobs); !ok {
				return
			}
		}
		g.putLine(k, at, usual, axis, blobs)
		g.unseen[axis] = append(g.unseen[axis], at)
		g.Recovered++
	}
}

// textOf returns what gives the print in a cell of a grid without specks and pieces of a
// seal, and how high its print usually is, pixels.
func textOf(p ink.Pixels, g *Grid) (blobs func(Cell) []ink.Blob, usual float64) {
	var all []ink.Blob
	for _, c := range g.Cells {
		all = append(all, p.Ink(c.Box).Blobs...)
	}
	usual = ink.UsualHeight(all)
	return func(c Cell) []ink.Blob {
		return slices.DeleteFunc(slices.Clone(p.Ink(c.Box).Blobs), func(b ink.Blob) bool {
			size := float64(max(b.Box.Dx(), b.Box.Dy()))
			return usual > 0 && (size < usual/5 || float64(b.Box.Dy()) > 2.5*usual)
		})
	}, usual
}

// lostIn finds the first column (or row) of a grid that a rule parts which cannot be
// seen, and where the rule is, pixels; ok is false where there is none.
func lostIn(g *Grid, axis ruling.Axis, blobs func(Cell) []ink.Blob) (k int, at float64, ok bool) {
	lines := g.lines(axis)
	var sizes []float64
	for i := 1; i < len(lines); i++ {
		sizes = append(sizes, lines[i]-lines[i-1])
	}
	usual, small := ink.Median(sizes), ink.Ranked(sizes, 1, 4)
	for k := range len(lines) - 1 {
		size := lines[k+1] - lines[k]
		// A row that two rows make is about twice as high as the others. A cell with
		// two lines of text is lower than that.
		if axis == ruling.Level && (len(lines) < 9 || size < 1.5*usual) || size < 1.3*small {
			continue
		}
		if at, ok := lostLine(g, k, axis, blobs); ok {
			return k, at, true
		}
	}
	return 0, 0, false
}

// A lineText is the text of a column (or row), as the spans along it that ink covers
// in each cell.
type lineText struct {
	own, wide [][]ink.Span // of its own cells, and of those that go on
	heights   []int        // of the rows of ink, pixels
}

// textIn is the text of column (or row) k.
func textIn(g *Grid, k int, axis ruling.Axis, blobs func(Cell) []ink.Blob) (t lineText) {
	end := math.MaxInt - 1
	if axis == ruling.Plumb {
		end = int(g.ColLines[k+1])
	}
	for _, c := range g.Cells {
		at, n := c.of(axis)
		if at != k || axis == ruling.Level && n != 1 {
			continue
		}
		bs := blobs(c)
		if len(bs) == 0 {
			continue
		}
		for _, s := range ink.Rows(bs, 4) {
			t.heights = append(t.heights, s.Hi-s.Lo)
		}
		switch covered := coveredBy(bs, axis, end); {
		case len(covered) == 0:
		case n == 1:
			t.own = append(t.own, covered)
		default:
			t.wide = append(t.wide, covered)
		}
	}
	return t
}

// coveredBy are the spans that ink covers across the rules of an axis, up to an end.
func coveredBy(bs []ink.Blob, axis ruling.Axis, end int) []ink.Span {
	var spans []ink.Span
	for _, b := range bs {
		if s := axis.Extent(b.Box); b.Area >= 3 {
			spans = append(spans, ink.Span{Lo: min(s.Lo, end), Hi: min(s.Hi, end+1)})
		}
	}
	slices.SortFunc(spans, func(a, b ink.Span) int { return a.Lo - b.Lo })
	joined := spans[:0]
	for _, s := range spans {
		if n := len(joined); n > 0 && s.Lo <= joined[n-1].Hi+1 {
			joined[n-1].Hi = max(joined[n-1].Hi, s.Hi)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// lostLine finds the place, in pixels, at which most cells of column (or row) k have a gap
// in their text; ok is false where there is none. Cells that begin in the column and span
// others count for it as well: without its rule, what stood on its two sides is in one cell.
// A spanning cell without a gap there, such as a title, counts neither for nor against.
func lostLine(g *Grid, k int, axis ruling.Axis, blobs func(Cell) []ink.Blob) (float64, bool) {
	t := textIn(g, k, axis, blobs)
	if len(t.own)+len(t.wide) < votes(axis) || len(t.heights) == 0 {
		return 0, false
	}
	least := 1.5 * float64(ink.Median(t.heights))
	if axis == ruling.Level {
		least = 0.8 * float64(ink.Median(t.heights))
	}
	own := gapsIn(t.own, least)
	gaps := slices.Concat(own, gapsIn(t.wide, least))
	if len(gaps) > 20*(len(t.own)+len(t.wide)) { // dots, not text
		return 0, false
	}
	common, most := commonGap(gaps)
	n := 0
	for _, o := range own {
		if o.Lo <= common.Lo && o.Hi >= common.Hi {
			n++
		}
	}
	if most < votes(axis) || n == 0 || 2*n < len(t.own) || 10*most < 6*(len(t.own)+most-n) {
		return 0, false
	}
	// A text that is longer than the others reaches into the gap: the line goes where none
	// does.
	free := widest(common, slices.Concat(t.own...))
	mid := (free.Lo + free.Hi) / 2
	against := 0
	for _, spans := range t.own {
		if slices.ContainsFunc(spans, func(s ink.Span) bool { return s.Lo < mid && s.Hi > mid }) {
			against++
		}
	}
	return float64(mid), 10*against <= len(t.own)
}

// gapsIn are the gaps between the spans of each cell that are at least so wide, in pixels.
func gapsIn(cells [][]ink.Span, least float64) (gaps []ink.Span) {
	for _, spans := range cells {
		for i := 1; i < len(spans); i++ {
			if o := (ink.Span{Lo: spans[i-1].Hi, Hi: spans[i].Lo}); float64(o.Hi-o.Lo) >= least {
				gaps = append(gaps, o)
			}
		}
	}
	return gaps
}

// commonGap is the stretch that most gaps share, and how many share it.
func commonGap(gaps []ink.Span) (common ink.Span, most int) {
	for _, s := range gaps {
		in, shared := 0, s
		for _, o := range gaps {
			if o.Lo <= s.Lo && o.Hi > s.Lo {
				in++
				shared.Hi = min(shared.Hi, o.Hi)
			}
		}
		if in > most {
			most, common = in, shared
		}
	}
	return common, most
}

// widest is the largest part of a gap into which no ink reaches. Where ink covers all
// of it, it is the whole gap.
func widest(gap ink.Span, inks []ink.Span) ink.Span {
	slices.SortFunc(inks, func(a, b ink.Span) int { return a.Lo - b.Lo })
	best, from := ink.Span{}, gap.Lo
	for _, s := range append(inks, ink.Span{Lo: gap.Hi, Hi: gap.Hi}) {
		if to := min(s.Lo, gap.Hi); to-from > best.Hi-best.Lo {
			best = ink.Span{Lo: from, Hi: to}
		}
		from = max(from, s.Hi)
	}
	if best.Hi <= best.Lo {
		return gap
	}
	return best
}

// putLine puts a line into column (or row) k, at a place in pixels. It cuts the cells that
// have ink on both sides of the place, or none. A cell with ink on one side alone may span
// both, so it is left whole. Usual is the usual height of print, in pixels.
func (g *Grid) putLine(k int, at, usual float64, axis ruling.Axis, blobs func(Cell) []ink.Blob) {
	var out []Cell
	for _, c := range g.Cells {
		first, n := c.of(axis)
		switch {
		case first == k && c.splits(at, usual, axis, blobs(c)):
			c.setOf(axis, first, n+1)
			before, after := c.cut(axis, k+1, at)
			out = append(out, before, after)
			continue
		case first > k:
			c.setOf(axis, first+1, n)
		case first+n > k:
			c.setOf(axis, first, n+1)
		}
		out = append(out, c)
	}
	g.Cells = out
	if axis == ruling.Level {
		g.RowLines = slices.Insert(g.RowLines, k+1, at)
		g.Rows++
	} else {
		g.ColLines = slices.Insert(g.ColLines, k+1, at)
		g.Cols++
	}
	g.sortCells()
}

// splits tells whether a line through the first column (or row) of a cell parts it,
// by the ink in it.
func (c *Cell) splits(at, usual float64, axis ruling.Axis, bs []ink.Blob) bool {
	before, after := false, false
	for _, b := range bs {
		s := axis.Extent(b.Box)
		if float64(s.Lo) < at && float64(s.Hi) > at {
			return false
		}
		before, after = before || float64(s.Lo) < at, after || float64(s.Hi) > at
	}
	box := axis.Extent(c.Box)
	if len(bs) > 0 && !(before && after) || float64(box.Lo) >= at || at >= float64(box.Hi) {
		return false
	}
	if _, n := c.of(axis); n > 1 {
		return axis == ruling.Plumb && usual > 0 && room(bs, at) > leastRoom*usual
	}
	return true
}

// leastRoom is how far apart two texts beside one another stand at least, in heights of
// their print: characters of one text stand closer. Set by hand.
const leastRoom = 0.35

// room is how far apart the print before and after a place stands, in pixels; 0 where
// there is none on one side of it.
func room(bs []ink.Blob, at float64) float64 {
	before, after := math.Inf(-1), math.Inf(1)
	for _, b := range bs {
		if x := float64(b.Box.Max.X); x <= at {
			before = max(before, x)
		}
		if x := float64(b.Box.Min.X); x >= at {
			after = min(after, x)
		}
	}
	if math.IsInf(before, 0) || math.IsInf(after, 0) {
		return 0
	}
	return after - before
}
