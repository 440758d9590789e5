package borderless

import (
	"image"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// form is the words of a form without rules: two levels of headings, of which
// some span rows, labels of groups of rows beside those of rows, of one to
// three lines each, and values set to the right in the middle of their row.
func form(digits func(row, col int) int) (words []word, rows [][2]int) {
	put := func(x, y, w int) { words = append(words, box(x, y, w)) }
	const first, pitch, leading = 400, 110, 28
	// Headings: 120 px apart, the first of two stacked lines beside those
	// under a heading of the other three.
	put(740, 60, 100)
	for k, n := range []int{3, 2, 2, 2} {
		for i := range n {
			y := 110 - n*leading/2 + i*leading
			if k > 0 {
				y += 25
			}
			put(first+k*pitch*2+20, y, 40)
		}
	}
	y := 200
	for r := range 8 {
		n := 1 + r%3
		for i := range n {
			put(200, y+i*leading, 120-20*(i%2))
		}
		mid := y + (n-1)*leading/2
		for k := range 4 {
			w := 12 * digits(r, k)
			put(first+k*pitch*2+100-w, mid, w)
		}
		rows = append(rows, [2]int{mid, n})
		y += n*leading + 16
	}
	for i := range 4 { // the label of all rows
		put(60, (200+y)/2-60+i*leading, 60)
	}
	return words, rows
}

// Each label is in the row that it has its middle in, however many lines it
// has; what stands over or beside several rows is in none of its own.
func TestEachLabelIsInTheRowThatItHasItsMiddleIn(t *testing.T) {
	words, want := form(func(r, k int) int { return 1 })
	gs, _ := Tables(printed(words...), nil, nil, false)
	if len(gs) != 1 {
		t.Fatalf("%d tables", len(gs))
	}
	g := gs[0]
	if err := covered(g); err != nil {
		t.Fatal(err)
	}
	if g.Cols != 6 || g.Rows < len(want)+1 || g.Rows > len(want)+3 {
		t.Fatalf("%d×%d", g.Rows, g.Cols)
	}
	for i, w := range want {
		row := g.Rows - len(want) + i
		label := image.Rect(200, w[0]-(w[1]-1)*14, 320, w[0]+(w[1]-1)*14+20)
		k := slices.IndexFunc(g.Cells, func(c grid.Cell) bool { return c.Row == row && c.Col <= 1 && c.Col+c.ColSpan > 1 })
		if k < 0 || !label.In(g.Cells[k].Box) {
			t.Errorf("row %d: the label at %v is in %+v", row, label, g.Cells[max(k, 0)])
			continue
		}
		for _, o := range words {
			if o.box.Overlaps(g.Cells[k].Box) && !o.box.In(label) {
				t.Errorf("row %d: %v of another cell is in the one of the label at %v", row, o.box, label)
			}
		}
	}
}

// The label of a group of rows stands in its middle, beside two rows or between them. It
// takes neither for the other, nor a row for itself, however close or far apart they are.
func TestALabelInTheMiddleOfRowsLeavesThemApart(t *testing.T) {
	const group, groups = 6, 3
	for pitch := 28; pitch < 46; pitch++ {
		for off := -pitch / 4; off <= pitch/4; off++ {
			var words []word
			for r := range group * groups {
				y := 100 + r*pitch
				if r%group == group/2 {
					words = append(words, box(60, y-pitch/2+off, 100))
				}
				words = append(words, box(200, y, 120))
				for k := range 4 {
					words = append(words, box(400+k*110, y, 12))
				}
			}
			gs, _ := Tables(printed(words...), nil, nil, false)
			if len(gs) != 1 || gs[0].Rows != group*groups {
				t.Errorf("rows %d pixels apart, labels %d below the middle: %d tables, %+v", pitch, off, len(gs), gs)
				continue
			}
			for _, c := range gs[0].Cells {
				n := 0
				for _, w := range words {
					if w.box.In(c.Box) && w.box.Min.X >= 200 {
						n++
					}
				}
				if n > 1 {
					t.Errorf("rows %d pixels apart, labels %d below the middle: %d texts in row %d, column %d", pitch, off, n, c.Row, c.Col)
				}
			}
		}
	}
}

// A title between rows that stand as close as lines of one text do is a row of its own, and no
// second line of what stands above it. Labels may stand a little lower than values.
func TestATitleBetweenCloseRowsIsARow(t *testing.T) {
	for pitch := 24; pitch < 36; pitch++ {
		for lower := range 5 {
			var words, titles []word
			y := 100
			for range 4 {
				titles = append(titles, box(260, y, 160))
				words = append(words, box(60, y+pitch+lower, 100), box(200, y+pitch, 160), box(400, y+pitch, 160), box(600, y+pitch, 160))
				for r := range 2 {
					y := y + (r+2)*pitch
					words = append(words, box(60, y+lower, 100), box(300, y, 12), box(500, y, 12), box(700, y, 12))
				}
				y += 4 * pitch
			}
			gs, _ := Tables(printed(append(words, titles...)...), nil, nil, true)
			if len(gs) != 1 {
				t.Fatalf("rows %d pixels apart: %d tables", pitch, len(gs))
			}
			for _, c := range gs[0].Cells {
				n := 0
				for _, w := range append(words, titles...) {
					if w.box.In(c.Box) {
						n++
					}
				}
				if n > 1 && c.Row > 0 {
					t.Errorf("rows %d pixels apart, labels %d lower: %d texts in row %d, column %d", pitch, lower, n, c.Row, c.Col)
				}
			}
		}
	}
}

// Lines of one label that stand hardly closer than rows are one text.
func TestLinesOfALabelThatAreHardlyCloserThanRowsAreOneText(t *testing.T) {
	const pitch, leading = 31, 28
	var words, labels []word
	y := 100
	for r := range 12 {
		mid := y
		if r%3 == 1 { // of two lines
			labels = append(labels, box(60, y, 200), box(60, y+leading, 120))
			mid = y + leading/2
			y += leading
		} else {
			words = append(words, box(60, y, 160))
		}
		for k := range 4 {
			words = append(words, box(400+k*110, mid, 12))
		}
		y += pitch
	}
	gs, _ := Tables(printed(append(words, labels...)...), nil, nil, true)
	if len(gs) != 1 || gs[0].Rows != 12 {
		t.Fatalf("%d tables, want one of 12 rows: %+v", len(gs), gs)
	}
	for i := 0; i < len(labels); i += 2 {
		whole := labels[i].box.Union(labels[i+1].box)
		if !slices.ContainsFunc(gs[0].Cells, func(c grid.Cell) bool { return whole.In(c.Box) }) {
			t.Errorf("no cell has the label at %v", whole)
		}
	}
}

// Where most numbers of a column have one digit, those of many are still read
// whole: 37489 is not 7489.
func TestOpenColumnsCutNoDigits(t *testing.T) {
	words, _ := form(func(r, k int) int {
		if k == 2 && r%4 == 0 {
			return 12
		}
		return 1
	})
	gs, _ := Tables(printed(words...), nil, nil, false)
	if len(gs) != 1 {
		t.Fatalf("%d tables", len(gs))
	}
	for _, w := range words {
		in := 0
		for _, c := range gs[0].Cells {
			if w.box.In(c.Box) {
				in++
			}
		}
		if w.box.Min.Y > 180 && in != 1 {
			t.Errorf("%v is whole in %d cells", w.box, in)
		}
	}
}

// A comma hangs below its line; it begins no row.
func TestTextLinesKeepCommas(t *testing.T) {
	lines := textLines([]word{box(10, 100, 50), {box: image.Rect(62, 113, 68, 122)}, box(80, 100, 50), box(10, 130, 50)}, 20)
	if len(lines) != 2 || len(lines[0].words) != 3 {
		t.Errorf("%d lines: %v", len(lines), lines)
	}
}

func TestWhatLiesOnARuleIsNoText(t *testing.T) {
	rules := []ruling.Rule{{Pos: 121, Lo: 0, Hi: 400, Thick: 2}}
	words := []word{box(10, 90, 50), {box: image.Rect(60, 119, 80, 123)}, {box: image.Rect(60, 98, 80, 102)}}
	if got := offRules(words, rules, 20); len(got) != 2 {
		t.Errorf("%v is left", got)
	}
}

// What is left of a rule is no dash: that stands in the middle.
func TestTheRestOfARuleIsNoDash(t *testing.T) {
	cell := image.Rect(100, 100, 200, 140)
	for _, c := range []struct {
		mark image.Rectangle
		lies bool
	}{
		{image.Rect(140, 119, 156, 122), false},
		{image.Rect(100, 138, 109, 140), true},
		{image.Rect(180, 100, 189, 102), true},
		{image.Rect(150, 128, 153, 140), false},
	} {
		if got := ink.Lies(c.mark, cell); got != c.lies {
			t.Errorf("%v in %v: %t", c.mark, cell, got)
		}
	}
}

// whole tells whether each of some texts lies whole in one cell of a table that stands in one row and
// one column, and no other text of these lies there.
func whole(g grid.Grid, texts []image.Rectangle) bool {
	for i, text := range texts {
		k := slices.IndexFunc(g.Cells, func(c grid.Cell) bool { return text.In(c.Box) && c.RowSpan == 1 && c.ColSpan == 1 })
		if k < 0 || slices.ContainsFunc(texts[:i], func(o image.Rectangle) bool { return o.Overlaps(g.Cells[k].Box) }) {
			return false
		}
	}
	return true
}

// In row after row one column has two lines, as far from one another as from those of the next row.
func TestTextsOfRowsAreNotOneText(t *testing.T) {
	const rows, leading = 5, 27
	var words []word
	var texts []image.Rectangle
	for r := range rows {
		y := 100 + 2*leading*r
		for c := range 5 {
			if c != 2 && (c != 4 || r > 0) {
				words = append(words, box(60+c*160, y+leading/2, 40+(r*7+c*13)%5*10))
			}
		}
		words = append(words, box(380, y, 110), box(380, y+leading, 50))
		texts = append(texts, image.Rect(380, y, 490, y+leading+20))
	}
	words = append(words, box(700, 100, 50), box(700, 100+leading, 40))
	gs, _ := Tables(printed(words...), nil, nil, false)
	if len(gs) != 1 || gs[0].Rows != rows || !whole(gs[0], texts) {
		t.Errorf("the tables are %+v", gs)
	}
}

// Labels of two rows each have their middle between those, and overlap with both.
func TestRowsBesideLabelsOfSeveralStayApart(t *testing.T) {
	const rows, pitch = 12, 36
	var words []word
	var texts []image.Rectangle
	for r := range rows {
		for c := range 3 {
			w := box(220+c*160, 100+pitch*r, 40+(r*7+c*13)%5*10)
			words, texts = append(words, w), append(texts, w.box)
		}
		if r%4 == 2 {
			words = append(words, box(60, 100+pitch*r+pitch/2, 60))
		} else if r%4 < 2 {
			words = append(words, box(60, 100+pitch*r, 60))
		}
	}
	gs, _ := Tables(printed(words...), nil, nil, false)
	if len(gs) != 1 || gs[0].Rows != rows || !whole(gs[0], texts) {
		t.Errorf("the tables are %+v", gs)
	}
}

// Between rules, the heading of a group of columns has a rule below it that is as wide as these: it is in a row above
// theirs, though no rule runs through.
func TestARuleBelowTheHeadingOfAGroupPartsItFromTheirs(t *testing.T) {
	const pitch = 30
	rule := func(y, lo, hi float64) ruling.Rule { return ruling.Rule{Pos: y, Lo: lo, Hi: hi, Thick: 1} }
	words := []word{box(70, 113, 60), box(250, 113, 60), box(480, 100, 100), box(405, 128, 60), box(565, 128, 60), box(730, 113, 60)}
	rules := []ruling.Rule{rule(95, 50, 810), rule(124, 380, 660), rule(153, 50, 810)}
	for r := range 5 {
		y := 158 + pitch*r
		words = append(words, box(70, y, 80))
		for c := range 4 {
			words = append(words, box(265+160*c, y, 20))
		}
		rules = append(rules, rule(float64(y+pitch-5), 50, 810))
	}
	gs, _ := Tables(printed(words...), rules, nil, false)
	if len(gs) != 1 {
		t.Fatalf("the tables are %+v", gs)
	}
	inRow := func(b image.Rectangle) int {
		for _, c := range gs[0].Cells {
			if b.In(c.Box) {
				return c.Row
			}
		}
		return -1
	}
	if over, under := inRow(words[2].box), inRow(words[3].box); over != 0 || under != 1 {
		t.Errorf("the heading of the group is in row %d, theirs in row %d", over, under)
	}
}

// The first line of a text in a row may be underlined: no rule parts it from what is below it then, since that is not side by
// side.
func TestAnUnderlinedFirstLineStaysInItsRow(t *testing.T) {
	const pitch, leading = 100, 26
	rule := func(y, lo, hi float64) ruling.Rule { return ruling.Rule{Pos: y, Lo: lo, Hi: hi, Thick: 1} }
	var words []word
	rules := []ruling.Rule{rule(95, 50, 700)}
	for r := range 6 {
		y := 105 + pitch*r
		words = append(words, box(70, y, 90), box(70, y+leading, 80), box(70, y+2*leading, 80))
		rules = append(rules, rule(float64(y+23), 68, 162), rule(float64(y+pitch-8), 50, 700))
		for c := range 3 {
			words = append(words, box(265+160*c, y, 40))
		}
	}
	gs, _ := Tables(printed(words...), rules, nil, false)
	if len(gs) != 1 || gs[0].Rows != 6 {
		t.Errorf("%d tables, the first of %v rows", len(gs), gs[0].RowLines)
	}
}
