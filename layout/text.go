package layout

import (
	"context"
	"image"
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
	line     float64     // usual height of a line, pixels; 0 where there is no text
	contrast float64     // usual contrast of its ink
	grain    int         // usual grain of its ground
}

// readLines finds the lines of text of every cell. It returns the error of ctx when
// that ends.
func readLines(ctx context.Context, page ink.Pixels, grids []grid.Grid) (text, error) {
	p, out := page.Copy(), grid.Clone(grids)
	line, strength, grain := linesIn(ctx, page, p, out)
	return text{ink.New(p.Pix, image.Pt(p.W, p.H)), out, line, strength, grain}, ctx.Err()
}

// linesIn puts the lines of text into the cells of grids, and cleans a copy p of
// their page. Where ctx ends they are not all.
func linesIn(ctx context.Context, page ink.Pixels, p ink.Scratch, grids []grid.Grid) (line, strength float64, grain int) {
	var cells, blank []inked
	var heights []int
	for i := range grids {
		for j := range grids[i].Cells {
			if ctx.Err() != nil {
				return 0, 0, 0
			}
			c := &grids[i].Cells[j]
			var k ink.Ink
			if p.EvenLight(c.Box) {
				k = p.Ink(c.Box)
			} else {
				k = page.Ink(c.Box)
			}
			c.Dark, c.Edge = k.Dark, k.Edge || c.Edge
			if len(k.Blobs) == 0 {
				blank = append(blank, inked{c, k})
				continue
			}
			cells = append(cells, inked{c, k})
			for _, s := range ink.Rows(k.Blobs, 4) {
				if s.Hi-s.Lo >= 5 {
					heights = append(heights, s.Hi-s.Lo)
				}
			}
		}
	}
	if len(heights) == 0 {
		return tooSmall(cells), 0, 0
	}
	// A cell is blank only if nothing in it is as strong as a fifth of the
	// print around it.
	var depths []int
	var contrasts []float64
	var grains []int
	for _, k := range cells {
		d := p.Depth(k.cell.Box)
		depths = append(depths, d)
		contrasts = append(contrasts, ink.Contrast(k.Ground, d, k.cell.Dark))
		grains = append(grains, k.Tone.Grain)
	}
	usual := ink.Median(depths)
	strength = ink.Median(contrasts)
	// Where print leaves little paper in a cell, its soft edges seem to be grain.
	grain = ink.Median(grains)
	for _, b := range blank {
		if ctx.Err() != nil {
			return 0, 0, 0
		}
		c := b.cell
		if t, ok := b.Tone.Filled(grain); ok {
			if k := p.InkAs(c.Box, t); len(k.Blobs) > 0 {
				c.Edge = c.Edge || k.Edge
				cells, depths = append(cells, inked{c, k}), append(depths, p.Depth(c.Box))
				continue
			}
		}
		c.Edge = c.Edge || mayHold(p.Pixels, c.Box, usual)
	}
	line = ink.LineHeight(heights, func() float64 {
		var all [][]ink.Blob
		for _, k := range cells {
			all = append(all, k.Blobs)
		}
		return ink.RunningHeight(all)
	})
	specks := make([][]ink.Blob, len(cells))
	n := 0
	for i, k := range cells {
		specks[i] = ink.Strays(k.Blobs, line)
		n += len(specks[i])
	}
	// A stray dot is what someone printed; one in every other cell is dirt.
	dirty := 2*n > len(cells)
	for i, k := range cells {
		if ctx.Err() != nil {
			return 0, 0, 0
		}
		if dirty {
			for _, b := range specks[i] {
				p.Wipe(b.Box, k.Ground)
			}
			k.Blobs = slices.DeleteFunc(slices.Clone(k.Blobs), func(b ink.Blob) bool { return slices.Contains(specks[i], b) })
		}
		all := ink.Lines(k.Blobs, line)
		if t, ok := k.Tone.Filled(grain); ok && !slices.ContainsFunc(all, func(l ink.Line) bool { return 2*float64(l.Box.Dy()) > line }) {
			k.Ink = p.InkAs(k.cell.Box, t)
			all = ink.Lines(k.Blobs, line)
		}
		k.cell.Lines = slices.DeleteFunc(slices.Clone(all), func(l ink.Line) bool { return ink.Lies(l.Box, k.cell.Box) })
		k.cell.Edge = k.cell.Edge || len(k.cell.Lines) < len(all)
		for j := range k.cell.Lines {
			p.Widen(&k.cell.Lines[j], k.cell.Box, k.Tone.Fainter(grain), line)
		}
		// A lone speck is dirt. More may be faint print that fell to pieces.
		if len(k.cell.Lines) == 0 && (len(k.Blobs) > 0 || len(specks[i]) > 1) {
			k.cell.Edge = k.cell.Edge || 5*depths[i] > usual
		}
	}
	clearUnrest(p.Pixels, cells, depths, usual, strength)
	return line, strength, grain
}

// tooSmall doubts the cells of a page that has ink, but none high enough to be
// read, and returns how high it usually is, pixels.
func tooSmall(cells []inked) (line float64) {
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
// does elsewhere on the page, or than a watermark does. Usual is how much print
// stands out, strength its contrast: in shadow it stands out less.
func clearUnrest(p ink.Pixels, cells []inked, depths []int, usual int, strength float64) {
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
		if d, ok := unrest(p, k.cell.Box, k.Blobs); ok {
			unrests = append(unrests, d)
		}
	}
	least := ink.LeastDepth
	if len(unrests) > 0 {
		least = max(least, 2*ink.Median(unrests))
	}
	for _, k := range weak {
		c, d := k.cell, p.Depth(k.cell.Box)
		for _, l := range c.Lines { // it may stand right at the side of its cell
			d = max(d, p.DepthOn(l.Box, k.Ground))
		}
		switch {
		case d < least:
			c.Lines, c.Edge = nil, c.Edge || mayHold(p, c.Box, usual)
		case 5*d <= usual && 5*ink.Contrast(k.Ground, d, c.Dark) <= strength:
			c.Lines, c.Edge = nil, true
		}
	}
}

// mayHold reports whether what stands out in a cell without lines may be print,
// where print stands out that much usually.
func mayHold(p ink.Pixels, box image.Rectangle, usual int) bool {
	return 5*p.Depth(box) > usual || 2*p.Spot(box) > usual
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
