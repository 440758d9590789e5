package grid

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Where a level rule cannot be seen, two rows are one, and its cells have the lines of both. Lines of
// text lie below one another in many cells, too. What tells the one from the other is how many of
// the row's cells have a gap at one height, how wide it is beside the room around the text, and
// more; how much all of it tells together is fitted (models/README.md).

// lostRow finds the row of a grid that a rule parts most likely which cannot be seen, where the rule
// is, in pixels, and the odds that there is one, in nats. Usual is the usual height of print,
// in pixels, and seen how well the grid's rules are seen, which is asked where there is a gap.
func lostRow(g *Grid, usual float64, seen func() []float32, blobs func(Cell) []ink.Blob) (k int, at, odds float64) {
	odds = math.Inf(-1)
	if usual == 0 {
		return 0, 0, odds // no text
	}
	t := textRows(g, usual, blobs)
	for i := range t.rows {
		for _, gap := range gapsOf(t.rows[i]) {
			if o := rowOdds(t.describe(i, gap), seen(), g.Recovered); o > odds {
				// A text that is longer than the others reaches into the gap.
				var own []ink.Span
				for _, c := range t.rows[i] {
					own = append(own, c.lines...)
				}
				free := widest(gap, own)
				k, at, odds = i, float64(free.Lo+free.Hi)/2, o
			}
		}
	}
	return k, at, odds
}

// tableRows is the text of the cells of a grid that span no row, row by row and column by column.
type tableRows struct {
	g             *Grid
	usual         float64 // height of print, pixels
	room          float64 // usual height of a cell of the table that has no text, above and below its text together
	sizes         []float64
	small, middle float64 // of these
	rows          [][]rowCell
}

// A rowCell is the lines of text in a cell of a row, or in a column of one.
type rowCell struct {
	box   image.Rectangle
	blobs []ink.Blob
	lines []ink.Span // from the top down
}

// room is the height above the text and below it, pixels.
func (c *rowCell) room() float64 {
	return float64(max(0, c.lines[0].Lo-c.box.Min.Y) + max(0, c.box.Max.Y-c.lines[len(c.lines)-1].Hi))
}

