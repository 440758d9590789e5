package borderless

import (
	"image"

	"github.com/biaoge/biaoge/layout/ink"
)

func (t *table) place() {
	t.of = make([][]place, len(t.lines))
	for i := range t.lines {
		t.of[i] = t.places(&t.lines[i])
	}
}

// places puts the words of a line in columns.
func (t *table) places(l *TextLine) []place {
	var out []place
	if parts := l.segments(gutter * t.H); t.oneEach(parts) {
		for c, s := range parts {
			out = append(out, place{s, c, c + 1})
		}
		return out
	}
	for _, s := range l.segments(wordGap * t.H) {
		p := place{box: s, lo: -1}
		for c, k := range t.cols {
			over := min(s.Max.X, k.Hi) - max(s.Min.X, k.Lo)
			if float64(over) > min(0.4*t.H, 0.4*float64(s.Dx()), 0.5*float64(k.Hi-k.Lo)) && over > 0 {
				if p.lo < 0 {
					p.lo = c
				}
				p.hi = c + 1
			}
		}
		if n := len(out); p.lo < 0 && n > 0 && float64(s.Min.X-out[n-1].box.Max.X) < gutter*t.H {
			out[n-1].box = out[n-1].box.Union(s)
			continue
		}
		if p.lo < 0 { // in a gutter: it spans what is beside it, or belongs to the nearer
			c := 0
			for c+1 < len(t.cols) && t.cols[c+1].Lo < s.Max.X {
				c++
			}
			p.lo, p.hi = c, c+1
			if c+1 < len(t.cols) {
				left, right := s.Min.X-t.cols[c].Hi, t.cols[c+1].Lo-s.Max.X
				switch {
				case 3*min(left, right) > max(left, right):
					p.hi = c + 2
				case right < left:
					p.lo, p.hi = c+1, c+2
				}
			}
		}
		if n := len(out); n > 0 && (out[n-1].hi > p.lo || t.together(out[n-1], p)) {
			// Two segments of one cell.
			out[n-1].box = out[n-1].box.Union(s)
			out[n-1].hi = max(out[n-1].hi, p.hi)
			continue
		}
		out = append(out, p)
	}
	return out
}

// oneEach reports whether a line has exactly one part in each column, wherever in the column
// it is set.
func (t *table) oneEach(parts []image.Rectangle) bool {
	if len(parts) != len(t.cols) {
		return false
	}
	for i, s := range parts {
		for c, k := range t.cols {
			if c != i && s.Min.X < k.Hi && s.Max.X > k.Lo {
				return false
			}
		}
	}
	return true
}

// together reports whether two neighbouring parts of a line are one text, though they stand
// in two columns: the gap between them is no wider than punctuation leaves, and it is not
// where the columns part.
func (t *table) together(a, b place) bool {
	gap := ink.Span{Lo: a.box.Max.X, Hi: b.box.Min.X}
	return float64(gap.Hi-gap.Lo) < gutter*t.H && (gap.Hi <= t.cols[a.hi-1].Hi || gap.Lo >= t.cols[b.lo].Lo)
}
