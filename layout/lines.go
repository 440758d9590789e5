package layout

import (
	"fmt"
	"image"
	"slices"

	"gocv.io/x/gocv"
)

// A Line is one line of text in a cell.
type Line struct {
	Box image.Rectangle // the ink's bounds on the page, pixels
	Gap int             // widest stretch without ink inside it, pixels
}

// pixels is a grey picture in memory: a view of a Mat.
type pixels struct {
	px   []uint8
	w, h int
}

// rest is how many pixels deep into a cell a rule can be left.
const rest = 3

// leastDepth is how much ink differs from its ground at least, grey levels.
const leastDepth = 16

// A blob is a connected set of ink pixels.
type blob struct {
	box  image.Rectangle
	area int
}

// cellInk finds the ink of a cell: what is darker (or in a dark cell lighter)
// than its ground, joined into blobs. Remnants of rules at the sides are left
// out; edge tells that one of them might be print.
func cellInk(p pixels, box image.Rectangle) (blobs []blob, ground int, dark, edge bool) {
	if box.Dx() < 3 || box.Dy() < 3 {
		return nil, 255, false, false
	}
	var hist [256]int
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range p.px[y*p.w+box.Min.X : y*p.w+box.Max.X] {
			hist[v]++
			n++
		}
	}
	at := func(share float64) int {
		sum := 0
		for v, c := range hist {
			sum += c
			if float64(sum) >= share*float64(n) {
				return v
			}
		}
		return 255
	}
	ground = at(0.5)
	// A lone digit in a wide cell is but a few pixels of it.
	few := min(0.002, 6/float64(n))
	lo, hi := at(few), at(1-few)
	if in := box.Inset(2); in.Dx() > 8 && in.Dy() > 6 {
		// What a rule left at the sides says nothing of the ink's tone.
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				if y >= in.Min.Y && y < in.Max.Y && x == in.Min.X {
					x = in.Max.X
				}
				hist[p.px[y*p.w+x]]--
				n--
			}
		}
		few = min(0.002, 6/float64(n))
		// But a 1 may stand there, where nothing else is printed.
		if l, h := at(few), at(1-few); max(ground-l, h-ground) > leastDepth {
			lo, hi = l, h
		}
	}
	dark = hi-ground > 2*(ground-lo) && ground < 190
	// Dense print covers much of its cell, so the ground and its grain are
	// measured on the side away from the ink.
	grain := 0
	if dark {
		ground = at(0.35)
		grain = ground - at(0.08)
	} else {
		ground = at(0.65)
		grain = at(0.92) - ground
	}
	grain = max(grain, 2)
	// Ink is what stands out by more than a third of the darkest stroke, and
	// by more than the grain of the paper.
	depth := ground - lo
	if dark {
		depth = hi - ground
	}
	limit := max(0.38*float64(depth), 3.0*float64(grain), leastDepth)
	if float64(depth) < limit {
		return nil, ground, dark, false
	}
	cut := ground - int(limit)
	if dark {
		cut = ground + int(limit)
	}
	inked := func(v uint8) bool { return dark && int(v) > cut || !dark && int(v) < cut }
	// Where two rules left something, their corner joins it to a frame
	// around the print.
	inner := box
	for _, s := range []struct {
		side  *int
		step  int
		level bool
	}{{&inner.Min.Y, 1, true}, {&inner.Max.Y, -1, true}, {&inner.Min.X, 1, false}, {&inner.Max.X, -1, false}} {
		for range rest {
			if inner.Dx() < 8 || inner.Dy() < 8 {
				break
			}
			n, first, last := 0, 0, 0
			at, lo, hi := *s.side, inner.Min.X, inner.Max.X
			if s.step < 0 {
				at--
			}
			if !s.level {
				lo, hi = inner.Min.Y, inner.Max.Y
			}
			for k := lo; k < hi; k++ {
				x, y := k, at
				if !s.level {
					x, y = at, k
				}
				if inked(p.px[y*p.w+x]) {
					if n == 0 {
						first = k
					}
					n, last = n+1, k
				}
			}
			if 4*n < 3*(hi-lo) {
				break
			}
			edge = edge || last-first+1 < hi-lo-4
			*s.side += s.step
		}
	}
	type run struct{ x0, x1, id int }
	var prev, cur []run
	var parent []int
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	var all []blob
	for y := inner.Min.Y; y < inner.Max.Y; y++ {
		row := p.px[y*p.w : (y+1)*p.w]
		cur = cur[:0]
		k := 0
		for x := inner.Min.X; x < inner.Max.X; x++ {
			if !inked(row[x]) {
				continue
			}
			x0 := x
			for x++; x < inner.Max.X && inked(row[x]); x++ {
			}
			r := run{x0, x, -1}
			for k < len(prev) && prev[k].x1 < x0 {
				k++
			}
			for j := k; j < len(prev) && prev[j].x0 <= x; j++ {
				if id := find(prev[j].id); r.id < 0 {
					r.id = id
				} else if id != r.id {
					parent[id] = r.id
					all[r.id].box = all[r.id].box.Union(all[id].box)
					all[r.id].area += all[id].area
				}
			}
			if r.id < 0 {
				r.id = len(all)
				parent = append(parent, r.id)
				all = append(all, blob{})
			}
			b := &all[r.id]
			b.box = b.box.Union(image.Rect(x0, y, x, y+1))
			b.area += x - x0
			cur = append(cur, r)
		}
		prev, cur = cur, prev
	}
	for i := range all {
		if find(i) != i {
			continue
		}
		b := all[i]
		// What lies along a side of the cell is the rest of a rule.
		w, h := b.box.Dx(), b.box.Dy()
		// A 1 or a dash beside a rule is shorter.
		thinH, thinV := h <= rest && 4*w >= 3*box.Dx(), w <= rest && 4*h >= 3*box.Dy()
		atY, atX := b.box.Min.Y <= box.Min.Y+2 || b.box.Max.Y >= box.Max.Y-2, b.box.Min.X <= box.Min.X+2 || b.box.Max.X >= box.Max.X-2
		if thinH && atY || thinV && atX {
			edge = edge || w < box.Dx()-4 && h < box.Dy()-4
			continue
		}
		// So is a sliver in its corner.
		if (b.box.Min.Y <= box.Min.Y || b.box.Max.Y >= box.Max.Y) && h <= 1 || (b.box.Min.X <= box.Min.X || b.box.Max.X >= box.Max.X) && w <= 1 {
			continue
		}
		blobs = append(blobs, b)
	}
	return blobs, ground, dark, edge
}

