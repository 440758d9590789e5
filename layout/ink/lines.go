package ink

import (
	"image"
	"slices"
)

// A Line is one line of text in a cell.
type Line struct {
	Box image.Rectangle // the ink's bounds on the page, pixels
	Gap int             // widest stretch without ink inside it, pixels
}

// Span is a stretch of rows with ink.
type Span struct{ Lo, Hi int }

// Rows finds the stretches of rows that hold ink of any but the smallest
// blobs.
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

// smallPrint is the height of a line, in pixels, below which strokes are less
// than some two pixels wide, and as faint as they are narrow.
const smallPrint = 16

// Widen takes in what is printed at both ends of a line of a cell too faintly
// to be ink by itself (Canny 1986): thin strokes, such as those of a 1 or a
// sign, are lost first where a picture was shrunk. Beside larger print what is
// faint is something else, as a watermark.
func (p Pixels) Widen(l *Line, cell image.Rectangle, faint Tone, height float64) {
	if height >= smallPrint {
		return
	}
	inner, _ := p.InsideRules(cell, faint)
	near := l.Box.Dy()/4 + 1 // a stroke is hardly higher than the line, unlike the soft edge of a rule
	beside := func(x0, x1 int) []Blob {
		strip := image.Rect(x0, l.Box.Min.Y-2*near, x1, l.Box.Max.Y+2*near).Intersect(inner)
		return slices.DeleteFunc(p.Blobs(strip, faint), func(b Blob) bool {
			return b.Box.Min.Y < l.Box.Min.Y-near || b.Box.Max.Y > l.Box.Max.Y+near || float64(max(b.Box.Dx(), b.Box.Dy())) < max(3, 0.3*height)
		})
	}
	before, after := beside(inner.Min.X, l.Box.Min.X-1), beside(l.Box.Max.X+1, inner.Max.X)
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

// Lines groups the blobs of a cell into lines of about the given height.
func Lines(blobs []Blob, height float64) []Line {
	// Specks bound no line. A decimal point is one too, but it stands between
	// digits.
	least := int(min(max(0.012*height*height, 2), 12))
	spans := Rows(blobs, least)
	if len(spans) == 0 {
		return nil
	}
	// Strokes of one character may be parted, as in 二: rows that together
	// are no higher than a line belong together.
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

// valleys parts a stretch that holds n lines whose ink touches, where the
// fewest blobs cross.
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
