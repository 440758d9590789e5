package layout

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A word is print that stands together in one line.
type word struct {
	box    image.Rectangle // of its ink, pixels
	square bool            // nothing but a square, empty or full: a box to tick, or the colour of a legend
}

// print is what stands on a part of the page outside of ruled tables.
type print struct {
	box     image.Rectangle
	words   []word
	height  float64           // usual height of a line, pixels
	level   []image.Rectangle // pieces of rules and dashes
	figures []image.Rectangle // what is too large to be text
	marks   []image.Rectangle // single characters or parts of them, before they were joined
	over    bool              // there are too many marks for any to be looked at
}

// printOn finds the words in a box of the page, which holds no ruled table.
// Traces is what was followed of level rules, broken ones too.
func printOn(p ink.Pixels, box image.Rectangle, traces []ruling.Trace) print {
	out := print{box: box}
	if box.Dx() < 24 || box.Dy() < 12 {
		return out
	}
	var marks []ink.Blob
	var heights []int
	mask := ink.Mask(p, box)
	found := ink.Components(mask, box, ink.MaxMarks)
	out.over = found == nil
	for _, b := range found {
		w, h := b.Box.Dx(), b.Box.Dy()
		if b.Area < 3 {
			continue
		}
		marks = append(marks, b)
		if h >= 6 && h <= 90 && w <= 3*h && h <= 3*w {
			heights = append(heights, h)
		}
	}
	if len(heights) < 4 {
		return out
	}
	slices.Sort(heights)
	H := float64(heights[len(heights)*7/10])
	out.height = H
	var large []ink.Blob
	text := marks[:0]
	for _, b := range marks {
		w, h := float64(b.Box.Dx()), float64(b.Box.Dy())
		switch {
		case h <= max(4, 0.3*H) && w > 2.5*H:
			out.level = append(out.level, b.Box)
		case h > 2.6*H || w > 9*H || h > 1.6*H && w < 0.15*h:
			large = append(large, b)
		default:
			text = append(text, b)
		}
	}
	hollow := out.squares(text, mask)
	out.sortLarge(large, text, mask)
	text = out.withoutDashes(text, traces)
	for _, b := range text {
		out.marks = append(out.marks, b.Box)
	}
	out.words = wordsOf(text, H, hollow)
	return out
}

// squares finds the marks as wide as high with ink above and below and nothing
// in the middle: boxes to tick, whatever blur made of their sides. Mask is the
// ink of the print.
func (p *print) squares(marks []ink.Blob, mask []uint8) map[image.Rectangle]bool {
	row := p.rowsOf(mask)
	out := map[image.Rectangle]bool{}
	for _, b := range marks {
		w, h := float64(b.Box.Dx()), float64(b.Box.Dy())
		if math.Abs(w-h) > 0.15*max(w, h) || h <= 0.5*p.height || h < ink.Illegible || float64(b.Area) > 0.75*w*h {
			continue
		}
		// Its middle third is bare, and ink runs all along its top and bottom.
		third := max(1, b.Box.Dx()/3)
		middle, top, bottom := b.Box.Inset(third), b.Box, b.Box
		top.Max.Y, bottom.Min.Y = middle.Min.Y, middle.Max.Y
		inked := false
		for y := middle.Min.Y; y < middle.Max.Y && !inked; y++ {
			inked = slices.Max(row(y, middle)) > 0
		}
		_, _, above := inkIn(top, row)
		_, _, below := inkIn(bottom, row)
		if !inked && above && below {
			out[b.Box] = true
		}
	}
	return out
}

// rowsOf returns the rows of a mask of the print that lie in a box.
func (p *print) rowsOf(mask []uint8) func(y int, r image.Rectangle) []uint8 {
	return func(y int, r image.Rectangle) []uint8 {
		at := (y - p.box.Min.Y) * p.box.Dx()
		return mask[at+r.Min.X-p.box.Min.X : at+r.Max.X-p.box.Min.X]
	}
}

