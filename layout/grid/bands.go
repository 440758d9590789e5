package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Where a rule cannot be seen, two rows (or columns) are one, and its cells have the text of both. Text stands apart in many cells,
// too: lines lie below one another, and labels are spaced out. What tells the one from the other is how many of the cells have a gap
// at one place, how wide it is beside the room around the text, and more; how much all of it tells together is fitted
// (models/README.md).

// A band is the text of a row of a grid, or of a column.
type band struct {
	own  []bandCell // of cells that are in this band alone
	wide []bandCell // of cells that begin in it and go on, as far as it goes; of columns alone
}

// A bandCell is the text of a cell, in its lines or words, or of a part of it.
type bandCell struct {
	axis  ruling.Axis
	box   image.Rectangle
	blobs []ink.Blob
	texts []ink.Span // from the top down, or from left to right, pixels
}

// room is the length before the text and behind it, pixels.
func (c *bandCell) room() float64 {
	box := c.axis.Extent(c.box)
	return float64(max(0, c.texts[0].Lo-box.Lo) + max(0, box.Hi-c.texts[len(c.texts)-1].Hi))
}

// bands are the rows of a grid, or its columns: what the rules of an axis part.
type bands struct {
	g             *Grid
	axis          ruling.Axis
	usual         float64 // height of print, pixels
	room          float64 // usual room of a cell of the table
	sizes         []float64
	small, middle float64 // of these
	all           []band
}

// bandsOf are the rows of a grid, or its columns, given the usual height of its print, pixels, and what is printed in a cell.
func bandsOf(g *Grid, axis ruling.Axis, usual float64, blobs func(Cell) []ink.Blob) bands {
	lines := g.lines(axis)
	t := bands{g: g, axis: axis, usual: usual, all: make([]band, len(lines)-1)}
	var rooms []float64
	for _, c := range g.Cells {
		k, n := c.of(axis)
		b := &t.all[k]
		if n > 1 {
			if axis == ruling.Plumb {
				b.wide = append(b.wide, t.cellsIn(c.Box, int(lines[k+1]), blobs(c))...)
			}
			continue
		}
		parts := [][]ink.Blob{blobs(c)}
		if axis == ruling.Level {
			parts = g.columnsIn(c, parts[0], usual)
		}
		own := t.cellsIn(c.Box, math.MaxInt-1, parts...)
		for i := range own {
			rooms = append(rooms, own[i].room())
		}
		b.own = append(b.own, own...)
	}
	if len(rooms) > 0 {
		t.room = ink.Median(rooms)
	}
	for i := range t.all {
		t.sizes = append(t.sizes, max(1, lines[i+1]-lines[i]))
	}
	t.small, t.middle = ink.Ranked(t.sizes, 1, 4), ink.Median(t.sizes)
	return t
}

// cellsIn are the texts in a box up to an end, pixels, of parts that hold any.
func (t *bands) cellsIn(box image.Rectangle, end int, parts ...[]ink.Blob) (out []bandCell) {
	for _, bs := range parts {
		texts := coveredBy(bs, t.axis, end)
		if t.axis == ruling.Plumb {
			texts = joined(texts, int(leastRoom*t.usual)) // characters of a word
		}
		if len(texts) > 0 {
			out = append(out, bandCell{t.axis, box, bs, texts})
		}
	}
	return out
}

// lost finds the band that a rule parts most likely which cannot be seen, where the rule is, in pixels, and the odds that there is
// one, in nats, which odds tells of a gap's figures.
func (t *bands) lost(odds func(figures []float32) float64) (k int, at, most float64) {
	most = math.Inf(-1)
	for i := range t.all {
		for _, gap := range gapsOf(t.all[i].own) {
			if o := odds(t.describe(i, gap)); o > most {
				// A text that is longer than the others reaches into the gap.
				var own []ink.Span
				for _, c := range t.all[i].own {
					own = append(own, c.texts...)
				}
				free := widest(gap, own)
				k, at, most = i, float64(free.Lo+free.Hi)/2, o
			}
		}
	}
	return k, at, most
}

