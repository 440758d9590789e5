package ruling

import (
	"image"

	"github.com/biaoge/biaoge/layout/ink"
)

// An Axis is the direction that a rule runs in: level rules part rows, plumb ones
// columns.
type Axis int

const (
	Level Axis = iota
	Plumb
)

// Axes are both directions.
var Axes = [...]Axis{Level, Plumb}

// Across is the other direction.
func (a Axis) Across() Axis { return 1 - a }

// Extent is where a box lies across rules of a direction, in pixels: from top to bottom
// for level rules, from left to right for plumb ones.
func (a Axis) Extent(box image.Rectangle) ink.Span {
	if a == Level {
		return ink.Span{Lo: box.Min.Y, Hi: box.Max.Y}
	}
	return ink.Span{Lo: box.Min.X, Hi: box.Max.X}
}
