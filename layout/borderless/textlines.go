package borderless

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A TextLine is the words that stand at one height; Box bounds them on the page, in
// pixels.
type TextLine struct {
	words []word // left to right
	Box   image.Rectangle
}

func (l *TextLine) mid() float64 { return float64(l.Box.Min.Y+l.Box.Max.Y) / 2 }

// height is the usual height of the words of a line.
func (l *TextLine) height() float64 {
	var all []int
	for _, w := range l.words {
		all = append(all, w.box.Dy())
	}
	return float64(ink.Median(all))
}

// segments are the words of a line joined where less than gap parts them.
func (l *TextLine) segments(gap float64) []image.Rectangle {
	var out []image.Rectangle
	for _, w := range l.words {
		if n := len(out); n > 0 && float64(w.box.Min.X-out[n-1].Max.X) < gap {
			out[n-1] = out[n-1].Union(w.box)
			continue
		}
		out = append(out, w.box)
	}
	return out
}

// Parts are the boxes of the parts of a line between spaces that are wide enough to part
// columns. Height is the usual height of a line, in pixels.
func (l *TextLine) Parts(height float64) []image.Rectangle { return l.segments(columnGap * height) }

// Lines are the lines that the words of a print stand in, top to bottom.
func (p *Print) Lines() []TextLine { return textLines(p.words, p.Height) }

// Boxes are the boxes of the words of a print, on the page, in pixels.
func (p *Print) Boxes() (out []image.Rectangle) {
	for _, w := range p.words {
		out = append(out, w.box)
	}
	return out
}

// textLines puts words of one height into lines, top to bottom.
func textLines(words []word, H float64) []TextLine {
	words = slices.Clone(words)
	mid := func(w word) float64 { return float64(w.box.Min.Y+w.box.Max.Y) / 2 }
	slices.SortFunc(words, func(a, b word) int { return cmp.Compare(mid(a), mid(b)) })
	var out []TextLine
	var low []word // commas, full stops
	first := 0.0
	for _, w := range words {
		if float64(w.box.Dy()) < 0.5*H && float64(w.box.Dx()) < 0.5*H {
			low = append(low, w)
			continue
		}
		if n := len(out); n > 0 && mid(w)-first <= 0.4*H {
			out[n-1].words = append(out[n-1].words, w)
			out[n-1].Box = out[n-1].Box.Union(w.box)
			continue
		}
		first = mid(w)
		out = append(out, TextLine{[]word{w}, w.box})
	}
	for _, w := range low {
		// They stand at the foot of a line, or are a line of their own.
		at := slices.IndexFunc(out, func(l TextLine) bool {
			return w.box.Min.Y < l.Box.Max.Y && w.box.Max.Y > l.Box.Min.Y && float64(w.box.Max.Y-l.Box.Max.Y) < 0.3*H
		})
		if at < 0 {
			out = append(out, TextLine{[]word{w}, w.box})
			continue
		}
		l := &out[at]
		l.words = append(l.words, w)
		l.Box.Min.X, l.Box.Max.X = min(l.Box.Min.X, w.box.Min.X), max(l.Box.Max.X, w.box.Max.X)
	}
	slices.SortStableFunc(out, func(a, b TextLine) int { return cmp.Compare(a.mid(), b.mid()) })
	for i := range out {
		slices.SortFunc(out[i].words, func(a, b word) int { return a.box.Min.X - b.box.Min.X })
	}
	return out
}

// offRules leaves out what lies on a rule and is no higher: a piece of it.
func offRules(words []word, hor []ruling.Rule, H float64) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool {
		mid := float64(w.box.Min.Y+w.box.Max.Y) / 2
		return float64(w.box.Dy()) < 0.35*H && slices.ContainsFunc(hor, func(r ruling.Rule) bool {
			return math.Abs(r.Pos-mid) <= r.Thick/2+2 && float64(w.box.Min.X) < r.Hi+H && float64(w.box.Max.X) > r.Lo-H
		})
	})
}

// columnGap is how wide a space in a line is that may part columns, in heights
// of a line.
const columnGap = 0.95
