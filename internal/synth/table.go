package synth

import (
	"image"
	"image/color"
	"math"
	"slices"
)

// A table is a grid of cells that is set, placed and printed.
type table struct {
	kind    string  // as in the truth file
	edition *string // likewise
	caption string  // the heading above it
	wrong   []string
	rows    int
	cols    int
	header  int // how many of the first rows are headings
	cells   []*cell

	colX, rowY []int // device pixels of the page, the middle of each rule

	level, plumb []rule // as printed: above each position of a row, below the last, and left of each position of a column, right of the last
}

// A cell is one printed cell of a table.
type cell struct {
	row, col, rowspan, colspan int

	text string
	key  string // of a value; empty for a label

	style  *textStyle
	align  align
	valign align
	fill   color.RGBA // none where A is 0
	turned bool       // the text runs upwards

	lines []string
	box   image.Rectangle // device pixels of the page, to the middle of the rules
	ink   image.Rectangle // of the text, likewise
}

type align int

const (
	alignStart align = iota // left or top
	alignMiddle
	alignEnd
)

// A dash is how a rule is broken.
type dash int

const (
	solid dash = iota
	dashed
	dotted
	double
)

// A rule is how lines of a table are drawn.
type rule struct {
	width float64 // CSS pixels; 0 for no line
	dash  dash
	ink   color.RGBA
}

// The rules that a table has.
type ruling int

const (
	ruledAll   ruling = iota
	ruledRows         // between rows, not between columns
	ruledThree        // above and below the head, and at the foot: 三线表
	ruledFrame        // around the table alone
	ruledNone
)

// measure finds the narrowest and the widest that each column can be, in CSS
// pixels, after the automatic table layout of CSS 2.1, section 17.5.2.2.
func (t *table) measure(l *look, scale float64) (least, most []float64) {
	least, most = make([]float64, t.cols), make([]float64, t.cols)
	cells := slices.Clone(t.cells)
	slices.SortStableFunc(cells, func(a, b *cell) int { return a.colspan - b.colspan })
	for _, c := range cells {
		w, lo := 0.0, 0.0
		if c.turned {
			w = c.style.lineHeight()
			lo = w
		} else {
			w = c.style.width(c.text, scale)
			for _, tok := range tokens(c.text) {
				lo = max(lo, c.style.width(tok, scale))
			}
		}
		w, lo = w+2*l.padX, lo+2*l.padX
		spread(least[c.col:c.col+c.colspan], most[c.col:c.col+c.colspan], lo)
		spread(most[c.col:c.col+c.colspan], most[c.col:c.col+c.colspan], w)
	}
	for i := range most {
		most[i] = max(most[i], least[i])
	}
	return least, most
}

// spread widens columns by their weights until they hold a width together.
func spread(cols, weights []float64, width float64) {
	have, weight := 0.0, 0.0
	for i := range cols {
		have += cols[i]
		weight += weights[i]
	}
	if have >= width {
		return
	}
	shares := slices.Clone(weights) // cols and weights may be the same
	for i := range cols {
		if weight > 0 {
			cols[i] += (width - have) * shares[i] / weight
		} else {
			cols[i] += (width - have) / float64(len(cols))
		}
	}
}

