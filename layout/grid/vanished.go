package grid

import (
	"image"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Rules that are lost: a site that shrinks a picture by leaving out rows and columns
// of pixels leaves out whole rules with them. What tells where one was is that the text of
// cell after cell has a gap there (partByText).

// What gaps in the text of cells say of a lost plumb rule between them, in nats. In 9,647 cells of
// tables that Writer and Chromium set and that are drawn here, found right, 9 in 10,000 have a
// gap of 1.5 heights of print; between the texts of neighbouring cells of drawn forms lie 1.5
// of them in 3 of 4, and 3 in 4 of 10. Labels that are spaced out have more gaps in print than
// in those, so less is counted. What they say of a level rule is fitted (lostRow).
const (
	lostOdds   = -6.9     // of a lost rule in a column, before its text is looked at: 1 in 1,000
	gapOdds    = 2        // of a gap, for each height of print that it is wide
	noGapOdds  = -1.7     // of a cell without the gap
	acrossOdds = lostOdds // of print that lies across the gap: it does so across a rule as seldom
	cutOdds    = 4        // from which a line is put there; as much against it, and there is none
)

// partByText puts lines into a grid where gaps in the text of its cells tell of lost
// rules, and counts them in g.Recovered. Where the gaps leave it open, g.Lumped is set.
func partByText(m *ruling.Evidence, g *Grid) {
	blobs, usual := textOf(m.Page, g)
	seen := sync.OnceValue(func() []float32 { return g.seen(m.Pixel) })
	for range len(g.RowLines) + len(g.ColLines) { // where more were lost than are left, nothing tells where
		axis := ruling.Plumb
		k, at, odds := lostColumn(g, blobs)
		g.Lumped = odds > -cutOdds
		if odds < cutOdds {
			axis = ruling.Level
			if k, at, odds = lostRow(g, usual, seen, blobs); odds <= 0 {
				g.Lumped = g.Lumped || odds > doubtful
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
	known := map[image.Rectangle][]ink.Blob{}
	return func(c Cell) []ink.Blob {
		if bs, ok := known[c.Box]; ok {
			return bs
		}
		known[c.Box] = slices.DeleteFunc(slices.Clone(p.Ink(c.Box).Blobs), func(b ink.Blob) bool {
			size := float64(max(b.Box.Dx(), b.Box.Dy()))
			return usual > 0 && (size < usual/5 || float64(b.Box.Dy()) > 2.5*usual)
		})
		return known[c.Box]
	}, usual
}

// lostColumn finds the column of a grid that a rule parts most likely which cannot be seen,
// where the rule is, in pixels, and the odds that there is one, in nats.
func lostColumn(g *Grid, blobs func(Cell) []ink.Blob) (k int, at, odds float64) {
	odds = math.Inf(-1)
	if g.Cols == 1 {
		return 0, 0, odds // whether its text makes columns is told without its sides, too
	}
	var sizes []float64
	for i := 1; i < len(g.ColLines); i++ {
		sizes = append(sizes, g.ColLines[i]-g.ColLines[i-1])
	}
	small := ink.Ranked(sizes, 1, 4)
	for i, size := range sizes {
		// A column that two columns make is wider than the narrow ones, where there are
		// enough to tell which these are.
		if len(sizes) > 3 && size < 1.3*small {
			continue
		}
		if there, o := lostLine(g, i, blobs); o > odds {
			k, at, odds = i, there, o
		}
	}
	return k, at, odds
}

// A columnText is the text of a column, as the spans along it that ink covers in each cell.
type columnText struct {
	own, wide [][]ink.Span // of its own cells, and of those that go on
	heights   []int        // of the rows of ink, pixels
}

// textIn is the text of column k.
func textIn(g *Grid, k int, blobs func(Cell) []ink.Blob) (t columnText) {
	end := int(g.ColLines[k+1])
	for _, c := range g.Cells {
		if c.Col != k {
			continue
		}
		bs := blobs(c)
		if len(bs) == 0 {
			continue
		}
		for _, s := range ink.Rows(bs, 4) {
			t.heights = append(t.heights, s.Hi-s.Lo)
		}
		switch covered := coveredBy(bs, ruling.Plumb, end); {
		case len(covered) == 0:
		case c.ColSpan == 1:
			t.own = append(t.own, covered)
		default:
			t.wide = append(t.wide, covered)
		}
	}
	return t
}

// coveredBy are the spans that print covers across the rules of an axis, up to an end. What is
// much lower than the rest of it is a mark where it stands close to print, and a speck
// elsewhere.
func coveredBy(bs []ink.Blob, axis ruling.Axis, end int) []ink.Span {
	highest := 0
	for _, b := range bs {
		highest = max(highest, b.Box.Dy())
	}
	beside := int(leastRoom * float64(highest))
	low := func(b ink.Blob) bool { return max(b.Box.Dx(), b.Box.Dy()) < beside }
	var spans []ink.Span
	for _, b := range bs {
		s := axis.Extent(b.Box)
		if !low(b) || slices.ContainsFunc(bs, func(o ink.Blob) bool {
			print := axis.Extent(o.Box)
			return !low(o) && print.Lo <= s.Hi+beside && s.Lo <= print.Hi+beside
		}) {
			spans = append(spans, ink.Span{Lo: min(s.Lo, end), Hi: min(s.Hi, end+1)})
		}
	}
	return joined(spans, 1)
}

// joined are spans in order, those of them joined that are no farther apart than so many
// pixels.
func joined(spans []ink.Span, apart int) []ink.Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b ink.Span) int { return a.Lo - b.Lo })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Lo <= out[n-1].Hi+apart {
			out[n-1].Hi = max(out[n-1].Hi, s.Hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// lostLine finds the place, in pixels, at which the cells of column k most likely
// have a lost rule between their texts, and the odds that there is one, in nats. Cells that
// begin in the column and span others speak for it as well: without its rule, what stood on
// its two sides is in one cell. A spanning cell without a gap there, such as a title, speaks
// neither for nor against; and no rule is lost where the column's own cells speak against it.
func lostLine(g *Grid, k int, blobs func(Cell) []ink.Blob) (at, odds float64) {
	t := textIn(g, k, blobs)
	none := math.Inf(-1)
	if len(t.heights) == 0 {
		return 0, none
	}
	height := float64(ink.Median(t.heights))
	t.own, t.wide = wordsOf(t.own, height), wordsOf(t.wide, height)
	var gaps []gap
	for _, spans := range slices.Concat(t.own, t.wide) {
		gaps = append(gaps, gapsIn(spans, height)...)
	}
	common, ok := commonGap(gaps)
	if !ok {
		return 0, none
	}
	// A text that is longer than the others reaches into the gap: the line goes where none
	// does.
	free := widest(common, slices.Concat(t.own...))
	mid := (free.Lo + free.Hi) / 2
	says := func(spans []ink.Span) float64 {
		for _, o := range gapsIn(spans, height) {
			if o.Lo <= common.Lo && o.Hi >= common.Hi {
				return o.odds
			}
		}
		if slices.ContainsFunc(spans, func(s ink.Span) bool { return s.Lo < mid && s.Hi > mid }) {
			return acrossOdds
		}
		return noGapOdds
	}
	own, all := 0.0, lostOdds
	for _, spans := range t.own {
		own += says(spans)
	}
	for _, spans := range t.wide {
		all += max(0, says(spans))
	}
	if own <= 0 {
		return 0, none
	}
	return float64(mid), all + own
}

// wordsOf joins the characters of the words of cells: what stands closer than two texts do.
func wordsOf(cells [][]ink.Span, height float64) [][]ink.Span {
	out := make([][]ink.Span, len(cells))
	for i, spans := range cells {
		out[i] = joined(spans, int(leastRoom*height))
	}
	return out
}

// A gap is one between two texts of a cell, and the odds that it says of a lost rule there,
// in nats.
type gap struct {
	ink.Span
	odds float64
}

// gapsIn are the gaps between the spans of a cell that say anything; height is that of its
// print, pixels. Between two characters as wide as high a label is spaced out.
func gapsIn(spans []ink.Span, height float64) (gaps []gap) {
	for i := 1; i < len(spans); i++ {
		o := gap{ink.Span{Lo: spans[i-1].Hi, Hi: spans[i].Lo}, 0}
		wide := float64(o.Hi-o.Lo) / height
		o.odds = gapOdds * min(wide, 3)
		if wide >= 1.5 && (!character(spans[i-1], height) || !character(spans[i], height)) {
			gaps = append(gaps, o)
		}
	}
	return gaps
}

// character tells whether a span is as wide as one Chinese character of a height, pixels:
// about as wide as high, within a quarter, as no digit is.
func character(s ink.Span, height float64) bool {
	return math.Abs(float64(s.Hi-s.Lo)-height) <= 0.25*height
}

// commonGap is the stretch that most is said of by the gaps that share it; ok is false
// where there is no gap.
func commonGap(gaps []gap) (common ink.Span, ok bool) {
	most := 0.0
	for _, s := range gaps {
		in, shared := 0.0, s.Span
		for _, o := range gaps {
			if o.Lo <= s.Lo && o.Hi > s.Lo {
				in += o.odds
				shared.Hi = min(shared.Hi, o.Hi)
			}
		}
		if in > most {
			most, common = in, shared
		}
	}
	return common, most > 0
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
// have ink on both sides of the place, or none; a cell with ink on one side alone may span two
// columns, so it is left whole. Usual is the usual height of print, in pixels.
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
// by the ink in it. A level line parts a cell with ink on one side alone, too: most of what spans
// rows stands in the middle of them. One whose text stands at its top or its foot is parted wrongly.
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
	if axis == ruling.Plumb && len(bs) > 0 && !(before && after) || float64(box.Lo) >= at || at >= float64(box.Hi) {
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
