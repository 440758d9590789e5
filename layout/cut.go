package layout

import (
	"image"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/straighten"
)

// A side of a table or a cell.
type side int

const (
	atLeft side = iota
	atRight
	atTop
	atBottom
)

// opposite is the side across.
func (s side) opposite() side { return s ^ 1 }

// withCuts marks the cells at those sides of a table that have no rule where the
// picture may hold but part of them: print stands right beside them or goes on
// beyond the side, so the rules across may have ended too early; or the picture
// ends there. Line is the height of a line, pixels.
func withCuts(p ink.Pixels, grids []Grid, line float64, on border) []Grid {
	out := withCells(grids)
	for i := range out {
		g := &out[i]
		for s := atLeft; s <= atBottom; s++ {
			if !g.bare[s] && !g.Open {
				continue
			}
			cropped := g.bare[s] && !g.bare[s.opposite()] && on.near(g.Box, s, nearBorder)
			for j := range g.Cells {
				c := &g.Cells[j]
				if !c.liesAt(s, g) {
					continue
				}
				c.Cropped = c.Cropped || cropped || on.printed(c, s)
				c.Cut = c.Cut || g.bare[s] && s <= atRight && holdsPrint(p, c.beyond(s, int(line)), line)
			}
		}
	}
	return out
}

// nearBorder is how far from the picture's border the rules end, at most, that
// were cut off there, pixels: straightening bends the border, too.
const nearBorder = 4

// A border is that of the picture, when it stands upright, as the page shows it.
type border struct {
	warps straighten.Warps
	size  image.Point
}

// near tells whether the middle of a side of a box on the page is no farther than
// so many pixels from the picture's border on that side.
func (b border) near(r image.Rectangle, s side, pixels float64) bool {
	x, y := float64(r.Min.X+r.Max.X)/2, float64(r.Min.Y+r.Max.Y)/2
	switch s {
	case atLeft:
		x, _ = b.warps.Source(float64(r.Min.X), y)
		return x <= pixels
	case atRight:
		x, _ = b.warps.Source(float64(r.Max.X), y)
		return x >= float64(b.size.X)-pixels
	case atTop:
		_, y = b.warps.Source(x, float64(r.Min.Y))
		return y <= pixels
	}
	_, y = b.warps.Source(x, float64(r.Max.Y))
	return y >= float64(b.size.Y)-pixels
}

// printed tells whether print of a cell goes up to the picture's border on a
// side.
func (b border) printed(c *Cell, s side) bool {
	const touching = 1 // pixels
	for _, l := range c.Lines {
		if b.near(l.Box, s, touching) {
			return true
		}
	}
	return false
}

// liesAt tells whether a cell lies at a side of its grid.
func (c *Cell) liesAt(s side, g *Grid) bool {
	switch s {
	case atLeft:
		return c.Col == 0
	case atRight:
		return c.Col+c.ColSpan == g.Cols
	case atTop:
		return c.Row == 0
	}
	return c.Row+c.RowSpan == g.Rows
}

// beyond is what lies to the left or right of a cell, as wide as told.
func (c *Cell) beyond(s side, wide int) image.Rectangle {
	if s == atLeft {
		return image.Rect(c.Box.Min.X-wide, c.Box.Min.Y, c.Box.Min.X, c.Box.Max.Y)
	}
	return image.Rect(c.Box.Max.X, c.Box.Min.Y, c.Box.Max.X+wide, c.Box.Max.Y)
}

// holdsPrint tells whether a part of a page has ink of the height of a
// character in it; beside print that no one can read nothing is told.
func holdsPrint(p ink.Pixels, box image.Rectangle, line float64) bool {
	if line < ink.Illegible {
		return false
	}
	box = box.Intersect(image.Rect(0, 0, p.W, p.H))
	for _, b := range ink.In(p, box).Blobs {
		if h := float64(b.Box.Dy()); h >= line/2 && h <= 1.5*line {
			return true
		}
	}
	return false
}
