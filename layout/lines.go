package layout

import (
	"encoding/binary"
	"fmt"
	"image"
	"math/bits"
	"slices"

	"gocv.io/x/gocv"
)

// A Line is one line of text in a cell.
type Line struct {
	Box image.Rectangle // the ink's bounds on the page, pixels
	Gap int             // widest stretch without ink inside it, pixels
}

// pixels is a grey picture in memory, a byte a pixel, which nobody changes: the
// ink that was found in a part of it stays true.
type pixels struct {
	px   []uint8
	w, h int

	inks map[image.Rectangle]ink // of the cells that were looked at
}

func newPixels(px []uint8, size image.Point) pixels {
	return pixels{px, size.X, size.Y, make(map[image.Rectangle]ink)}
}

// mat is the picture for OpenCV, in the same memory.
func (p pixels) mat() (gocv.Mat, error) {
	m, err := gocv.NewMatFromBytes(p.h, p.w, gocv.MatTypeCV8UC1, p.px)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	return m, nil
}

// A scratch is a copy of a picture, or of a part of one, that may be changed.
// It remembers no ink.
type scratch struct{ pixels }

func newScratch(px []uint8, size image.Point) scratch {
	return scratch{pixels{px: px, w: size.X, h: size.Y}}
}

func (p pixels) copied() scratch {
	return newScratch(slices.Clone(p.px), image.Pt(p.w, p.h))
}

// illegible is a height that no print has which can be read, pixels.
const illegible = 7

// rest is how many pixels deep into a cell a rule can be left.
const rest = 3

// leastDepth is how much ink differs from its ground at least, grey levels.
const leastDepth = 16

// A blob is a connected set of ink pixels.
type blob struct {
	box  image.Rectangle
	area int
}

// ink is what is printed in a cell.
type ink struct {
	blobs  []blob
	ground int  // the tone of what it is printed on
	dark   bool // the ground is darker than the print
	edge   bool // what was taken for a remnant of a rule may be print
	tone   tone // how it is told from the ground
}

// inkOf is cellInk for what several stages ask for. The blobs are shared.
func (p pixels) inkOf(box image.Rectangle) ink {
	if p.inks == nil {
		return cellInk(p, box)
	}
	k, ok := p.inks[box]
	if !ok {
		k = cellInk(p, box)
		p.inks[box] = k
	}
	return k
}

// histogram counts the tones of a box: those of even and of odd pixels apart,
// as of paper one after the other has the same tone, and a processor waits for
// a count before it adds to it again.
func (p pixels) histogram(box image.Rectangle) (hist [256]int) {
	var odd [256]int
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.px[y*p.w+box.Min.X : y*p.w+box.Max.X]
		for ; len(row) >= 2; row = row[2:] {
			hist[row[0]]++
			odd[row[1]]++
		}
		if len(row) > 0 {
			hist[row[0]]++
		}
	}
	for v, n := range odd {
		hist[v] += n
	}
	return hist
}

// A cut tells ink from its ground.
type cut struct {
	at   uint8
	dark bool // the ink is lighter than its ground
}

func (c cut) inked(v uint8) bool { return c.dark && v > c.at || !c.dark && v < c.at }

// next is the first inked pixel of a row from a place on, or its length. Most
// pixels are paper, so they are looked at eight at a time.
func (c cut) next(row []uint8, x int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	tone := ones * uint64(c.at)
	for ; x+8 <= len(row); x += 8 {
		a, b := binary.LittleEndian.Uint64(row[x:]), tone
		if c.dark {
			a, b = b, a
		}
		// The top bit of each byte says whether that of a is less than b's
		// (Warren, Hacker's Delight, 2-18).
		if less := (^a&b | ^(a^b)&^(a|tops-b&^tops)) & tops; less != 0 {
			return x + bits.TrailingZeros64(less)/8
		}
	}
	for ; x < len(row) && !c.inked(row[x]); x++ {
	}
	return x
}

// A tone is how the ink of a cell is told from its ground.
type tone struct {
	cut
	ground int // grey level
	depth  int // from the ground to the strongest ink
	grain  int // of the ground
}

