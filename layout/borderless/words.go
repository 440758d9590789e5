package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A piece is marks that were joined, on their way to a word.
type piece struct {
	box  image.Rectangle
	n    int // marks
	area int // of their ink, pixels
}

// wordsOf joins marks into characters, and those into words: what stands in
// one line with less than half its height between. Hollow are the marks that are
// boxes to tick.
func wordsOf(marks []ink.Blob, H float64, hollow map[image.Rectangle]bool) []word {
	var out []word
	for _, b := range joinStrokes(joinMarks(marks, H), H) {
		w, h := float64(b.box.Dx()), float64(b.box.Dy())
		if max(w, h) < 0.22*H || float64(b.area) < 0.012*H*H {
			continue // dirt
		}
		full := float64(b.area) > 0.95*w*h
		square := b.n == 1 && math.Abs(w-h) <= 0.15*max(w, h) && h > 0.5*H && (hollow[b.box] || full)
		out = append(out, word{b.box, square})
	}
	return out
}

// joinMarks joins marks from left to right, each with the piece of its line that
// ends just before it.
func joinMarks(marks []ink.Blob, H float64) []piece {
	slices.SortFunc(marks, func(a, b ink.Blob) int { return a.Box.Min.X - b.Box.Min.X })
	var done, open []piece
	for _, m := range marks {
		live := open[:0]
		for _, w := range open {
			if float64(m.Box.Min.X-w.box.Max.X) > 0.55*H {
				done = append(done, w)
				continue
			}
			live = append(live, w)
		}
		open = live
		at := lineOf(open, m.Box, H)
		if at < 0 {
			open = append(open, piece{box: m.Box, n: 1, area: m.Area})
			continue
		}
		w := &open[at]
		w.box = w.box.Union(m.Box)
		w.n++
		w.area += m.Area
	}
	return append(done, open...)
}

// lineOf is the piece on whose line a mark stands; -1 where it is on none.
func lineOf(open []piece, mark image.Rectangle, H float64) int {
	at, most := -1, 0.0
	for i, w := range open {
		overlap := float64(min(w.box.Max.Y, mark.Max.Y) - max(w.box.Min.Y, mark.Min.Y))
		least := float64(min(w.box.Dy(), mark.Dy()))
		within := min(w.box.Max.X, mark.Max.X) > max(w.box.Min.X, mark.Min.X)
		tall := float64(w.box.Union(mark).Dy())
		if tall > 1.6*H && tall > 1.15*float64(max(w.box.Dy(), mark.Dy())) {
			continue
		}
		if overlap >= 0.5*least || within && tall <= 1.2*H {
			if s := overlap + 0.01*tall; at < 0 || s > most {
				at, most = i, s
			}
		}
	}
	return at
}

// joinStrokes joins pieces of a word that were begun apart, as the two strokes
// of 二.
func joinStrokes(pieces []piece, H float64) []piece {
	slices.SortFunc(pieces, func(a, b piece) int { return a.box.Min.X - b.box.Min.X })
	var out []piece
	gone := make([]bool, len(pieces))
	for i := range pieces {
		if gone[i] {
			continue
		}
		a := pieces[i]
		for again := true; again; {
			again = false
			for j := i + 1; j < len(pieces) && float64(pieces[j].box.Min.X) <= float64(a.box.Max.X)+0.3*H; j++ {
				if b := &pieces[j]; !gone[j] && a.strokesWith(b, H) {
					a.box, a.n, a.area = a.box.Union(b.box), a.n+b.n, a.area+b.area
					gone[j], again = true, true
				}
			}
		}
		out = append(out, a)
	}
	return out
}

// strokesWith tells whether two pieces are strokes of one word: one above the
// other and together no higher than a character, or on one line.
func (a *piece) strokesWith(b *piece, H float64) bool {
	high := float64(a.box.Union(b.box).Dy())
	within := min(a.box.Max.X, b.box.Max.X) - max(a.box.Min.X, b.box.Min.X)
	overlap := min(a.box.Max.Y, b.box.Max.Y) - max(a.box.Min.Y, b.box.Min.Y)
	return high <= 1.25*H && within >= 0 || 2*overlap > min(a.box.Dy(), b.box.Dy()) && high <= 1.7*H
}
