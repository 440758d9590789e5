package grid

import "image"

// A Side of a table or a cell.
type Side int

const (
	AtLeft Side = iota
	AtRight
	AtTop
	AtBottom
)

// Opposite is the side on the other end.
func (s Side) Opposite() Side { return s ^ 1 }

// LiesAt tells whether a cell lies at a side of its grid.
func (c *Cell) LiesAt(s Side, g *Grid) bool {
	switch s {
	case AtLeft:
		return c.Col == 0
	case AtRight:
		return c.Col+c.ColSpan == g.Cols
	case AtTop:
		return c.Row == 0
	}
	return c.Row+c.RowSpan == g.Rows
}

// Beyond is the box to the left or right of a cell, as high as that, and wide pixels wide.
func (c *Cell) Beyond(s Side, wide int) image.Rectangle {
	if s == AtLeft {
		return image.Rect(c.Box.Min.X-wide, c.Box.Min.Y, c.Box.Min.X, c.Box.Max.Y)
	}
	return image.Rect(c.Box.Max.X, c.Box.Min.Y, c.Box.Max.X+wide, c.Box.Max.Y)
}