// fainter tells ink half as strong from its ground, but for what may be grain.
func (t tone) fainter(grain int) tone {
	limit := max((t.ground-int(t.at))/2, 3*grain, leastDepth)
	if t.dark {
		limit = -max((int(t.at)-t.ground)/2, 3*grain, leastDepth)
	}
	t.at = uint8(max(0, min(t.ground-limit, 255)))
	return t
}

// cellInk finds the ink of a cell: what is darker (or in a dark cell lighter)
// than its ground, joined into blobs. Remnants of rules at the sides are left
// out; edge tells that one of them might be print.
func cellInk(p pixels, box image.Rectangle) ink {
	if box.Dx() < 3 || box.Dy() < 3 {
		return ink{ground: 255}
	}
	t, ok := p.tone(box)
	if !ok {
		return ink{ground: t.ground, dark: t.dark, tone: t}
	}
	return p.inkAs(box, t)
}

// inkAs is cellInk where it is known how ink is told from its ground.
func (p pixels) inkAs(box image.Rectangle, t tone) ink {
	found := ink{ground: t.ground, dark: t.dark, tone: t}
	inner, edge := p.insideRules(box, t)
	found.edge = edge
	for _, b := range p.blobs(inner, t) {
		// What lies along a side of the cell is the rest of a rule.
		w, h := b.box.Dx(), b.box.Dy()
		// A 1 or a dash beside a rule is shorter.
		thinH, thinV := h <= rest && 4*w >= 3*box.Dx(), w <= rest && 4*h >= 3*box.Dy()
		atY, atX := b.box.Min.Y <= box.Min.Y+2 || b.box.Max.Y >= box.Max.Y-2, b.box.Min.X <= box.Min.X+2 || b.box.Max.X >= box.Max.X-2
		if thinH && atY || thinV && atX {
			found.edge = found.edge || w < box.Dx()-4 && h < box.Dy()-4
			continue
		}
		// So is a sliver in its corner.
		if (b.box.Min.Y <= box.Min.Y || b.box.Max.Y >= box.Max.Y) && h <= 1 || (b.box.Min.X <= box.Min.X || b.box.Max.X >= box.Max.X) && w <= 1 {
			continue
		}
		found.blobs = append(found.blobs, b)
	}
	return found
}

// tone measures how the ink of a cell is told from its ground; it reports
// whether there is any.
func (p pixels) tone(box image.Rectangle) (t tone, ok bool) {
	hist := p.histogram(box)
	n := box.Dx() * box.Dy()
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
	ground := at(0.5)
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
	dark := hi-ground > 2*(ground-lo) && ground < 190
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
	t, limit := newTone(ground, depth, grain, dark)
	return t, float64(depth) >= limit
}

// newTone puts the cut between ink and ground, and tells how far from the ground
// it is, grey levels.
func newTone(ground, depth, grain int, dark bool) (t tone, limit float64) {
	limit = max(0.38*float64(depth), 3*float64(grain), leastDepth)
	edge := ground - int(limit)
	if dark {
		edge = ground + int(limit)
	}
	return tone{cut{uint8(max(0, min(edge, 255))), dark}, ground, depth, grain}, limit
}

// filled is the tone of a cell that its print fills so much that its soft
// edges were taken for the grain of the ground: little of what is ground is
// free of them. Grain is that of the page. It reports whether the cell seems to
// be one.
func (t tone) filled(grain int) (tone, bool) {
	// Of the ground that was measured, that far lies what is lightest.
	up := t.grain
	if t.dark {
		up = -up
	}
	out, limit := newTone(t.ground+up, t.depth+t.grain, grain, t.dark)
	return out, t.grain > 4*grain && float64(out.depth) >= 2*limit
}

