package extract

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// leftAs is how a warning says why something was left out.
func leftAs(why grid.Left) tables.Warning {
	switch why {
	case grid.LeftDrawing:
		return tables.Warn("figures")
	case grid.LeftText:
		return tables.Warn("columns")
	case grid.LeftRules:
		return tables.Warn("rules")
	}
	return tables.Warn("too_much")
}

// leftOf are the tables of a view that a part of it leaves out.
func (v *view) leftOf(part *view, why grid.Left) (out []grid.LeftOut) {
	for _, t := range v.tables {
		if !slices.Contains(part.tables, t) {
			out = append(out, grid.LeftOut{Why: why, Box: t.Grid.Box})
		}
	}
	return out
}

// maxLeft is how many places are told of a kind that was left out: the last is
// all of those that are left.
const maxLeft = 20

// leftOut says where something was left out that may be a table.
func leftOut(page *layout.Page, left []grid.LeftOut) (out []tables.Warning) {
	for why := grid.LeftDrawing; why <= grid.LeftBound; why++ {
		var boxes []image.Rectangle
		for _, l := range left {
			switch n := len(boxes); {
			case l.Why != why:
			case n == maxLeft:
				boxes[n-1] = boxes[n-1].Union(l.Box)
			default:
				boxes = append(boxes, l.Box)
			}
		}
		for _, b := range boxes {
			w, at := leftAs(why), onPicture(page, b)
			w.Box = &at
			out = append(out, w)
		}
	}
	return out
}

// onPicture is the part of the picture that a box on the page covers.
func onPicture(page *layout.Page, r image.Rectangle) tables.Box {
	b, size := reading.SourceBox(page, r), page.Picture()
	x, y := max(0, b[0]), max(0, b[1])
	return tables.Box{x, y, max(0, min(b[0]+b[2], float64(size.X))-x), max(0, min(b[1]+b[3], float64(size.Y))-y)}
}
