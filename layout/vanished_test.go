package layout

import (
	"image"
	"slices"
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

// Where level rules are left out, rows that are one have the lines of text of each: the text of all
// their columns stands apart at one height. So do lists, and where the other rules are clear it may be either: the table is
// left open. Lines of one text do not stand apart so, be it in all columns.
func TestRowsWithoutARuleBetweenAreLeftOpen(t *testing.T) {
	for _, k := range []struct {
		what string
		lost []int // of the level lines, by number
		want string
		open bool
		text func(c sketch.Canvas, x, y, r, k int)
	}{
		{"half of the rules", []int{1, 3, 5, 6}, "4×5", true, nil},
		{"two of eight", []int{2, 5}, "6×5", true, nil},
		{"the one below the heading", []int{1}, "7×5", true, nil},
		{"the last but one", []int{7}, "7×5", true, nil},
		{"one in the middle", []int{4}, "7×5", true, nil},
		{"none, and labels of two lines", nil, "8×5", false, func(c sketch.Canvas, x, y, r, k int) { c.Text(x, y-6, 4, 0); c.Text(x, y+8, 2, 0) }},
		{"one, and values in some columns", []int{4}, "7×5", true, func(c sketch.Canvas, x, y, r, k int) {
			if k == 0 || (r+k)%3 > 0 {
				c.Text(x, y, 1+(r+k)%3, 0)
			}
		}},
	} {
		c := sketch.New(540, 330, 255)
		ruled(c, 0, func(i int, level bool) bool { return level && slices.Contains(k.lost, i) })
		if k.text != nil {
			for r := range 8 {
				for col := range 5 {
					x, y := 40+col*90, 40+r*30
					c.Fill(image.Rect(x+4, y+4, x+86, y+26), 255)
					k.text(c, x+20, y+9, r, col)
				}
			}
		}
		grids, got := cellsOf(t, c)
		if got != k.want || grids[0].Recovered != 0 || grids[0].Lumped != k.open {
			t.Errorf("%s: cells %s, %d lines recovered, left open: %v", k.what, got, grids[0].Recovered, grids[0].Lumped)
		}
	}
}