// span is a stretch of rows with ink.
type span struct{ lo, hi int }

// inkRows finds the stretches of rows that hold ink of any but the smallest
// blobs.
func inkRows(blobs []blob, least int) []span {
	var spans []span
	for _, b := range blobs {
		if b.area >= least {
			spans = append(spans, span{b.box.Min.Y, b.box.Max.Y})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.lo - b.lo })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.lo < out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, s.hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Turned is the page with its cells and lines as they are when it is turned by
// another 90, 180 or 270 degrees clockwise, to see whether it makes more sense
// that way up: the tables are those that were found already, and nothing but
// the boxes of their cells and the lines in them is filled in.
func (p *Page) Turned(turn int) (*Page, error) {
	out := &Page{Gray: gocv.NewMat(), Turn: (p.Turn + turn) % 360}
	gocv.Rotate(p.Gray, &out.Gray, turns[turn])
	size := p.Size()
	for _, g := range p.Grids {
		t := Grid{Cells: make([]Cell, len(g.Cells))}
		for i, c := range g.Cells {
			t.Cells[i].Box = turnBox(c.Box, size, turn)
		}
		out.Grids = append(out.Grids, t)
	}
	px, err := out.Gray.DataPtrUint8()
	if err != nil {
		out.Close()
		return nil, fmt.Errorf("layout: %w", err)
	}
	out.LineHeight = readLines(pixels{px, out.Gray.Cols(), out.Gray.Rows()}, out.Grids)
	return out, nil
}

var turns = map[int]gocv.RotateFlag{90: gocv.Rotate90Clockwise, 180: gocv.Rotate180Clockwise, 270: gocv.Rotate90CounterClockwise}

// turnBox is where a box lies when the page of that size is turned clockwise.
func turnBox(r image.Rectangle, size image.Point, turn int) image.Rectangle {
	switch turn {
	case 90:
		return image.Rect(size.Y-r.Max.Y, r.Min.X, size.Y-r.Min.Y, r.Max.X)
	case 180:
		return image.Rect(size.X-r.Max.X, size.Y-r.Max.Y, size.X-r.Min.X, size.Y-r.Min.Y)
	case 270:
		return image.Rect(r.Min.Y, size.X-r.Max.X, r.Max.Y, size.X-r.Min.X)
	}
	return r
}

// readLines finds the lines of text of every cell and returns the usual
// height of a line in pixels, 0 where there is no text.
func readLines(p pixels, grids []Grid) float64 {
	type inked struct {
		cell   *Cell
		blobs  []blob
		ground int
	}
	var cells []inked
	var heights []int
	var blank []*Cell
	for i := range grids {
		for j := range grids[i].Cells {
			c := &grids[i].Cells[j]
			p.evenLight(c.Box)
			blobs, ground, dark, edge := cellInk(p, c.Box)
			c.Dark, c.Edge = dark, edge || grids[i].broken
			if len(blobs) == 0 {
				blank = append(blank, c)
				continue
			}
			cells = append(cells, inked{c, blobs, ground})
			for _, s := range inkRows(blobs, 4) {
				if s.hi-s.lo >= 5 {
					heights = append(heights, s.hi-s.lo)
				}
			}
		}
	}
	if len(heights) == 0 {
		return 0
	}
	slices.Sort(heights)
	// A cell is blank only if nothing in it is as strong as a fifth of the
	// print around it.
	var depths []int
	for _, k := range cells {
		depths = append(depths, p.depth(k.cell.Box))
	}
	usual := slices.Sorted(slices.Values(depths))[len(depths)/2]
	for _, c := range blank {
		c.Edge = c.Edge || 5*p.depth(c.Box) > usual
	}
	// Most cells of a form hold a digit, which is lower than a line of
	// Chinese; the upper quarter of heights is safely a line.
	line := float64(heights[len(heights)/2])
	if upper := float64(heights[len(heights)*4/5]); upper < 1.7*line {
		line = upper
	}
	specks := make([][]blob, len(cells))
	n := 0
	for i, k := range cells {
		specks[i] = strays(k.blobs, line)
		n += len(specks[i])
	}
	// A stray dot is what someone printed; one in every other cell is dirt.
	dirty := 2*n > len(cells)
	for i, k := range cells {
		if dirty {
			for _, b := range specks[i] {
				p.wipe(b.box, k.ground)
			}
			k.blobs = slices.DeleteFunc(k.blobs, func(b blob) bool { return slices.Contains(specks[i], b) })
		}
		all := linesOf(k.blobs, line)
		k.cell.Lines = slices.DeleteFunc(slices.Clone(all), func(l Line) bool { return lies(l.Box, k.cell.Box) })
		k.cell.Edge = k.cell.Edge || len(k.cell.Lines) < len(all)
		// A lone speck is dirt. More may be faint print that fell to pieces.
		if len(k.cell.Lines) == 0 && (len(k.blobs) > 0 || len(specks[i]) > 1) {
			k.cell.Edge = k.cell.Edge || 5*depths[i] > usual
		}
	}
	return line
}

// lies reports whether a line is but a flat mark that lies on the upper or
// lower side of its cell, as what is left of a rule's ragged edge: a dash
// stands in the middle.
func lies(line, cell image.Rectangle) bool {
	return line.Dy() <= rest && line.Dx() >= 2*line.Dy() && cell.Dy() > 4*rest && (line.Min.Y <= cell.Min.Y || line.Max.Y >= cell.Max.Y)
}

// strays finds the specks of a cell that stand apart from its text. A decimal
// point is as small, but stands between digits.
func strays(blobs []blob, line float64) []blob {
	small := max(1, int(0.02*line*line))
	near := int(0.3 * line)
	var out []blob
	for _, b := range blobs {
		if b.area > small || max(b.box.Dx(), b.box.Dy()) > 4 {
			continue
		}
		alone := !slices.ContainsFunc(blobs, func(o blob) bool {
			return o.area > small && o.box.Inset(-near).Overlaps(b.box)
		})
		if alone {
			out = append(out, b)
		}
	}
	return out
}

// depth is the contrast inside a box, away from what rules left at its sides.
func (p pixels) depth(box image.Rectangle) int {
	if box.Empty() {
		return 0
	}
	box = box.Inset(min(2, box.Dx()/4, box.Dy()/4))
	lo, hi := 255, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range p.px[y*p.w+box.Min.X : y*p.w+box.Max.X] {
			lo, hi = min(lo, int(v)), max(hi, int(v))
		}
	}
	return hi - lo
}

