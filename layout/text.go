package layout

import (
	"context"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
)

// inked is a cell with something in it.
type inked struct {
	cell *grid.Cell
	ink.Ink
}

// A text is what is printed in the cells of tables.
type text struct {
	page     ink.Pixels  // with specks of dirt in the cells wiped off, and the light on them evened out
	grids    []grid.Grid // with the lines of text in their cells
	height   float64     // usual height of a line, pixels; 0 where there is no text
	contrast float64     // usual contrast of its ink
	grain    int         // usual grain of its ground
}

// A textReader finds the lines of text of the cells of one page.
type textReader struct {
	source  ink.Pixels
	scratch ink.Scratch // a copy of it, which is cleaned
	cells   []inked     // with ink in them
	blank   []inked     // without
	depths  []int       // the contrast inside each of the cells, grey levels
	heights []int       // of rows of ink, pixels
	usual   int         // usual depth of a cell
	text
}

// readLines finds the lines of text of every cell. It returns the error of ctx when
// that ends.
func readLines(ctx context.Context, page ink.Pixels, grids []grid.Grid) (text, error) {
	r := &textReader{source: page, scratch: page.Copy(), text: text{grids: grid.Clone(grids)}}
	if r.findInk(ctx); len(r.heights) == 0 {
		r.height = tooSmall(r.cells)
	} else {
		r.measure()
		r.lookAgain(ctx)
		r.splitLines(ctx)
	}
	r.page = ink.New(r.scratch.Pix, image.Pt(r.scratch.W, r.scratch.H))
	return r.text, ctx.Err()
}

// findInk looks for ink in every cell, once the light on it is even.
func (r *textReader) findInk(ctx context.Context) {
	for i := range r.grids {
		for j := range r.grids[i].Cells {
			if ctx.Err() != nil {
				return
			}
			c := &r.grids[i].Cells[j]
			looked := r.source
			if r.scratch.EvenLight(c.Box) {
				looked = r.scratch.Pixels
			}
			k := looked.Ink(c.Box)
			c.LightInk, c.Edge = k.LightInk, k.Edge || c.Edge
			if len(k.Blobs) == 0 {
				r.blank = append(r.blank, inked{c, k})
				continue
			}
			r.cells = append(r.cells, inked{c, k})
			for _, s := range ink.Rows(k.Blobs, 4) {
				if s.Hi-s.Lo >= 5 {
					r.heights = append(r.heights, s.Hi-s.Lo)
				}
			}
		}
	}
}

// measure finds how strong the print of the page is, and how grainy its ground.
func (r *textReader) measure() {
	var contrasts []float64
	var grains []int
	for _, k := range r.cells {
		d := r.scratch.Depth(k.cell.Box)
		r.depths = append(r.depths, d)
		contrasts = append(contrasts, ink.Contrast(k.Ground, d, k.cell.LightInk))
		grains = append(grains, k.Tone.Grain)
	}
	r.usual = ink.Median(r.depths)
	r.contrast = ink.Median(contrasts)
	// Where print leaves little paper in a cell, its soft edges seem to be grain.
	r.grain = ink.Median(grains)
}

// lookAgain looks once more into the cells that seem to be blank. One is only if
// nothing in it is as strong as a fifth of the print around it.
func (r *textReader) lookAgain(ctx context.Context) {
	for _, b := range r.blank {
		if ctx.Err() != nil {
			return
		}
		c := b.cell
		if t, ok := b.Tone.Filled(r.grain); ok {
			if k := r.scratch.InkAs(c.Box, t); len(k.Blobs) > 0 {
				c.Edge = c.Edge || k.Edge
				r.cells, r.depths = append(r.cells, inked{c, k}), append(r.depths, r.scratch.Depth(c.Box))
				continue
			}
		}
		c.Edge = c.Edge || mayHold(r.scratch.Pixels, c.Box, r.usual)
	}
}

// splitLines parts the ink of each cell into lines, without dirt.
func (r *textReader) splitLines(ctx context.Context) {
	r.height = ink.LineHeight(r.heights, func() float64 {
		var all [][]ink.Blob
		for _, k := range r.cells {
			all = append(all, k.Blobs)
		}
		return ink.RunningHeight(all)
	})
	specks := make([][]ink.Blob, len(r.cells))
	for i, k := range r.cells {
		specks[i] = ink.Strays(k.Blobs, r.height)
	}
	wiped, mark := r.dirt(specks)
	for i, k := range r.cells {
		if ctx.Err() != nil {
			return
		}
		if len(wiped[i]) > 0 {
			for _, b := range wiped[i] {
				r.scratch.Wipe(b.Box, k.Ground)
			}
			k.Blobs = slices.DeleteFunc(slices.Clone(k.Blobs), func(b ink.Blob) bool { return slices.Contains(wiped[i], b) })
		}
		r.linesOf(&k, mark)
		// A lone speck is dirt. More may be faint print that fell to pieces.
		if len(k.cell.Lines) == 0 && (len(k.Blobs) > 0 || len(specks[i]) > 1) {
			k.cell.Edge = k.cell.Edge || timesFainter*r.depths[i] > r.usual
		}
	}
	r.clearUnrest()
}

