package ink

import (
	"image"
	"math"
	"slices"
)

// A Line is one line of text in a cell.
type Line struct {
	Box image.Rectangle // the bounds of its ink on the page, pixels
	Gap int             // the widest stretch of columns inside Box that no ink covers, pixels

	Faint  bool // strokes too faint to be ink by themselves were taken for a part of it
	Beside bool // a level stroke fainter still stands at one of its ends, which may be a sign
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

// Widen makes the lines of a cell wider where faint strokes are printed beside their ends,
// and those that are low higher where such are printed above or below. Strokes that are
// hardly wider than a pixel, such as a 1 of small print, a sign or the hairlines of some
// typefaces, are too faint to be ink by themselves; beside ink they count (hysteresis,
// Canny 1986). The soft edge of a rule is faint, too, but lies along a side of the cell; a
// shade is broader than any stroke. The letters of a watermark are not told from faint
// print. Faint tells faint ink from the ground; grain
// is that of the page, grey levels; height is the usual height of a line, in pixels.
func (p Pixels) Widen(lines []Line, cell image.Rectangle, faint Tone, grain int, height float64) {
	inner, _ := p.InsideRules(cell, faint)
	// Level strokes that touch what rules left above or below may be the foot of a low line.
	sides := image.Rect(inner.Min.X, cell.Min.Y, inner.Max.X, cell.Max.Y)
	least := int(math.Ceil(max(3, 0.3*height))) // how long a stroke is
	strokes := func(line, where, within image.Rectangle) []Blob {
		return slices.DeleteFunc(p.Blobs(where.Intersect(inner), faint), func(b Blob) bool {
			short := max(b.Box.Dx(), b.Box.Dy()) < least
			return !b.Box.In(within) || short || softEdge(b.Box, line, sides, least) || len(p.Broad(b.Box, faint, Stroke(height))) > 0
		})
	}
	trace := faint.Fainter(grain)
	for i := range lines {
		l := &lines[i]
		l.widen(inner, height, strokes)
		l.Beside = p.levelBeside(l.Box, inner, trace, height)
		if float64(l.Box.Dy()) < low*height {
			room := Span{inner.Min.Y, inner.Max.Y}
			if i > 0 {
				room.Lo = lines[i-1].Box.Max.Y
			}
			if i+1 < len(lines) {
				room.Hi = lines[i+1].Box.Min.Y
			}
			l.heighten(room, height, strokes)
		}
	}
}

// levelBeside reports whether a level stroke as long as a dash, which a tone tells from the
// ground, stands where a sign does: before or behind a line, in the middle of its height.
func (p Pixels) levelBeside(line, inner image.Rectangle, trace Tone, height float64) bool {
	gap, third := int(0.6*height)+1, line.Dy()/3
	for _, where := range []image.Rectangle{
		image.Rect(line.Min.X-2*gap, line.Min.Y+third, line.Min.X, line.Max.Y-third),
		image.Rect(line.Max.X, line.Min.Y+third, line.Max.X+2*gap, line.Max.Y-third),
	} {
		where = where.Intersect(inner)
		for _, b := range p.Blobs(where, trace) {
			apart := max(line.Min.X-b.Box.Max.X, b.Box.Min.X-line.Max.X)
			if float64(b.Box.Dx()) >= 0.3*height && b.Box.Dy() <= Rest && apart > 0 && apart <= gap && b.Box.Min.Y > where.Min.Y && b.Box.Max.Y < where.Max.Y {
				return true
			}
		}
	}
	return false
}

// low is the share of the height of a line that none but a low one is under, such as a
// dash, or a stroke of 二. Set by hand.
const low = 0.45

// together is how high the strokes of one character are at most that lie apart, as in 二,
// in heights of a line. Set by hand.
const together = 1.18

// widen takes the strokes before and behind a line. A stroke is hardly higher than the
// line, unlike the soft edge of a rule.
func (l *Line) widen(inner image.Rectangle, height float64, strokes func(line, where, within image.Rectangle) []Blob) {
	near, gap := l.Box.Dy()/4+1, int(0.6*height)+1
	beside := func(x0, x1 int) []Blob {
		within := image.Rectangle{image.Pt(x0, l.Box.Min.Y-near), image.Pt(x1, l.Box.Max.Y+near)}
		return strokes(l.Box, image.Rectangle{within.Min.Add(image.Pt(0, -near)), within.Max.Add(image.Pt(0, near))}, within)
	}
	before, after := beside(inner.Min.X, l.Box.Min.X-1), beside(l.Box.Max.X+1, inner.Max.X)
	slices.SortFunc(before, func(a, b Blob) int { return b.Box.Max.X - a.Box.Max.X })
	slices.SortFunc(after, func(a, b Blob) int { return a.Box.Min.X - b.Box.Min.X })
	for _, b := range before {
		if l.Box.Min.X-b.Box.Max.X <= gap {
			l.Box.Min.X, l.Faint = min(l.Box.Min.X, b.Box.Min.X), true
		}
	}
	for _, b := range after {
		if b.Box.Min.X-l.Box.Max.X <= gap {
			l.Box.Max.X, l.Faint = max(l.Box.Max.X, b.Box.Max.X), true
		}
	}
}

// heighten takes the strokes above and below a line that together with it are hardly
// higher than a line, in the room that the lines beside it leave, rows of pixels.
func (l *Line) heighten(room Span, height float64, strokes func(line, where, within image.Rectangle) []Blob) {
	for _, side := range []Span{{room.Lo, l.Box.Min.Y - 1}, {l.Box.Max.Y + 1, room.Hi}} {
		where := image.Rectangle{image.Pt(l.Box.Min.X, side.Lo), image.Pt(l.Box.Max.X, side.Hi)}
		for _, b := range strokes(l.Box, where, where) {
			if both := l.Box.Union(b.Box); float64(both.Dy()) <= together*height {
				l.Box, l.Faint = both, true
			}
		}
	}
}

// Stroke is how far from paper, in pixels, no stroke of print reaches, where lines are so
// high: ink that has ink on all sides that far is something broader. Set by hand.
func Stroke(height float64) int { return max(2, int(height/8)) }

// softEdge reports whether a mark beside a line lies along one of the sides of its cell and
// touches it, as the soft edge of a rule that is not quite straight does. A 1 right beside
// a rule is near its line, in pixels, and as high but for as many.
func softEdge(mark, line, sides image.Rectangle, near int) bool {
	level := mark.Dy() <= Rest && mark.Dx() > mark.Dy() && (mark.Min.Y <= sides.Min.Y || mark.Max.Y >= sides.Max.Y)
	plumb := mark.Dx() <= Rest && mark.Dy() > mark.Dx() && (mark.Min.X <= sides.Min.X || mark.Max.X >= sides.Max.X)
	one := mark.Dy()+near >= line.Dy() && max(line.Min.X-mark.Max.X, mark.Min.X-line.Max.X) <= near
	return level || plumb && !one
}

// Lines groups the blobs of a cell into lines of text, from top to bottom. Height is
// the usual height of a line on the page, in pixels. It returns nil where all blobs
// are specks.
func Lines(blobs []Blob, height float64) []Line {
	least := leastOfLine(height)
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
		if float64(s.Hi-last.Lo) <= together*height || float64(s.Lo-last.Hi) <= 0.12*height && float64(min(s.Hi-s.Lo, last.Hi-last.Lo)) < low*height {
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

// leastOfLine is the area in pixels below which a blob is a speck, which does not make a
// line taller or wider. A decimal point is as small, but it stands between digits anyhow.
func leastOfLine(height float64) int { return int(min(max(0.012*height*height, 2), 12)) }

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