// set chooses the widths of the columns and the heights of the rows for a
// table as wide as width, in CSS pixels; 0 makes it as narrow as its text
// allows in one line each.
func (t *table) set(l *look, width, scale float64) {
	least, most := t.measure(l, scale)
	sumLeast, sumMost := sum(least), sum(most)
	w := slices.Clone(most)
	switch {
	case width == 0:
	case width >= sumMost:
		for i := range w {
			w[i] += (width - sumMost) * most[i] / sumMost
		}
	default:
		width = max(width, sumLeast)
		for i := range w {
			w[i] = least[i]
			if sumMost > sumLeast {
				w[i] += (width - sumLeast) * (most[i] - least[i]) / (sumMost - sumLeast)
			}
		}
	}
	if l.evenColumns { // as wide as each other, where the text allows
		total := sum(w)
		for i := range w {
			w[i] = max(least[i], 0.7*total/float64(len(w))+0.3*w[i])
		}
	}

	heights := make([]float64, t.rows)
	cells := slices.Clone(t.cells)
	slices.SortStableFunc(cells, func(a, b *cell) int { return a.rowspan - b.rowspan })
	for _, c := range cells {
		inner := sum(w[c.col:c.col+c.colspan]) - 2*l.padX
		h := 0.0
		if c.turned {
			c.lines = []string{c.text}
			h = c.style.width(c.text, scale)
		} else {
			c.lines = c.style.wrap(c.text, inner, scale)
			h = float64(len(c.lines)) * c.style.lineHeight()
		}
		h += 2 * l.padY
		if c.rowspan == 1 {
			heights[c.row] = max(heights[c.row], h, l.rowHeight)
		} else {
			rows := heights[c.row : c.row+c.rowspan]
			spread(rows, slices.Clone(rows), h)
		}
	}
	t.colX, t.rowY = lines(w, scale), lines(heights, scale)
}

// lines are the device pixels where tracks end.
func lines(tracks []float64, scale float64) []int {
	out := make([]int, 1, len(tracks)+1)
	at := 0.0
	for _, t := range tracks {
		at += t
		out = append(out, int(math.Round(at*scale)))
	}
	return out
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}

// size is the table's width and height in device pixels once it is set.
func (t *table) size() image.Point {
	return image.Pt(t.colX[t.cols]-t.colX[0], t.rowY[t.rows]-t.rowY[0])
}

// place moves a table that was set to a point of the page, in device pixels.
func (t *table) place(at image.Point) {
	d := at.Sub(image.Pt(t.colX[0], t.rowY[0]))
	for i := range t.colX {
		t.colX[i] += d.X
	}
	for i := range t.rowY {
		t.rowY[i] += d.Y
	}
	for _, c := range t.cells {
		c.box = image.Rect(t.colX[c.col], t.rowY[c.row], t.colX[c.col+c.colspan], t.rowY[c.row+c.rowspan])
	}
}

// bounds is where the table is on the page.
func (t *table) bounds() image.Rectangle {
	return image.Rect(t.colX[0], t.rowY[0], t.colX[t.cols], t.rowY[t.rows])
}

// paint prints a table that was placed.
func (t *table) paint(c *canvas, l *look) {
	for _, cell := range t.cells {
		if cell.fill.A > 0 {
			c.fill(cell.box, cell.fill)
		}
	}
	t.paintRules(c, l)
	for _, cell := range t.cells {
		cell.paint(c, l)
	}
}

func (cell *cell) paint(c *canvas, l *look) {
	s := cell.style
	px := c.scale
	padX, padY := l.padX*px, l.padY*px
	if cell.turned {
		w := s.width(cell.text, px) * px
		size := s.size * px
		t := s.stack.face('国')
		x := float64(cell.box.Min.X+cell.box.Max.X)/2 + (t.ascent-t.descent)/2*size
		y := float64(cell.box.Min.Y+cell.box.Max.Y)/2 + w/2
		c.textAt(s, cell.text, matrix{0, -size, -size, 0, x, y}, 1)
		cell.ink = image.Rect(int(x-size), int(y-w), int(x+size/4), int(y))
		return
	}
	line := s.lineHeight() * px
	height := line * float64(len(cell.lines))
	top := offset(cell.valign, float64(cell.box.Min.Y)+padY, float64(cell.box.Max.Y)-padY, height)
	ink := image.Rectangle{}
	for i, text := range cell.lines {
		w := s.width(text, px) * px
		x := offset(cell.align, float64(cell.box.Min.X)+padX, float64(cell.box.Max.X)-padX, w)
		if s.whole {
			x = math.Round(x)
		}
		base := s.baseline(top+float64(i)*line, px)
		c.text(s, text, x, base)
		if w > 0 {
			ink = ink.Union(image.Rect(int(x), int(base-s.size*px*0.88), int(math.Ceil(x+w)), int(base+s.size*px*0.2)))
		}
	}
	cell.ink = ink
}

