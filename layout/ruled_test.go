package layout

import (
	"context"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/grid"
)

// cellsOf is how a user would list the cells that are found, table by table:
// row, column, and how many of each they span.
func cellsOf(t *testing.T, c sketch.Canvas) ([]grid.Grid, string) {
	t.Helper()
	return foundBy(t, Analyze, c)
}

// foundBy are the tables that Analyze or Expect finds, and their cells.
func foundBy(t *testing.T, find func(context.Context, *image.Gray, int) (*Page, error), c sketch.Canvas) ([]grid.Grid, string) {
	t.Helper()
	p, err := find(context.Background(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var out []string
	for _, g := range p.Grids {
		var s strings.Builder
		fmt.Fprintf(&s, "%d×%d", g.Rows, g.Cols)
		for _, c := range g.Cells {
			if c.RowSpan > 1 || c.ColSpan > 1 {
				fmt.Fprintf(&s, " %d,%d:%d×%d", c.Row, c.Col, c.RowSpan, c.ColSpan)
			}
		}
		out = append(out, s.String())
	}
	return p.Grids, strings.Join(out, "; ")
}

// ruled draws a table of 8 rows and 5 columns with rules on all lines but those
// told by skip, and numbers in its cells.
func ruled(c sketch.Canvas, ink uint8, skip func(line int, level bool) bool) {
	const x, y, w, h = 40, 40, 90, 30
	for i := range 9 {
		if !skip(i, true) {
			c.Level(y+i*h, x, x+5*w, ink)
		}
	}
	for i := range 6 {
		if !skip(i, false) {
			c.Plumb(x+i*w, y, y+8*h+1, ink)
		}
	}
	for r := range 8 {
		for k := range 5 {
			c.Text(x+k*w+20, y+r*h+9, 2+(r+k)%3, ink)
		}
	}
}

func TestRuledTablesHaveTheirCells(t *testing.T) {
	none := func(int, bool) bool { return false }
	for _, k := range []struct {
		name string
		draw func() sketch.Canvas
		want string
	}{
		{"all rules", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, none)
			return c
		}, "8×5"},
		{"no frame", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, func(i int, level bool) bool { return i == 0 || i == 5 && !level || i == 8 })
			return c
		}, "8×5"},
		{"dots with numbers that touch them", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, func(i int, level bool) bool { return !level && i > 0 && i < 5 })
			for i := 1; i < 5; i++ {
				c.Dotted(40+90*i, 41, 40+90*i, 280, 90)
			}
			for r := range 8 {
				c.Text(40+90+2, 40+r*30+9, 1, 0)
				c.Text(40+180-10, 40+r*30+9, 1, 0)
			}
			return c
		}, "8×5"},
		{"a faint rule that comes and goes", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, func(i int, level bool) bool { return !level && i == 2 })
			for y := 40; y < 280; y += 20 {
				c.Plumb(220, y, y+20, 150+uint8(y%3)*20)
				c.Plumb(220, y+18, y+20, 245)
			}
			return c
		}, "8×5"},
		{"a heading over two columns with text on their rule", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, none)
			c.Fill(image.Rect(41, 41, 220, 70), 255)
			c.Text(48, 49, 17, 0)
			return c
		}, "8×5 0,0:1×2"},
		{"dashes beside a heading over two columns", func() sketch.Canvas {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, func(i int, level bool) bool { return !level && i == 1 })
			for y := 70; y < 280; y += 6 {
				c.Plumb(130, y, y+3, 60)
			}
			return c
		}, "8×5 0,0:1×2"},
		{"light rules on a dark page", func() sketch.Canvas {
			c := sketch.New(540, 330, 40)
			ruled(c, 230, none)
			return c
		}, "8×5"},
		{"broad light rules on a dark strip", func() sketch.Canvas {
			c := sketch.New(2000, 240, 56)
			for _, y := range []int{4, 80, 156, 230} {
				c.Fill(image.Rect(4, y, 1996, y+6), 200)
			}
			for x := 4; x < 2000; x += 198 {
				c.Fill(image.Rect(x, 4, x+6, 236), 200)
			}
			for y := 24; y < 200; y += 76 {
				for x := 40; x < 1960; x += 198 {
					c.Text(x, y, 4, 200)
				}
			}
			return c
		}, "3×10"},
	} {
		t.Run(k.name, func(t *testing.T) {
			if _, got := cellsOf(t, k.draw()); got != k.want {
				t.Errorf("cells %s, want %s", got, k.want)
			}
		})
	}
}

