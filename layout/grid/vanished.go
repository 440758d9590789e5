package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// What in a cell is no text of it: specks are so many times smaller than print is high, and pieces of a seal so many times higher. Sides of boxes inside
// cells, 2.3 heights high in the table that it was set on, are higher than print, and so many times higher than wide; a 1 of that
// width is no higher than print. Set by hand.
const (
	speckSmall = 5
	sealHigh   = 2.5
	sideHigh   = 1.5
	sideSlim   = 8
)

// textOf returns what gives the print in a cell of a grid without specks, pieces of a
// seal and sides of a box inside the cell, and how high its print usually is, pixels.
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
			size, high := float64(max(b.Box.Dx(), b.Box.Dy())), float64(b.Box.Dy())
			sideOfBox := high > sideHigh*usual && sideSlim*b.Box.Dx() < b.Box.Dy()
			return usual > 0 && (size < usual/speckSmall || high > sealHigh*usual || sideOfBox)
		})
		return known[c.Box]
	}, usual
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
