package layout

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A Caption is the line of text that stands above a table.
type Caption struct {
	Line ink.Line
	Room image.Rectangle // around the line, on the page: nothing else is printed there
	Dark bool            // light text on a dark ground
}

// How far above a table its heading stands at most, and how high it is at
// most, in lines of the table's text.
const (
	captionReach  = 2.2
	captionHeight = 2.4
)

// withCaptions looks for the line that stands right above each table. Line is
// the usual height of a line of text in the tables.
func withCaptions(p ink.Pixels, grids []Grid, line float64) []Grid {
	if line < 5 {
		return grids
	}
	out := slices.Clone(grids)
	for i := range out {
		out[i].Caption = captionOf(p, grids, i, line)
	}
	return out
}

func captionOf(p ink.Pixels, grids []Grid, i int, line float64) *Caption {
	g := &grids[i]
	top := g.Box.Min.Y - 3
	aside := int(12 * line) // a table may be narrower than the text it stands in
	room := image.Rect(g.Box.Min.X-aside, top-int((captionReach+2*captionHeight)*line), g.Box.Max.X+aside, top).Intersect(image.Rect(0, 0, p.W, p.H))
	for _, o := range grids {
		if in := o.Box.Intersect(room); !in.Empty() {
			room.Min.Y = max(room.Min.Y, o.Box.Max.Y+3)
		}
	}
	if float64(room.Dy()) < line {
		return nil
	}
	found := ink.In(p, room)
	// A rule or a drawing above a table is no text.
	var text []ink.Blob
	for _, b := range found.Blobs {
		if h := float64(b.Box.Dy()); h <= captionHeight*line && (float64(b.Box.Dx()) <= 6*line || h > 0.5*line) {
			text = append(text, b)
		}
	}
	// A heading is set larger than the table, by how much its own marks say.
	lines := ink.Lines(text, line)
	if h := ink.UsualHeight(text); h > 1.15*line {
		lines = ink.Lines(text, h)
	}
	for n := len(lines) - 1; n >= 0; n-- {
		b := lines[n].Box
		switch {
		case float64(room.Max.Y-b.Max.Y) > captionReach*line && n == len(lines)-1:
			return nil // too far above
		case b.Min.Y <= room.Min.Y+1 && room.Min.Y > 0:
			return nil // cut off
		case float64(b.Dy()) < 0.6*line || float64(b.Dx()) < 2*line:
			continue
		case b.Min.X > (g.Box.Min.X+g.Box.Max.X)/2 && 3*b.Dx() < g.Box.Dx():
			continue // the unit of the values, at the right
		}
		above, below := room.Min.Y, room.Max.Y
		if n > 0 {
			above = (lines[n-1].Box.Max.Y + b.Min.Y) / 2
		}
		if n+1 < len(lines) {
			below = (lines[n+1].Box.Min.Y + b.Max.Y) / 2
		}
		return &Caption{lines[n], image.Rect(room.Min.X, min(above, b.Min.Y), room.Max.X, max(below, b.Max.Y)), found.Dark}
	}
	return nil
}

// fullLines counts the lines of text above the first table and below the last
// that are at least half as wide as it: a paragraph has some, a heading or the
// number of the page is none.
func fullLines(prints []print, grids []Grid) (above, below int) {
	if len(grids) == 0 {
		return 0, 0
	}
	first, last := grids[0].Box, grids[len(grids)-1].Box
	for i := range prints {
		for _, l := range prints[i].lines() {
			switch {
			case l.box.Max.Y <= first.Min.Y && 2*l.box.Dx() >= first.Dx():
				above++
			case l.box.Min.Y >= last.Max.Y && 2*l.box.Dx() >= last.Dx():
				below++
			}
		}
	}
	return above, below
}
