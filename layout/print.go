package layout

import (
	"fmt"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
)

// faintShare is the share of the usual contrast of a page's print below which ink
// is something else: a seal that was copied in grey, or what is left of one
// that was taken off.
const faintShare = 0.6

// Faint is the contrast of ink, from 0 to 1, below which ink is something else than the
// print of the page: a watermark, or what is left of a seal.
func (p *Page) Faint() float64 { return faintShare * p.Contrast }

// Sealed is for cells over which a seal lies that was copied in grey. It returns the
// contrast, from 0 to 1, above which ink is print and not the seal: what is broader than
// any stroke of print has the seal's contrast. It is 0 where nothing is as broad, or where
// print is hardly stronger than the seal.
func (p *Page) Sealed(cells []*grid.Cell) (float64, error) {
	const few, above, below = 40, 1.15, 0.9 // pixels; shares of the seal's contrast, and of print's
	all, err := p.Gray.DataPtrUint8()
	if err != nil {
		return 0, fmt.Errorf("layout: %w", err)
	}
	page := ink.New(all, p.Size())
	reach := ink.Stroke(p.LineHeight)
	var broad []float64
	for _, c := range cells {
		if t, ok := page.Tone(c.Box); ok {
			broad = append(broad, page.Broad(c.Box, t, reach)...)
		}
	}
	if len(broad) < few {
		return 0, nil
	}
	if least := above * ink.Median(broad); least < below*p.Contrast {
		return least, nil
	}
	return 0, nil
}

// Print looks at a cell once more and more strictly: for cells of which the text makes no
// sense. With inside it paints over ink that runs over a side of the cell, such as a
// seal, a signature or the rest of a bent rule. With least above 0 it paints over ink of
// less contrast than that, from 0 to 1. It returns the cell as it is then, at its place on
// the page, and the lines of text that are left in it. There are none where a character of
// a line may be part of what was painted over. It fails only with OpenCV.
func (p *Page) Print(c *grid.Cell, inside bool, least float64) (cell *image.Gray, lines []ink.Line, err error) {
	all, err := p.Gray.DataPtrUint8()
	if err != nil {
		return nil, nil, fmt.Errorf("layout: %w", err)
	}
	page := ink.New(all, p.Size())
	cell = image.NewGray(c.Box)
	for y := range c.Box.Dy() {
		copy(cell.Pix[y*cell.Stride:(y+1)*cell.Stride], page.Pix[(c.Box.Min.Y+y)*page.W+c.Box.Min.X:])
	}
	q := ink.NewScratch(cell.Pix, c.Box.Size())
	box := image.Rect(0, 0, q.W, q.H)
	if q.W < 3 || q.H < 3 {
		return cell, nil, nil
	}
	t, ok := q.Tone(box)
	if !ok {
		return cell, nil, nil
	}
	inner, _ := q.InsideRules(box, t)
	if least > 0 {
		q.KeepStrong(t, least, max(1, int(math.Round(p.LineHeight/12))))
	}
	var cleared []ink.Blob
	if inside {
		cleared = q.ClearSides(inner, t)
	}
	blobs := q.Blobs(inner, t)
	for _, b := range ink.Strays(blobs, p.LineHeight) {
		q.Wipe(b.Box, t.Ground)
	}
	lines = ink.Lines(q.Blobs(inner, t), p.LineHeight)
	for _, l := range lines {
		if slices.ContainsFunc(cleared, func(b ink.Blob) bool { return continues(b.Box, l.Box) }) {
			return cell, nil, nil
		}
	}
	q.Widen(lines, box, t.Fainter(p.grain), p.grain, p.LineHeight)
	for i := range lines {
		lines[i].Box = lines[i].Box.Add(c.Box.Min)
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