// A step of the pixels breaks all rules of a scan that is askew just before the
// frame, which bounds the table all the same.
func TestRulesThatBreakBeforeTheFrameReachIt(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 0, func(int, bool) bool { return false })
	c.Fill(image.Rect(476, 40, 490, 281), 255)
	grids, got := cellsOf(t, c)
	if got != "8×5" || grids[0].Box.Max.X < 490 {
		t.Errorf("cells %s in %v, want 8×5 up to the frame at 490", got, grids[0].Box)
	}
}

// Where no frame closes a table and print goes on beyond the end of its rules,
// the cells there may be cut; where nothing stands, they are not.
func TestCellsMayBeCutWherePrintGoesOnBeyondTheRules(t *testing.T) {
	for _, beyond := range []bool{false, true} {
		c := sketch.New(540, 330, 255)
		ruled(c, 0, func(i int, level bool) bool { return !level && i == 5 })
		if beyond {
			c.Text(492, 40+3*30+9, 1, 0)
		}
		grids, got := cellsOf(t, c)
		if got != "8×5" {
			t.Fatalf("cells %s", got)
		}
		for _, k := range grids[0].Cells {
			if want := beyond && k.Row == 3 && k.Col == 4; k.Cut != want {
				t.Errorf("print beyond %t: cell %d,%d cut %t, want %t", beyond, k.Row, k.Col, k.Cut, want)
			}
		}
	}
}

// A rule that a picture lost is told by the text on both sides of it, and the
// table says that it was.
func TestALostRuleIsToldByTheTextBesideIt(t *testing.T) {
	for _, k := range []struct {
		name string
		skip func(line int, level bool) bool
		want string
		lost int
	}{
		{"none", func(int, bool) bool { return false }, "8×5", 0},
		{"a column", func(i int, level bool) bool { return i == 3 && !level }, "8×5", 1},
		{"two columns", func(i int, level bool) bool { return (i == 1 || i == 4) && !level }, "8×5", 2},
	} {
		t.Run(k.name, func(t *testing.T) {
			c := sketch.New(540, 330, 255)
			ruled(c, 0, k.skip)
			grids, got := cellsOf(t, c)
			if got != k.want {
				t.Fatalf("cells %s, want %s", got, k.want)
			}
			if grids[0].Recovered != k.lost {
				t.Errorf("%d lines recovered, want %d", grids[0].Recovered, k.lost)
			}
		})
	}
	t.Run("a lost row", func(t *testing.T) {
		// The cells of the row may hold lists, since all other rules are clear: it is left open.
		c := sketch.New(900, 420, 255)
		for i := range 13 {
			if i != 6 {
				c.Level(20+i*30, 20, 861, 0)
			}
		}
		for i := range 13 {
			c.Plumb(20+i*70, 20, 381, 0)
		}
		for r := range 12 {
			for k := range 12 {
				c.Text(30+k*70, 29+r*30, 2+(r+k)%3, 0)
			}
		}
		grids, got := cellsOf(t, c)
		if got != "11×12" || grids[0].Recovered != 0 || !grids[0].Lumped {
			t.Errorf("cells %s, %d lines recovered, left open: %v", got, grids[0].Recovered, grids[0].Lumped)
		}
	})
}

