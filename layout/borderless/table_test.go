package borderless

import (
	"encoding/binary"
	"fmt"
	"image"
	rand "math/rand/v2"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ruling"
)

// box is a word w wide at x, y in print 20 pixels high.
func box(x, y, w int) word { return word{box: image.Rect(x, y, x+w, y+20)} }

// printed is a page on which words stand, each made of characters as wide as the print is
// high.
func printed(words ...word) []Print {
	p := Print{Box: image.Rect(0, 0, 1300, 1100), Height: 20, words: words}
	for _, w := range words {
		for x := w.box.Min.X; x < w.box.Max.X; x += 20 {
			p.Marks = append(p.Marks, image.Rect(x, w.box.Min.Y, min(x+18, w.box.Max.X), w.box.Max.Y))
		}
	}
	return []Print{p}
}

// sheet has words in rows and columns, as wide as width tells.
func sheet(rows, cols int, width func(r, c int) int) []word {
	var out []word
	for r := range rows {
		for c := range cols {
			if w := width(r, c); w > 0 {
				out = append(out, box(60+c*160, 100+r*40, w))
			}
		}
	}
	return out
}

func TestRowsAndColumnsOfTextAreATable(t *testing.T) {
	varied := func(r, c int) int { return 40 + (r*7+c*13)%5*10 }
	withHoles := func(r, c int) int {
		if c > 0 && (r+c)%5 == 0 {
			return 0
		}
		return varied(r, c)
	}
	dashes := sheet(6, 4, varied)
	for i := range dashes {
		if b := &dashes[i].box; b.Min.X > 60 && b.Min.Y > 100 {
			*b = image.Rect(b.Min.X, b.Min.Y+9, b.Min.X+16, b.Min.Y+12)
		}
	}
	// Headings are set at the left, values at the right, right before the next
	// heading; there are some more headings below.
	apart := sheet(6, 4, varied)
	for i := range apart {
		if r, c := i/4, i%4; c > 0 {
			apart[i] = box(60+c*160, 100+r*40, 90)
			if r%3 > 0 {
				apart[i] = box(60+c*160+130, 100+r*40, 14)
			}
		}
	}
	// Two of the rows of three values lack another value than the others.
	sparse := sheet(8, 4, func(r, c int) int {
		if c == 1+r%2 && r > 0 {
			return 0
		}
		return 40
	})
	// Below a heading over three columns, values in the middle of it.
	over := sheet(3, 4, varied)
	for r := 3; r < 9; r++ {
		over = append(over, box(60, 100+r*40, 90), box(300, 100+r*40, 240))
	}
	// Headings of four characters, from the top down.
	var stacked []word
	for c := range 9 {
		for i := range 4 {
			stacked = append(stacked, box(60+c*80, 100+i*33, 19))
		}
		stacked = append(stacked, box(64+c*80, 290, 11))
	}
	for _, c := range []struct {
		name       string
		words      []word
		rows, cols int // none where there is no table
	}{
		{"headings at the left of values", apart, 6, 4},
		{"rows that lack different values", sparse, 8, 4},
		{"values in the middle of several columns", over, 9, 4},
		{"headings from the top down", stacked, 2, 9},
		{"a table", sheet(6, 4, varied), 6, 4},
		{"a table with empty cells", sheet(8, 5, withHoles), 8, 5},
		{"a table of dashes", dashes, 6, 4},
		{"too small a table", sheet(2, 2, varied), 0, 0},
		{"a line of words", sheet(1, 6, varied), 0, 0},
		{"prose", sheet(12, 1, func(int, int) int { return 800 }), 0, 0},
		{"prose in two narrow columns", slices.Concat(sheet(12, 1, func(r, _ int) int { return 240 - r%4*5 }), func() []word {
			ws := sheet(12, 1, func(r, _ int) int { return 240 - r%3*5 })
			for i := range ws {
				ws[i].box = ws[i].box.Add(image.Pt(280, 0))
			}
			return ws
		}()), 0, 0},
		{"prose in two columns", slices.Concat(sheet(12, 1, func(int, int) int { return 400 }), func() []word {
			ws := sheet(12, 1, func(int, int) int { return 400 })
			for i := range ws {
				ws[i].box = ws[i].box.Add(image.Pt(450, 0))
			}
			return ws
		}()), 0, 0},
	} {
		gs, _ := Tables(printed(c.words...), nil, nil, c.rows > 0) // whether the trees take a sketch for one says little
		switch {
		case c.rows == 0 && len(gs) > 0:
			t.Errorf("%s: a table of %d×%d", c.name, gs[0].Rows, gs[0].Cols)
		case c.rows > 0 && len(gs) != 1:
			t.Errorf("%s: %d tables", c.name, len(gs))
		case c.rows > 0 && (gs[0].Rows != c.rows || gs[0].Cols != c.cols):
			t.Errorf("%s: a table of %d×%d, want %d×%d", c.name, gs[0].Rows, gs[0].Cols, c.rows, c.cols)
		}
		for _, g := range gs {
			if err := covered(g); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

// Plumb rules between columns, along all rows or some, leave the columns as their text has
// them.
func TestPlumbRulesBetweenColumnsLeaveThem(t *testing.T) {
	words := sheet(6, 4, func(r, c int) int { return 40 + (r*7+c*13)%5*10 })
	for name, ends := range map[string][2]float64{"along all rows": {90, 330}, "from the first row": {110, 310}, "among the rows": {90, 200}} {
		var rules []ruling.Rule
		for c := 1; c < 4; c++ {
			rules = append(rules, ruling.Rule{Pos: float64(50 + c*160), Lo: ends[0], Hi: ends[1], Thick: 1})
		}
		gs, asked := Tables(printed(words...), nil, rules, false)
		if len(asked) != 1 || len(gs) != 1 || gs[0].Rows != 6 || gs[0].Cols != 4 {
			t.Errorf("%s: %d asked, %d tables", name, len(asked), len(gs))
		}
	}
}

// covered tells what of a grid is not covered once by its cells, or what lines
// are not in order.
func covered(g grid.Grid) error {
	if len(g.RowLines) != g.Rows+1 || len(g.ColLines) != g.Cols+1 {
		return fmt.Errorf("%d×%d with %d and %d lines", g.Rows, g.Cols, len(g.RowLines), len(g.ColLines))
	}
	if !slices.IsSorted(g.RowLines) || !slices.IsSorted(g.ColLines) {
		return fmt.Errorf("lines are out of order: %v, %v", g.RowLines, g.ColLines)
	}
	times := make([]int, g.Rows*g.Cols)
	for _, c := range g.Cells {
		if c.Row < 0 || c.Col < 0 || c.RowSpan < 1 || c.ColSpan < 1 || c.Row+c.RowSpan > g.Rows || c.Col+c.ColSpan > g.Cols {
			return fmt.Errorf("cell %+v of %d×%d", c, g.Rows, g.Cols)
		}
		for r := c.Row; r < c.Row+c.RowSpan; r++ {
			for k := c.Col; k < c.Col+c.ColSpan; k++ {
				times[r*g.Cols+k]++
			}
		}
	}
	if i := slices.IndexFunc(times, func(n int) bool { return n != 1 }); i >= 0 {
		return fmt.Errorf("row %d, column %d is covered %d times", i/g.Cols, i%g.Cols, times[i])
	}
	return nil
}

// FuzzOpenTables puts words, and rules below them, anywhere: no panic, and cells
// that cover what is found once.
func FuzzOpenTables(f *testing.F) {
	add := func(ws []word) {
		var data []byte
		for _, w := range ws {
			data = append(data, byte(w.box.Min.X/4), byte(w.box.Min.Y/4), byte(w.box.Dx()), byte(w.box.Dy()))
		}
		f.Add(data)
	}
	add(sheet(6, 4, func(r, c int) int { return 40 + (r*7+c*13)%5*10 }))
	add(sheet(20, 2, func(r, c int) int { return 100 + r }))
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		add(sheet(3+r.IntN(10), 2+r.IntN(4), func(int, int) int { return r.IntN(130) - 20 }))
		data := make([]byte, 4*r.IntN(80))
		for i := 0; i < len(data); i += 4 {
			binary.LittleEndian.PutUint32(data[i:], r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		pr := printed()
		var rules []ruling.Rule
		for ; len(data) >= 4; data = data[4:] {
			at := image.Pt(4*int(data[0]), 4*int(data[1]))
			size := image.Pt(1+int(data[2]), 1+int(data[3])%40)
			switch b := (image.Rectangle{Min: at, Max: at.Add(size)}); {
			case data[3] < 200:
				pr[0].words = append(pr[0].words, word{b, data[3]%64 == 20})
			case data[3] < 220:
				pr[0].level = append(pr[0].level, image.Rect(at.X, at.Y, at.X+4*size.X, at.Y+2))
			default:
				rules = append(rules, ruling.Rule{Pos: float64(at.Y), Lo: float64(at.X), Hi: float64(at.X + 4*size.X), Thick: 2})
			}
		}
		for _, expected := range []bool{false, true} {
			found, _ := Tables(pr, rules, nil, expected)
			for _, g := range found {
				if err := covered(g); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestFewTextsMakeATableWhereTheyStandInRowsAndColumns(t *testing.T) {
	var five, three []image.Rectangle
	for y := 100; y < 180; y += 40 {
		for c := range 5 {
			five = append(five, image.Rect(60+140*c, y, 120+140*c, y+20))
			if c < 3 {
				three = append(three, image.Rect(60+140*c, y, 120+140*c, y+20))
			}
		}
	}
	tests := map[string]struct {
		words    []word
		rules    []ruling.Rule
		tables   int
		doubtful int
	}{
		"two rows of five":                {wordsAt(five), nil, 1, 0},
		"two rows of three":               {wordsAt(three), nil, 1, 0},
		"words here and there":            {wordsAt([]image.Rectangle{three[0], three[2], three[4], five[5], five[8]}), nil, 0, 0},
		"two rows of three between rules": {wordsAt(three), []ruling.Rule{{Pos: 90, Lo: 50, Hi: 410, Thick: 2}, {Pos: 170, Lo: 50, Hi: 410, Thick: 2}}, 1, 0},
	}
	for name, c := range tests {
		gs, asked := Tables(printed(c.words...), c.rules, nil, false)
		doubtful := 0
		for i := range asked {
			if asked[i].Doubtful() {
				doubtful++
			}
		}
		if len(gs) != c.tables || doubtful != c.doubtful {
			t.Errorf("%s: %d tables and %d in doubt, want %d and %d: %+v", name, len(gs), doubtful, c.tables, c.doubtful, asked)
		}
	}
}

func wordsAt(boxes []image.Rectangle) []word {
	var out []word
	for _, b := range boxes {
		out = append(out, word{box: b})
	}
	return out
}
