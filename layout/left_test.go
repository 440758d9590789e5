package layout

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/grid"
)

// What looks like a table but is not made one is said, with its place.
func TestWhatIsLeftOutIsSaid(t *testing.T) {
	for _, k := range []struct {
		name   string
		draw   func() sketch.Canvas
		why    grid.Left
		within image.Rectangle // about where
	}{
		{"more cells than a table has", func() sketch.Canvas {
			c := sketch.New(2100, 2100, 255)
			for i := range 206 {
				c.Level(20+10*i, 20, 2071, 0)
				c.Plumb(20+10*i, 20, 2071, 0)
			}
			return c
		}, grid.LeftBound, image.Rect(20, 20, 2071, 2071)},
		{"boxes that do not touch", func() sketch.Canvas {
			c := sketch.New(500, 340, 255)
			for i := range 12 {
				box := image.Rect(0, 0, 60, 60).Add(image.Pt(20+110*(i%4), 20+110*(i/4)))
				c.Fill(box, 0)
				c.Fill(box.Inset(1), 255)
				c.Text(box.Min.X+20, box.Min.Y+24, 1+i%3, 0)
			}
			return c
		}, grid.LeftRules, image.Rect(20, 20, 410, 300)},
	} {
		t.Run(k.name, func(t *testing.T) {
			p, err := Analyze(context.Background(), k.draw().Gray, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			if len(p.Grids) > 0 {
				t.Fatalf("a table of %d×%d in %v", p.Grids[0].Rows, p.Grids[0].Cols, p.Grids[0].Box)
			}
			for _, l := range p.Left {
				if l.Why == k.why && alike(l.Box, k.within) {
					return
				}
			}
			t.Errorf("left out %v, want %d in %v", p.Left, k.why, k.within)
		})
	}
}

// No table is sought beside a ruled one, but columns of text there are said.
func TestColumnsBesideATableAreSaid(t *testing.T) {
	c := sketch.New(1000, 330, 255)
	ruled(c, 0, func(int, bool) bool { return false })
	for r := range 8 {
		for k := range 3 {
			c.Text(560+140*k, 50+30*r, 3+(r+k)%3, 0)
		}
	}
	p, err := Analyze(context.Background(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	want := image.Rect(560, 50, 880, 270)
	for _, l := range p.Left {
		if l.Why == grid.LeftText && want.In(l.Box.Inset(-10)) {
			return
		}
	}
	t.Errorf("%d tables, left out %v; want text in %v", len(p.Grids), p.Left, want)
}

// Underlines, a letter between two rules and a frame alone are no tables, and
// nothing is said of them.
func TestRulesWithoutATableAreQuiet(t *testing.T) {
	c := sketch.New(540, 430, 255)
	for y := 60; y < 300; y += 40 { // lines to write on
		c.Text(40, y-14, 6, 0)
		c.Level(y, 110, 400, 0)
	}
	c.Level(330, 40, 500, 0)
	c.Text(40, 340, 40, 0)
	c.Text(40, 356, 40, 0)
	c.Level(376, 40, 500, 0)
	p, err := Analyze(context.Background(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if len(p.Grids)+len(p.Left) > 0 {
		t.Errorf("%d tables, left out %v; want none", len(p.Grids), p.Left)
	}
}

// Rules of eight pixels and more are too thick to be followed; they make a table
// all the same, be they black or not.
func TestThickRulesMakeATable(t *testing.T) {
	for _, thick := range []int{8, 12} {
		for _, ink := range []uint8{0, 44, 120} {
			c := sketch.New(540, 360, 255)
			for i := range 9 {
				c.Fill(image.Rect(40, 40+34*i, 490+thick, 40+34*i+thick), ink)
			}
			for i := range 6 {
				c.Fill(image.Rect(40+90*i, 40, 40+90*i+thick, 40+34*8+thick), ink)
			}
			for r := range 8 {
				for k := range 5 {
					c.Text(40+90*k+thick+12, 40+34*r+thick+6, 2+(r+k)%3, 0)
				}
			}
			if _, got := cellsOf(t, c); got != "8×5" {
				t.Errorf("rules of %d pixels, tone %d: cells %q, want 8×5", thick, ink, got)
			}
		}
	}
}

// Where the picture ends at a side that has no rule, while the opposite one has,
// the cells there may be cut.
func TestCellsWhereThePictureEndsMayBeCut(t *testing.T) {
	for _, k := range []struct {
		name string
		crop image.Rectangle
		cut  func(row, col int) bool
	}{
		{"at the right", image.Rect(0, 0, 450, 330), func(_, col int) bool { return col == 4 }},
		{"below", image.Rect(0, 0, 540, 272), func(row, _ int) bool { return row == 7 }},
		{"nowhere", image.Rect(0, 0, 540, 330), func(int, int) bool { return false }},
	} {
		c := sketch.New(540, 330, 255)
		ruled(c, 0, func(int, bool) bool { return false })
		part := sketch.New(k.crop.Dx(), k.crop.Dy(), 255)
		for y := range k.crop.Dy() {
			copy(part.Pix[y*part.Stride:(y+1)*part.Stride], c.Pix[y*c.Stride:])
		}
		grids, got := cellsOf(t, part)
		if got != "8×5" {
			t.Fatalf("%s: cells %s", k.name, got)
		}
		for _, cell := range grids[0].Cells {
			if want := k.cut(cell.Row, cell.Col); cell.Cropped != want {
				t.Errorf("%s: cell %d,%d cropped %t, want %t", k.name, cell.Row, cell.Col, cell.Cropped, want)
			}
		}
	}
}

// Cells whose print is too small for any line to be read are not blank for sure.
func TestPrintTooSmallToBeReadIsNoBlank(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(int, bool) bool { return false })
	for r := range 8 {
		for k := range 5 {
			x, y := 40+90*k, 40+30*r
			c.Fill(image.Rect(x+1, y+1, x+90, y+30), 255)
			for i := range 3 {
				c.Fill(image.Rect(x+30+5*i, y+14, x+34+5*i, y+18), 0)
			}
		}
	}
	p, err := Analyze(context.Background(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if len(p.Grids) != 1 || !p.Illegible() {
		t.Fatalf("%d tables, print of %.0f pixels; want 1, too small to be read", len(p.Grids), p.LineHeight)
	}
	for _, cell := range p.Grids[0].Cells {
		if len(cell.Lines) == 0 && !cell.Edge {
			t.Fatalf("cell %d,%d is blank for sure", cell.Row, cell.Col)
		}
	}
}

// alike reports whether most of each of two boxes is in the other.
func alike(a, b image.Rectangle) bool {
	in := a.Intersect(b)
	most := func(r image.Rectangle) bool { return 2*in.Dx()*in.Dy() > r.Dx()*r.Dy() }
	return most(a) && most(b)
}

// Cells may be boxes of their own, with paper between them: all are cells of one
// table.
func TestBoxesOfTheirOwnAreCellsOfOneTable(t *testing.T) {
	c := sketch.New(540, 330, 255)
	for row := range 4 {
		for col := range 3 {
			x, y := 40+136*col, 40+46*row
			c.Level(y, x, x+130, 0)
			c.Level(y+40, x, x+130, 0)
			c.Plumb(x, y, y+41, 0)
			c.Plumb(x+129, y, y+41, 0)
			c.Text(x+20, y+14, 4, 0)
		}
	}
	grids, got := cellsOf(t, c)
	if len(grids) != 1 {
		t.Fatalf("found %s", got)
	}
	printed := 0
	for _, cell := range grids[0].Cells {
		if len(cell.Lines) > 0 {
			printed++
		}
	}
	if printed != 12 {
		t.Errorf("%d of 12 boxes hold text: %s", printed, got)
	}
}
