package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
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