// baseline is where a line's baseline is when its box starts at top, in
// device pixels.
func (s *textStyle) baseline(top, scale float64) float64 {
	t := s.stack.face('国') // every stack has a Chinese font
	size := s.size * scale
	return top + (s.leading*size-(t.ascent+t.descent)*size)/2 + t.ascent*size
}

// offset is where something of a size starts between two ends.
func offset(a align, from, to, size float64) float64 {
	switch a {
	case alignMiddle:
		return (from + to - size) / 2
	case alignEnd:
		return to - size
	}
	return from
}

// paintRules draws each rule once, however many cells it parts.
func (t *table) paintRules(c *canvas, l *look) {
	t.level, t.plumb = nil, nil
	at := make([]*cell, t.rows*t.cols)
	for _, cell := range t.cells {
		for y := cell.row; y < cell.row+cell.rowspan; y++ {
			for x := cell.col; x < cell.col+cell.colspan; x++ {
				at[y*t.cols+x] = cell
			}
		}
	}
	cellAt := func(row, col int) *cell {
		if row < 0 || col < 0 || row >= t.rows || col >= t.cols {
			return nil
		}
		return at[row*t.cols+col]
	}
	for row := 0; row <= t.rows; row++ {
		for col := range t.cols {
			var r rule
			if a, b := cellAt(row-1, col), cellAt(row, col); a != b {
				r = l.horizontal(t, row, a, b)
			}
			t.level = append(t.level, r)
		}
		runs(t.level[row*t.cols:], func(from, to int, r rule) {
			c.rule(level, t.colX[from], t.colX[to], t.rowY[row], r)
		})
	}
	for col := 0; col <= t.cols; col++ {
		for row := range t.rows {
			var r rule
			if a, b := cellAt(row, col-1), cellAt(row, col); a != b {
				r = l.vertical(t, col, a, b)
			}
			t.plumb = append(t.plumb, r)
		}
		runs(t.plumb[col*t.rows:], func(from, to int, r rule) {
			c.rule(plumb, t.rowY[from], t.rowY[to], t.colX[col], r)
		})
	}
}

// runs are the longest pieces of a line that are ruled alike.
func runs(line []rule, draw func(from, to int, r rule)) {
	from := 0
	for i := range line {
		if i+1 < len(line) && line[i+1] == line[from] {
			continue
		}
		if line[from].width > 0 {
			draw(from, i+1, line[from])
		}
		from = i + 1
	}
}

// An axis is the direction that a rule runs in.
type axis int

const (
	level axis = iota
	plumb
)

// rule draws a rule from a to b at mid: from left to right where it is level,
// from top to bottom where it is plumb. All are device pixels.
func (c *canvas) rule(along axis, a, b, mid int, r rule) {
	w := max(1, int(r.width*c.scale))
	from := mid - w/2
	bar := func(a, b, from, w int) {
		if along == level {
			c.fill(image.Rect(a, from, b, from+w), r.ink)
		} else {
			c.fill(image.Rect(from, a, from+w, b), r.ink)
		}
	}
	a, b = a-w/2, b-w/2+w // into the corners
	switch r.dash {
	case solid:
		bar(a, b, from, w)
	case double:
		each := max(1, (w+1)/3)
		bar(a, b, from, each)
		bar(a, b, from+max(w-each, 2*each), each)
	case dashed, dotted:
		on, off := 3*w, 2*w
		if r.dash == dotted {
			on, off = w, w
		}
		if w == 1 && r.dash == dashed {
			on, off = 3, 3
		}
		for ; a < b; a += on + off {
			bar(a, min(a+on, b), from, w)
		}
	}
}
