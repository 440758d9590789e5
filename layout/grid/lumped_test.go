package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
)

// Cells that hold rows and columns of text tell that rules were lost; a text of
// several lines, or a value set wide, does not.
func TestCellsThatHoldRowsAndColumnsTellThatRulesWereLost(t *testing.T) {
	cell := func(gaps ...int) (c Cell) {
		for i, gap := range gaps {
			c.Lines = append(c.Lines, ink.Line{Box: image.Rect(0, 20*i, 100, 20*i+12), Gap: gap})
		}
		return c
	}
	for _, c := range []struct {
		name  string
		cells []Cell
		want  bool
	}{
		{"rows and columns in half of them", []Cell{cell(60, 40), cell(3, 3), cell(50, 70), cell(4), {}}, true},
		{"texts of several lines", []Cell{cell(5, 4), cell(3, 3), cell(4)}, false},
		{"values set wide", []Cell{cell(60), cell(40), cell(3, 3)}, false},
		{"nothing", []Cell{{}, {}}, false},
	} {
		if got := (&Grid{Cells: c.cells}).Lumped(); got != c.want {
			t.Errorf("%s: lumped %t, want %t", c.name, got, c.want)
		}
	}
}
