package grid

import (
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
)

// tableSigns are what is measured of rules that make a grid, to tell whether it is a table.
// Shares are from 0 to 1; lengths are in heights of its print, and their logarithms natural.
var tableSigns = []string{
	"cells, logarithm", "rows, logarithm", "columns, logarithm", "positions to a cell",
	"share of cells with print", "share of these it leaves", "share of rows with none", "share of columns with none", "share of area with none",
	standingBars, "bars of different heights", "darkness", "darkness of bare cells",
	"edges told wrongly", "edges told wrongly to a cell", "sides without a rule", "lost lines",
	"width, logarithm", "height, logarithm", "share of the largest cell", "share of thin cells",
	"unevenness of rows", "shape of cells, logarithm",
	"height of ink", "width of ink", "share of a cell's height printed", "share of a cell's width printed", "largest mark's share of its cell",
	"marks to a cell", "lines to a cell", "share of ink", "distance from the middle of its height", "distance from a side or the middle",
	"height of print, logarithm",
}

// standingBars is the sign that tells charts of bars.
const standingBars = "share of cells with bars"

// aCell is what is printed in a cell of a grid.
type aCell struct {
	Cell
	ink   ink.Ink
	box   image.Rectangle // of all marks
	bars  []int           // heights of the bars that stand in it
	inked bool            // there is more than dashes of a line that was not seen as one, or the ragged side of a bar
}

func (c *aCell) area() float64 { return area(c.Box) }

func area(r image.Rectangle) float64 { return float64(r.Dx()) * float64(r.Dy()) }

func cellsOf(p ink.Pixels, g *Grid) (cells []aCell, print float64) {
	var marks []ink.Blob
	for _, c := range g.Cells {
		a := aCell{Cell: c, ink: p.Ink(c.Box)}
		for _, b := range a.ink.Blobs {
			a.box = a.box.Union(b.Box)
			a.inked = a.inked || b.Box.Dy() > ink.Rest && !ink.Sliver(b.Box, c.Box)
		}
		if a.inked {
			a.bars = ink.StandingIn(a.ink, c.Box)
		}
		marks = append(marks, a.ink.Blobs...)
		cells = append(cells, a)
	}
	return cells, max(ink.UsualHeight(marks), ink.Rest)
}

// signsOf measures the tableSigns of a grid.
func signsOf(p ink.Pixels, g *Grid) []float64 {
	cells, H := cellsOf(p, g)
	bare := make([]int, 0, len(cells))
	grounds := make([]int, 0, len(cells))
	for i := range cells {
		grounds = append(grounds, cells[i].ink.Ground)
		if len(cells[i].ink.Blobs) == 0 {
			bare = append(bare, cells[i].ink.Ground)
		}
	}
	f := figuresOf(cells, H)
	rows, cols := make([]bool, g.Rows), make([]bool, g.Cols)
	sides := 0
	for i := range cells {
		c := &cells[i]
		if len(c.ink.Blobs) > 0 {
			mark(rows[c.Row : c.Row+c.RowSpan])
			mark(cols[c.Col : c.Col+c.ColSpan])
		}
	}
	for _, none := range g.Bare {
		if none {
			sides++
		}
	}
	n := float64(len(cells))
	return append([]float64{
		math.Log(n), math.Log(float64(g.Rows)), math.Log(float64(g.Cols)), float64(g.Rows*g.Cols) / n,
		f.inked.Value(), f.off.Value(), shareBare(rows), shareBare(cols), f.bareArea / f.area,
		f.standing.Value(), likely.One(f.uneven), darkness(grounds, grounds), darkness(bare, grounds),
		g.doubt, g.doubt / n, float64(sides), float64(g.Recovered),
		math.Log(float64(g.Box.Dx()) / H), math.Log(float64(g.Box.Dy()) / H), f.largest / f.area, f.thin.Value(),
		unevenness(g.RowLines), f.shape(),
	}, f.ofInk(H)...)
}

