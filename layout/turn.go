package layout

import (
	"context"
	"fmt"
	"image"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"gocv.io/x/gocv"
)

// Turned is the page turned by another 90, 180 or 270 degrees clockwise, to see whether it
// makes more sense that way up. Its tables are those that were found already. Of them only
// the boxes of their cells and the lines in these are filled in. The caller closes it. It
// returns the error of ctx when that ends.
func (p *Page) Turned(ctx context.Context, turn int) (*Page, error) {
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Rotate(p.Gray, &turned, turns[turn])
	size := p.Size()
	var grids []grid.Grid
	for _, g := range p.Grids {
		t := grid.Grid{Cells: make([]grid.Cell, len(g.Cells))}
		for i, c := range g.Cells {
			t.Cells[i].Box = turnBox(c.Box, size, turn)
		}
		grids = append(grids, t)
	}
	px, err := turned.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	t, err := readLines(ctx, ink.New(px, image.Pt(turned.Cols(), turned.Rows())), grids)
	if err != nil {
		return nil, err
	}
	out := &Page{Grids: t.grids, LineHeight: t.height, PrintHeight: p.scale.ofPrint(t.height), Contrast: t.contrast, Turn: (p.Turn + turn) % 360, scale: p.scale, grain: t.grain}
	if out.Gray, err = t.page.Mat(); err != nil {
		return nil, err
	}
	return out, nil
}

// TurnedCell cuts a cell out of the page, turned by 90, 180 or 270 degrees clockwise, and
// finds the lines of text that it has that way up, in pixels of the cutting.
func (p *Page) TurnedCell(c *grid.Cell, turn int) (*image.Gray, []ink.Line) {
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
	return out, ink.Lines(ink.In(ink.New(out.Pix, size), out.Rect).Blobs, p.LineHeight)
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

// upright is a grey picture turned by 0, 90, 180 or 270 degrees clockwise.
func upright(gray *image.Gray, turn int) (gocv.Mat, error) {
	size := gray.Rect.Size()
	if size.X < 1 || size.Y < 1 {
		return gocv.Mat{}, fmt.Errorf("layout: a picture of %d×%d pixels", size.X, size.Y)
	}
	pix := gray.Pix
	if gray.Stride != size.X || len(pix) != size.X*size.Y {
		pix = make([]uint8, size.X*size.Y)
		for y := range size.Y {
			copy(pix[y*size.X:(y+1)*size.X], gray.Pix[y*gray.Stride:])
		}
	}
	source, err := gocv.NewMatFromBytes(size.Y, size.X, gocv.MatTypeCV8UC1, pix)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	code, ok := turns[turn]
	if !ok {
		return source, nil
	}
	defer source.Close()
	out := gocv.NewMat()
	gocv.Rotate(source, &out, code)
	return out, nil
}
