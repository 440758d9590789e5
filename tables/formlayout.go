package tables

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// maxFormSide bounds the rows, the columns and the spans of a form.
const maxFormSide = 500

// A formLayout places the cells of a form as an HTML table would.
type formLayout struct {
	*formParser
	rows  [][]yaml.Node
	taken map[[2]int]int // row and column → the line of the cell that holds them
	keys  map[string]bool
	width int
	cells []FormCell
}

// layout places the cells as an HTML table would, then drops the grid lines
// that no cell edge falls on, since the printed grid has none there either.
// It returns the keys.
func (p *formParser) layout(form *Form, rows [][]yaml.Node) map[string]bool {
	l := &formLayout{formParser: p, rows: rows, taken: make(map[[2]int]int), keys: make(map[string]bool)}
	whole := l.place() && len(p.errs) == 0 && l.filled()
	if form.Cells = l.cells; whole {
		form.compress()
	}
	return l.keys
}

// place gives each cell its place; false where what follows can't be placed.
func (l *formLayout) place() bool {
	if len(l.rows) > maxFormSide {
		line := 0
		if row := l.rows[maxFormSide]; len(row) > 0 {
			line = row[0].Line
		}
		l.fail(line, "the table has %d rows, where %d are allowed", len(l.rows), maxFormSide)
		return false
	}
	for r, row := range l.rows {
		if len(row) == 0 {
			l.fail(0, "layout: row %d has no cells", r+1)
		}
		col := 0
		for i := range row {
			c, ok := l.cell(&row[i])
			if !ok {
				continue
			}
			for l.taken[[2]int{r, col}] > 0 {
				col++
			}
			c.Row, c.Col = r, col
			if col+c.ColSpan > maxFormSide {
				l.fail(row[i].Line, "the table is wider than the %d columns that are allowed", maxFormSide)
				return false
			}
			if r+c.RowSpan > len(l.rows) {
				l.fail(row[i].Line, "the cell spans %d rows, but only %d are left", c.RowSpan, len(l.rows)-r)
				continue
			}
			if !l.take(&c, row[i].Line) {
				return false
			}
			col += c.ColSpan
			l.width = max(l.width, col)
			l.cells = append(l.cells, c)
		}
	}
	return true
}

// cell reads a cell as it is written, without its place.
func (l *formLayout) cell(node *yaml.Node) (c FormCell, ok bool) {
	var fc formFileCell
	if !l.strict(node, &fc, "text", "key", "rowspan", "colspan") {
		return c, false
	}
	switch {
	case (fc.Text == nil) == (fc.Key == nil):
		l.fail(node.Line, "a cell has either a text (a label) or a key (a value)")
		return c, false
	case fc.Text != nil:
		c.Text = *fc.Text
	case *fc.Key == "":
		l.fail(node.Line, "the key is empty")
		return c, false
	default:
		c.Key = *fc.Key
		if l.keys[c.Key] {
			l.fail(node.Line, "the key %s stands in two cells; each value needs its own", c.Key)
		}
		l.keys[c.Key] = true
	}
	span := func(n *int) int {
		if n == nil {
			return 1
		}
		return *n
	}
	c.RowSpan, c.ColSpan = span(fc.RowSpan), span(fc.ColSpan)
	if c.RowSpan < 1 || c.ColSpan < 1 || c.RowSpan > maxFormSide || c.ColSpan > maxFormSide {
		l.fail(node.Line, "rowspan and colspan must be 1 to %d", maxFormSide)
		return c, false
	}
	return c, true
}

// take gives a cell of a line of the file all positions that it spans; false
// where another has one of them.
func (l *formLayout) take(c *FormCell, line int) bool {
	for y := c.Row; y < c.Row+c.RowSpan; y++ {
		for x := c.Col; x < c.Col+c.ColSpan; x++ {
			if by := l.taken[[2]int{y, x}]; by > 0 {
				l.fail(line, "the cell overlaps the one of line %d", by)
				return false
			}
			l.taken[[2]int{y, x}] = line
		}
	}
	return true
}

// filled tells whether the cells fill the table, and says where they do not.
func (l *formLayout) filled() bool {
	for r, row := range l.rows {
		for x := range l.width {
			if l.taken[[2]int{r, x}] == 0 {
				l.fail(row[0].Line, "row %d leaves column %d of %d empty; the cells of each row must fill the table", r+1, x+1, l.width)
				return false
			}
		}
	}
	return true
}

// compress renumbers rows and columns so that each grid line carries an edge.
func (f *Form) compress() {
	rows, cols := map[int]bool{}, map[int]bool{}
	for _, c := range f.Cells {
		rows[c.Row], rows[c.Row+c.RowSpan] = true, true
		cols[c.Col], cols[c.Col+c.ColSpan] = true, true
	}
	index := func(lines map[int]bool) (map[int]int, int) {
		var sorted []int
		for l := range lines {
			sorted = append(sorted, l)
		}
		slices.Sort(sorted)
		m := make(map[int]int, len(sorted))
		for i, l := range sorted {
			m[l] = i
		}
		return m, len(sorted) - 1
	}
	var ri, ci map[int]int
	ri, f.Rows = index(rows)
	ci, f.Cols = index(cols)
	for i := range f.Cells {
		c := &f.Cells[i]
		c.RowSpan, c.ColSpan = ri[c.Row+c.RowSpan]-ri[c.Row], ci[c.Col+c.ColSpan]-ci[c.Col]
		c.Row, c.Col = ri[c.Row], ci[c.Col]
	}
}
