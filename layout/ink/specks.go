package ink

import (
	"image"
	"slices"
)

// Lies reports whether the box of a line of text is a flat mark on the upper or lower
// side of its cell, as the ragged edge of a rule leaves. A dash stands in the middle.
func Lies(line, cell image.Rectangle) bool {
	return line.Dy() <= Rest && line.Dx() >= 2*line.Dy() && cell.Dy() > 4*Rest && (line.Min.Y <= cell.Min.Y || line.Max.Y >= cell.Max.Y)
}

// smallest is the area up to which a blob is a speck where lines have a height, pixels.
func smallest(height float64) int { return max(1, int(0.02*height*height)) }

// Strays finds the specks of a cell that stand apart from its text. Height is the usual
// height of a line, in pixels. A decimal point is as small, but stands between digits.
func Strays(blobs []Blob, height float64) []Blob {
	small, near := smallest(height), int(0.3*height)
	var out []Blob
	for _, b := range blobs {
		if b.Area > small || max(b.Box.Dx(), b.Box.Dy()) > 4 || points(b, blobs, small, height) || dots(b, blobs, small, height) {
			continue
		}
		alone := !slices.ContainsFunc(blobs, func(o Blob) bool {
			return o.Area > small && o.Box.Inset(-near).Overlaps(b.Box)
		})
		if alone {
			out = append(out, b)
		}
	}
	return out
}

// Dirt finds those of the strays of a cell that are no marks of Chinese text by where they
// lie: a mark stands behind a character, no farther than one is wide, and between its top and
// its foot.
func Dirt(strays, blobs []Blob, height float64) (out []Blob) {
	small := smallest(height)
	for _, b := range strays {
		if !slices.ContainsFunc(blobs, func(o Blob) bool { return o.Area > small && follows(b.Box, o.Box, height, height) }) {
			out = append(out, b)
		}
	}
	return out
}

// follows tells whether a speck stands behind print as a mark does, no farther than reach,
// pixels; height is the usual height of a line.
func follows(speck, print image.Rectangle, height, reach float64) bool {
	gap, foot := speck.Min.X-print.Max.X, speck.Max.Y-print.Max.Y
	return gap >= 0 && float64(gap) <= reach && foot <= max(1, int(below*height)) && speck.Min.Y >= print.Min.Y
}

// How far a mark stands from the character beside it, and how far its foot may lie
// below those of characters, in heights of a line. Set by hand.
const besides, below = 0.7, 0.12

// points reports whether a speck may be a decimal point or what is left of a
// comma: it stands at the foot of what is printed on both its sides, closer
// than a character is wide.
func points(b Blob, blobs []Blob, small int, height float64) bool {
	left, right := false, false
	near, foot := int(besides*height), max(1, int(below*height))
	for _, o := range blobs {
		if d := b.Box.Max.Y - o.Box.Max.Y; o.Area <= small || b.Box.Min.Y >= o.Box.Max.Y || d < -foot || d > 2*foot {
			continue
		}
		left = left || o.Box.Max.X <= b.Box.Min.X && b.Box.Min.X-o.Box.Max.X <= near
		right = right || o.Box.Min.X >= b.Box.Max.X && o.Box.Min.X-b.Box.Max.X <= near
	}
	return left && right
}

// dots reports whether a speck may be the upper dot of a semicolon or colon of Chinese text:
// it stands right above a low mark behind print which has the room of half a character
// behind it, as no decimal point has.
func dots(b Blob, blobs []Blob, small int, height float64) bool {
	return slices.ContainsFunc(blobs, func(o Blob) bool {
		gap := o.Box.Min.Y - b.Box.Max.Y
		return gap > 0 && float64(gap) <= besides*height && b.Box.Min.X < o.Box.Max.X && o.Box.Min.X < b.Box.Max.X &&
			float64(o.Box.Dy()) <= besides/2*height && marks(o.Box, blobs, small, height)
	})
}

// marks reports whether something stands behind print as a mark of Chinese text does, with
// nothing right behind it, for half of how far a mark stands from a character.
func marks(mark image.Rectangle, blobs []Blob, small int, height float64) bool {
	room := image.Rect(mark.Max.X, mark.Max.Y-int(height), mark.Max.X+int(besides/2*height), mark.Max.Y)
	behind := false
	for _, o := range blobs {
		if o.Area <= small || o.Box == mark {
			continue
		}
		if o.Box.Overlaps(room) {
			return false
		}
		behind = behind || follows(mark, o.Box, height, besides*height)
	}
	return behind
}

// LeastMark is the area in pixels of the smallest mark, where lines are so high: a comma is
// half as large at least as what makes a line. Smaller dots are dirt. Set by hand.
func LeastMark(height float64) int { return 1 + leastOfLine(height)/2 }

// EndAfterMarks has a line of text end after the marks behind its last character, such as
// a full stop, which are no more than specks: they stand in its lower half, closer to the
// character than one is wide. Blobs are those of the cell, of which specks of an area of
// least pixels are marks; height is the usual height of a line, pixels.
func (l *Line) EndAfterMarks(blobs []Blob, least int, height float64) {
	small, line := smallest(height), l.Box
	for _, b := range blobs {
		if b.Area <= small && b.Area >= least && follows(b.Box, line, height, besides*height) && b.Box.Min.Y+b.Box.Max.Y >= line.Min.Y+line.Max.Y {
			l.Box.Max.X = max(l.Box.Max.X, b.Box.Max.X)
		}
	}
}

// signs reports whether a mark is a minus sign by its place and shape, however
// little its ink: flat, and right before the middle of a line.
func signs(mark, line image.Rectangle) bool {
	h, gap := line.Dy(), line.Min.X-mark.Max.X
	return mark.Dx() >= 3 && mark.Dx() >= 2*mark.Dy() && gap > 0 && 2*gap <= h &&
		mark.Min.Y >= line.Min.Y+h/3 && mark.Max.Y <= line.Max.Y-h/4
}
