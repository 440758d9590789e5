package content

import (
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// MaxPositions is how many positions a grid may have; the largest form has
// some 300.
const MaxPositions = 200_000

// A Grid is a table as a report gives it: cells that cover Rows × Cols
// positions without gap or overlap.
type Grid struct {
	Caption    string
	Rows, Cols int
	Cells      []GridCell // in reading order
	Layout     string     // why it is taken for a means of laying out and not for a table; empty where it is not
	Box        *tables.Box
}

// A GridCell is one cell of a grid.
type GridCell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Text             string
	Absent           bool // the report has no cell here; one was put in so that the grid is whole
}

// What stands in the text of a cell for what is shown there and is no plain
// text, so that it is never taken for a value, nor its cell for a blank.
const (
	Unread = "\ufffd" // a picture, what is struck out, or what no character is known for
	Raised = "^"      // before what is set high or low, such as a note's number
)

// A Cell is a cell before it has its place: spans as they are written, which
// may overlap or run over. RowSpan 0 is one that goes on to the end.
type Cell struct {
	Text             string
	RowSpan, ColSpan int
}

// maxSpan is the greatest span of columns that browsers grant.
const maxSpan = 1000

// NewGrid places the cells of rows as a browser does: each takes the first
// free position of its row. What would overlap is cut short, what would run
// over ends with the table. It is nil for what has no cells or far too many.
func NewGrid(rows [][]Cell) *Grid {
	g := &Grid{Rows: len(rows)}
	var until []int // for each column the row from which it is free
	area := 0
	for r, row := range rows {
		col := 0
		for _, c := range row {
			for col < len(until) && until[col] > r {
				col++
			}
			span := min(max(c.ColSpan, 1), maxSpan)
			down := c.RowSpan
			if down <= 0 || down > len(rows)-r {
				down = len(rows) - r
				if c.RowSpan < 0 {
					down = 1
				}
			}
			width := 0
			for width < span && (col+width >= len(until) || until[col+width] <= r) {
				if col+width == len(until) {
					until = append(until, 0)
				}
				until[col+width] = r + down
				width++
			}
			if area += width * down; area > MaxPositions || len(until)*len(rows) > MaxPositions {
				return nil
			}
			g.Cells = append(g.Cells, GridCell{Row: r, Col: col, RowSpan: down, ColSpan: width, Text: c.Text})
			col += width
		}
	}
	g.Cols = len(until)
	if len(g.Cells) == 0 {
		return nil
	}
	g.fill()
	g.Normalise()
	return g
}

// Normalise leaves out rows in which nothing stands and lines that no cell ends
// at.
func (g *Grid) Normalise() {
	g.dropBlankRows()
	g.compress()
}

// fill puts blank cells where the table has none, and sorts.
func (g *Grid) fill() {
	taken := make([]bool, g.Rows*g.Cols)
	at := make([]int, g.Rows*g.Cols)
	for i, c := range g.Cells {
		at[c.Row*g.Cols+c.Col] = i + 1
		for y := c.Row; y < c.Row+c.RowSpan; y++ {
			for x := c.Col; x < c.Col+c.ColSpan; x++ {
				taken[y*g.Cols+x] = true
			}
		}
	}
	var all []GridCell
	for p := range taken {
		switch {
		case at[p] > 0:
			all = append(all, g.Cells[at[p]-1])
		case !taken[p]:
			all = append(all, GridCell{Row: p / g.Cols, Col: p % g.Cols, RowSpan: 1, ColSpan: 1, Absent: true})
		}
	}
	g.Cells = all
}

// dropBlankRows leaves out rows in which nothing stands: editors leave them,
// and browsers give them no height.
func (g *Grid) dropBlankRows() {
	keep := make([]bool, g.Rows)
	for _, c := range g.Cells {
		if c.Text != "" {
			keep[c.Row] = true
		}
	}
	g.renumber(keep, nil)
}

// compress leaves out the lines of the grid that no cell ends at.
func (g *Grid) compress() {
	rows, cols := make([]bool, g.Rows), make([]bool, g.Cols)
	for _, c := range g.Cells {
		rows[c.Row], cols[c.Col] = true, true
	}
	g.renumber(rows, cols)
}

