package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Outside finds what is printed above, between and below the parts of a page that tables
// and charts take. Traces are all that was followed of level rules.
func Outside(p ink.Pixels, taken []image.Rectangle, traces []ruling.Trace) []Print {
	var out []Print
	for _, band := range freeBands(image.Pt(p.W, p.H), taken) {
		out = append(out, printOn(p, band, traces))
	}
	return out
}

// freeBands are the parts of a page of a size above, between and below what is
// taken.
func freeBands(page image.Point, boxes []image.Rectangle) []image.Rectangle {
	var taken []ink.Span
	for _, r := range boxes {
		taken = append(taken, ink.Span{Lo: r.Min.Y - 3, Hi: r.Max.Y + 3})
	}
	slices.SortFunc(taken, func(a, b ink.Span) int { return a.Lo - b.Lo })
	var out []image.Rectangle
	y := 0
	for _, s := range append(taken, ink.Span{Lo: page.Y, Hi: page.Y}) {
		// Three rows of the smallest print.
		if s.Lo-y >= 40 {
			out = append(out, image.Rect(0, max(y, 0), page.X, min(s.Lo, page.Y)))
		}
		y = max(y, s.Hi)
	}
	return out
}

// AtSides is Outside for what is printed to the left and right of the parts of a page that
// are taken, and between these.
func AtSides(p ink.Pixels, taken []image.Rectangle, traces []ruling.Trace) []Print {
	var out []Print
	y := 0
	for _, free := range append(freeBands(image.Pt(p.W, p.H), taken), image.Rect(0, p.H, p.W, p.H)) {
		band := image.Rect(0, y, p.W, free.Min.Y)
		y = free.Max.Y
		var across []image.Rectangle // what is taken of the band, turned on its side
		for _, t := range taken {
			if in := t.Intersect(band); !in.Empty() {
				across = append(across, onSide(in))
			}
		}
		if len(across) == 0 {
			continue
		}
		for _, part := range freeBands(image.Pt(p.H, p.W), across) {
			out = append(out, printOn(p, onSide(part).Intersect(band), traces))
		}
	}
	return out
}

// onSide is a box with x and y changed for each other.
func onSide(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Min.Y, r.Min.X, r.Max.Y, r.Max.X)
}

// A word is print that stands together in one line.
type word struct {
	box    image.Rectangle // of its ink, pixels
	square bool            // nothing but a square, empty or full: a box to tick, or the colour of a legend
}

// Print is what stands on a part of the page outside of ruled tables. All of it is in
// pixels of the page.
type Print struct {
	Box     image.Rectangle
	words   []word
	Height  float64           // usual height of a line, pixels
	level   []image.Rectangle // pieces of rules and dashes
	Figures []image.Rectangle // what is too large to be text
	Marks   []image.Rectangle // single characters or parts of them, before they were joined
	Over    bool              // there are too many marks for any to be looked at
}

// printOn finds the words in a box of the page, which holds no ruled table.
// Traces is what was followed of level rules, broken ones too.
func printOn(p ink.Pixels, box image.Rectangle, traces []ruling.Trace) Print {
	out := Print{Box: box}
	if box.Dx() < 24 || box.Dy() < 12 {
		return out
	}
	var marks []ink.Blob
	var heights []int
	mask := ink.Mask(p, box)
	found := ink.Components(mask, box, ink.MaxMarks)
	out.Over = found == nil
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
	H := ink.PrintHeight(heights)
	out.Height = H
	var large []ink.Blob
	text := marks[:0]
	for _, b := range marks {
		w, h := float64(b.Box.Dx()), float64(b.Box.Dy())
		switch {
		case out.low(b.Box) && w > 2.5*H:
			out.level = append(out.level, b.Box)
		case h > 2.6*H || w > 9*H || h > 1.6*H && w < 0.15*h:
			large = append(large, b)
		default:
			text = append(text, b)
		}
	}
	hollow := out.squares(text, mask)
	out.sortLarge(large, text, mask, traces)
	text = out.withoutDashes(text, traces)
	for _, b := range text {
		out.Marks = append(out.Marks, b.Box)
	}
	out.words = wordsOf(text, H, hollow)
	return out
}

