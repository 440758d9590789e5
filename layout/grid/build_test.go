package grid

import (
	"context"
	"testing"

	"gocv.io/x/gocv"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ruling"
)

// evidenceOf is the evidence for rules on a picture, until the test ends.
func evidenceOf(t *testing.T, c sketch.Canvas) *ruling.Evidence {
	t.Helper()
	m, err := gocv.NewMatFromBytes(c.Rect.Dy(), c.Rect.Dx(), gocv.MatTypeCV8U, c.Pix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	e, err := ruling.Measure(t.Context(), m, 1)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// found is the only table on a picture.
func found(t *testing.T, c sketch.Canvas) Grid {
	t.Helper()
	l, err := Find(context.Background(), evidenceOf(t, c), false)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Grids) != 1 {
		t.Fatalf("%d tables, want 1", len(l.Grids))
	}
	return l.Grids[0]
}

// What rules part is a cell; where a piece of one is missing, two positions are one cell.
func TestRulesPartCellsAndAMissingPieceJoinsThem(t *testing.T) {
	const x, y, w, h, rows, cols = 30, 30, 110, 30, 5, 3
	img := sketch.New(400, 220, 255)
	for i := range rows + 1 {
		from := x
		if i == 3 {
			from += w // its first piece is missing
		}
		img.Level(y+i*h, from, x+cols*w+1, 60)
	}
	for i := range cols + 1 {
		from := y
		if i == 2 {
			from += h // the headings of two columns are one
		}
		img.Plumb(x+i*w, from, y+rows*h+1, 60)
	}
	for r := range rows {
		for c := range cols {
			switch {
			case r == 0 && c == 1:
				img.Text(x+w+85, y+9, 5, 60)
			case r == 2 && c == 0:
				img.Text(x+20, y+2*h+24, 4, 60)
			case r == 0 && c == 2 || r == 3 && c == 0:
			default:
				img.Text(x+c*w+20, y+r*h+9, 3+(r+c)%3, 60)
			}
		}
	}
	g := found(t, img)
	if g.Rows != rows || g.Cols != cols || len(g.Cells) != rows*cols-2 {
		t.Fatalf("%d cells in %d rows and %d columns: %v", len(g.Cells), g.Rows, g.Cols, g.Cells)
	}
	for _, c := range g.Cells {
		wide, high := 1, 1
		if c.Row == 0 && c.Col == 1 {
			wide = 2
		}
		if c.Row == 2 && c.Col == 0 {
			high = 2
		}
		left, top := x+c.Col*w, y+c.Row*h
		if c.ColSpan != wide || c.RowSpan != high {
			t.Errorf("the cell in row %d and column %d spans %d rows and %d columns", c.Row, c.Col, c.RowSpan, c.ColSpan)
		}
		const near = 2 // pixels
		if b := c.Box; b.Min.X < left || b.Min.X > left+1+near || b.Min.Y < top || b.Min.Y > top+1+near ||
			b.Max.X > left+wide*w+1 || b.Max.X < left+wide*w-near || b.Max.Y > top+high*h+1 || b.Max.Y < top+high*h-near {
			t.Errorf("the cell in row %d and column %d is %v, want about %d,%d and %d by %d", c.Row, c.Col, b, left, top, wide*w, high*h)
		}
	}
}

// Crosses as high as print, one below the other, are no rule. A rule at the same
// place stays.
func TestCrossesBelowOneAnotherAreNoRule(t *testing.T) {
	for name, c := range map[string]struct {
		cross bool
		cols  int
	}{"crosses": {true, 2}, "a rule": {false, 3}} {
		const x, y, w, row, rows = 20, 20, 120, 17, 9
		img := sketch.New(300, 200, 255)
		for i := range rows + 1 {
			img.Level(y+i*row, x, x+2*w+1, 60)
		}
		for i := range 3 {
			img.Plumb(x+i*w, y, y+rows*row+1, 60)
		}
		for i := range rows {
			at := y + i*row
			if !c.cross {
				img.Plumb(x+w+60, at, at+row, 60)
			} else {
				img.Plumb(x+w+60, at+3, at+14, 60)
				img.Level(at+8, x+w+55, x+w+66, 60)
			}
			img.Text(x+w+70, at+3, 2, 60)
			img.Text(x+20, at+3, 4, 60)
		}
		if g := found(t, img); g.Cols != c.cols || g.Rows != rows {
			t.Errorf("%s: %d rows and %d columns", name, g.Rows, g.Cols)
		}
	}
}