// figures are sums over the cells of a grid.
type figures struct {
	inked, off, standing, thin          likely.Mean
	uneven                              bool
	area, bareArea, largest             float64
	shapes                              []float64
	inkArea, inkHigh, inkWide           float64     // area of ink, and that times the heights and widths of its marks
	high, wide, marks, lines, mid, edge likely.Mean // of cells with print
	filled                              float64
}

func figuresOf(cells []aCell, H float64) (f figures) {
	for i := range cells {
		c := &cells[i]
		w, h := float64(c.Box.Dx()), float64(c.Box.Dy())
		f.area += c.area()
		f.largest = max(f.largest, c.area())
		f.thin.Is(min(w, h) < H)
		f.shapes = append(f.shapes, math.Log(max(w, 1)/max(h, 1)))
		f.inked.Is(c.inked)
		f.standing.Is(len(c.bars) > 0)
		f.uneven = f.uneven || ink.Uneven(c.bars)
		if len(c.ink.Blobs) == 0 {
			f.bareArea += c.area()
			continue
		}
		if c.inked {
			f.off.Is(ink.Leaves(c.ink.Blobs, c.Box))
		}
		f.print(c, H)
	}
	f.area = max(f.area, 1)
	return f
}

// print adds what is printed in a cell.
func (f *figures) print(c *aCell, H float64) {
	w, h := float64(c.Box.Dx()), float64(c.Box.Dy())
	for _, b := range c.ink.Blobs {
		a := float64(b.Area)
		f.inkArea += a
		f.inkHigh += a * float64(b.Box.Dy())
		f.inkWide += a * float64(b.Box.Dx())
		f.filled = max(f.filled, area(b.Box)/c.area())
	}
	f.high.Add(float64(c.box.Dy()) / h)
	f.wide.Add(float64(c.box.Dx()) / w)
	f.marks.Add(float64(len(c.ink.Blobs)))
	f.lines.Add(float64(len(ink.Rows(c.ink.Blobs, 0))))
	left, right := float64(c.box.Min.X-c.Box.Min.X), float64(c.Box.Max.X-c.box.Max.X)
	top, bottom := float64(c.box.Min.Y-c.Box.Min.Y), float64(c.Box.Max.Y-c.box.Max.Y)
	f.mid.Add(math.Abs(top-bottom) / H)
	f.edge.Add(min(left, right, math.Abs(left-right)) / H)
}

func (f *figures) shape() float64 { return ink.Median(f.shapes) }

// ofInk are the signs of what is printed, the last of tableSigns.
func (f *figures) ofInk(H float64) []float64 {
	all := max(f.inkArea, 1)
	return []float64{
		f.inkHigh / all / H, f.inkWide / all / H, f.high.Value(), f.wide.Value(), f.filled,
		f.marks.Value(), f.lines.Value(), f.inkArea / f.area, f.mid.Value(), f.edge.Value(),
		math.Log(H),
	}
}

func mark(printed []bool) {
	for i := range printed {
		printed[i] = true
	}
}

func shareBare(printed []bool) float64 {
	var m likely.Mean
	for _, p := range printed {
		m.Is(!p)
	}
	return m.Value()
}

// darkness is how much darker than the paper grounds are on average, as a share of it. The
// paper is the lighter quarter of all.
func darkness(grounds, all []int) float64 {
	paper := float64(max(1, ink.Ranked(all, 3, 4)))
	var m likely.Mean
	for _, v := range grounds {
		m.Add(max(0, 1-float64(v)/paper))
	}
	return m.Value()
}

// unevenness is how much the distances of lines differ: their standard deviation as a
// share of their mean.
func unevenness(lines []float64) float64 {
	var steps []float64
	for i := 1; i < len(lines); i++ {
		steps = append(steps, lines[i]-lines[i-1])
	}
	_, differ := likely.Spread(steps)
	return differ
}
