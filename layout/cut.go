package layout

import "image"

// withCuts marks the cells at the left and right side of a table that has no
// frame there, where print stands right beside them or goes on beyond the side:
// the rules across may have ended too early. Line is the height of a line, pixels;
// beside print that no one can read nothing is told.
func withCuts(p pixels, grids []Grid, line float64) []Grid {
	reach := int(line)
	if reach < illegible {
		return grids
	}
	out := withCells(grids)
	for i := range out {
		g := &out[i]
		for j := range g.Cells {
			c := &g.Cells[j]
			left := image.Rect(c.Box.Min.X-reach, c.Box.Min.Y, c.Box.Min.X, c.Box.Max.Y)
			right := image.Rect(c.Box.Max.X, c.Box.Min.Y, c.Box.Max.X+reach, c.Box.Max.Y)
			c.Cut = g.bare[0] && c.Col == 0 && holdsPrint(p, left, line) ||
				g.bare[1] && c.Col+c.ColSpan == g.Cols && holdsPrint(p, right, line)
		}
	}
	return out
}

// holdsPrint tells whether a part of a page has ink of the height of a
// character in it.
func holdsPrint(p pixels, box image.Rectangle, line float64) bool {
	box = box.Intersect(image.Rect(0, 0, p.w, p.h))
	for _, b := range cellInk(p, box).blobs {
		if h := float64(b.box.Dy()); h >= line/2 && h <= 1.5*line {
			return true
		}
	}
	return false
}
