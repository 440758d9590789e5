package layout

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/borderless"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/straighten"
)

// How far above a table its heading stands at most, and how high it is at
// most, in lines of the table's text.
const (
	captionReach  = 2.2
	captionHeight = 2.4
)

// withCaptions looks for the line that stands right above each table. Height is
// the usual height of a line of text in the tables.
func withCaptions(p ink.Pixels, grids []grid.Grid, height float64) []grid.Grid {
	if height < 5 {
		return grids
	}
	out := slices.Clone(grids)
	for i := range out {
		out[i].Caption = captionOf(p, grids, i, height)
	}
	return out
}

func captionOf(p ink.Pixels, grids []grid.Grid, i int, height float64) *grid.Caption {
	g := &grids[i]
	top := g.Box.Min.Y - 3
	aside := int(12 * height) // a table may be narrower than the text it stands in
	room := image.Rect(g.Box.Min.X-aside, top-int((captionReach+2*captionHeight)*height), g.Box.Max.X+aside, top).Intersect(image.Rect(0, 0, p.W, p.H))
	for _, o := range grids {
		if in := o.Box.Intersect(room); !in.Empty() {
			room.Min.Y = max(room.Min.Y, o.Box.Max.Y+3)
		}
	}
	if float64(room.Dy()) < height {
		return nil
	}
	found := ink.In(p, room)
	// A rule or a drawing above a table is no text.
	var text []ink.Blob
	for _, b := range found.Blobs {
		if h := float64(b.Box.Dy()); h <= captionHeight*height && (float64(b.Box.Dx()) <= 6*height || 2*h > height) {
			text = append(text, b)
		}
	}
	// A heading is set larger than the table, by how much its own marks say.
	lines := ink.Lines(text, height)
	if h := ink.UsualHeight(text); h > 1.15*height {
		lines = ink.Lines(text, h)
	}
	for n := len(lines) - 1; n >= 0; n-- {
		b := lines[n].Box
		switch {
		case float64(room.Max.Y-b.Max.Y) > captionReach*height && n == len(lines)-1:
			return nil // too far above
		case b.Min.Y <= room.Min.Y+1 && room.Min.Y > 0:
			return nil // cut off
		case float64(b.Dy()) < 0.6*height || float64(b.Dx()) < 2*height:
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
		return &grid.Caption{Line: lines[n], Room: image.Rect(room.Min.X, min(above, b.Min.Y), room.Max.X, max(below, b.Max.Y)), LightInk: found.LightInk}
	}
	return nil
}

// withRowsBeside marks the tables right above or below which a line of text stands as one of
// their rows would: it is no farther off than rows are high, and its texts stand in most
// columns, each in one. Height is the usual height of a line of text in the tables.
func withRowsBeside(p ink.Pixels, grids []grid.Grid, height float64) []grid.Grid {
	out := slices.Clone(grids)
	page := image.Rect(0, 0, p.W, p.H)
	for i := range out {
		g := &out[i]
		pitch := image.Pt(0, g.Box.Dy()/g.Rows)
		above, below := g.Box, g.Box
		above.Min, above.Max.Y = g.Box.Min.Sub(pitch), g.Box.Min.Y
		below.Min.Y, below.Max = g.Box.Max.Y, g.Box.Max.Add(pitch)
		for _, room := range []image.Rectangle{above.Intersect(page), below.Intersect(page)} {
			if slices.ContainsFunc(grids, func(o grid.Grid) bool { return o.Box.Overlaps(room) }) {
				continue
			}
			n := columnsOf(textsIn(p, room, height), g.ColLines)
			g.RowBeside = g.RowBeside || n > 2 && 2*n > g.Cols
		}
	}
	return out
}

// textsIn are the texts of the only line in a room, from left to right; none where there are
// several lines. Texts are farther apart than lines are high.
func textsIn(p ink.Pixels, room image.Rectangle, height float64) (texts []image.Rectangle) {
	blobs := ink.In(p, room).Blobs
	lines := ink.Lines(blobs, height)
	if len(lines) != 1 || 2*float64(lines[0].Box.Dy()) < height { // what is low is the rest of a rule
		return nil
	}
	slices.SortFunc(blobs, func(a, b ink.Blob) int { return a.Box.Min.X - b.Box.Min.X })
	for _, b := range blobs {
		if n := len(texts); n > 0 && float64(b.Box.Min.X-texts[n-1].Max.X) < height {
			texts[n-1] = texts[n-1].Union(b.Box)
		} else if b.Box.Overlaps(lines[0].Box) {
			texts = append(texts, b.Box)
		}
	}
	return texts
}

// columnsOf is how many columns hold one of some texts, 0 where one stands in no column or
// in several. Lines are those at the sides of the columns, pixels.
func columnsOf(texts []image.Rectangle, lines []float64) int {
	held := map[int]bool{}
	for _, t := range texts {
		c, _ := slices.BinarySearch(lines, float64(t.Min.X))
		if c == 0 || c == len(lines) || float64(t.Max.X) > lines[c] {
			return 0
		}
		held[c] = true
	}
	return len(held)
}

// fullLines counts the lines of text above the first table and below the last
// that are at least half as wide as it: a paragraph has some, a heading or the
// number of the page is none.
func fullLines(prints []borderless.Print, grids []grid.Grid) (above, below int) {
	if len(grids) == 0 {
		return 0, 0
	}
	first, last := grids[0].Box, grids[len(grids)-1].Box
	for i := range prints {
		for _, l := range prints[i].Lines() {
			switch {
			case l.Box.Max.Y <= first.Min.Y && 2*l.Box.Dx() >= first.Dx():
				above++
			case l.Box.Min.Y >= last.Max.Y && 2*l.Box.Dx() >= last.Dx():
				below++
			}
		}
	}
	return above, below
}

// withCuts marks the cells at those sides of a table that have no rule where the
// picture may hold but part of them: print stands right beside them or goes on
// beyond the side, so the rules across may have ended too early; or the picture
// ends there. Height is the height of a line of text, pixels.
func withCuts(p ink.Pixels, grids []grid.Grid, height float64, on border) []grid.Grid {
	out := grid.Clone(grids)
	for i := range out {
		g := &out[i]
		for s := grid.AtLeft; s <= grid.AtBottom; s++ {
			if !g.Bare[s] && !g.Open {
				continue
			}
			cropped := g.Bare[s] && !g.Bare[s.Opposite()] && on.near(g.Box, s, nearBorder)
			for j := range g.Cells {
				c := &g.Cells[j]
				if !c.LiesAt(s, g) {
					continue
				}
				c.Cropped = c.Cropped || cropped || on.printed(c, s)
				c.Cut = c.Cut || g.Bare[s] && s <= grid.AtRight && holdsPrint(p, c.Beyond(s, int(height)), height)
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
func (b border) near(r image.Rectangle, s grid.Side, pixels float64) bool {
	x, y := float64(r.Min.X+r.Max.X)/2, float64(r.Min.Y+r.Max.Y)/2
	switch s {
	case grid.AtLeft:
		x, _ = b.warps.Source(float64(r.Min.X), y)
		return x <= pixels
	case grid.AtRight:
		x, _ = b.warps.Source(float64(r.Max.X), y)
		return x >= float64(b.size.X)-pixels
	case grid.AtTop:
		_, y = b.warps.Source(x, float64(r.Min.Y))
		return y <= pixels
	}
	_, y = b.warps.Source(x, float64(r.Max.Y))
	return y >= float64(b.size.Y)-pixels
}

// printed tells whether print of a cell goes up to the picture's border on a
// side.
func (b border) printed(c *grid.Cell, s grid.Side) bool {
	const touching = 1 // pixels
	for _, l := range c.Lines {
		if b.near(l.Box, s, touching) {
			return true
		}
	}
	return false
}

// holdsPrint tells whether a part of a page has ink of the height of a
// character in it; beside print that no one can read nothing is told.
func holdsPrint(p ink.Pixels, box image.Rectangle, height float64) bool {
	if height < ink.Illegible {
		return false
	}
	box = box.Intersect(image.Rect(0, 0, p.W, p.H))
	for _, b := range ink.In(p, box).Blobs {
		if h := float64(b.Box.Dy()); h >= height/2 && h <= 1.5*height {
			return true
		}
	}
	return false
}

// maxLoose is how many lines of a page without tables tell enough of it.
const maxLoose = 24

// looseLabels are the lines of text, or parts of lines with wide spaces between,
// that are as long as the labels of a table: some of them, from all over the page.
func looseLabels(p ink.Pixels, prints []borderless.Print) (out []grid.Cell) {
	for i := range prints {
		pr := &prints[i]
		lines := pr.Lines()
		for j := range lines {
			for _, s := range lines[j].Parts(pr.Height) {
				if w := float64(s.Dx()); w < 3.5*pr.Height || w > 16*pr.Height || s.Dy() < ink.Illegible {
					continue
				}
				room := s.Inset(-int(pr.Height / 4)).Intersect(image.Rect(0, 0, p.W, p.H))
				t, _ := p.Tone(room)
				out = append(out, grid.Cell{Box: room, Lines: []ink.Line{{Box: s}}, LightInk: t.LightInk})
			}
		}
	}
	if n := len(out); n > maxLoose {
		for i := range maxLoose {
			out[i] = out[i*n/maxLoose]
		}
		out = out[:maxLoose]
	}
	return out
}