// textRows are the rows of a grid.
func textRows(g *Grid, usual float64, blobs func(Cell) []ink.Blob) tableRows {
	t := tableRows{g: g, usual: usual, rows: make([][]rowCell, g.Rows)}
	var rooms []float64
	for _, c := range g.Cells {
		if c.RowSpan != 1 {
			continue
		}
		for _, bs := range g.columnsIn(c, blobs(c), usual) {
			text := rowCell{c.Box, bs, coveredBy(bs, ruling.Level, math.MaxInt-1)}
			if len(text.lines) > 0 {
				rooms = append(rooms, text.room())
				t.rows[c.Row] = append(t.rows[c.Row], text)
			}
		}
	}
	if len(rooms) > 0 {
		t.room = ink.Median(rooms)
	}
	for i := range g.Rows {
		t.sizes = append(t.sizes, max(1, g.RowLines[i+1]-g.RowLines[i]))
	}
	t.small, t.middle = ink.Ranked(t.sizes, 1, 4), ink.Median(t.sizes)
	return t
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

// gapsOf are the heights at which lines of a row's cells stand apart: for each gap of a cell, what
// of it those of others share.
func gapsOf(cells []rowCell) (out []ink.Span) {
	var all []ink.Span
	for _, c := range cells {
		for i := 1; i < len(c.lines); i++ {
			all = append(all, ink.Span{Lo: c.lines[i-1].Hi, Hi: c.lines[i].Lo})
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

// describe says of a gap in a row, by its number, what tells whether a rule was lost there.
func (t *tableRows) describe(row int, gap ink.Span) (out []float32) {
	var with, across, without float64
	var wide, rooms, widths, heights, lines []float64
	other := math.Inf(1)
	for i := range t.rows[row] {
		c := &t.rows[row][i]
		lines = append(lines, float64(len(c.lines)))
		k := slices.IndexFunc(c.lines, func(s ink.Span) bool { return s.Hi > gap.Lo })
		switch {
		case k > 0 && c.lines[k].Lo >= gap.Hi:
			with++
			wide, rooms = append(wide, float64(c.lines[k].Lo-c.lines[k-1].Hi)), append(rooms, c.room())
			least := c.least(gap)
			widths, heights = append(widths, float64(least.X)), append(heights, float64(least.Y))
			for j := 1; j < len(c.lines); j++ {
				if j != k {
					other = min(other, float64(c.lines[j].Lo-c.lines[j-1].Hi))
				}
			}
		case k >= 0 && 2*c.lines[k].Lo < gap.Lo+gap.Hi && 2*c.lines[k].Hi > gap.Lo+gap.Hi:
			across++
		default:
			without++
		}
	}
	mid, n := float64(gap.Lo+gap.Hi)/2, float64(len(t.rows[row]))
	size, width := t.sizes[row], ink.Median(wide)
	closest := min(mid-t.g.RowLines[row], t.g.RowLines[row+1]-mid)
	beside := 0.
	if !math.IsInf(other, 1) {
		beside = ratio(width, other)
	}
	for _, v := range []float64{
		math.Log1p(with), with / n, math.Log1p(across), across / n, math.Log1p(without), without / n,
		ratio(float64(gap.Hi-gap.Lo), t.usual), ratio(width, t.usual), ratio(width, ink.Median(rooms)), ratio(width, t.room), beside,
		ratio(size, t.usual), ratio(closest, t.usual), ratio(size, t.small), ratio(size, t.middle), ratio(closest, t.small),
		ratio(ink.Median(widths), t.usual), ratio(ink.Median(heights), t.usual), math.Log(ink.Median(lines)), math.Log(slices.Max(lines)),
		math.Log1p(float64(row)), n / float64(t.g.Cols),
	} {
		out = append(out, float32(v))
	}
	return out
}

// least is how wide the narrower of the texts above a gap and below it is, and how high the lower, pixels.
func (c *rowCell) least(gap ink.Span) image.Point {
	var above, below image.Rectangle
	for _, b := range c.blobs {
		if b.Box.Max.Y <= gap.Lo {
			above = above.Union(b.Box)
		} else if b.Box.Min.Y >= gap.Hi {
			below = below.Union(b.Box)
		}
	}
	return image.Pt(min(above.Dx(), below.Dx()), min(above.Dy(), below.Dy()))
}

// ratio is the logarithm of how many times longer one length is than another; a pixel is added to each.
func ratio(a, b float64) float64 { return math.Log((max(0, a) + 1) / (max(0, b) + 1)) }

// A RowExample is a gap between lines of text in a row of a table, or of what was made one of
// several rows.
type RowExample struct {
	Gap     ink.Span // pixels, from the top down
	Between ink.Span // the lines of text on both sides of it that stand farthest apart
	Across  ink.Span // the cells of the row, from left to right
	Found   bool     // the table is as it was found, but for lines that text told
	Figures []float32
	Table   int       // its number
	Told    int       // how many plumb lines of the table its text told
	Seen    []float32 // how well the rules of the table are seen
}

// RowExamples describes the gaps in the rows of the tables of a page, for the fit of what tells
// lost rules: of the tables as they are found without text, and without some shares of their lines, as
// if their rules were lost. It returns the error of ctx when that ends.
func RowExamples(ctx context.Context, m *ruling.Evidence, shares []float64, rng *rand.Rand) (out []RowExample, err error) {
	for i, g := range tablesFrom(ctx, m.Rules(ruling.Level), m.Rules(ruling.Plumb), m) {
		blobs, usual := textOf(m.Page, &g)
		if usual == 0 {
			continue
		}
		seen := g.seen(m.Pixel)
		for _, share := range shares {
			t := withoutLines(&g, usual, blobs, func() bool { return rng.Float64() < share })
			for k := range t.rows {
				for _, gap := range gapsOf(t.rows[k]) {
					e := t.example(k, gap)
					e.Found, e.Table, e.Told, e.Seen = share == 0, i, len(g.unseen[ruling.Plumb]), seen
					out = append(out, e)
				}
			}
		}
	}
	return out, ctx.Err()
}

// withoutLines is the text of a grid in rows as they would be without those of its lines that text told, and without such others
// as are lost.
func withoutLines(g *Grid, usual float64, blobs func(Cell) []ink.Blob, isLost func() bool) tableRows {
	rest := Grid{Rows: g.Rows, Cols: g.Cols, RowLines: slices.Clone(g.RowLines), ColLines: g.ColLines, Cells: slices.Clone(g.Cells)}
	of := map[image.Rectangle][]ink.Blob{}
	for _, c := range g.Cells {
		of[c.Box] = blobs(c)
	}
	for line := g.Rows - 1; line > 0; line-- {
		if isLost() || slices.Contains(g.unseen[ruling.Level], g.RowLines[line]) {
			rest.lose(line, of)
		}
	}
	return textRows(&rest, usual, func(c Cell) []ink.Blob { return of[c.Box] })
}

// example describes a gap in a row, by its number.
func (t *tableRows) example(row int, gap ink.Span) RowExample {
	e := RowExample{Gap: gap, Between: gap, Across: ink.Span{Lo: math.MaxInt}, Figures: t.describe(row, gap)}
	for _, c := range t.rows[row] {
		e.Across.Lo, e.Across.Hi = min(e.Across.Lo, c.box.Min.X), max(e.Across.Hi, c.box.Max.X)
		for i := 1; i < len(c.lines); i++ {
			if lo, hi := c.lines[i-1].Hi, c.lines[i].Lo; lo < gap.Hi && hi > gap.Lo {
				e.Between.Lo, e.Between.Hi = min(e.Between.Lo, lo), max(e.Between.Hi, hi)
			}
		}
	}
	return e
}

// lose takes a line between two rows out of a grid, where the cells above it and below it have the
// same columns. Blobs is what is printed in cells, by their boxes.
func (g *Grid) lose(line int, blobs map[image.Rectangle][]ink.Blob) {
	partner := map[int]int{}
	for i, c := range g.Cells {
		if c.Row+c.RowSpan != line {
			continue
		}
		j := slices.IndexFunc(g.Cells, func(o Cell) bool { return o.Row == line && o.Col == c.Col && o.ColSpan == c.ColSpan })
		if j < 0 {
			return
		}
		partner[i] = j
	}
	var cells []Cell
	for i, c := range g.Cells {
		if j, ok := partner[i]; ok {
			o := g.Cells[j]
			box := c.Box.Union(o.Box)
			blobs[box] = slices.Concat(blobs[c.Box], blobs[o.Box])
			c.Box, c.RowSpan = box, c.RowSpan+o.RowSpan-1
		} else if c.Row == line {
			continue
		} else if c.Row > line {
			c.Row--
		} else if c.Row+c.RowSpan > line {
			c.RowSpan--
		}
		cells = append(cells, c)
	}
	g.Cells, g.RowLines, g.Rows = cells, slices.Delete(g.RowLines, line, line+1), g.Rows-1
}
