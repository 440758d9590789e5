package ruling

import (
	"cmp"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// measured is the evidence for rules on a picture, until the test ends.
func measured(t *testing.T, c sketch.Canvas) *Evidence {
	t.Helper()
	m, err := Measure(t.Context(), matOf(t, c), 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A drawn table has 5 rows and 3 columns, of which the last row has no rule between the first two; the
// frame is thick pixels thick, and everything else one pixel.
const (
	left, top, wide, high = 45, 32, 120, 36
	rows, cols            = 5, 3
)

func table(paper, ink uint8, thick int) sketch.Canvas {
	c := sketch.New(450, 250, paper)
	for i := range rows + 1 {
		c.Level(top+i*high, left, left+cols*wide+1, ink)
	}
	for i := range cols + 1 {
		to := top + rows*high
		if i == 1 {
			to -= high
		}
		c.Plumb(left+i*wide, top, to+1, ink)
	}
	for r := range rows {
		for i := range cols {
			c.Text(left+i*wide+15+6*(r%3), top+r*high+12, 3+(r+i)%4, ink)
		}
	}
	for _, side := range []image.Rectangle{
		image.Rect(left, top, left+cols*wide+1, top+thick), image.Rect(left, top+rows*high+1-thick, left+cols*wide+1, top+rows*high+1),
		image.Rect(left, top, left+thick, top+rows*high+1), image.Rect(left+cols*wide+1-thick, top, left+cols*wide+1, top+rows*high+1),
	} {
		c.Fill(side, ink)
	}
	return c
}

func TestRulesOfATableAreWhereTheyArePrinted(t *testing.T) {
	for name, c := range map[string]struct {
		paper, ink uint8
		thick      int
	}{"dark on light": {255, 50, 1}, "a thick frame": {250, 40, 4}, "pale": {255, 200, 1}, "light on dark": {40, 220, 1}} {
		t.Run(name, func(t *testing.T) {
			m := measured(t, table(c.paper, c.ink, c.thick))
			for axis, want := range [][]Rule{Level: lines(rows, top, high, c.thick, left, left+cols*wide+1), Plumb: lines(cols, left, wide, c.thick, top, top+rows*high+1)} {
				if Axis(axis) == Plumb {
					want[1].Hi -= high
				}
				got := m.Rules(Axis(axis))
				slices.SortFunc(got, func(a, b Rule) int { return cmp.Compare(a.Pos, b.Pos) })
				if len(got) != len(want) {
					t.Errorf("axis %d: %d rules, want %d: %v", axis, len(got), len(want), got)
					continue
				}
				for i, r := range got {
					w := want[i]
					const end = high / 3 // a rule that ends in the open may seem a little longer
					if math.Abs(r.Pos-w.Pos) > 1 || math.Abs(r.Thick-w.Thick) > 1 || math.Abs(r.Lo-w.Lo) > end || math.Abs(r.Hi-w.Hi) > end || r.Weak {
						t.Errorf("axis %d: %+v, want %+v", axis, r, w)
					}
				}
			}
		})
	}
}

// lines are the rules of a table in one direction: so many and one more, from first on, each apart from
// the last, of which the outer ones are thick and lie inside.
func lines(n, first, apart, thick, lo, hi int) (out []Rule) {
	for i := range n + 1 {
		r := Rule{Pos: float64(first+i*apart) + 1./2, Lo: float64(lo), Hi: float64(hi), Thick: 1}
		switch i {
		case 0:
			r.Pos, r.Thick = r.Pos+float64(thick-1)/2, float64(thick)
		case n:
			r.Pos, r.Thick = r.Pos-float64(thick-1)/2, float64(thick)
		}
		out = append(out, r)
	}
	return out
}

// The odds of an edge speak for a rule where one is printed, and against it where a piece is missing, where
// there is text, and where there is nothing.
func TestEdgeOddsTellPrintedEdgesFromMissingOnes(t *testing.T) {
	m := measured(t, table(255, 60, 1))
	expect := func(printed bool, axis Axis, pos, a, b int) {
		t.Helper()
		if odds := m.EdgeOdds(axis, float64(pos)+1./2, float64(a), float64(b)); odds > 0 != printed {
			t.Errorf("axis %d at %d from %d to %d: odds %.1f, printed %v", axis, pos, a, b, odds, printed)
		}
	}
	for r := range rows {
		y := top + r*high
		for i := range cols {
			x := left + i*wide
			expect(true, Level, y, x+2, x+wide-1)
			expect(i != 1 || r != rows-1, Plumb, x, y+2, y+high-1)
			expect(false, Level, y+high/2, x+2, x+wide-1)
			expect(false, Plumb, x+wide/2, y+2, y+high-1)
		}
	}
	expect(false, Level, 10, left, left+wide)
	expect(false, Plumb, 440, top, top+high)
}

// Neither print right below a rule nor a dark ground on one side of it makes it thick, however broad the map has it.
func TestWhatIsBesideARuleMakesItNotThick(t *testing.T) {
	const y = top + 2*high
	for name, draw := range map[string]func(c sketch.Canvas){
		"print": func(c sketch.Canvas) {
			c.Level(y, left+1, left+cols*wide, 170)
			c.Digits(left+4, y, 18, 23, 0)
		},
		"a dark ground": func(c sketch.Canvas) {
			c.Fill(image.Rect(left+1, y+1, left+cols*wide, y+high), 30)
			c.Fill(image.Rect(left+1, y+12, left+cols*wide, y+14), 90)
		},
	} {
		c := table(255, 60, 1)
		c.Fill(image.Rect(left+1, y+1, left+cols*wide, y+high), 255)
		draw(c)
		r := Rule{Pos: y + 2, Lo: left, Hi: left + cols*wide, Thick: 8}
		measured(t, c).measure(Level, &r)
		if math.Abs(r.Pos-y-1./2) > 2 || r.Thick > 2 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Where a ground ends a rule of dots may be printed, or nothing.
func TestTheSideOfAGroundIsToldFromDotsOnIt(t *testing.T) {
	const y = top + 2*high
	for _, dotted := range []bool{false, true} {
		c := table(255, 60, 1)
		c.Fill(image.Rect(left+1, top+high+1, left+cols*wide, y+1), 225)
		if dotted {
			for x := left; x < left+cols*wide; x += 3 {
				c.Level(y, x, x+1, 150)
			}
		}
		r := Rule{Pos: y + 1./2, Lo: left, Hi: left + cols*wide, Thick: 2}
		measured(t, c).measure(Level, &r)
		if r.Side == dotted {
			t.Errorf("dotted %v: %+v", dotted, r)
		}
	}
}

// A stroke of a character is no rule, and what is not Weak has the length of one.
func TestTextHasNoRules(t *testing.T) {
	c := sketch.New(500, 300, 255)
	for y := 10; y < 270; y += 24 {
		c.Text(20+y%7, y, 44, 30)
	}
	m := measured(t, c)
	if hor, ver := m.Rules(Level), m.Rules(Plumb); LikeTable(hor, ver) || len(StrongOf(hor))+len(StrongOf(ver)) > 0 {
		t.Errorf("rules of text: %v, %v", hor, ver)
	}
}