// wipe paints a box and the pixels around it in the colour of the ground.
func (p pixels) wipe(box image.Rectangle, ground int) {
	box = box.Inset(-1).Intersect(image.Rect(0, 0, p.w, p.h))
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.px[y*p.w+box.Min.X : y*p.w+box.Max.X]
		for i := range row {
			row[i] = uint8(ground)
		}
	}
}

// linesOf groups the blobs of a cell into lines of about the given height.
func linesOf(blobs []blob, height float64) []Line {
	// Specks bound no line. A decimal point is one too, but it stands between
	// digits.
	least := int(min(max(0.012*height*height, 2), 12))
	spans := inkRows(blobs, least)
	if len(spans) == 0 {
		return nil
	}
	// Strokes of one character may be parted, as in 二: rows that together
	// are no higher than a line belong together.
	merged := spans[:1]
	for _, s := range spans[1:] {
		last := &merged[len(merged)-1]
		if float64(s.hi-last.lo) <= 1.18*height || float64(s.lo-last.hi) <= 0.12*height && float64(min(s.hi-s.lo, last.hi-last.lo)) < 0.45*height {
			last.hi = max(last.hi, s.hi)
			continue
		}
		merged = append(merged, s)
	}
	var split []span
	for _, s := range merged {
		n := int(float64(s.hi-s.lo)/height + 0.35)
		if n < 2 {
			split = append(split, s)
			continue
		}
		split = append(split, valleys(s, blobs, n)...)
	}
	lines := make([]Line, len(split))
	for _, b := range blobs {
		if b.area < least {
			continue
		}
		mid := (b.box.Min.Y + b.box.Max.Y) / 2
		for i, s := range split {
			if mid >= s.lo && mid < s.hi {
				lines[i].Box = lines[i].Box.Union(b.box)
				break
			}
		}
	}
	out := lines[:0]
	for i, l := range lines {
		if l.Box.Empty() {
			continue
		}
		l.Box.Min.Y, l.Box.Max.Y = max(l.Box.Min.Y, split[i].lo), min(l.Box.Max.Y, split[i].hi)
		if l.Box.Dy() > 0 {
			l.Gap = widestGap(blobs, l.Box)
			out = append(out, l)
		}
	}
	return out
}

