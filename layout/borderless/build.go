package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
)

// A cell is a cell of a table without rules in the making.
type cell struct {
	lo, hi     int // columns
	top, below int // rows
	text       image.Rectangle
}

// build makes the grid of rows and columns.
func (t *table) build(rows []row) grid.Grid {
	R, C := len(rows), len(t.cols)
	g := grid.Grid{Rows: R, Cols: C, Open: true}
	pad := int(0.6 * t.H)
	for c := range C + 1 {
		switch {
		case c == 0:
			g.ColLines = append(g.ColLines, float64(max(t.box.Min.X-pad, t.band.Min.X)))
		case c == C:
			g.ColLines = append(g.ColLines, float64(min(t.box.Max.X+pad, t.band.Max.X)))
		default:
			g.ColLines = append(g.ColLines, float64(t.cols[c-1].Hi+t.cols[c].Lo)/2)
		}
	}
	// The room of each row: to halfway to the next, but not far from its ink
	// and not past a rule.
	g.RowLines = append(g.RowLines, float64(max(0, rows[0].box.Min.Y-pad)))
	for r := 1; r < R; r++ {
		y := float64(rows[r-1].box.Max.Y+rows[r].box.Min.Y) / 2
		g.RowLines = append(g.RowLines, max(min(y, rows[r].mid), g.RowLines[r-1]))
	}
	g.RowLines = append(g.RowLines, max(float64(min(t.band.Max.Y, rows[R-1].box.Max.Y+pad)), g.RowLines[R-1]))
	var cells []cell
	for r := range rows {
		cells = append(cells, t.cellsOf(rows, r)...)
	}
	sides := t.sides(rows, g.ColLines)
	for i := range cells {
		k := &cells[i]
		room := image.Rect(sides[k.lo].Lo, int(math.Ceil(g.RowLines[k.top])), sides[k.hi-1].Hi, int(g.RowLines[k.below]))
		box := t.surrounding(cells, i, room)
		if k.text.Empty() {
			box = t.blank(cells, room)
		}
		g.Cells = append(g.Cells, grid.Cell{Row: k.top, Col: k.lo, RowSpan: k.below - k.top, ColSpan: k.hi - k.lo, Box: box})
	}
	g.Box = image.Rect(int(g.ColLines[0]), int(g.RowLines[0]), int(math.Ceil(g.ColLines[C])), int(math.Ceil(g.RowLines[R])))
	return g
}

// cellsOf are the cells of a row.
func (t *table) cellsOf(rows []row, r int) []cell {
	end := make([]int, len(t.cols)) // where the cell that begins there ends
	for c := range end {
		end[c] = c + 1
	}
	for _, e := range rows[r].entries {
		end[e.lo] = max(end[e.lo], e.hi)
	}
	var out []cell
	for c := 0; c < len(end); {
		k := cell{lo: c, hi: end[c], top: r, below: r + 1}
		for i := c; i < k.hi; i++ {
			k.hi = max(k.hi, end[i])
		}
		for _, e := range rows[r].entries {
			if e.lo >= k.lo && e.hi <= k.hi {
				k.text = k.text.Union(e.box)
			}
		}
		out = append(out, k)
		c = k.hi
	}
	return out
}

// sides are from where to where the text of each column stands, in pixels, with a little
// room around it. What lies beyond may be the edge of a coloured row.
func (t *table) sides(rows []row, lines []float64) []ink.Span {
	out := slices.Clone(t.cols)
	for _, r := range rows {
		for _, e := range r.entries {
			out[e.lo].Lo, out[e.hi-1].Hi = min(out[e.lo].Lo, e.box.Min.X), max(out[e.hi-1].Hi, e.box.Max.X)
		}
	}
	pad := int(0.6 * t.H)
	for c := range out {
		out[c].Lo = max(out[c].Lo-pad, int(math.Ceil(lines[c])))
		out[c].Hi = max(min(out[c].Hi+pad, int(lines[c+1])), out[c].Lo)
	}
	return out
}

// surrounding is the box of a cell: all of its text, and the room that is free around it in
// its columns and rows, in which there may be print that was not seen as words. No boundary
// of a column may cut a digit off.
func (t *table) surrounding(cells []cell, i int, room image.Rectangle) image.Rectangle {
	in := cells[i].text
	if in.Empty() {
		return in
	}
	x, y := int(0.6*t.H), int(0.4*t.H)+1
	room = room.Union(image.Rect(in.Min.X-x, in.Min.Y-y, in.Max.X+x, in.Max.Y+y)).Intersect(t.band)
	for j := range cells {
		if j != i {
			room = apart(room, in, cells[j].text, 2)
		}
	}
	for _, r := range t.rules {
		room = apart(room, in, r, 1)
	}
	return room
}

// apart cuts a room around some text back from something else in it: at the
// nth part of the way between.
func apart(room, in, other image.Rectangle, n int) image.Rectangle {
	if !room.Overlaps(other) {
		return room
	}
	switch {
	case other.Min.Y >= in.Max.Y-2:
		room.Max.Y = max(in.Max.Y, min(room.Max.Y, in.Max.Y+(other.Min.Y-in.Max.Y)/n))
	case other.Max.Y <= in.Min.Y+2:
		room.Min.Y = min(in.Min.Y, max(room.Min.Y, in.Min.Y-(in.Min.Y-other.Max.Y)/n))
	case other.Min.X >= in.Max.X:
		room.Max.X = min(room.Max.X, in.Max.X+(other.Min.X-in.Max.X)/n)
	case other.Max.X <= in.Min.X:
		room.Min.X = max(room.Min.X, in.Min.X-(in.Min.X-other.Max.X)/n)
	}
	return room
}

// blank is what of the room of a cell without text is free of text and rules.
func (t *table) blank(cells []cell, room image.Rectangle) image.Rectangle {
	taken := slices.Clone(t.rules)
	for i := range cells {
		taken = append(taken, cells[i].text)
	}
	for _, o := range taken {
		if !room.Overlaps(o) {
			continue
		}
		// The side on which least is lost.
		best := image.Rectangle{}
		for _, r := range []image.Rectangle{
			image.Rect(o.Max.X+1, room.Min.Y, room.Max.X, room.Max.Y), image.Rect(room.Min.X, room.Min.Y, o.Min.X-1, room.Max.Y),
			image.Rect(room.Min.X, o.Max.Y+1, room.Max.X, room.Max.Y), image.Rect(room.Min.X, room.Min.Y, room.Max.X, o.Min.Y-1),
		} {
			if r = r.Intersect(room); r.Dx()*r.Dy() > best.Dx()*best.Dy() {
				best = r
			}
		}
		room = best
	}
	return room
}
