package grid

import (
	"context"
	"testing"

	"gocv.io/x/gocv"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Crosses hardly lower than their rows, one below the other, are followed as a rule; the strokes
// across them tell that they are none. A rule at the same place stays.
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
				img.Plumb(x+w+60, at+2, at+row-1, 60)
				img.Level(at+7, x+w+54, x+w+67, 60)
			}
			img.Text(x+w+70, at+3, 2, 60)
			img.Text(x+20, at+3, 4, 60)
		}
		e, found := evidenceOf(t, img)
		l, err := Find(context.Background(), e, found, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Grids) != 1 || l.Grids[0].Cols != c.cols || l.Grids[0].Rows != rows {
			t.Errorf("%s: %d tables, %v", name, len(l.Grids), l.Grids)
		}
	}
}

// evidenceOf is the evidence for rules on a picture, and what was followed on it, until
// the test ends.
func evidenceOf(t *testing.T, c sketch.Canvas) (*ruling.Evidence, *ruling.Traced) {
	t.Helper()
	m, err := gocv.NewMatFromBytes(c.Rect.Dy(), c.Rect.Dx(), gocv.MatTypeCV8U, c.Pix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	found, err := ruling.Follow(t.Context(), m, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(found.Close)
	e, err := ruling.Measure(m, found)
	if err != nil {
		t.Fatal(err)
	}
	return e, found
}
