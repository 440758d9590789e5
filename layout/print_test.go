package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/grid"
	"gocv.io/x/gocv"
)

// oneCell is a page of one cell, 120 by 50 pixels, with a digit in its middle.
func oneCell(t *testing.T, draw func(sketch.Canvas)) (*Page, *grid.Cell) {
	t.Helper()
	img := sketch.New(120, 50, 240)
	digit(img, 50)
	draw(img)
	gray, err := gocv.NewMatFromBytes(50, 120, gocv.MatTypeCV8UC1, img.Pix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { gray.Close() })
	return &Page{Gray: gray, LineHeight: 20, Contrast: 0.8}, &grid.Cell{Box: image.Rect(0, 0, 120, 50)}
}

// digit draws a 0 at a place.
func digit(img sketch.Canvas, x int) {
	img.Fill(image.Rect(x, 15, x+12, 35), 40)
	img.Fill(image.Rect(x+3, 18, x+9, 32), 240)
}

func TestPrintWithoutWhatIsBesideIt(t *testing.T) {
	zero := image.Rect(50, 15, 62, 35)
	for name, c := range map[string]struct {
		draw           func(sketch.Canvas)
		inside, strong bool
		want           []image.Rectangle
	}{
		"a stroke that runs over the cell": {func(img sketch.Canvas) {
			img.Fill(image.Rect(80, 0, 84, 50), 40)
		}, true, false, []image.Rectangle{zero}},
		"a seal in grey": {func(img sketch.Canvas) {
			img.Fill(image.Rect(70, 5, 74, 45), 150)
			img.Fill(image.Rect(74, 20, 100, 24), 150)
		}, false, true, []image.Rectangle{zero}},
		"a digit that touches the side": {func(img sketch.Canvas) {
			digit(img, 68)
			img.Fill(image.Rect(68, 15, 120, 18), 40)
		}, true, false, nil},
	} {
		p, cell := oneCell(t, c.draw)
		least := 0.0
		if c.strong {
			least = p.Faint()
		}
		clean, lines, err := p.Print(cell, c.inside, least)
		if err != nil {
			t.Fatal(err)
		}
		var got []image.Rectangle
		for _, l := range lines {
			got = append(got, l.Box)
		}
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s: lines at %v, want %v", name, got, c.want)
			continue
		}
		for y := range 50 {
			for x := range 120 {
				if len(c.want) > 0 && !image.Pt(x, y).In(zero) && clean.GrayAt(x, y).Y < 235 {
					t.Fatalf("%s: ink is left at %d,%d", name, x, y)
				}
			}
		}
	}
}

// A seal that was copied in grey is broader than print and hardly fainter than
// it: by its tone the print under it is told from it.
func TestPrintUnderASealInGreyIsToldByItsTone(t *testing.T) {
	p, cell := oneCell(t, func(img sketch.Canvas) {
		img.Fill(image.Rect(70, 5, 80, 45), 100)
		img.Fill(image.Rect(56, 22, 70, 26), 100)
	})
	least, err := p.Sealed([]*grid.Cell{cell})
	if err != nil || least < p.Faint() || least > p.Contrast {
		t.Fatalf("print of a contrast of %.2f is of more than %.2f; %v", p.Contrast, least, err)
	}
	zero := image.Rect(50, 15, 62, 35)
	for _, c := range []struct {
		least float64
		alone bool
	}{{least, true}, {p.Faint(), false}} {
		_, lines, err := p.Print(cell, false, c.least)
		if err != nil {
			t.Fatal(err)
		}
		const soft = 2 // pixels beside print that stay
		if alone := len(lines) == 1 && lines[0].Box.In(zero.Inset(-soft)); alone != c.alone {
			t.Errorf("ink of more than %.2f: lines %v", c.least, lines)
		}
	}
	p, cell = oneCell(t, func(sketch.Canvas) {})
	if least, err := p.Sealed([]*grid.Cell{cell}); err != nil || least != 0 {
		t.Errorf("print alone: a seal of %.2f; %v", least, err)
	}
}
