package ink

import (
	"image"
	"slices"
)

// Leaves reports whether some of what is printed in a cell runs on into the next cell, as
// curves and bars of a drawing do.
func Leaves(blobs []Blob, cell image.Rectangle) bool {
	return slices.ContainsFunc(blobs, func(b Blob) bool {
		return runsOff(b.Box, cell) && (b.Box.Min.Y <= cell.Min.Y || b.Box.Max.Y >= cell.Max.Y || !lettering(b.Box, blobs))
	})
}

// Sliver reports whether a mark is no more than a thin one, at most Rest pixels wide, at
// the left or right side of a cell.
func Sliver(mark, cell image.Rectangle) bool {
	return mark.Dx() <= Rest && (mark.Min.X <= cell.Min.X+1 || mark.Max.X >= cell.Max.X-1)
}

// StandingIn returns the heights of the bars that stand in a cell: solid blocks,
// larger than any stroke, on its lower side, or where a bar fills most of the
// cell, paper on its upper side.
func StandingIn(k Ink, cell image.Rectangle) (heights []int) {
	const stroke = 10 // pixels
	for _, b := range k.Blobs {
		w, h := b.Box.Dx(), b.Box.Dy()
		if k.LightInk && (b.Box.Min.Y > cell.Min.Y+Rest || w < cell.Dx()-2*Rest) || !k.LightInk && b.Box.Max.Y < cell.Max.Y-Rest {
			continue
		}
		if min(w, h) > stroke && 10*b.Area >= 9*w*h {
			heights = append(heights, h)
		}
	}
	return heights
}

// Uneven reports whether several bars differ in height by more than a tenth, as those of
// a chart do. Text that was blacked out makes bars of one height.
func Uneven(heights []int) bool {
	return len(heights) > 1 && 10*slices.Max(heights) > 11*slices.Min(heights)
}

// lettering reports whether a mark is one of several of a kind that stand in
// one line: text may be set so close to a rule that it touches it.
func lettering(mark image.Rectangle, blobs []Blob) bool {
	n := 0
	for _, o := range blobs {
		overlap := min(mark.Max.Y, o.Box.Max.Y) - max(mark.Min.Y, o.Box.Min.Y)
		if h := o.Box.Dy(); o.Box != mark && 2*h > mark.Dy() && h < 2*mark.Dy() && 2*overlap > h && o.Box.Dx() < 2*mark.Dy() {
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