// Where all rules are thick and clear, none was lost: lines that stand beside one another in all cells of a row are lists.
func TestListsBesideOneAnotherAreOneRow(t *testing.T) {
	c := sketch.New(540, 420, 255)
	heights := []int{20, 60, 100, 250, 290, 330}
	for _, y := range heights {
		c.Fill(image.Rect(40, y, 502, y+2), 0)
	}
	for _, x := range []int{40, 270, 500} {
		c.Fill(image.Rect(x, 20, x+2, 332), 0)
	}
	for r, y := range heights[:5] {
		for _, x := range []int{90, 320} {
			lines := 1
			if r == 2 {
				lines = 3
			}
			for line := range lines {
				c.Text(x, y+12+line*50, 5+(r+line)%2, 0)
			}
		}
	}
	grids, got := cellsOf(t, c)
	if got != "5×2" || grids[0].Recovered != 0 || grids[0].Lumped {
		t.Errorf("cells %s, %d lines recovered, lumped %t; want 5×2, for sure", got, grids[0].Recovered, grids[0].Lumped)
	}
}

// onGround draws a table whose headings stand on a ground of the colour of its
// rules: one over all columns, one over each, and one beside each row. White
// cells alone tell of the lines.
func onGround(c sketch.Canvas, ground, rule uint8) {
	const x, y, w, h = 40, 30, 90, 34
	c.Fill(image.Rect(x, y, x+5*w+1, y+8*h+1), ground)
	for r := 2; r < 8; r++ {
		for k := 1; k < 5; k++ {
			c.Fill(image.Rect(x+k*w, y+r*h, x+(k+1)*w+1, y+(r+1)*h+1), rule)
			c.Fill(image.Rect(x+k*w+1, y+r*h+1, x+(k+1)*w, y+(r+1)*h), 255)
			c.Text(x+k*w+30, y+r*h+11, 2, 0)
		}
		c.Text(x+14, y+r*h+11, 5, 0)
	}
	c.Text(x+w+130, y+10, 8, 0)
	for k := 1; k < 5; k++ {
		c.Text(x+k*w+20, y+h+10, 4, 0)
	}
}

func TestATableOnAGroundHasItsCells(t *testing.T) {
	for _, k := range []struct {
		name         string
		ground, rule uint8
	}{
		{"rules of the colour of the ground", 150, 150},
		{"rules of another colour on the white", 150, 60},
	} {
		t.Run(k.name, func(t *testing.T) {
			c := sketch.New(540, 340, 255)
			onGround(c, k.ground, k.rule)
			grids, got := cellsOf(t, c)
			if len(grids) != 1 {
				t.Fatalf("cells %s, want one table", got)
			}
			// Where a heading ends is a matter of taste, but every number must
			// have its own cell, with its headings above and beside it.
			values, above, beside := 0, 0, 0
			for _, c := range grids[0].Cells {
				switch own := c.RowSpan == 1 && c.ColSpan == 1 && len(c.Lines) == 1; {
				case own && c.Col > 0 && c.Box.Min.Y > 90:
					values++
				case own && c.Col == 0 && c.Box.Min.Y > 90:
					beside++
				case own && c.Box.Min.Y > 60:
					above++
				}
			}
			if values != 24 || above != 4 || beside != 6 {
				t.Errorf("cells %s: %d numbers, %d headings above, %d beside, want 24, 4, 6", got, values, above, beside)
			}
		})
	}
}

// The two lines of a certificate's frame make cells, but too thin ones.
func TestThereIsNoTableInAFrame(t *testing.T) {
	c := sketch.New(700, 420, 255)
	for _, d := range []int{20, 30} {
		for _, y := range []int{d, 420 - d} {
			c.Level(y, 20, 681, 0)
		}
		for _, x := range []int{d, 700 - d} {
			c.Plumb(x, 20, 401, 0)
		}
	}
	for y := 80; y < 340; y += 30 {
		c.Text(80, y, 50, 0)
	}
	if grids, got := cellsOf(t, c); len(grids) > 0 {
		t.Errorf("found %s", got)
	}
}

