package layout

import (
	"image"
	"slices"
)

// fewCells is how many cells a grid has at most that is part of a drawing when
// the ink of half of them runs off: of more, as a badly photographed table has,
// it must be three in five, unless most hold nothing, as those between the boxes
// and arrows of a diagram.
const fewCells = 16

// withoutFigures drops the grids that are part of a drawing: in most of their
// cells what is printed runs on into the next, as bars and curves do and text
// does not. It returns the boxes of those that are charts of bars, too.
func withoutFigures(p pixels, grids []Grid) (kept []Grid, charts []image.Rectangle) {
	kept = slices.DeleteFunc(slices.Clone(grids), func(g Grid) bool {
		if len(g.Cells) <= 2 && g.Box.Dx() < 200 {
			return true // two boxes on a button
		}
		inked, off, standing, row := 0, 0, 0, false // row: of bars in one cell
		var grounds, bare []int                     // of all cells, and of those with nothing in them
		for _, c := range g.Cells {
			k := p.inkOf(c.Box)
			blobs := k.blobs
			grounds = append(grounds, k.ground)
			if len(blobs) == 0 {
				bare = append(bare, k.ground)
				continue
			}
			if !slices.ContainsFunc(blobs, func(b blob) bool { return b.box.Dy() > rest && !sliver(b.box, c.Box) }) {
				continue // dashes of a line that was not seen as one, or the ragged side of a bar
			}
			inked++
			if leaves(blobs, c.Box) {
				off++
			}
			bars := standingIn(k, c.Box)
			if len(bars) > 0 {
				standing++
			}
			row = row || uneven(bars)
		}
		if g.Cols == 1 && 2*inked <= len(g.Cells) {
			return true // a ladder: lines across a bar or beside a drawing
		}
		if 2*(inked-standing) < len(g.Cells) && bars(grounds, bare, standing) || row && len(g.Cells) <= fewCells {
			charts = append(charts, g.Box)
			return true
		}
		if isFrame(p, g) {
			return true
		}
		if g.broken && (len(g.Cells) == 3 || len(g.Cells) <= fewCells && 2*(inked-off) <= len(g.Cells)) {
			return true // pieces of rules make boxes anywhere in a drawing, and join two of them
		}
		if len(g.Cells) > fewCells && 2*inked >= len(g.Cells) {
			return 5*off > 3*inked
		}
		return inked == 0 || 2*off > inked
	})
	return kept, charts
}

// isFrame reports whether a grid is the lines of a frame around a text: all its
// cells but one are too thin to hold a line of it and most hold nothing, or of
// two one holds little but another frame.
func isFrame(p pixels, g Grid) bool {
	main := slices.MaxFunc(g.Cells, func(a, b Cell) int { return a.Box.Dx()*a.Box.Dy() - b.Box.Dx()*b.Box.Dy() })
	blobs := p.inkOf(main.Box).blobs
	if len(g.Cells) == 2 {
		return slices.ContainsFunc(blobs, func(b blob) bool {
			return 10*b.box.Dx() >= 8*main.Box.Dx() && 10*b.box.Dy() >= 8*main.Box.Dy()
		})
	}
	line, held := usualHeight(blobs), 0
	for _, c := range g.Cells {
		if c.Box != main.Box && float64(min(c.Box.Dx(), c.Box.Dy())) >= line {
			return false
		}
		if len(p.inkOf(c.Box).blobs) > 0 {
			held++
		}
	}
	// What seems to be a line of the text may be bars of a chart below a table.
	return line > 0 && 2*held < len(g.Cells)
}

// leaves reports whether some of what is printed in a cell runs on into the next.
func leaves(blobs []blob, cell image.Rectangle) bool {
	return slices.ContainsFunc(blobs, func(b blob) bool {
		return runsOff(b.box, cell) && (b.box.Min.Y <= cell.Min.Y || b.box.Max.Y >= cell.Max.Y || !lettering(b.box, blobs))
	})
}

// netted are where the grids stood that are more than two boxes and not kept.
func netted(all, kept []Grid) (out []image.Rectangle) {
	for _, g := range all {
		if len(g.Cells) > 2 && !slices.ContainsFunc(kept, func(k Grid) bool { return k.Box == g.Box }) {
			out = append(out, g.Box)
		}
	}
	return out
}

// sliver reports whether a mark is but a thin one at the left or right side of
// a cell.
func sliver(mark, cell image.Rectangle) bool {
	return mark.Dx() <= rest && (mark.Min.X <= cell.Min.X+1 || mark.Max.X >= cell.Max.X-1)
}

// standingIn returns the heights of the bars that stand in a cell: solid blocks,
// larger than any stroke, on its lower side, or where a bar fills most of the
// cell, paper on its upper side.
func standingIn(k ink, cell image.Rectangle) (heights []int) {
	const stroke = 10 // pixels
	for _, b := range k.blobs {
		w, h := b.box.Dx(), b.box.Dy()
		if k.dark && (b.box.Min.Y > cell.Min.Y+rest || w < cell.Dx()-2*rest) || !k.dark && b.box.Max.Y < cell.Max.Y-rest {
			continue
		}
		if min(w, h) > stroke && 10*b.area >= 9*w*h {
			heights = append(heights, h)
		}
	}
	return heights
}

// uneven reports whether several bars are of different heights, as those of a
// chart are: what is struck out in black is all of one.
func uneven(heights []int) bool {
	return len(heights) > 1 && 10*slices.Max(heights) > 11*slices.Min(heights)
}

// bars reports whether what is dark among cells is mostly bare, as the bars of
// a chart are, of which so many are seen to stand in a cell: a table has its
// headings there.
func bars(grounds, bare []int, standing int) bool {
	slices.Sort(grounds)
	paper := grounds[len(grounds)*3/4]
	dark := func(v int) bool { return 3*v < 2*paper }
	count := func(vs []int) (n int) {
		for _, v := range vs {
			if dark(v) {
				n++
			}
		}
		return n
	}
	n := count(bare) + standing
	return n >= 2 && 2*n > count(grounds)+standing
}

// lettering reports whether a mark is one of several of a kind that stand in
// one line: text may be set so close to a rule that it touches it.
func lettering(mark image.Rectangle, blobs []blob) bool {
	n := 0
	for _, o := range blobs {
		overlap := min(mark.Max.Y, o.box.Max.Y) - max(mark.Min.Y, o.box.Min.Y)
		if h := o.box.Dy(); o.box != mark && 2*h > mark.Dy() && h < 2*mark.Dy() && 2*overlap > h && o.box.Dx() < 2*mark.Dy() {
			n++
		}
	}
	return n >= 2 && mark.Dx() < 3*mark.Dy()
}

// runsOff reports whether ink leaves a cell, and not just by a serif.
func runsOff(ink, cell image.Rectangle) bool {
	if ink.Dx() < 6 && ink.Dy() < 6 {
		return false
	}
	// A rule that was not seen as one.
	if ink.Dx() <= 4 && ink.Dy() >= cell.Dy()-2 || ink.Dy() <= 4 && ink.Dx() >= cell.Dx()-2 {
		return false
	}
	wide, high := 5*ink.Dx() > cell.Dx(), 5*ink.Dy() > cell.Dy()
	atX, atY := ink.Min.X <= cell.Min.X || ink.Max.X >= cell.Max.X, ink.Min.Y <= cell.Min.Y || ink.Max.Y >= cell.Max.Y
	return atX && wide || atY && high
}
