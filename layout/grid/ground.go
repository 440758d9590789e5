package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A table may be one coloured ground on which only the cells of values are
// white: its rules have the colour of the ground. Its white cells are then
// solid rectangles in it, and what is left of the ground is headings.

// groundTables finds the tables that are one coloured ground with white cells in it. Where
// the rules between white cells are too faint to part them, the cells of the ruled grids
// stand in for the white cells.
func groundTables(p ink.Pixels, ruled []Grid) []Grid {
	tone, ok := ink.GroundTone(p)
	if !ok {
		return nil
	}
	on := ground{page: p, tone: tone}
	return on.tables(ruled)
}

// A ground is the pixels of a page that have about one tone.
type ground struct {
	page ink.Pixels
	tone int
}

// nearTone is how far the pixels of a ground are from its tone at most, grey levels.
const nearTone = 25

func (g *ground) has(v uint8) bool {
	d := int(v) - g.tone
	return d <= nearTone && d >= -nearTone
}

// tables finds the tables on a ground, from the connected components of it and of what
// is not it.
func (g *ground) tables(ruled []Grid) (out []Grid) {
	var on, off [math.MaxUint8 + 1]uint8 // of each tone, whether it is the ground's, and whether not
	for v := range on {
		if g.has(uint8(v)) {
			on[v] = 1
		} else {
			off[v] = 1
		}
	}
	mask, whole := make([]uint8, len(g.page.Pix)), image.Rect(0, 0, g.page.W, g.page.H)
	components := func(of *[math.MaxUint8 + 1]uint8) []ink.Blob {
		for i, v := range g.page.Pix {
			mask[i] = of[v]
		}
		return ink.Components(mask, whole, math.MaxInt)
	}
	white := solid(components(&off))
	for _, b := range components(&on) {
		if b.Box.Dx() < 120 || b.Box.Dy() < 60 {
			continue
		}
		cells := g.cellsOn(b.Box, white, ruled)
		if !makesUp(b, cells) || !bedded(g.page, cells, g.has) {
			continue
		}
		if t, ok := groundTable(g.page, b.Box, cells); ok {
			out = append(out, t)
		}
	}
	return out
}

// solid are the boxes of what fills its box, as white cells do.
func solid(rest []ink.Blob) (cells []image.Rectangle) {
	for _, b := range rest {
		w, h := b.Box.Dx(), b.Box.Dy()
		if w >= 14 && h >= 9 && 10*b.Area >= 9*w*h {
			cells = append(cells, b.Box)
		}
	}
	return cells
}

// cellsOn are the white cells on a piece of the ground, or the bright cells of grids
// there, if these are more.
func (g *ground) cellsOn(box image.Rectangle, white []image.Rectangle, ruled []Grid) []image.Rectangle {
	var in, bright []image.Rectangle
	for _, c := range white {
		if c.In(box) && c != box {
			in = append(in, c)
		}
	}
	for _, r := range ruled {
		for _, c := range r.Cells {
			if c.Box.In(box) && c.Box.Dx() > 4 && c.Box.Dy() > 4 && int(g.page.Pix[(c.Box.Min.Y+1)*g.page.W+c.Box.Min.X+1]) > g.tone+2*nearTone {
				bright = append(bright, c.Box)
			}
		}
	}
	if len(bright) > len(in) {
		return bright
	}
	return in
}

// makesUp tells whether a piece of ground and the white cells on it make up a table;
// print is the little rest. A dark page is a ground, too, but the dashes on it are no
// cells.
func makesUp(b ink.Blob, cells []image.Rectangle) bool {
	white := 0
	for _, c := range cells {
		white += c.Dx() * c.Dy()
	}
	area := b.Box.Dx() * b.Box.Dy()
	return len(cells) >= 4 && len(cells) <= maxPositions && 10*(b.Area+white) >= 7*area && 10*white >= area
}

// bedded tells whether white cells lie in a ground itself, and not on a sheet of paper that
// lies on a dark ground. In a ground there is more of it than a frame is thick to the left
// of the first cell of most rows, or above the first cell of most columns.
func bedded(p ink.Pixels, cells []image.Rectangle, ground func(uint8) bool) bool {
	all := image.Rectangle{}
	for _, c := range cells {
		all = all.Union(c)
	}
	const from, to = 5, 12 // pixels away
	// On tells whether most of what lies before an edge is ground.
	on := func(edge int, at func(d int) uint8) bool {
		n := 0
		for d := from; d <= to; d++ {
			if d <= edge && ground(at(d)) {
				n++
			}
		}
		return 2*n > to-from+1
	}
	left, leftOn, top, topOn := 0, 0, 0, 0
	for _, c := range cells {
		x, y := (c.Min.X+c.Max.X)/2, (c.Min.Y+c.Max.Y)/2
		if c.Min.X <= all.Min.X+8 && c.Min.X >= from {
			left++
			if on(c.Min.X, func(d int) uint8 { return p.Pix[y*p.W+c.Min.X-d] }) {
				leftOn++
			}
		}
		if c.Min.Y <= all.Min.Y+8 && c.Min.Y >= from {
			top++
			if on(c.Min.Y, func(d int) uint8 { return p.Pix[(c.Min.Y-d)*p.W+x] }) {
				topOn++
			}
		}
	}
	return 10*leftOn >= 6*left && left > 0 || 10*topOn >= 6*top && top > 0
}