// sortLarge tells frames from drawings among what is too large to be text: the
// ink of a frame, or of a piece of one, lies along the sides of its box. Mask is
// the ink of the print, and loses that of the text.
func (p *print) sortLarge(large, text []ink.Blob, mask []uint8) {
	if len(large) == 0 {
		return
	}
	row := p.rowsOf(mask)
	for _, b := range text {
		for y := b.Box.Min.Y; y < b.Box.Max.Y; y++ {
			clear(row(y, b.Box))
		}
	}
	side := max(4, int(p.height/2)) // pixels; lines lean and bend
	for _, b := range large {
		inner := 0
		in := b.Box.Inset(side)
		for y := in.Min.Y; y < in.Max.Y; y++ {
			for _, v := range row(y, in) {
				inner += int(v & 1)
			}
		}
		if 10*inner > b.Area {
			p.figures = append(p.figures, b.Box)
			continue
		}
		for _, y := range []int{b.Box.Min.Y, b.Box.Max.Y - side} {
			edge := image.Rect(b.Box.Min.X+side, y, b.Box.Max.X-side, y+side).Intersect(b.Box)
			if top, bottom, ok := inkIn(edge, row); ok {
				p.level = append(p.level, image.Rect(edge.Min.X, top, edge.Max.X, bottom))
			}
		}
	}
}

// inkIn returns between which heights the ink along one side of a box lies; ok
// is false where it goes along less than most of it.
func inkIn(edge image.Rectangle, row func(y int, r image.Rectangle) []uint8) (top, bottom int, ok bool) {
	seen := make([]bool, edge.Dx())
	top = edge.Max.Y
	for y := edge.Min.Y; y < edge.Max.Y; y++ {
		for i, v := range row(y, edge) {
			if v > 0 {
				seen[i] = true
				top, bottom = min(top, y), y+1
			}
		}
	}
	n := 0
	for _, s := range seen {
		if s {
			n++
		}
	}
	return top, bottom, 10*n > 9*len(seen)
}

// withoutDashes takes the dashes and dots of broken rules out of the marks:
// low ones of one kind, evenly spaced, at one height.
func (p *print) withoutDashes(marks []ink.Blob, traces []ruling.Trace) []ink.Blob {
	for i := range traces {
		if t := &traces[i]; !t.Light && !t.Pieced && t.Length() >= max(48, 5*p.height) {
			a, b := t.Line()
			y := a + b*(t.Lo()+t.Hi())/2
			if y < float64(p.box.Min.Y) || y > float64(p.box.Max.Y) {
				continue
			}
			p.level = append(p.level, image.Rect(int(t.Lo()), int(y-t.Thick/2), int(t.Hi()), int(math.Ceil(y+t.Thick/2))+1))
		}
	}
	low := func(b ink.Blob) bool {
		return float64(b.Box.Dy()) <= max(3, 0.25*p.height) && float64(b.Box.Dx()) <= 1.2*p.height
	}
	var rows []int
	for i, b := range marks {
		if low(b) {
			rows = append(rows, i)
		}
	}
	mid := func(i int) int { return marks[i].Box.Min.Y + marks[i].Box.Max.Y }
	slices.SortFunc(rows, func(a, b int) int {
		if mid(a) != mid(b) {
			return mid(a) - mid(b)
		}
		return marks[a].Box.Min.X - marks[b].Box.Min.X
	})
	gone := make([]bool, len(marks))
	for lo := 0; lo < len(rows); {
		hi := lo
		for hi < len(rows) && mid(rows[hi])-mid(rows[lo]) <= 3 {
			hi++
		}
		row := slices.Clone(rows[lo:hi])
		slices.SortFunc(row, func(a, b int) int { return marks[a].Box.Min.X - marks[b].Box.Min.X })
		for a := 0; a < len(row); {
			b := a + 1
			for b < len(row) && float64(marks[row[b]].Box.Min.X-marks[row[b-1]].Box.Max.X) < 0.8*p.height {
				b++
			}
			if b-a >= 5 {
				var all image.Rectangle
				for _, i := range row[a:b] {
					gone[i] = true
					all = all.Union(marks[i].Box)
				}
				p.level = append(p.level, all)
			}
			a = b
		}
		lo = hi
	}
	// What is left of such a rule where something broke it.
	reach := int(1.5 * p.height)
	for _, i := range rows {
		gone[i] = gone[i] || slices.ContainsFunc(p.level, func(l image.Rectangle) bool {
			return math.Abs(float64(l.Min.Y+l.Max.Y-mid(i))) <= 4 && marks[i].Box.Min.X < l.Max.X+reach && marks[i].Box.Max.X > l.Min.X-reach
		})
	}
	var out []ink.Blob
	for i, b := range marks {
		if !gone[i] {
			out = append(out, b)
		}
	}
	return out
}

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
