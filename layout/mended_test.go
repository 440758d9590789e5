package layout

import (
	"image"
	"math"
	"testing"
)

// The print of a row that is no higher leaves little paper, but is print.
func TestPrintThatFillsItsCell(t *testing.T) {
	c := newCanvas(620, 130, 255)
	for _, y := range []int{20, 60, 78, 118} {
		c.level(y, 20, 601, 40)
	}
	for i := range 5 {
		c.plumb(20+i*145, 20, 118, 40)
	}
	for i := range 4 {
		c.text(40+i*145, 30, 3, 90)
		c.text(40+i*145, 92, 3, 90)
		// Soft strokes from side to side.
		for y := 62; y < 77; y++ {
			for x := 28 + i*145; x < 157+i*145; x++ {
				if k := (x - 28 - i*145) % 5; k < 4 {
					c.fill(image.Rect(x, y, x+1, y+1), []uint8{170, 90, 90, 170}[k])
				}
			}
		}
	}
	grids, got := cellsOf(t, c)
	if got != "3×4" {
		t.Fatalf("cells %s", got)
	}
	for _, cell := range grids[0].Cells {
		if len(cell.Lines) != 1 {
			t.Errorf("cell %d,%d has %d lines, want 1", cell.Row, cell.Col, len(cell.Lines))
		}
	}
}

// Small light print on dark fills the height of its cell, of which no block is
// paper alone; no shadow is taken off it.
func TestLightPrintIsNoLight(t *testing.T) {
	c := newCanvas(360, 100, 40)
	for i := range 6 {
		c.level(10+i*16, 10, 331, 110)
	}
	for _, x := range []int{10, 170, 330} {
		c.plumb(x, 10, 90, 110)
	}
	for r := range 5 {
		for x := 58; x < 112; x++ { // strokes with soft edges
			if k := x % 5; k < 4 {
				c.fill(image.Rect(x, 13+16*r, x+1, 24+16*r), []uint8{85, 130, 130, 85}[k])
			}
		}
	}
	before := image.NewGray(c.Rect)
	copy(before.Pix, c.Pix)
	p := newPixels(c.Pix, c.Rect.Size())
	for r := range 5 {
		if box := image.Rect(11, 11+16*r, 170, 26+16*r); p.evenLight(box) {
			t.Errorf("row %d was evened out", r)
		}
	}
}

// A pale rule on the ground of the headings goes on in a dark one on white.
func TestPaleRuleBesideADarkOne(t *testing.T) {
	c := newCanvas(540, 330, 255)
	c.fill(image.Rect(40, 40, 220, 281), 227)
	for i := range 9 {
		c.level(40+i*30, 40, 220, 217)
		c.level(40+i*30, 220, 491, 215)
	}
	for i, tone := range []uint8{217, 217, 215, 215, 215, 215} {
		c.plumb(40+i*90, 40, 280, tone)
	}
	for r := range 8 {
		for k := range 5 {
			c.text(50+k*90, 48+r*30, 2, 60)
		}
	}
	if _, got := cellsOf(t, c); got != "8×5" {
		t.Errorf("cells %s", got)
	}
}