// onGrounds are the ruled tables and those on grounds. A table on a ground takes the place
// of ruled tables inside it if these cover less than nine tenths of it: then they are
// parts of it.
func onGrounds(ruled, ground []Grid) []Grid {
	for _, g := range ground {
		area := 0
		inside := func(r Grid) bool { return r.Box.In(g.Box.Inset(-8)) }
		for _, r := range ruled {
			if inside(r) {
				area += r.Box.Dx() * r.Box.Dy()
			}
		}
		if 10*area < 9*g.Box.Dx()*g.Box.Dy() {
			ruled = append(slices.DeleteFunc(ruled, inside), g)
		}
	}
	return Outermost(ruled)
}

// groundTable makes a table of a ground and the white cells in it.
func groundTable(p ink.Pixels, ground image.Rectangle, white []image.Rectangle) (Grid, bool) {
	var xs, ys []float64
	for _, c := range white {
		xs, ys = append(xs, float64(c.Min.X), float64(c.Max.X)), append(ys, float64(c.Min.Y), float64(c.Max.Y))
	}
	const rule, margin = 8, 10 // pixels: between cells, and where less is a frame
	cols, rows := snapped(xs, rule), snapped(ys, rule)
	frame := func(lines []float64, lo, hi int) []float64 {
		if lines[0]-float64(lo) > margin {
			lines = slices.Insert(lines, 0, float64(lo))
		}
		if float64(hi)-lines[len(lines)-1] > margin {
			lines = append(lines, float64(hi))
		}
		return lines
	}
	inner := cols[0]
	cols, rows = frame(cols, ground.Min.X, ground.Max.X), frame(rows, ground.Min.Y, ground.Max.Y)
	if len(cols) < 2 || len(rows) < 2 {
		return Grid{}, false
	}
	var parts []part
	filled := make([]bool, len(rows)-1) // rows with white cells
	for _, c := range white {
		r := part{cols[nearest(cols, float64(c.Min.X))], rows[nearest(rows, float64(c.Min.Y))], cols[nearest(cols, float64(c.Max.X))], rows[nearest(rows, float64(c.Max.Y))], c}
		if r.x0 >= r.x1 || r.y0 >= r.y1 {
			return Grid{}, false
		}
		parts = append(parts, r)
		for k := nearest(rows, float64(c.Min.Y)); k < nearest(rows, float64(c.Max.Y)); k++ {
			filled[k] = true
		}
	}
	for k := 0; k < len(filled); {
		end := k
		for end < len(filled) && filled[end] == filled[k] {
			end++
		}
		known := rows[k : end+1]
		switch {
		case !filled[k]: // headings above, over the whole width
			over := cols
			if end < len(filled) {
				over = usedBelow(cols, white, rows, end)
			}
			parts = append(parts, splitGround(p, over, known[0], known[len(known)-1], ruling.Plumb)...)
		case cols[0] < inner: // headings to the left
			parts = append(parts, splitGround(p, known, cols[0], inner, ruling.Level)...)
		}
		k = end
	}
	g, ok := gridOf(parts)
	return g, ok
}

// usedBelow are those column lines at which a white cell of a row begins or ends, and the
// first and last one.
func usedBelow(cols []float64, white []image.Rectangle, rows []float64, row int) []float64 {
	used := make([]bool, len(cols))
	used[0], used[len(cols)-1] = true, true
	for _, c := range white {
		if nearest(rows, float64(c.Min.Y)) == row {
			used[nearest(cols, float64(c.Min.X))], used[nearest(cols, float64(c.Max.X))] = true, true
		}
	}
	var out []float64
	for i, u := range used {
		if u {
			out = append(out, cols[i])
		}
	}
	return out
}

// splitGround cuts a block of headings on a ground into cells, from outer to inner across, in
// pixels. Known are the lines of its rows, with axis Level, or of its columns. Where the
// text does not tell more, each row is a cell, or all columns are one.
func splitGround(p ink.Pixels, known []float64, outer, inner float64, axis ruling.Axis) []part {
	n := len(known) - 1
	block := newPart(known[0], known[n], outer, inner, axis)
	if split := splitBlock(p, block.box, known, outer, inner, axis); split != nil {
		return split
	}
	if axis == ruling.Plumb {
		return []part{block}
	}
	var out []part
	for k := range n {
		out = append(out, newPart(known[k], known[k+1], outer, inner, axis))
	}
	return out
}