// squares finds the marks as wide as high with ink above and below and nothing
// in the middle: boxes to tick, whatever blur made of their sides. Mask is the
// ink of the print.
func (p *Print) squares(marks []ink.Blob, mask []uint8) map[image.Rectangle]bool {
	row := p.rowsOf(mask)
	out := map[image.Rectangle]bool{}
	for _, b := range marks {
		w, h := float64(b.Box.Dx()), float64(b.Box.Dy())
		if math.Abs(w-h) > 0.15*max(w, h) || h <= 0.5*p.Height || h < ink.Illegible || float64(b.Area) > 0.75*w*h {
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
func (p *Print) rowsOf(mask []uint8) func(y int, r image.Rectangle) []uint8 {
	return func(y int, r image.Rectangle) []uint8 {
		at := (y - p.Box.Min.Y) * p.Box.Dx()
		return mask[at+r.Min.X-p.Box.Min.X : at+r.Max.X-p.Box.Min.X]
	}
}

// sortLarge tells frames from drawings among what is too large to be text: the
// ink of a frame, or of a piece of one, lies along the sides of its box, and on
// rules that go from one to the other. Mask is the ink of the print, and loses that
// of the text.
func (p *Print) sortLarge(large, text []ink.Blob, mask []uint8, traces []ruling.Trace) {
	if len(large) == 0 {
		return
	}
	row := p.rowsOf(mask)
	for _, b := range text {
		for y := b.Box.Min.Y; y < b.Box.Max.Y; y++ {
			clear(row(y, b.Box))
		}
	}
	side := max(4, int(p.Height/2)) // pixels; lines lean and bend
	bands := p.ruledBands(traces)
	for _, b := range large {
		inner := 0
		in := b.Box.Inset(side)
		ruled := ruledRows(bands, b.Box, side)
		for y := in.Min.Y; y < in.Max.Y; y++ {
			if ruled[y-b.Box.Min.Y] {
				continue
			}
			for _, v := range row(y, in) {
				inner += int(v & 1)
			}
		}
		if 10*inner > b.Area {
			p.Figures = append(p.Figures, b.Box)
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

// A ruledBand is the rows of pixels that a level rule takes, and those beside them.
type ruledBand struct{ across, along ink.Span }

// ruledBands are those of the level rules that are no shorter than a line of text is high
// many times.
func (p *Print) ruledBands(traces []ruling.Trace) (out []ruledBand) {
	for i := range traces {
		t := &traces[i]
		if t.Length() < p.longRule() {
			continue
		}
		half := t.Thick/2 + 1
		out = append(out, ruledBand{ink.Span{Lo: int(float64(slices.Min(t.Across)) - half), Hi: int(float64(slices.Max(t.Across))+half) + 1}, ink.Span{Lo: int(t.Lo()), Hi: int(t.Hi())}})
	}
	return out
}

// longRule is how long a trace is at least that is taken for a rule, pixels.
func (p *Print) longRule() float64 { return max(48, 5*p.Height) }

// ruledRows are the rows of pixels of a box that rules take which go through it from side to
// side; side is how far from a side they may end, pixels. The first is that of the top.
func ruledRows(bands []ruledBand, box image.Rectangle, side int) []bool {
	out := make([]bool, box.Dy())
	for _, b := range bands {
		if b.along.Lo > box.Min.X+side || b.along.Hi < box.Max.X-side || b.along.Hi-b.along.Lo < box.Dx()-2*side {
			continue
		}
		for y := max(b.across.Lo, box.Min.Y); y < min(b.across.Hi, box.Max.Y); y++ {
			out[y-box.Min.Y] = true
		}
	}
	return out
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
func (p *Print) withoutDashes(marks []ink.Blob, traces []ruling.Trace) []ink.Blob {
	p.level = append(p.level, p.longTraces(traces)...)
	low := p.lowMarks(marks)
	gone := make([]bool, len(marks))
	for _, dashes := range p.dashes(marks, low) {
		var all image.Rectangle
		for _, i := range dashes {
			gone[i] = true
			all = all.Union(marks[i].Box)
		}
		p.level = append(p.level, all)
	}
	// What is left of such a rule where something broke it.
	reach := int(1.5 * p.Height)
	for _, i := range low {
		gone[i] = gone[i] || slices.ContainsFunc(p.level, func(l image.Rectangle) bool {
			return math.Abs(float64(l.Min.Y+l.Max.Y-twiceMid(marks[i].Box))) <= 4 && marks[i].Box.Min.X < l.Max.X+reach && marks[i].Box.Max.X > l.Min.X-reach
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

// longTraces are the boxes of the traces among the print that are too long to be
// strokes of it.
func (p *Print) longTraces(traces []ruling.Trace) (out []image.Rectangle) {
	for i := range traces {
		t := &traces[i]
		if t.Light || t.Pieced || t.Length() < p.longRule() {
			continue
		}
		a, b := t.Fit()
		y := a + b*(t.Lo()+t.Hi())/2
		if y < float64(p.Box.Min.Y) || y > float64(p.Box.Max.Y) {
			continue
		}
		out = append(out, image.Rect(int(t.Lo()), int(y-t.Thick/2), int(t.Hi()), int(math.Ceil(y+t.Thick/2))+1))
	}
	return out
}

// twiceMid is twice the height that the middle of a box is at.
func twiceMid(r image.Rectangle) int { return r.Min.Y + r.Max.Y }

// low tells whether a mark is low enough for a rule or a dash of one.
func (p *Print) low(mark image.Rectangle) bool { return float64(mark.Dy()) <= max(4, 0.3*p.Height) }

// lowMarks are the marks that are low enough for dashes, by their heights.
func (p *Print) lowMarks(marks []ink.Blob) (low []int) {
	for i, b := range marks {
		if p.low(b.Box) {
			low = append(low, i)
		}
	}
	slices.SortFunc(low, func(a, b int) int {
		if mid, other := twiceMid(marks[a].Box), twiceMid(marks[b].Box); mid != other {
			return mid - other
		}
		return marks[a].Box.Min.X - marks[b].Box.Min.X
	})
	return low
}

// dashes are the low marks that follow one another closely at one height, each
// set five or more.
func (p *Print) dashes(marks []ink.Blob, low []int) (out [][]int) {
	mid := func(i int) int { return twiceMid(marks[i].Box) }
	for _, row := range ink.Clusters(low, func(first, _, next *int) bool { return mid(*next)-mid(*first) <= 3 }) {
		row = slices.Clone(row)
		slices.SortFunc(row, func(a, b int) int { return marks[a].Box.Min.X - marks[b].Box.Min.X })
		for _, dashes := range ink.Clusters(row, func(_, before, next *int) bool {
			return float64(marks[*next].Box.Min.X-marks[*before].Box.Max.X) < 0.8*p.Height
		}) {
			if len(dashes) >= 5 {
				out = append(out, dashes)
			}
		}
	}
	return out
}
