package layout

import (
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A row of headings whose rules cannot be seen stands above the table that the others make, or a
// row of sums below it. A caption, a note and a unit stand otherwise.
func TestARowBesideATableIsTold(t *testing.T) {
	const x, top, bottom, width = 40, 40, 280, 90
	row := func(c sketch.Canvas, y int) {
		for k := range 5 {
			c.Text(x+k*width+20, y, 3, 60)
		}
	}
	for name, k := range map[string]struct {
		draw func(sketch.Canvas)
		told bool
	}{
		"nothing":                {func(sketch.Canvas) {}, false},
		"headings above":         {func(c sketch.Canvas) { row(c, top-21) }, true},
		"sums below":             {func(c sketch.Canvas) { row(c, bottom+9) }, true},
		"a caption":              {func(c sketch.Canvas) { c.Text(x+150, top-21, 12, 60) }, false},
		"a caption and a unit":   {func(c sketch.Canvas) { c.Text(x+20, top-21, 4, 60); c.Text(x+4*width+20, top-21, 4, 60) }, false},
		"a note of two lines":    {func(c sketch.Canvas) { c.Text(x+4, bottom+9, 42, 60); c.Text(x+4, bottom+27, 30, 60) }, false},
		"headings high above it": {func(c sketch.Canvas) { row(c, top-39) }, false},
	} {
		c := sketch.New(540, 330, 255)
		ruled(c, 60, func(int, bool) bool { return false })
		k.draw(c)
		grids, got := cellsOf(t, c)
		if got != "8×5" {
			t.Errorf("%s: tables %s", name, got)
			continue
		}
		if grids[0].RowBeside != k.told {
			t.Errorf("%s: told %v, want %v", name, grids[0].RowBeside, k.told)
		}
	}
}