// The outer frame of a certificate and the rule below it make two cells; the
// inner frame is all that one of them holds.
func TestThereIsNoTableInAFrameInAFrame(t *testing.T) {
	c := sketch.New(700, 420, 255)
	box := func(x0, y0, x1, y1 int) {
		c.Level(y0, x0, x1+1, 0)
		c.Level(y1, x0, x1+1, 0)
		c.Plumb(x0, y0, y1+1, 0)
		c.Plumb(x1, y0, y1+1, 0)
	}
	box(20, 20, 680, 400)
	c.Level(350, 20, 681, 0)
	box(40, 35, 660, 335)
	for y := 60; y < 310; y += 30 {
		c.Text(80, y, 50, 0)
	}
	c.Text(80, 370, 6, 0)
	if grids, got := cellsOf(t, c); len(grids) > 0 {
		t.Errorf("found %s", got)
	}
}

// Tables of the web with space between their cells have a frame around each:
// what bounds a column is rows of short rules then.
func TestCellsWithFramesOfTheirOwnAreOneTable(t *testing.T) {
	const rows, cols, w, h, space, thick = 8, 4, 90, 33, 2, 2
	c := sketch.New(480, 340, 255)
	frame := func(r image.Rectangle) {
		c.Fill(r, 0)
		c.Fill(r.Inset(thick), 255)
	}
	table := image.Rect(20, 20, 20+cols*(w+space)+space+2*thick, 20+rows*(h+space)+space+2*thick)
	frame(table)
	for r := range rows {
		for k := range cols {
			at := table.Min.Add(image.Pt(thick+space+k*(w+space), thick+space+r*(h+space)))
			frame(image.Rectangle{at, at.Add(image.Pt(w, h))})
			c.Text(at.X+thick+2, at.Y+10, 2+(r+k)%3, 0)
		}
	}
	grids, got := cellsOf(t, c)
	if got != "8×4" {
		t.Fatalf("cells %s", got)
	}
	for _, cell := range grids[0].Cells {
		if cell.Box.Dx() > w-2*thick+1 || cell.Box.Dy() > h-2*thick+1 {
			t.Errorf("cell %d,%d is %v: its frame is in it", cell.Row, cell.Col, cell.Box)
		}
	}
}

// Rules are fainter on the coloured ground of headings: as much darker as it is
// than paper.
func TestRulesAreFainterOnTheGroundOfHeadings(t *testing.T) {
	c := sketch.New(540, 330, 255)
	ruled(c, 20, func(int, bool) bool { return false })
	c.Fill(image.Rect(41, 41, 490, 70), 105)
	for x := 40; x <= 490; x += 90 {
		c.Plumb(x, 40, 70, 20)
		if x < 490 {
			c.Text(x+20, 49, 4, 255)
		}
	}
	if _, got := cellsOf(t, c); got != "8×5" {
		t.Error(got)
	}
	c.Plumb(130, 41, 70, 105) // one heading over two columns
	if _, got := cellsOf(t, c); got != "8×5 0,0:1×2" {
		t.Error(got)
	}
}

// A pale rule on the ground of the headings goes on in a dark one on white.
func TestAPaleRuleGoesOnInADarkOne(t *testing.T) {
	c := sketch.New(540, 330, 255)
	c.Fill(image.Rect(40, 40, 220, 281), 227)
	for i := range 9 {
		c.Level(40+i*30, 40, 220, 217)
		c.Level(40+i*30, 220, 491, 215)
	}
	for i, tone := range []uint8{217, 217, 215, 215, 215, 215} {
		c.Plumb(40+i*90, 40, 280, tone)
	}
	for r := range 8 {
		for k := range 5 {
			c.Text(50+k*90, 48+r*30, 2, 60)
		}
	}
	if _, got := cellsOf(t, c); got != "8×5" {
		t.Errorf("cells %s", got)
	}
}
