package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ink"
)

// Where no rule between labels and values is left, some values stand in one
// cell with their label from side to side of the table.
func TestLabelsArePartedFromValues(t *testing.T) {
	c := sketch.New(640, 340, 255)
	for i := range 11 {
		c.Level(20+i*30, 20, 621, 0)
	}
	for _, x := range []int{20, 620} {
		c.Plumb(x, 20, 320, 0)
	}
	c.Plumb(420, 20, 80, 0)
	for r := range 10 {
		c.Text(30, 29+r*30, 4, 0)
		c.Text(260, 29+r*30, 2, 0)
		if r < 2 {
			c.Text(440, 29+r*30, 2, 0)
		}
	}
	grids, _ := cellsOf(t, c)
	if len(grids) != 1 || grids[0].Cols != 3 {
		t.Fatalf("%d tables, %+v", len(grids), grids)
	}
	labels := 0
	for _, cell := range grids[0].Cells {
		if cell.Col == 0 && cell.ColSpan == 1 {
			labels++
		}
	}
	if labels != 10 || grids[0].Recovered != 1 {
		t.Errorf("%d labels stand alone, want 10; %d lines recovered", labels, grids[0].Recovered)
	}
}

// A title over the whole table says nothing against a rule that was lost under
// it, and is not cut.
func TestATitleHidesNoLostRule(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(i int, level bool) bool { return i == 2 && !level })
	c.Fill(image.Rect(41, 41, 490, 70), 255)
	c.Text(190, 48, 8, 0)
	grids, got := cellsOf(t, c)
	if got != "8×5 0,0:1×5" || grids[0].Recovered != 1 {
		t.Errorf("cells %s, %d lines recovered", got, grids[0].Recovered)
	}
}

// Two digits in a cell that spans columns are one number.
func TestDigitsAreNotParted(t *testing.T) {
	digits := []ink.Blob{{Box: image.Rect(200, 10, 208, 30), Area: 90}, {Box: image.Rect(212, 10, 222, 30), Area: 90}}
	apart := []ink.Blob{{Box: image.Rect(100, 10, 108, 30), Area: 90}, {Box: image.Rect(212, 10, 222, 30), Area: 90}}
	for _, k := range []struct {
		blobs []ink.Blob
		cells int
	}{{digits, 1}, {apart, 2}} {
		g := Grid{Rows: 1, Cols: 2, RowLines: []float64{0, 40}, ColLines: []float64{0, 250, 400},
			Cells: []Cell{{RowSpan: 1, ColSpan: 2, Box: image.Rect(1, 1, 399, 39)}}}
		g.part(0, 210, 20, false, func(Cell) []ink.Blob { return k.blobs })
		if len(g.Cells) != k.cells {
			t.Errorf("%v: %d cells, want %d", k.blobs, len(g.Cells), k.cells)
		}
	}
}

// Where a rule is seen in some rows and not in others, no column lies before it
// because the cells that span it have room there.
func TestNoColumnBesideARuleThatIsPartlySeen(t *testing.T) {
	g := Grid{Rows: 10, Cols: 2, RowLines: []float64{0}, ColLines: []float64{0, 300, 500}}
	for r := range 10 {
		g.RowLines = append(g.RowLines, float64(30*(r+1)))
		span := 1 + min(r/3, 1)
		g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: span, Box: image.Rect(1, 30*r+1, 100+200*span, 30*r+29)})
	}
	blobs := func(c Cell) (out []ink.Blob) {
		for x := 20; x < 180; x += 20 {
			out = append(out, ink.Blob{Box: image.Rect(x, c.Box.Min.Y+6, x+16, c.Box.Min.Y+22), Area: 120})
		}
		if c.ColSpan == 2 {
			out = append(out, ink.Blob{Box: image.Rect(350, c.Box.Min.Y+6, 360, c.Box.Min.Y+22), Area: 80})
		}
		return out
	}
	if at, ok := gap(&g, 0, false, blobs); ok {
		t.Errorf("a column ends at %.0f", at)
	}
}
