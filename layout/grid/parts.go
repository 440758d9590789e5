package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A part is a cell of a grid in the making: the lines it lies between, and its
// inside.
type part struct {
	x0, y0, x1, y1 float64
	box            image.Rectangle
}

// newPart is the part between two lines along and two across a block of
// headings, whose known lines are level to the left of their cells, and plumb
// above them.
func newPart(along0, along1, across0, across1 float64, axis ruling.Axis) part {
	x0, y0, x1, y1 := along0, across0, along1, across1
	if axis == ruling.Level {
		x0, y0, x1, y1 = across0, along0, across1, along1
	}
	return part{x0, y0, x1, y1, image.Rect(int(x0)+2, int(y0)+2, int(x1)-1, int(y1)-1)}
}

// gridOf makes a grid of parts; ok is false where they overlap or leave much
// uncovered.
func gridOf(parts []part) (Grid, bool) {
	var xs, ys []float64
	for _, r := range parts {
		xs, ys = append(xs, r.x0, r.x1), append(ys, r.y0, r.y1)
	}
	// Each block of headings has measured its lines by itself.
	const apart = 3 // pixels
	xs, ys = snapped(xs, apart), snapped(ys, apart)
	g := Grid{Rows: len(ys) - 1, Cols: len(xs) - 1, RowLines: ys, ColLines: xs}
	if g.Rows < 1 || g.Cols < 1 || g.Rows*g.Cols > maxPositions {
		return g, false
	}
	covered := make([]bool, g.Rows*g.Cols)
	for _, r := range parts {
		c := Cell{Row: nearest(ys, r.y0), Col: nearest(xs, r.x0), Box: r.box}
		c.RowSpan, c.ColSpan = nearest(ys, r.y1)-c.Row, nearest(xs, r.x1)-c.Col
		if c.RowSpan < 1 || c.ColSpan < 1 {
			return g, false
		}
		for y := c.Row; y < c.Row+c.RowSpan; y++ {
			for x := c.Col; x < c.Col+c.ColSpan; x++ {
				if covered[y*g.Cols+x] {
					return g, false
				}
				covered[y*g.Cols+x] = true
			}
		}
		g.Cells = append(g.Cells, c)
	}
	missing := 0
	for i, ok := range covered {
		if !ok {
			y, x := i/g.Cols, i%g.Cols
			g.Cells = append(g.Cells, Cell{Row: y, Col: x, RowSpan: 1, ColSpan: 1, Box: image.Rect(int(xs[x])+2, int(ys[y])+2, int(xs[x+1])-1, int(ys[y+1])-1)})
			missing++
		}
	}
	g.Box = image.Rect(int(xs[0]), int(ys[0]), int(math.Ceil(xs[g.Cols])), int(math.Ceil(ys[g.Rows])))
	g.compress()
	return g, 10*missing <= len(covered) && g.Rows*g.Cols >= 2
}

// snapped are lines in order, of which those that lie within a few pixels of one another are
// made one, in their middle.
func snapped(at []float64, within float64) []float64 {
	slices.Sort(at)
	var out []float64
	for _, near := range ink.Clusters(at, func(first, _, next *float64) bool { return *next-*first <= within }) {
		sum := 0.
		for _, v := range near {
			sum += v
		}
		out = append(out, sum/float64(len(near)))
	}
	return out
}

// nearest returns which of the lines lies next to a place.
func nearest(lines []float64, v float64) int {
	best := 0
	for i, l := range lines {
		if math.Abs(l-v) < math.Abs(lines[best]-v) {
			best = i
		}
	}
	return best
}
