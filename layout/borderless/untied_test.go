package borderless

import (
	"image"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
)

// Rows that a tall text beside them ties together are parted again, each with
// its own lines.
func TestTiedRowsAreParted(t *testing.T) {
	o := &table{H: 10, cols: []ink.Span{{Lo: 0, Hi: 50}, {Lo: 60, Hi: 110}, {Lo: 120, Hi: 170}}}
	var tied knot
	for i := range 6 { // each row has a line in all columns and one in the first
		y := 20 * i
		ps := []place{{image.Rect(0, y, 40, y+10), 0, 1}}
		if i%2 == 0 {
			ps = append(ps, place{image.Rect(60, y, 100, y+10), 1, 2}, place{image.Rect(120, y, 160, y+10), 2, 3})
		}
		o.of = append(o.of, ps)
		o.lines = append(o.lines, TextLine{words: []word{{box: ps[0].box}}, Box: image.Rect(0, y, 160, y+10)})
		tied.lines = append(tied.lines, i)
	}
	var got [][]int
	for _, k := range o.untied(tied) {
		got = append(got, k.lines)
	}
	if want := [][]int{{0, 1}, {2, 3}, {4, 5}}; !slices.EqualFunc(got, want, slices.Equal[[]int]) {
		t.Errorf("rows of lines %v, want %v", got, want)
	}
}
