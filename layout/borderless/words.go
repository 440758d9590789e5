package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// wordsOf joins marks into characters, and those into words: what stands in
// one line with less than half its height between. Hollow are the marks that are
// boxes to tick.
func wordsOf(marks []ink.Blob, H float64, hollow map[image.Rectangle]bool) []word {
	slices.SortFunc(marks, func(a, b ink.Blob) int { return a.Box.Min.X - b.Box.Min.X })
	type piece struct {
		box  image.Rectangle
		n    int
		area int
	}
	var done, open []piece
	for _, m := range marks {
		live := open[:0]
		at := -1
		for _, w := range open {
			if float64(m.Box.Min.X-w.box.Max.X) > 0.55*H {
				done = append(done, w)
				continue
			}
			live = append(live, w)
		}
		open = live
		bestOverlap := 0.0
		for i, w := range open {
			both := w.box.Union(m.Box)
			overlap := float64(min(w.box.Max.Y, m.Box.Max.Y) - max(w.box.Min.Y, m.Box.Min.Y))
			least := float64(min(w.box.Dy(), m.Box.Dy()))
			within := min(w.box.Max.X, m.Box.Max.X) > max(w.box.Min.X, m.Box.Min.X)
			tall := float64(both.Dy())
			if tall > 1.6*H && tall > 1.15*float64(max(w.box.Dy(), m.Box.Dy())) {
				continue
			}
			if overlap >= 0.5*least || within && tall <= 1.2*H {
				if s := overlap + 0.01*tall; at < 0 || s > bestOverlap {
					at, bestOverlap = i, s
				}
			}
		}
		if at < 0 {
			open = append(open, piece{box: m.Box, n: 1, area: m.Area})
			continue
		}
		w := &open[at]
		w.box = w.box.Union(m.Box)
		w.n++
		w.area += m.Area
	}
	done = append(done, open...)
	// Parts of a word that were begun apart, as the two strokes of 二.
	slices.SortFunc(done, func(a, b piece) int { return a.box.Min.X - b.box.Min.X })
	var out []word
	gone := make([]bool, len(done))
	for i := range done {
		if gone[i] {
			continue
		}
		for again := true; again; {
			again = false
			for j := i + 1; j < len(done) && float64(done[j].box.Min.X) <= float64(done[i].box.Max.X)+0.3*H; j++ {
				if gone[j] {
					continue
				}
				both := done[i].box.Union(done[j].box)
				within := min(done[i].box.Max.X, done[j].box.Max.X) - max(done[i].box.Min.X, done[j].box.Min.X)
				overlap := min(done[i].box.Max.Y, done[j].box.Max.Y) - max(done[i].box.Min.Y, done[j].box.Min.Y)
				if float64(both.Dy()) <= 1.25*H && within >= 0 || 2*overlap > min(done[i].box.Dy(), done[j].box.Dy()) && float64(both.Dy()) <= 1.7*H {
					done[i].box, done[i].n, done[i].area = both, done[i].n+done[j].n, done[i].area+done[j].area
					gone[j], again = true, true
				}
			}
		}
		b := done[i]
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