// Where no rule between labels and values is left, some values stand in one
// cell with their label from side to side of the table.
func TestLabelsArePartedFromValues(t *testing.T) {
	c := newCanvas(640, 340, 255)
	for i := range 11 {
		c.level(20+i*30, 20, 621, 0)
	}
	for _, x := range []int{20, 620} {
		c.plumb(x, 20, 320, 0)
	}
	c.plumb(420, 20, 80, 0)
	for r := range 10 {
		c.text(30, 29+r*30, 4, 0)
		c.text(260, 29+r*30, 2, 0)
		if r < 2 {
			c.text(440, 29+r*30, 2, 0)
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
	c := newCanvas(540, 330, 255)
	ruled(c, 0, func(i int, level bool) bool { return i == 2 && !level })
	c.fill(image.Rect(41, 41, 490, 70), 255)
	c.text(190, 48, 8, 0)
	grids, got := cellsOf(t, c)
	if got != "8×5 0,0:1×5" || grids[0].Recovered != 1 {
		t.Errorf("cells %s, %d lines recovered", got, grids[0].Recovered)
	}
}

// Two digits in a cell that spans columns are one number.
func TestDigitsAreNotParted(t *testing.T) {
	digits := []blob{{image.Rect(200, 10, 208, 30), 90}, {image.Rect(212, 10, 222, 30), 90}}
	apart := []blob{{image.Rect(100, 10, 108, 30), 90}, {image.Rect(212, 10, 222, 30), 90}}
	for _, k := range []struct {
		blobs []blob
		cells int
	}{{digits, 1}, {apart, 2}} {
		g := Grid{Rows: 1, Cols: 2, RowLines: []float64{0, 40}, ColLines: []float64{0, 250, 400},
			Cells: []Cell{{RowSpan: 1, ColSpan: 2, Box: image.Rect(1, 1, 399, 39)}}}
		g.part(0, 210, 20, false, func(Cell) []blob { return k.blobs })
		if len(g.Cells) != k.cells {
			t.Errorf("%v: %d cells, want %d", k.blobs, len(g.Cells), k.cells)
		}
	}
}

// What rules left on both edges of a cell hides no shadow.
func TestRestsOfRulesHideNoShadow(t *testing.T) {
	c := newCanvas(300, 40, 230)
	c.fill(image.Rect(0, 0, 129, 40), 120)
	for _, y := range []int{5, 33} {
		c.fill(image.Rect(0, y, 300, y+2), 10)
	}
	for x := 20; x < 280; x += 16 {
		c.fill(image.Rect(x, 14, x+3, 26), 40)
	}
	p := newPixels(c.Pix, c.Rect.Size())
	if !p.evenLight(image.Rect(0, 5, 300, 35)) {
		t.Error("the shadow was left on the cell")
	}
}

// A frame as dark as the desk is no ground that the white cells lie in.
func TestAFrameIsNoGround(t *testing.T) {
	for _, k := range []struct {
		thick int
		want  bool
	}{{4, false}, {40, true}} {
		c := newCanvas(300, 200, 255)
		cell := image.Rect(100, 80, 200, 120)
		c.fill(cell.Inset(-k.thick), 50)
		c.fill(cell, 255)
		p := newPixels(c.Pix, c.Rect.Size())
		if got := p.bedded([]image.Rectangle{cell.Inset(1)}, func(v uint8) bool { return v < 75 }); got != k.want {
			t.Errorf("with %d pixels around it: %v", k.thick, got)
		}
	}
}

// The steps of a black and white scan break rules into pieces, of which none
// leaves its row.
func TestPiecesOfAStaircaseStraighten(t *testing.T) {
	rules := func(slope float64) (out []trace) {
		for k := range 10 {
			for at := 0; at < 1000; at += 190 {
				tr := trace{coverage: 0.97}
				for x := at; x < at+180; x++ {
					tr.along, tr.across = append(tr.along, int32(100+x)), append(tr.across, float32(100+40*k)+float32(math.Floor(slope*float64(x))))
				}
				out = append(out, tr)
			}
		}
		return out
	}
	w := estimate(rules(0.006), nil, image.Pt(1255, 900))
	if w == nil || math.Abs(w.skew-0.344) > 0.05 {
		t.Errorf("skew %+v", w)
	}
	if w := estimate(rules(0), nil, image.Pt(1255, 900)); w != nil {
		t.Errorf("level rules are turned by %.2f degrees", w.skew)
	}
}

// A rule that was followed in pieces ends at none of them, but where a ground
// does.
func TestPiecesOfARuleAreNoEnds(t *testing.T) {
	left := rule{pos: 100, lo: 20, hi: 300, tone: 60}
	for _, k := range []struct {
		name  string
		right rule
		want  bool
	}{
		{"goes on", rule{pos: 100.5, lo: 303, hi: 600, tone: 55}, true},
		{"on another ground", rule{pos: 100.5, lo: 303, hi: 600, tone: 30}, false},
		{"light on dark", rule{pos: 100.5, lo: 303, hi: 600, tone: 55, light: true}, false},
		{"another rule", rule{pos: 108, lo: 303, hi: 600, tone: 55}, false},
		{"much further on", rule{pos: 100.5, lo: 330, hi: 600, tone: 55}, false},
	} {
		rules := []rule{left, k.right}
		if got := goesOnAt(&rules[0], left.hi, rules); got != k.want {
			t.Errorf("%s: %v", k.name, got)
		}
	}
}

// Where a rule is seen in some rows and not in others, no column lies before it
// because the cells that span it have room there.
func TestNoColumnBesideARuleThatIsPartlySeen(t *testing.T) {
	g := Grid{Rows: 10, Cols: 2, RowLines: []float64{0}, ColLines: []float64{0, 300, 500}}
	for r := range 10 {
		g.RowLines = append(g.RowLines, float64(30*(r+1)))
		span := 1 + min(r/3, 1)
		g.Cells = append(g.Cells, Cell{Row: r, RowSpan: 1, ColSpan: span, Box: image.Rect(1, 30*r+1, 100+200*span, 30*r+29)})
	}
	blobs := func(c Cell) (out []blob) {
		for x := 20; x < 180; x += 20 {
			out = append(out, blob{image.Rect(x, c.Box.Min.Y+6, x+16, c.Box.Min.Y+22), 120})
		}
		if c.ColSpan == 2 {
			out = append(out, blob{image.Rect(350, c.Box.Min.Y+6, 360, c.Box.Min.Y+22), 80})
		}
		return out
	}
	if at, ok := gap(&g, 0, false, blobs); ok {
		t.Errorf("a column ends at %.0f", at)
	}
}

// Digits that a scan broke to pieces are many and low; lines of text tell how
// high print is.
func TestPiecesOfDigitsAreNoLines(t *testing.T) {
	c := newCanvas(900, 420, 255)
	for i := range 13 {
		c.level(20+i*32, 20, 861, 0)
	}
	for i := range 10 {
		c.plumb(20+max(0, 300*min(i, 1)+60*(i-1)), 20, 404, 0)
	}
	c.plumb(861, 20, 404, 0)
	for r := range 12 {
		for k := range 7 { // characters 20 pixels high
			c.fill(image.Rect(40+k*24, 26+r*32, 58+k*24, 29+r*32), 0)
			c.fill(image.Rect(47+k*24, 26+r*32, 50+k*24, 46+r*32), 0)
		}
		for k := range 8 { // two strokes of a 0
			x := 345 + 60*k
			c.fill(image.Rect(x, 32+r*32, x+2, 40+r*32), 0)
			c.fill(image.Rect(x+8, 32+r*32, x+10, 40+r*32), 0)
		}
	}
	p, err := Analyze(t.Context(), c.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if p.LineHeight < 18 || p.LineHeight > 22 {
		t.Errorf("lines are %.0f pixels high, want 20", p.LineHeight)
	}
}

// A bar that fills a cell but for its top stands in it as one that fills less.
func TestBarsStand(t *testing.T) {
	cell := image.Rect(0, 0, 40, 100)
	for _, k := range []struct {
		name string
		ink  ink
		want bool
	}{
		{"a low bar", ink{blobs: []blob{{image.Rect(5, 60, 35, 100), 1200}}}, true},
		{"a high bar", ink{dark: true, blobs: []blob{{image.Rect(0, 0, 40, 20), 800}}}, true},
		{"a block that hangs", ink{blobs: []blob{{image.Rect(5, 0, 35, 40), 1200}}}, false},
		{"light print on a dark heading", ink{dark: true, blobs: []blob{{image.Rect(10, 40, 30, 60), 380}}}, false},
	} {
		if got := stands(k.ink, cell); got != k.want {
			t.Errorf("%s: %v", k.name, got)
		}
	}
}