// columnsIn parts the print of a cell at the column lines that it spans, where it stands apart on both
// sides of a line, as two texts do.
func (g *Grid) columnsIn(c Cell, bs []ink.Blob, usual float64) (parts [][]ink.Blob) {
	for line := c.Col + 1; line < c.Col+c.ColSpan; line++ {
		at := g.ColLines[line]
		if room(bs, at) <= leastRoom*usual || slices.ContainsFunc(bs, func(b ink.Blob) bool { return float64(b.Box.Min.X) < at && float64(b.Box.Max.X) > at }) {
			continue
		}
		var before, after []ink.Blob
		for _, b := range bs {
			if float64(b.Box.Max.X) <= at {
				before = append(before, b)
			} else {
				after = append(after, b)
			}
		}
		parts, bs = append(parts, before), after
	}
	return append(parts, bs)
}

// gapsOf are the places at which texts of a band's cells stand apart: for each gap of a cell, what
// of it those of others share.
func gapsOf(cells []bandCell) (out []ink.Span) {
	var all []ink.Span
	for _, c := range cells {
		for i := 1; i < len(c.texts); i++ {
			all = append(all, ink.Span{Lo: c.texts[i-1].Hi, Hi: c.texts[i].Lo})
		}
	}
	for _, s := range all {
		shared := s
		for _, o := range all {
			if o.Lo <= s.Lo && o.Hi > s.Lo {
				shared.Hi = min(shared.Hi, o.Hi)
			}
		}
		if !slices.Contains(out, shared) {
			out = append(out, shared)
		}
	}
	return out
}

// aside is how far the middle of a cell's text lies from that of the cell, pixels.
func (c *bandCell) aside() float64 {
	box := c.axis.Extent(c.box)
	return math.Abs(float64(c.texts[0].Lo+c.texts[len(c.texts)-1].Hi-box.Lo-box.Hi)) / 2
}

// behind is the number of the text behind a gap, where a cell's text has the gap; across tells whether text lies across its middle.
func (c *bandCell) behind(gap ink.Span) (k int, has, across bool) {
	k = slices.IndexFunc(c.texts, func(s ink.Span) bool { return s.Hi > gap.Lo })
	if k > 0 && c.texts[k].Lo >= gap.Hi {
		return k, true, false
	}
	return k, false, k >= 0 && 2*c.texts[k].Lo < gap.Lo+gap.Hi && 2*c.texts[k].Hi > gap.Lo+gap.Hi
}

// A parting is a gap in the text of a cell.
type parting struct {
	*bandCell
	k             int             // the number of the text behind it
	before, after image.Rectangle // what is printed on its two sides
}

// partings are the cells whose text has a gap, and the others, of which so many have text across it.
func partings(cells []bandCell, gap ink.Span) (with []parting, others []*bandCell, across int) {
	for i := range cells {
		c := &cells[i]
		k, has, lies := c.behind(gap)
		if has {
			before, after := c.parted(gap)
			with = append(with, parting{c, k, before, after})
			continue
		}
		if others = append(others, c); lies {
			across++
		}
	}
	return with, others, across
}

