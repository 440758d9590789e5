package grid

import (
	"context"
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ruling"
)

func buildGrid(ctx context.Context, h, v []ruling.Rule, m *ruling.Evidence) (Grid, bool) {
	rows, cols := gridLines(h), gridLines(v)
	cols = openSides(cols, rows, false)
	rows = openSides(rows, cols, len(cols) > 0 && (cols[0].open || cols[len(cols)-1].open))
	if len(rows) > 1 && len(cols) > 1 && cols[0].open && cols[len(cols)-1].open && rows[len(rows)-1].open && !rows[0].open {
		rows = openTop(m, rows, cols)
	}
	if len(rows) < 2 || len(cols) < 2 || len(rows)*len(cols) > maxPositions {
		return Grid{}, false
	}
	R, C := len(rows)-1, len(cols)-1
	// below[r][c]: an edge is printed between positions (r-1,c) and (r,c).
	below, right := edges(ctx, rows, cols, m, ruling.Level), edges(ctx, cols, rows, m, ruling.Plumb)
	edge := func(r, c int, axis ruling.Axis) *float64 {
		if axis == ruling.Level {
			return &below[r*C+c]
		}
		return &right[c*R+r]
	}
	cells := cellsFrom(R, C, edge)
	g := Grid{Rows: R, Cols: C, Bare: [4]bool{AtLeft: cols[0].open, AtRight: cols[C].open, AtTop: rows[0].open, AtBottom: rows[R].open}}
	for _, l := range rows {
		g.RowLines = append(g.RowLines, l.pos)
	}
	for _, l := range cols {
		g.ColLines = append(g.ColLines, l.pos)
	}
	for _, k := range cells {
		if ctx.Err() != nil {
			return Grid{}, false
		}
		// Row and column lines that lie within the cell do not bound it, and
		// of a double rule only the inner edge does.
		_, x0 := faces(cols, k.Min.X, rows, k.Min.Y, k.Max.Y)
		x1, _ := faces(cols, k.Max.X, rows, k.Min.Y, k.Max.Y)
		_, y0 := faces(rows, k.Min.Y, cols, k.Min.X, k.Max.X)
		y1, _ := faces(rows, k.Max.Y, cols, k.Min.X, k.Max.X)
		g.Cells = append(g.Cells, Cell{Row: k.Min.Y, Col: k.Min.X, RowSpan: k.Dy(), ColSpan: k.Dx(),
			Box: image.Rect(int(math.Ceil(x0)), int(math.Ceil(y0)), int(math.Floor(x1)), int(math.Floor(y1))).Intersect(image.Rectangle{Max: m.Size})})
	}
	g.doubts = doubtsOf(m, rows, cols, cells, g.Cells)
	g.compress()
	splitHeadings(m.Page, &g, rows, cols)
	g.Box = image.Rect(int(g.ColLines[0]), int(g.RowLines[0]), int(math.Ceil(g.ColLines[g.Cols])), int(math.Ceil(g.RowLines[g.Rows])))
	return g, g.Rows*g.Cols >= 2
}

// faces are where the inside of a cell before line i ends, and where that of a cell behind
// it begins, pixels: at the near edge of the rules that lie on the line between lines a
// and b across.
func faces(lines []gridLine, i int, across []gridLine, a, b int) (before, behind float64) {
	l := &lines[i]
	lo, hi := across[a].pos, across[b].pos
	before, behind = math.Inf(1), math.Inf(-1)
	for _, r := range l.rules {
		if r.Lo < hi-2 && r.Hi > lo+2 {
			before, behind = min(before, r.Pos-r.Thick/2), max(behind, r.Pos+r.Thick/2)
		}
	}
	if behind < before {
		return l.pos, l.pos
	}
	return before, behind
}

// edges measures how surely each edge on the lines is printed: an edge is the piece of a
// line between two neighbouring lines across. It has len(across)-1 probabilities for each line.
func edges(ctx context.Context, lines, across []gridLine, m *ruling.Evidence, axis ruling.Axis) []float64 {
	n := len(across) - 1
	out := make([]float64, len(lines)*n)
	for i := range lines {
		if ctx.Err() != nil {
			break
		}
		l := &lines[i]
		for j := range n {
			if i == 0 || i == len(lines)-1 {
				out[i*n+j] = 1 // the outside is always closed
				continue
			}
			if l.open {
				continue
			}
			a, b := across[j].hi, across[j+1].lo
			out[i*n+j] = probability(m.RuleOdds(axis, l.near(a, b), a+1, b-1))
		}
	}
	return out
}

// probability is that of odds, whose natural logarithm is given.
func probability(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

// EdgePlaces are the places at which edges of the tables of a page may be, for the fit of what tells
// which are printed.
func EdgePlaces(m *ruling.Evidence) (out []ruling.Place) {
	hor, ver := m.Rules(ruling.Level), m.Rules(ruling.Plumb)
	hor, ver = supported(m, ruling.Level, hor, ver), supported(m, ruling.Plumb, ver, hor)
	toFrame(hor, ver)
	toFrame(ver, hor)
	for _, n := range nets(hor, ver) {
		rows, cols := gridLines(n.hor), gridLines(n.ver)
		if len(rows) < 2 || len(cols) < 2 || len(rows)*len(cols) > maxPositions {
			continue
		}
		for axis, lines := range [2][]gridLine{ruling.Level: rows, ruling.Plumb: cols} {
			across := cols
			if ruling.Axis(axis) == ruling.Plumb {
				across = rows
			}
			for i := 1; i < len(lines)-1; i++ {
				for j := range len(across) - 1 {
					a, b := across[j].hi, across[j+1].lo
					r := lines[i].near(a, b)
					out = append(out, m.PlaceOf(ruling.Axis(axis), r, a+1, b-1))
				}
			}
		}
	}
	return out
}
