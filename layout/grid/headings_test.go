package grid

import (
	"image"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// rowsOf are the lines of n bands, 40 pixels high.
func rowsOf(n int) (known []float64) {
	for k := range n + 1 {
		known = append(known, float64(40*k))
	}
	return known
}

// ownHeadings are a piece of text in the middle of each band, beside the values.
func ownHeadings(n int) (ps []piece) {
	for k := range n {
		ps = append(ps, piece{image.Rect(160, 40*k+12, 240, 40*k+28)})
	}
	return ps
}

func TestAGroupBesideHeadingsSpansTheBandsThatItStandsInTheMiddleOf(t *testing.T) {
	ps := append(ownHeadings(6), piece{image.Rect(20, 52, 80, 68)}, piece{image.Rect(20, 172, 80, 188)}) // the middles of three bands each
	lines, cells, missing := headings(rowsOf(6), ps, 0, 260, ruling.Level)
	if missing != 0 || len(lines) != 3 {
		t.Fatalf("lines %v, %d bands without a heading", lines, missing)
	}
	for _, want := range []heading{{0, 3, 0, 1}, {3, 6, 0, 1}, {0, 1, 1, 2}, {5, 6, 1, 2}} {
		if !slices.Contains(cells, want) {
			t.Errorf("no cell %v among %v", want, cells)
		}
	}
}

func TestABlockIsOneOfHeadingsOnlyIfMostBandsHaveTheirOwn(t *testing.T) {
	for missing, cut := range map[int]bool{0: true, 2: true, 3: false} {
		_, cells, got := headings(rowsOf(10), ownHeadings(10-missing), 0, 260, ruling.Level)
		if (cells != nil) != cut || cut && got != missing {
			t.Errorf("%d of 10 bands have no heading: %d cells, %d missing", missing, len(cells), got)
		}
	}
}

func TestAGroupThatReachesOverOwnHeadingsIsNoLevel(t *testing.T) {
	ps := append(ownHeadings(6), piece{image.Rect(20, 76, 170, 84)}) // across the line of two bands, and into the headings
	if lines, _, _ := headings(rowsOf(6), ps, 0, 260, ruling.Level); lines != nil {
		t.Errorf("lines %v", lines)
	}
}

// Headings of two lines that stand hardly closer to one another than to the groups above
// them: the step from one distance to the other tells which lines are one text.
func TestHeadingsOfTwoLinesAreToldFromTheGroupAboveThem(t *testing.T) {
	lines := []piece{{image.Rect(20, 33, 140, 53)}, {image.Rect(220, 33, 340, 53)}} // 17 above the headings
	for k := range 4 {
		x := 100 * k
		lines = append(lines, piece{image.Rect(x+20, 70, x+80, 90)}, piece{image.Rect(x+20, 104, x+80, 124)}) // 14 apart
	}
	known := []float64{0, 100, 200, 300, 400}
	whole := 0
	for _, apart := range spacings(lines, 20) {
		if cut, cells, missing := headings(known, texts(lines, apart, 20), 20, 140, ruling.Plumb); apart > 14 && apart < 17 && missing == 0 && len(cut) == 3 && len(cells) == 6 {
			whole++
		}
	}
	if whole == 0 {
		t.Errorf("with none of the distances %v are there two groups over two headings each", spacings(lines, 20))
	}
}

func TestGroundAndWhiteCellsMustMakeUpATable(t *testing.T) {
	cells := func(n, w, h int) (out []image.Rectangle) {
		for i := range n {
			out = append(out, image.Rect(10+(w+10)*i, 20, 10+(w+10)*i+w, 20+h))
		}
		return out
	}
	box := image.Rect(0, 0, 400, 100)
	for _, c := range []struct {
		what  string
		area  int // of the ground
		cells []image.Rectangle
		want  bool
	}{
		{"four cells and the ground between", 40000 - 4*60*60, cells(4, 60, 60), true},
		{"three cells", 40000 - 3*60*60, cells(3, 60, 60), false},
		{"much that is neither", 10000, cells(4, 60, 60), false},
		{"dashes on a dark page", 39000, cells(5, 20, 10), false},
	} {
		if got := makesUp(ink.Blob{Box: box, Area: c.area}, c.cells); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