// describe says of a gap in a band, by its number, what tells whether a rule was lost there.
func (t *bands) describe(number int, gap ink.Span) (out []float32) {
	b := &t.all[number]
	parted, others, lying := partings(b.own, gap)
	var wide, rooms, widths, heights, texts []float64
	for i := range b.own {
		texts = append(texts, float64(len(b.own[i].texts)))
	}
	other, aside := math.Inf(1), 0.
	for _, c := range others {
		aside += c.aside() / float64(len(others))
	}
	for _, p := range parted {
		wide, rooms = append(wide, float64(p.texts[p.k].Lo-p.texts[p.k-1].Hi)), append(rooms, p.room())
		widths, heights = append(widths, float64(min(p.before.Dx(), p.after.Dx()))), append(heights, float64(min(p.before.Dy(), p.after.Dy())))
		for j := 1; j < len(p.texts); j++ {
			if j != p.k {
				other = min(other, float64(p.texts[j].Lo-p.texts[j-1].Hi))
			}
		}
	}
	with, across, without, n := float64(len(parted)), float64(lying), float64(len(others)-lying), float64(len(b.own))
	lines, mid := t.g.lines(t.axis), float64(gap.Lo+gap.Hi)/2
	size, width := t.sizes[number], ink.Median(wide)
	closest := min(mid-lines[number], lines[number+1]-mid)
	beside := 0.
	if !math.IsInf(other, 1) {
		beside = ratio(width, other)
	}
	for _, v := range []float64{
		math.Log1p(with), with / n, math.Log1p(across), across / n, math.Log1p(without), without / n,
		ratio(float64(gap.Hi-gap.Lo), t.usual), ratio(width, t.usual), ratio(width, ink.Median(rooms)), ratio(width, t.room), beside,
		ratio(size, t.usual), ratio(closest, t.usual), ratio(size, t.small), ratio(size, t.middle), ratio(closest, t.small),
		ratio(ink.Median(widths), t.usual), ratio(ink.Median(heights), t.usual), math.Log(ink.Median(texts)), math.Log(slices.Max(texts)),
		math.Log1p(float64(number)), n / float64(len(t.g.lines(t.axis.Across()))-1), ratio(aside, t.usual), aside / size,
	} {
		out = append(out, float32(v))
	}
	if t.axis == ruling.Plumb {
		out = append(out, t.columnFigures(b, parted, gap)...)
	}
	return out
}

// columnFigures say more of a gap in a column: what the cells say that go on, whether single characters stand on its two sides, as
// in a label that is spaced out, and whether the texts on each side are aligned better than those of the whole column.
func (t *bands) columnFigures(b *band, parted []parting, gap ink.Span) (out []float32) {
	with, others, across := partings(b.wide, gap)
	var before, after, whole []image.Rectangle
	single := 0.
	for _, p := range parted {
		before, after, whole = append(before, p.before), append(after, p.after), append(whole, p.before.Union(p.after))
		if character(p.texts[p.k-1], t.usual) && character(p.texts[p.k], t.usual) {
			single += 1 / float64(len(b.own))
		}
	}
	for _, v := range []float64{
		math.Log1p(float64(len(with))), math.Log1p(float64(across)), math.Log1p(float64(len(others) - across)), single,
		ratio(ragged(before), t.usual), ratio(ragged(after), t.usual), ratio(ragged(whole), t.usual),
	} {
		out = append(out, float32(v))
	}
	return out
}

// ragged is how far boxes lie out of line, pixels: the mean distance from the median of their left sides, their right ones or their
// middles, whichever is least.
func ragged(boxes []image.Rectangle) float64 {
	least := math.Inf(1)
	for _, side := range []func(image.Rectangle) float64{
		func(b image.Rectangle) float64 { return float64(b.Min.X) },
		func(b image.Rectangle) float64 { return float64(b.Max.X) },
		func(b image.Rectangle) float64 { return float64(b.Min.X+b.Max.X) / 2 },
	} {
		var at []float64
		for _, b := range boxes {
			at = append(at, side(b))
		}
		middle, sum := ink.Median(at), 0.
		for _, v := range at {
			sum += math.Abs(v-middle) / float64(len(at))
		}
		least = min(least, sum)
	}
	return least
}

// parted are what is printed before a gap and behind it.
func (c *bandCell) parted(gap ink.Span) (before, after image.Rectangle) {
	for _, b := range c.blobs {
		if s := c.axis.Extent(b.Box); s.Hi <= gap.Lo {
			before = before.Union(b.Box)
		} else if s.Lo >= gap.Hi {
			after = after.Union(b.Box)
		}
	}
	return before, after
}

// character tells whether a span is as wide as one Chinese character of a height, pixels:
// about as wide as high, within a quarter, as no digit is.
func character(s ink.Span, height float64) bool {
	return math.Abs(float64(s.Hi-s.Lo)-height) <= 0.25*height
}

// ratio is the logarithm of how many times longer one length is than another; a pixel is added to each.
func ratio(a, b float64) float64 { return math.Log((max(0, a) + 1) / (max(0, b) + 1)) }
