// Package reading turns the grid of one table into a sheet: it has the line
// reader read every cell (first.go), Tesseract what that one can't be trusted
// with alone (second.go), weighs what both made of it (weigh.go), and doubts
// what the page, the grid or other cells speak against (doubt.go).
//
// It knows pages, grids, the readers, and which cell of a form a cell is. It
// must not know how tables are found, how a form is told, what a form's sums
// are, nor anything of files and documents.
package reading

import (
	"context"
	"image"
	"math"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/seal"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// Tools are what the tables of one picture are read with.
type Tools struct {
	Reader      *ocr.Reader
	Seals       []seal.Seal // that lay over the picture
	ReviewBelow float64     // values with less than this probability are flagged
}

// A Table is the reading of one table: for each cell its line pictures and what
// each reader made of them. It writes neither to the page nor to the grid.
type Table struct {
	Grid *grid.Grid

	Tools
	page  *layout.Page
	cells []cell
	match *tables.Match // the form it is, once that is known; nil if none

	quickly once // the quick reader of all print
	surely  once // the reader of all print

	cropped  bool         // its lines were cut out of the page
	insisted bool         // it was found for the labels of a form only
	futile   int          // cells that were turned in vain
	babble   bool         // neither reader makes sense of it
	unread   bool         // there is much, and what was looked at made no sense
	spent    int          // how much the line reader read, by width
	sense    Sense        // of its words
	script   script       // that they are written in
	decimals map[int]bool // columns a number of which has three decimals for sure
}

// New makes the reading of a table of which nothing is read yet.
func New(page *layout.Page, g *grid.Grid, tools Tools) *Table {
	t := &Table{Grid: g, Tools: tools, page: page, cells: make([]cell, len(g.Cells)), quickly: newOnce(tools.Reader.Glance), surely: newOnce(tools.Reader.Print)}
	for i := range t.cells {
		t.cells[i].lines = g.Cells[i].Lines
	}
	return t
}

// Texts are the likeliest texts of lines that stand in no table.
func Texts(ctx context.Context, page *layout.Page, cells []grid.Cell, tools Tools) ([]string, error) {
	lines, err := New(page, &grid.Grid{Cells: cells}, tools).crop(ctx)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	posteriors, err := tools.Reader.Lines(ctx, lines)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, p := range posteriors {
		texts = append(texts, p.Best(1)[0].Text)
	}
	return texts, nil
}

// Spent is how much the line reader read, by width.
func (t *Table) Spent() int { return t.spent }

// Unread reports whether the table was left alone, since what was looked at of
// it made no sense.
func (t *Table) Unread() bool { return t.unread }

// Babble reports whether neither reader made sense of it.
func (t *Table) Babble() bool { return t.babble }

// HasUnsureEdges reports whether cells may be parted, or joined, wrongly.
func (t *Table) HasUnsureEdges() bool {
	for i := range t.cells {
		if t.unsureEdges(i) || t.twoNumbers(i) {
			return true
		}
	}
	return false
}

// HasLow reports whether a cell is too low to hold print: a false rule may have made it,
// and parted its column or row wrongly.
func (t *Table) HasLow() bool {
	for i := range t.cells {
		if t.low(i) {
			return true
		}
	}
	return false
}

// Sense is how legible its words are to the line reader.
func (t *Table) Sense() Sense { return t.sense }

// Printed are the texts of the cells in which something is printed, as far as
// they have been read.
func (t *Table) Printed() (texts []string) {
	for i := range t.cells {
		if c := &t.cells[i]; len(c.crops) > 0 {
			texts = append(texts, c.reading.Text)
		}
	}
	return texts
}

// Lines are where the lines of text of a cell were read, on the page.
func (t *Table) Lines(cell int) []ink.Line { return t.cells[cell].lines }

// floor keeps a mark as low as a dash from being blown up to the height of a
// digit.
func (t *Table) floor() float64 { return 0.6 * t.page.LineHeight }

// printHeight is a cell's height as it was printed: fewer pixels than on the page where the
// picture was made larger.
func (t *Table) printHeight(c *cell) float64 {
	if t.page.PrintHeight == 0 {
		return c.height
	}
	return c.height * t.page.PrintHeight / t.page.LineHeight
}

// gray is the page, on which nothing may be painted.
func (t *Table) gray() (*image.Gray, error) {
	px, err := t.page.Gray.DataPtrUint8()
	if err != nil {
		return nil, err
	}
	size := t.page.Size()
	return &image.Gray{Pix: px, Stride: size.X, Rect: image.Rectangle{Max: size}}, nil
}

// crop cuts the lines of all cells out of the page.
func (t *Table) crop(ctx context.Context) ([]linenet.Line, error) {
	gray, err := t.gray()
	if err != nil {
		return nil, err
	}
	t.cropped = true
	var lines []linenet.Line
	for i := range t.cells {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, at := &t.cells[i], &t.Grid.Cells[i]
		lines = append(lines, c.crop(gray, c.lines, at.Box, at.LightInk, t.floor())...)
	}
	return lines, nil
}

// Sheet is the table as far as it has been read.
func (t *Table) Sheet() *tables.Sheet {
	g := t.Grid
	s := &tables.Sheet{Rows: g.Rows, Cols: g.Cols, Open: g.Open, Cells: make([]tables.SheetCell, len(g.Cells))}
	for i, p := range [4][2]float64{{g.ColLines[0], g.RowLines[0]}, {g.ColLines[g.Cols], g.RowLines[0]}, {g.ColLines[g.Cols], g.RowLines[g.Rows]}, {g.ColLines[0], g.RowLines[g.Rows]}} {
		x, y := t.page.Source(p[0], p[1])
		s.Quad[i] = tables.Point{tenth(x), tenth(y)}
	}
	left, width := g.ColLines[0], g.ColLines[g.Cols]-g.ColLines[0]
	for _, x := range g.ColLines {
		s.Edges = append(s.Edges, (x-left)/width)
	}
	for i := range g.Cells {
		c := &g.Cells[i]
		s.Cells[i] = tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Box: t.sourceBox(c.Box), Reading: t.cells[i].reading}
	}
	return s
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func (t *Table) sourceBox(r image.Rectangle) tables.Box { return SourceBox(t.page, r) }

// SourceBox is the upright box on the picture around a box on the page, pixels.
func SourceBox(page *layout.Page, r image.Rectangle) tables.Box {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range []image.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}} {
		x, y := page.Source(float64(p.X), float64(p.Y))
		lo, hi = [2]float64{min(lo[0], x), min(lo[1], y)}, [2]float64{max(hi[0], x), max(hi[1], y)}
	}
	return tables.Box{tenth(lo[0]), tenth(lo[1]), tenth(hi[0] - lo[0]), tenth(hi[1] - lo[1])}
}
