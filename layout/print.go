package layout

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// weak is the share of the usual contrast of a page's print below which ink
// is something else: a seal that was copied in grey, or what is left of one
// that was taken off.
const weak = 0.6

// Faint is the contrast of ink, between 0 and 1, below which it is much fainter
// than the page's print.
func (p *Page) Faint() float64 { return weak * p.Contrast }

// Sealed is the contrast, between 0 and 1, that tells print from a seal that
// was copied in grey and lies over some cells: what is broader than any stroke
// of print is of its tone. It is 0 where there is none, or where print is hardly
// stronger.
func (p *Page) Sealed(cells []*Cell) (float64, error) {
	const few, above, below = 40, 1.15, 0.9 // pixels; shares of the seal's contrast, and of print's
	all, err := p.Gray.DataPtrUint8()
	if err != nil {
		return 0, fmt.Errorf("layout: %w", err)
	}
	page := newPixels(all, p.Size())
	reach := max(2, int(p.LineHeight/8))
	var broad []float64
	for _, c := range cells {
		if t, ok := page.tone(c.Box); ok {
			broad = append(broad, page.broad(c.Box, t, reach)...)
		}
	}
	if len(broad) < few {
		return 0, nil
	}
	if least := above * median(broad); least < below*p.Contrast {
		return least, nil
	}
	return 0, nil
}

// broad returns the contrasts of the pixels of a box that have ink all around,
// as far as reach.
func (p pixels) broad(box image.Rectangle, t tone, reach int) (contrasts []float64) {
	w, h := box.Dx(), box.Dy()
	sums := make([]int, (w+1)*(h+1)) // of the ink above and to the left
	for y := range h {
		for x := range w {
			n := sums[y*(w+1)+x+1] + sums[(y+1)*(w+1)+x] - sums[y*(w+1)+x]
			if t.inked(p.px[(box.Min.Y+y)*p.w+box.Min.X+x]) {
				n++
			}
			sums[(y+1)*(w+1)+x+1] = n
		}
	}
	side := 2*reach + 1
	for y := range h - side + 1 {
		for x := range w - side + 1 {
			n := sums[(y+side)*(w+1)+x+side] - sums[y*(w+1)+x+side] - sums[(y+side)*(w+1)+x] + sums[y*(w+1)+x]
			if n < side*side {
				continue
			}
			v := int(p.px[(box.Min.Y+y+reach)*p.w+box.Min.X+x+reach])
			contrasts = append(contrasts, contrast(t.ground, max(t.ground-v, v-t.ground), t.dark))
		}
	}
	return contrasts
}

// Print looks at a cell once more and more strictly, where what was taken for
// its text makes no sense. It paints over ink that runs over a side of the cell
// (a seal, a signature, the rest of a bent rule), or ink that is of less than a
// contrast, or both, and returns the cell as it is then, at its place on the
// page, and the lines of text that are left in it: none where one might go on in
// what was painted over.
func (p *Page) Print(c *Cell, inside bool, least float64) (cell *image.Gray, lines []Line, err error) {
	all, err := p.Gray.DataPtrUint8()
	if err != nil {
		return nil, nil, fmt.Errorf("layout: %w", err)
	}
	page := newPixels(all, p.Size())
	cell = image.NewGray(c.Box)
	for y := range c.Box.Dy() {
		copy(cell.Pix[y*cell.Stride:(y+1)*cell.Stride], page.px[(c.Box.Min.Y+y)*page.w+c.Box.Min.X:])
	}
	q := newScratch(cell.Pix, c.Box.Size())
	box := image.Rect(0, 0, q.w, q.h)
	if q.w < 3 || q.h < 3 {
		return cell, nil, nil
	}
	t, ok := q.tone(box)
	if !ok {
		return cell, nil, nil
	}
	inner, _ := q.insideRules(box, t)
	if least > 0 {
		q.keepStrong(t, least, max(1, int(math.Round(p.LineHeight/12))))
	}
	var cleared []blob
	if inside {
		cleared = q.clearSides(inner, t)
	}
	blobs := q.blobs(inner, t)
	for _, b := range strays(blobs, p.LineHeight) {
		q.wipe(b.box, t.ground)
	}
	for _, l := range linesOf(q.blobs(inner, t), p.LineHeight) {
		if slices.ContainsFunc(cleared, func(b blob) bool { return continues(b.box, l.Box) }) {
			return cell, nil, nil
		}
		q.widen(&l, box, t.fainter(p.grain), p.LineHeight)
		l.Box = l.Box.Add(c.Box.Min)
		lines = append(lines, l)
	}
	return cell, lines, nil
}

// continues reports whether ink may be a character of a line: it stands beside
// it, no higher and no lower.
func continues(ink, line image.Rectangle) bool {
	h := line.Dy()
	return ink.Min.Y > line.Min.Y-h/4-1 && ink.Max.Y < line.Max.Y+h/4+1 && 4*ink.Dy() > h &&
		ink.Max.X > line.Min.X-h && ink.Min.X < line.Max.X+h
}

// contrast is how strong ink is: the share it takes of the light that its
// ground throws back, or of the darkness of a dark ground.
func contrast(ground, depth int, dark bool) float64 {
	if dark {
		ground = 255 - ground
	}
	return float64(depth) / float64(max(ground, 1))
}

// keepStrong paints over what is not near ink of at least a contrast.
func (p scratch) keepStrong(t tone, least float64, near int) {
	keep := make([]bool, p.w*p.h)
	for y := range p.h {
		for x := range p.w {
			v := int(p.px[y*p.w+x])
			depth := t.ground - v
			if t.dark {
				depth = -depth
			}
			if !t.inked(uint8(v)) || contrast(t.ground, depth, t.dark) < least {
				continue
			}
			for yy := max(y-near, 0); yy <= min(y+near, p.h-1); yy++ {
				for xx := max(x-near, 0); xx <= min(x+near, p.w-1); xx++ {
					keep[yy*p.w+xx] = true
				}
			}
		}
	}
	for i, k := range keep {
		if !k {
			p.px[i] = uint8(t.ground)
		}
	}
}

// clearSides paints over ink that is joined to a side of a box, with what is
// outside of the box. It returns what it painted over.
func (p scratch) clearSides(box image.Rectangle, t tone) []blob {
	var cleared []blob
	for _, b := range p.blobs(box, t) {
		if !b.box.In(box.Inset(1)) {
			cleared = append(cleared, b)
		}
	}
	if len(cleared) == 0 {
		return nil
	}
	over := make([]bool, p.w*p.h)
	var stack []image.Point
	visit := func(x, y int) {
		if !(image.Point{x, y}).In(box) {
			return
		}
		if i := y*p.w + x; !over[i] && t.inked(p.px[i]) {
			over[i] = true
			stack = append(stack, image.Pt(x, y))
		}
	}
	for x := box.Min.X; x < box.Max.X; x++ {
		visit(x, box.Min.Y)
		visit(x, box.Max.Y-1)
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		visit(box.Min.X, y)
		visit(box.Max.X-1, y)
	}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				visit(at.X+dx, at.Y+dy)
			}
		}
	}
	// The soft edge of a stroke is beside it.
	for y := range p.h {
		for x := range p.w {
			out := !(image.Point{x, y}).In(box)
			for yy := max(y-1, 0); !out && yy <= min(y+1, p.h-1); yy++ {
				for xx := max(x-1, 0); !out && xx <= min(x+1, p.w-1); xx++ {
					out = over[yy*p.w+xx]
				}
			}
			if out {
				p.px[y*p.w+x] = uint8(t.ground)
			}
		}
	}
	return cleared
}