// widestGap is the widest stretch of a line's box that no blob covers.
func widestGap(blobs []blob, box image.Rectangle) int {
	var spans []span
	for _, b := range blobs {
		if b.box.Overlaps(box) {
			spans = append(spans, span{b.box.Min.X, b.box.Max.X})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.lo - b.lo })
	gap, end := 0, box.Min.X
	for _, s := range spans {
		gap, end = max(gap, s.lo-end), max(end, s.hi)
	}
	return gap
}

// valleys parts a stretch that holds n lines whose ink touches, where the
// fewest blobs cross.
func valleys(s span, blobs []blob, n int) []span {
	cross := make([]int, s.hi-s.lo+1)
	for _, b := range blobs {
		for y := max(b.box.Min.Y, s.lo) + 1; y < min(b.box.Max.Y, s.hi); y++ {
			cross[y-s.lo] += b.area
		}
	}
	var out []span
	lo := s.lo
	pitch := float64(s.hi-s.lo) / float64(n)
	for i := 1; i < n; i++ {
		mid := s.lo + int(pitch*float64(i))
		best := mid
		for d := 0; d <= int(pitch*0.25); d++ {
			for _, y := range []int{mid - d, mid + d} {
				if y > lo && y < s.hi && cross[y-s.lo] < cross[best-s.lo] {
					best = y
				}
			}
		}
		out = append(out, span{lo, best})
		lo = best
	}
	return append(out, span{lo, s.hi})
}
