package ink

import (
	"image"
	"slices"
)

// A Line is one line of text in a cell.
type Line struct {
	Box image.Rectangle // the bounds of its ink on the page, pixels
	Gap int             // the widest stretch of columns inside Box that no ink covers, pixels
}

// A Span is a stretch of rows (or columns) of pixels: from Lo up to Hi, which is not
// part of it.
type Span struct{ Lo, Hi int }

// Rows finds the stretches of rows that hold ink, from top to bottom; stretches that
// overlap are one. Blobs of an area under least pixels do not count.
func Rows(blobs []Blob, least int) []Span {
	var spans []Span
	for _, b := range blobs {
		if b.Area >= least {
			spans = append(spans, Span{b.Box.Min.Y, b.Box.Max.Y})
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Lo - b.Lo })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Lo < out[n-1].Hi {
			out[n-1].Hi = max(out[n-1].Hi, s.Hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// SmallPrint is the height of a line, in pixels of the picture as it came, below which
// strokes are about as thin as two pixels, so that shrinking made thin ones faint. Set by
// hand.
const SmallPrint = 16

// Widen makes a line of a cell wider where something faint is printed beside its ends.
// Where a picture was shrunk, thin strokes such as a 1 or a sign are the first to
// become too faint to be ink by themselves; beside ink they count (hysteresis, Canny
// 1986). It is for SmallPrint: what is faint beside larger print is something else, such as
// a watermark. Faint tells faint ink from the ground; height is the usual height of a line,
// in pixels.
func (p Pixels) Widen(l *Line, cell image.Rectangle, faint Tone, height float64) {
	inner, _ := p.InsideRules(cell, faint)
	near := l.Box.Dy()/4 + 1 // a stroke is hardly higher than the line, unlike the soft edge of a rule
	faintIn := func(x0, x1 int) []Blob {
		strip := image.Rect(x0, l.Box.Min.Y-2*near, x1, l.Box.Max.Y+2*near).Intersect(inner)
		return slices.DeleteFunc(p.Blobs(strip, faint), func(b Blob) bool {
			return b.Box.Min.Y < l.Box.Min.Y-near || b.Box.Max.Y > l.Box.Max.Y+near || float64(max(b.Box.Dx(), b.Box.Dy())) < max(3, 0.3*height)
		})
	}
	before, after := faintIn(inner.Min.X, l.Box.Min.X-1), faintIn(l.Box.Max.X+1, inner.Max.X)
	gap := int(0.6*height) + 1
	slices.SortFunc(before, func(a, b Blob) int { return b.Box.Max.X - a.Box.Max.X })
	slices.SortFunc(after, func(a, b Blob) int { return a.Box.Min.X - b.Box.Min.X })
	for _, b := range before {
		if l.Box.Min.X-b.Box.Max.X <= gap {
			l.Box.Min.X = min(l.Box.Min.X, b.Box.Min.X)
		}
	}
	for _, b := range after {
		if b.Box.Min.X-l.Box.Max.X <= gap {
			l.Box.Max.X = max(l.Box.Max.X, b.Box.Max.X)
		}
	}
}

// Lines groups the blobs of a cell into lines of text, from top to bottom. Height is
// the usual height of a line on the page, in pixels. It returns nil where all blobs
// are specks.
func Lines(blobs []Blob, height float64) []Line {
	// A blob of fewer than least pixels is a speck, which does not make a line taller
	// or wider. A decimal point is as small, but it stands between digits anyhow.
	least := int(min(max(0.012*height*height, 2), 12))
	spans := Rows(blobs, least)
	if len(spans) == 0 {
		return nil
	}
	// The strokes of one character may lie apart, as in 二. So two stretches are one
	// line if together they are hardly higher than a line, or if they nearly touch
	// and one of them is low.
	merged := spans[:1]
	for _, s := range spans[1:] {
		last := &merged[len(merged)-1]
		if float64(s.Hi-last.Lo) <= 1.18*height || float64(s.Lo-last.Hi) <= 0.12*height && float64(min(s.Hi-s.Lo, last.Hi-last.Lo)) < 0.45*height {
			last.Hi = max(last.Hi, s.Hi)
			continue
		}
		merged = append(merged, s)
	}
	var split []Span
	for _, s := range merged {
		n := int(float64(s.Hi-s.Lo)/height + 0.35)
		if n < 2 {
			split = append(split, s)
			continue
		}
		split = append(split, valleys(s, blobs, n)...)
	}
	lines := make([]Line, len(split))
	for _, b := range blobs {
		if b.Area < least {
			continue
		}
		mid := (b.Box.Min.Y + b.Box.Max.Y) / 2
		for i, s := range split {
			if mid >= s.Lo && mid < s.Hi {
				lines[i].Box = lines[i].Box.Union(b.Box)
				break
			}
		}
	}
	out := lines[:0]
	for i, l := range lines {
		if l.Box.Empty() {
			continue
		}
		l.Box.Min.Y, l.Box.Max.Y = max(l.Box.Min.Y, split[i].Lo), min(l.Box.Max.Y, split[i].Hi)
		if l.Box.Dy() > 0 {
			if i := slices.IndexFunc(blobs, func(b Blob) bool { return b.Area < least && signs(b.Box, l.Box) }); i >= 0 {
				l.Box.Min.X = blobs[i].Box.Min.X
			}
			l.Gap = widestGap(blobs, l.Box)
			out = append(out, l)
		}
	}
	return out
}

// widestGap is the widest stretch of a line's box that no blob covers.
func widestGap(blobs []Blob, box image.Rectangle) int {
	var spans []Span
	for _, b := range blobs {
		if b.Box.Overlaps(box) {
			spans = append(spans, Span{b.Box.Min.X, b.Box.Max.X})
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Lo - b.Lo })
	gap, end := 0, box.Min.X
	for _, s := range spans {
		gap, end = max(gap, s.Lo-end), max(end, s.Hi)
	}
	return gap
}

// valleys parts a stretch of rows that holds n lines whose ink touches. It cuts near
// each nth of the stretch, at the row that the least area of blobs crosses.
func valleys(s Span, blobs []Blob, n int) []Span {
	cross := make([]int, s.Hi-s.Lo+1)
	for _, b := range blobs {
		for y := max(b.Box.Min.Y, s.Lo) + 1; y < min(b.Box.Max.Y, s.Hi); y++ {
			cross[y-s.Lo] += b.Area
		}
	}
	var out []Span
	lo := s.Lo
	pitch := float64(s.Hi-s.Lo) / float64(n)
	for i := 1; i < n; i++ {
		mid := s.Lo + int(pitch*float64(i))
		best := mid
		for d := 0; d <= int(pitch*0.25); d++ {
			for _, y := range []int{mid - d, mid + d} {
				if y > lo && y < s.Hi && cross[y-s.Lo] < cross[best-s.Lo] {
					best = y
				}
			}
		}
		out = append(out, Span{lo, best})
		lo = best
	}
	return append(out, Span{lo, s.Hi})
}