// dirt is what to wipe off each cell of its specks, and from which area in pixels on those
// that are left are marks. A stray dot is what someone printed, one in every other cell is
// dirt. But marks of small print look like dots, too: most of them stand where marks do, and
// of dirt only some does.
func (r *textReader) dirt(specks [][]ink.Blob) (wiped [][]ink.Blob, mark int) {
	away := make([][]ink.Blob, len(specks))
	n, nAway := 0, 0
	for i, k := range r.cells {
		away[i] = ink.Dirt(specks[i], k.Blobs, r.height)
		n, nAway = n+len(specks[i]), nAway+len(away[i])
	}
	switch {
	case 2*n <= len(r.cells):
		return make([][]ink.Blob, len(specks)), ink.LeastMark(r.height)
	case 2*nAway <= n:
		return away, 1
	}
	return specks, math.MaxInt
}

// linesOf gives a cell its lines of text, with the faint strokes beside them, and the
// marks behind them, which are of an area of mark pixels at least.
func (r *textReader) linesOf(k *inked, mark int) {
	all := ink.Lines(k.Blobs, r.height)
	k.cell.Lines = slices.DeleteFunc(slices.Clone(all), func(l ink.Line) bool { return ink.Lies(l.Box, k.cell.Box) })
	k.cell.Edge = k.cell.Edge || len(k.cell.Lines) < len(all)
	for j := range k.cell.Lines {
		k.cell.Lines[j].EndAfterMarks(k.Blobs, mark, r.height)
	}
	r.scratch.Widen(k.cell.Lines, k.cell.Box, k.Tone.Fainter(r.grain), r.grain, r.height)
}

// tooSmall doubts the cells of a page that has ink, but none high enough to be
// read, and returns how high it usually is, pixels.
func tooSmall(cells []inked) (height float64) {
	var heights []int
	for _, k := range cells {
		k.cell.Edge = true
		for _, s := range ink.Rows(k.Blobs, 0) {
			heights = append(heights, s.Hi-s.Lo)
		}
	}
	if len(heights) == 0 {
		return 0
	}
	return float64(ink.Median(heights))
}

// clearUnrest empties the cells in which nothing stands out more than the paper
// does elsewhere on the page, or than a watermark does: in shadow print stands out
// less.
func (r *textReader) clearUnrest() {
	p := r.scratch.Pixels
	var printed, faint []inked
	for i, k := range r.cells {
		switch {
		case 2*r.depths[i] >= r.usual:
			printed = append(printed, k)
		case len(k.cell.Lines) > 0:
			faint = append(faint, k)
		}
	}
	if len(faint) == 0 {
		return
	}
	var unrests []int
	for _, k := range printed {
		if d, ok := unrest(p, k.cell.Box, k.Blobs); ok {
			unrests = append(unrests, d)
		}
	}
	least := ink.LeastDepth
	if len(unrests) > 0 {
		least = max(least, 2*ink.Median(unrests))
	}
	for _, k := range faint {
		c, d := k.cell, p.Depth(k.cell.Box)
		for _, l := range c.Lines { // it may stand right at the side of its cell
			d = max(d, p.DepthOn(l.Box, k.Ground))
		}
		switch {
		case d < least:
			c.Lines, c.Edge = nil, c.Edge || mayHold(p, c.Box, r.usual)
		case timesFainter*d <= r.usual && timesFainter*ink.Contrast(k.Ground, d, c.LightInk) <= r.contrast:
			c.Lines, c.Edge = nil, true
		}
	}
}

// timesFainter than the print of its page is what may be no print. Set by hand.
const timesFainter = 5

// mayHold reports whether what stands out in a cell without lines may be print,
// where print stands out that much usually.
func mayHold(p ink.Pixels, box image.Rectangle, usual int) bool {
	return timesFainter*p.Depth(box) > usual || 2*p.Spot(box) > usual
}

// unrest is how much the paper beside the ink of a cell stands out from itself,
// in grey levels: the stripes of a screen that was photographed do, all over the
// page. It reports whether there is enough of it.
func unrest(p ink.Pixels, cell image.Rectangle, blobs []ink.Blob) (depth int, ok bool) {
	const soft = 3 // pixels around a stroke and a rule that are not paper
	var ink image.Rectangle
	for _, b := range blobs {
		ink = ink.Union(b.Box)
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
	return p.Depth(largest), true
}