// insideRules is a cell without what rules left along its sides; edge tells
// that one of these might be print.
func (p pixels) insideRules(box image.Rectangle, t tone) (inner image.Rectangle, edge bool) {
	// Where two rules left something, their corner joins it to a frame
	// around the print.
	inner = box
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
				if t.inked(p.px[y*p.w+x]) {
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
	return inner, edge
}

// blobs joins the ink inside a box.
func (p pixels) blobs(box image.Rectangle, t tone) []blob {
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
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.px[y*p.w : y*p.w+box.Max.X]
		cur = cur[:0]
		k := 0
		for x := box.Min.X; x < box.Max.X; x++ {
			if x = t.next(row, x); x == len(row) {
				break
			}
			x0 := x
			for x++; x < len(row) && t.inked(row[x]); x++ {
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
	var out []blob
	for i, b := range all {
		if find(i) == i {
			out = append(out, b)
		}
	}
	return out
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
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Rotate(p.Gray, &turned, turns[turn])
	size := p.Size()
	var grids []Grid
	for _, g := range p.Grids {
		t := Grid{Cells: make([]Cell, len(g.Cells))}
		for i, c := range g.Cells {
			t.Cells[i].Box = turnBox(c.Box, size, turn)
		}
		grids = append(grids, t)
	}
	px, err := turned.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	t := readLines(newPixels(px, image.Pt(turned.Cols(), turned.Rows())), grids)
	out := &Page{Grids: t.grids, LineHeight: t.line, Contrast: t.contrast, Turn: (p.Turn + turn) % 360, grain: t.grain}
	if out.Gray, err = t.page.mat(); err != nil {
		return nil, err
	}
	return out, nil
}

// TurnedCell cuts a cell out of the page, turned by 90, 180 or 270 degrees
// clockwise, and finds the lines of text it has that way up.
func (p *Page) TurnedCell(c *Cell, turn int) (*image.Gray, []Line) {
	if c.Box.Empty() {
		return nil, nil
	}
	part := p.Gray.Region(c.Box)
	defer part.Close()
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Rotate(part, &turned, turns[turn])
	size := image.Pt(turned.Cols(), turned.Rows())
	out := &image.Gray{Pix: turned.ToBytes(), Stride: size.X, Rect: image.Rectangle{Max: size}}
	return out, linesOf(cellInk(newPixels(out.Pix, size), out.Rect).blobs, p.LineHeight)
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

// inked is a cell with something in it.
type inked struct {
	cell *Cell
	ink
}

// A text is what is printed in the cells of tables.
type text struct {
	page     pixels  // with specks of dirt in the cells wiped off, and the light on them evened out
	grids    []Grid  // with the lines of text in their cells
	line     float64 // usual height of a line, pixels; 0 where there is no text
	contrast float64 // usual contrast of its ink
	grain    int     // usual grain of its ground
}

// withCells are grids with cells of their own, which may be changed.
func withCells(grids []Grid) []Grid {
	out := slices.Clone(grids)
	for i := range out {
		out[i].Cells = slices.Clone(out[i].Cells)
	}
	return out
}

// readLines finds the lines of text of every cell.
func readLines(page pixels, grids []Grid) text {
	p, out := page.copied(), withCells(grids)
	line, strength, grain := linesIn(page, p, out)
	return text{newPixels(p.px, image.Pt(p.w, p.h)), out, line, strength, grain}
}

// linesIn puts the lines of text into the cells of grids, and cleans a copy p of
// their page.
func linesIn(page pixels, p scratch, grids []Grid) (line, strength float64, grain int) {
	var cells, blank []inked
	var heights []int
	for i := range grids {
		for j := range grids[i].Cells {
			c := &grids[i].Cells[j]
			var k ink
			if p.evenLight(c.Box) {
				k = p.inkOf(c.Box)
			} else {
				k = page.inkOf(c.Box)
			}
			c.Dark, c.Edge = k.dark, k.edge || grids[i].broken
			if len(k.blobs) == 0 {
				blank = append(blank, inked{c, k})
				continue
			}
			cells = append(cells, inked{c, k})
			for _, s := range inkRows(k.blobs, 4) {
				if s.hi-s.lo >= 5 {
					heights = append(heights, s.hi-s.lo)
				}
			}
		}
	}
	if len(heights) == 0 {
		return tooSmall(cells), 0, 0
	}
	slices.Sort(heights)
	// A cell is blank only if nothing in it is as strong as a fifth of the
	// print around it.
	var depths []int
	var contrasts []float64
	var grains []int
	for _, k := range cells {
		d := p.depth(k.cell.Box)
		depths = append(depths, d)
		contrasts = append(contrasts, contrast(k.ground, d, k.cell.Dark))
		grains = append(grains, k.tone.grain)
	}
	usual := slices.Sorted(slices.Values(depths))[len(depths)/2]
	strength = slices.Sorted(slices.Values(contrasts))[len(contrasts)/2]
	// Where print leaves little paper in a cell, its soft edges seem to be grain.
	slices.Sort(grains)
	grain = grains[len(grains)/2]
	for _, b := range blank {
		c := b.cell
		if t, ok := b.tone.filled(grain); ok {
			if k := p.inkAs(c.Box, t); len(k.blobs) > 0 {
				c.Edge = c.Edge || k.edge
				cells, depths = append(cells, inked{c, k}), append(depths, p.depth(c.Box))
				continue
			}
		}
		c.Edge = c.Edge || mayHold(p.pixels, c.Box, usual)
	}
	// Most cells of a form hold a digit, which is lower than a line of
	// Chinese; the upper tenth of heights is safely a line.
	line = float64(heights[len(heights)/2])
	upper := float64(heights[len(heights)*9/10])
	if line < illegible && upper > 1.95*line {
		// Most is grain, or digits that fell to pieces; the rest is print.
		i, _ := slices.BinarySearch(heights, int(max(upper/3, illegible)))
		line = float64(heights[i+(len(heights)-i)/2])
	}
	if upper < 1.95*line {
		line = upper
	} else if h := runningHeight(cells); h > line {
		line = h
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
			k.blobs = slices.DeleteFunc(slices.Clone(k.blobs), func(b blob) bool { return slices.Contains(specks[i], b) })
		}
		all := linesOf(k.blobs, line)
		if t, ok := k.tone.filled(grain); ok && !slices.ContainsFunc(all, func(l Line) bool { return 2*float64(l.Box.Dy()) > line }) {
			k.ink = p.inkAs(k.cell.Box, t)
			all = linesOf(k.blobs, line)
		}
		k.cell.Lines = slices.DeleteFunc(slices.Clone(all), func(l Line) bool { return lies(l.Box, k.cell.Box) })
		k.cell.Edge = k.cell.Edge || len(k.cell.Lines) < len(all)
		for j := range k.cell.Lines {
			p.widen(&k.cell.Lines[j], k.cell.Box, k.tone.fainter(grain), line)
		}
		// A lone speck is dirt. More may be faint print that fell to pieces.
		if len(k.cell.Lines) == 0 && (len(k.blobs) > 0 || len(specks[i]) > 1) {
			k.cell.Edge = k.cell.Edge || 5*depths[i] > usual
		}
	}
	clearUnrest(p.pixels, cells, depths, usual, strength)
	return line, strength, grain
}

// tooSmall doubts the cells of a page that has ink, but none high enough to be
// read, and returns how high it usually is, pixels.
func tooSmall(cells []inked) (line float64) {
	var heights []int
	for _, k := range cells {
		k.cell.Edge = true
		for _, s := range inkRows(k.blobs, 0) {
			heights = append(heights, s.hi-s.lo)
		}
	}
	if len(heights) == 0 {
		return 0
	}
	slices.Sort(heights)
	return float64(heights[len(heights)/2])
}

// runningHeight is the usual height of lines of several characters, pixels; 0
// where there are few. Digits that a scan broke into pieces are many and low.
func runningHeight(cells []inked) float64 {
	const few, long = 6, 4
	var heights []int
	for _, k := range cells {
		for _, s := range inkRows(k.blobs, 4) {
			row := image.Rectangle{}
			for _, b := range k.blobs {
				if b.box.Min.Y < s.hi && b.box.Max.Y > s.lo {
					row = row.Union(b.box)
				}
			}
			if h := s.hi - s.lo; h >= illegible && row.Dx() >= long*h {
				heights = append(heights, h)
			}
		}
	}
	if len(heights) < few {
		return 0
	}
	slices.Sort(heights)
	return float64(heights[len(heights)/2])
}

// clearUnrest empties the cells in which nothing stands out more than the paper
// does elsewhere on the page, or than a watermark does. Usual is how much print
// stands out, strength its contrast: in shadow it stands out less.
func clearUnrest(p pixels, cells []inked, depths []int, usual int, strength float64) {
	var printed, weak []inked
	for i, k := range cells {
		switch {
		case 2*depths[i] >= usual:
			printed = append(printed, k)
		case len(k.cell.Lines) > 0:
			weak = append(weak, k)
		}
	}
	if len(weak) == 0 {
		return
	}
	var unrests []int
	for _, k := range printed {
		if d, ok := unrest(p, k.cell.Box, k.blobs); ok {
			unrests = append(unrests, d)
		}
	}
	slices.Sort(unrests)
	least := leastDepth
	if n := len(unrests); n > 0 {
		least = max(least, 2*unrests[n/2])
	}
	for _, k := range weak {
		c, d := k.cell, p.depth(k.cell.Box)
		for _, l := range c.Lines { // it may stand right at the side of its cell
			d = max(d, p.depthOn(l.Box, k.ground))
		}
		switch {
		case d < least:
			c.Lines, c.Edge = nil, c.Edge || mayHold(p, c.Box, usual)
		case 5*d <= usual && 5*contrast(k.ground, d, c.Dark) <= strength:
			c.Lines, c.Edge = nil, true
		}
	}
}

// mayHold reports whether what stands out in a cell without lines may be print,
// where print stands out that much usually.
func mayHold(p pixels, box image.Rectangle, usual int) bool {
	return 5*p.depth(box) > usual || 2*p.spot(box) > usual
}

// unrest is how much the paper beside the ink of a cell stands out from itself,
// in grey levels: the stripes of a screen that was photographed do, all over the
// page. It reports whether there is enough of it.
func unrest(p pixels, cell image.Rectangle, blobs []blob) (depth int, ok bool) {
	const soft = 3 // pixels around a stroke and a rule that are not paper
	var ink image.Rectangle
	for _, b := range blobs {
		ink = ink.Union(b.box)
	}
	ink, cell = ink.Inset(-soft), cell.Inset(soft)
	largest := image.Rectangle{}
	for _, r := range []image.Rectangle{
		image.Rect(cell.Min.X, cell.Min.Y, cell.Max.X, ink.Min.Y), image.Rect(cell.Min.X, ink.Max.Y, cell.Max.X, cell.Max.Y),
		image.Rect(cell.Min.X, cell.Min.Y, ink.Min.X, cell.Max.Y), image.Rect(ink.Max.X, cell.Min.Y, cell.Max.X, cell.Max.Y),
	} {
		if r = r.Intersect(cell); min(r.Dx(), r.Dy()) > min(largest.Dx(), largest.Dy()) {
			largest = r
		}
	}
	if min(largest.Dx(), largest.Dy()) < 2*soft {
		return 0, false
	}
	return p.depth(largest), true
}

// smallPrint is the height of a line, in pixels, below which strokes are less
// than some two pixels wide, and as faint as they are narrow.
const smallPrint = 16

// widen takes in what is printed at both ends of a line of a cell too faintly
// to be ink by itself (Canny 1986): thin strokes, such as those of a 1 or a
// sign, are lost first where a picture was shrunk. Beside larger print what is
// faint is something else, as a watermark.
func (p pixels) widen(l *Line, cell image.Rectangle, faint tone, height float64) {
	if height >= smallPrint {
		return
	}
	inner, _ := p.insideRules(cell, faint)
	near := l.Box.Dy()/4 + 1 // a stroke is hardly higher than the line, unlike the soft edge of a rule
	beside := func(x0, x1 int) []blob {
		strip := image.Rect(x0, l.Box.Min.Y-2*near, x1, l.Box.Max.Y+2*near).Intersect(inner)
		return slices.DeleteFunc(p.blobs(strip, faint), func(b blob) bool {
			return b.box.Min.Y < l.Box.Min.Y-near || b.box.Max.Y > l.Box.Max.Y+near || float64(max(b.box.Dx(), b.box.Dy())) < max(3, 0.3*height)
		})
	}
	before, after := beside(inner.Min.X, l.Box.Min.X-1), beside(l.Box.Max.X+1, inner.Max.X)
	gap := int(0.6*height) + 1
	slices.SortFunc(before, func(a, b blob) int { return b.box.Max.X - a.box.Max.X })
	slices.SortFunc(after, func(a, b blob) int { return a.box.Min.X - b.box.Min.X })
	for _, b := range before {
		if l.Box.Min.X-b.box.Max.X <= gap {
			l.Box.Min.X = min(l.Box.Min.X, b.box.Min.X)
		}
	}
	for _, b := range after {
		if b.box.Min.X-l.Box.Max.X <= gap {
			l.Box.Max.X = max(l.Box.Max.X, b.box.Max.X)
		}
	}
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
		if b.area > small || max(b.box.Dx(), b.box.Dy()) > 4 || points(b, blobs, small, line) {
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

// points reports whether a speck may be a decimal point or what is left of a
// comma: it stands at the foot of what is printed on both its sides, closer
// than a character is wide.
func points(b blob, blobs []blob, small int, line float64) bool {
	left, right := false, false
	near, foot := int(0.7*line), max(1, int(0.12*line))
	for _, o := range blobs {
		if d := b.box.Max.Y - o.box.Max.Y; o.area <= small || b.box.Min.Y >= o.box.Max.Y || d < -foot || d > 2*foot {
			continue
		}
		left = left || o.box.Max.X <= b.box.Min.X && b.box.Min.X-o.box.Max.X <= near
		right = right || o.box.Min.X >= b.box.Max.X && o.box.Min.X-b.box.Max.X <= near
	}
	return left && right
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

// depthOn is how strongly something in a box stands out from a ground, grey
// levels.
func (p pixels) depthOn(box image.Rectangle, ground int) int {
	most := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range p.px[y*p.w+box.Min.X : y*p.w+box.Max.X] {
			most = max(most, ground-int(v), int(v)-ground)
		}
	}
	return most
}

// spot is how strongly something stands out from the left or right side of a
// cell, grey levels: a dash of two or three pixels may touch the rule there, of
// which what is left runs all along the side.
func (p pixels) spot(box image.Rectangle) int {
	in := box.Inset(3)
	if in.Empty() {
		return 0
	}
	most := 0
	for _, x := range []int{box.Min.X, box.Min.X + 1, box.Max.X - 2, box.Max.X - 1} {
		var side [256]int
		for y := in.Min.Y; y < in.Max.Y; y++ {
			side[p.px[y*p.w+x]]++
		}
		usual := quantile(&side, 0.5)
		for v, n := range side {
			if n > 0 {
				most = max(most, v-usual, usual-v)
			}
		}
	}
	return most
}

// wipe paints a box and the pixels around it in the colour of the ground.
func (p scratch) wipe(box image.Rectangle, ground int) {
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
			if i := slices.IndexFunc(blobs, func(b blob) bool { return b.area < least && signs(b.box, l.Box) }); i >= 0 {
				l.Box.Min.X = blobs[i].box.Min.X
			}
			l.Gap = widestGap(blobs, l.Box)
			out = append(out, l)
		}
	}
	return out
}

// signs reports whether a mark is a minus sign by its place and shape, however
// little its ink: flat, and right before the middle of a line.
func signs(mark, line image.Rectangle) bool {
	h, gap := line.Dy(), line.Min.X-mark.Max.X
	return mark.Dx() >= 3 && mark.Dx() >= 2*mark.Dy() && gap > 0 && 2*gap <= h &&
		mark.Min.Y >= line.Min.Y+h/3 && mark.Max.Y <= line.Max.Y-h/4
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