// renumber leaves out rows and columns; nil keeps all. A cell that begins in
// one that is left out begins in the next, and goes if none is left to it.
func (g *Grid) renumber(rows, cols []bool) {
	number := func(keep []bool, n int) []int {
		out := make([]int, n+1)
		for i := range n {
			out[i+1] = out[i]
			if keep == nil || keep[i] {
				out[i+1]++
			}
		}
		return out
	}
	r, c := number(rows, g.Rows), number(cols, g.Cols)
	var kept []GridCell
	for _, cell := range g.Cells {
		bottom, right := r[cell.Row+cell.RowSpan], c[cell.Col+cell.ColSpan]
		cell.Row, cell.Col = r[cell.Row], c[cell.Col]
		cell.RowSpan, cell.ColSpan = bottom-cell.Row, right-cell.Col
		if cell.RowSpan > 0 && cell.ColSpan > 0 {
			kept = append(kept, cell)
		}
	}
	g.Cells, g.Rows, g.Cols = kept, r[g.Rows], c[g.Cols]
}

// noCell is the greatest probability of a value in a row that lacks a cell.
const noCell = 0.5

// Sheet is the grid as the tables of pictures are seen: what is written in it
// is certain, so that only places can be doubted.
func (g *Grid) Sheet() *tables.Sheet {
	s := &tables.Sheet{Rows: g.Rows, Cols: g.Cols, Caption: g.Caption, Edges: make([]float64, g.Cols+1)}
	for i := range s.Edges {
		s.Edges[i] = float64(i) / float64(g.Cols)
	}
	odd, all := g.odd()
	for _, c := range g.Cells {
		r := tables.Reading{Text: c.Text, Confidence: 1, Typed: true}
		if all || odd[c.Row] {
			r.AtMost, r.Causes = noCell, []tables.Cause{tables.Because("odd_row")}
		}
		if c.Absent {
			r.Confidence = noCell
		}
		s.Cells = append(s.Cells, tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Reading: r})
	}
	if g.Box != nil {
		b := *g.Box
		s.Quad = [4]tables.Point{{b[0], b[1]}, {b[0] + b[2], b[1]}, {b[0] + b[2], b[1] + b[3]}, {b[0], b[1] + b[3]}}
	}
	return s
}

// odd tells the rows that are shorter or longer than most: a cell may be
// missing or one too many anywhere in them. All says that it is a row of
// headings, so that nothing tells what stands under which.
func (g *Grid) odd() (rows []bool, all bool) {
	width, values := make([]int, g.Rows), make([]bool, g.Rows)
	for _, c := range g.Cells {
		for r := c.Row; r < c.Row+c.RowSpan && !c.Absent; r++ {
			width[r] = max(width[r], c.Col+c.ColSpan)
		}
		if v, _, ok := tables.ParseValue(c.Text); ok && v != nil {
			values[c.Row] = true
		}
	}
	count, usual := make(map[int]int), 0
	for _, w := range width {
		if count[w]++; count[w] > count[usual] || count[w] == count[usual] && w > usual {
			usual = w
		}
	}
	rows = make([]bool, g.Rows)
	for r, w := range width {
		rows[r] = w != usual
		all = all || rows[r] && !values[r]
	}
	return rows, all
}

// Prose is the length, in characters on average, from which the cells of a
// table are paragraphs that it lays out.
const Prose = 60

// IsTable reports whether a grid that is no known form is a table and not a
// means of laying a page out.
func (g *Grid) IsTable() bool {
	if g.Layout != "" || g.Rows < 2 || g.Cols < 2 {
		return false
	}
	texts, length := 0, 0
	for _, c := range g.Cells {
		if c.Text != "" {
			texts++
			length += len([]rune(c.Text))
		}
	}
	// The least that can be told from labels set side by side, and cells of
	// which most say something.
	return texts >= 4 && 3*texts >= len(g.Cells) && length < Prose*texts
}

// Clean makes the text of a cell of what stands in its source: white space is
// one blank, lines are kept, nothing stands around them.
func Clean(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.FieldsFunc(line, blank), " ")
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// blank is white space, and marks without width that editors leave.
func blank(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\f', '\v', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u200e', '\u200f', '\u2060':
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}
