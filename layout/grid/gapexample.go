package grid

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A GapExample is a gap between texts in a row or column of a table, or of what was made one of several.
type GapExample struct {
	Axis    ruling.Axis // of the rule that may have been lost there
	Gap     ink.Span    // pixels, across that rule
	Between ink.Span    // the texts on both sides of it that stand farthest apart
	Along   ink.Span    // the cells of the row or column, along the rule
	Found   bool        // the table is as it was found, but for lines that text told
	Figures []float32
	Table   int       // its number
	Seen    []float32 // how well the rules of the table are seen
}

// GapExamples describes the gaps in the text of the tables of a page, for the fit of what tells lost rules: of the tables as they are
// found without text, and without some shares of their rows' lines, or of their columns', as if their rules were lost. It returns
// the error of ctx when that ends.
func GapExamples(ctx context.Context, m *ruling.Evidence, shares []float64, rng *rand.Rand) (out []GapExample, err error) {
	for i, g := range tablesFrom(ctx, m.Rules(ruling.Level), m.Rules(ruling.Plumb), m) {
		blobs, usual := textOf(m.Page, &g)
		if usual == 0 {
			continue
		}
		seen := g.seen(m.Pixel)
		for _, axis := range ruling.Axes {
			for _, share := range shares {
				rest, blobs := withoutLines(&g, blobs, func(of ruling.Axis) bool { return of == axis && rng.Float64() < share })
				t := bandsOf(rest, axis, usual, blobs)
				for k := range t.all {
					for _, gap := range gapsOf(t.all[k].own) {
						e := t.example(k, gap)
						e.Found, e.Table, e.Seen = share == 0, i, seen
						out = append(out, e)
					}
				}
			}
		}
	}
	return out, ctx.Err()
}

// withoutLines is a grid as it would be without those of its lines that text told, and without such others as are lost, and what is
// printed in its cells.
func withoutLines(g *Grid, blobs func(Cell) []ink.Blob, isLost func(ruling.Axis) bool) (*Grid, func(Cell) []ink.Blob) {
	rest := &Grid{Rows: g.Rows, Cols: g.Cols, RowLines: slices.Clone(g.RowLines), ColLines: slices.Clone(g.ColLines), Cells: slices.Clone(g.Cells)}
	of := map[image.Rectangle][]ink.Blob{}
	for _, c := range g.Cells {
		of[c.Box] = blobs(c)
	}
	for _, axis := range ruling.Axes {
		lines := g.lines(axis)
		for line := len(lines) - 2; line > 0; line-- {
			if isLost(axis) || slices.Contains(g.unseen[axis], lines[line]) {
				rest.lose(axis, line, of)
			}
		}
	}
	return rest, func(c Cell) []ink.Blob { return of[c.Box] }
}

// example describes a gap in a band, by its number.
func (t *bands) example(number int, gap ink.Span) GapExample {
	e := GapExample{Axis: t.axis, Gap: gap, Between: gap, Along: ink.Span{Lo: math.MaxInt}, Figures: t.describe(number, gap)}
	for _, c := range t.all[number].own {
		along := t.axis.Across().Extent(c.box)
		e.Along.Lo, e.Along.Hi = min(e.Along.Lo, along.Lo), max(e.Along.Hi, along.Hi)
		for i := 1; i < len(c.texts); i++ {
			if lo, hi := c.texts[i-1].Hi, c.texts[i].Lo; lo < gap.Hi && hi > gap.Lo {
				e.Between.Lo, e.Between.Hi = min(e.Between.Lo, lo), max(e.Between.Hi, hi)
			}
		}
	}
	return e
}

// lose takes a line out of a grid, where the cells on both sides of it meet it in the same places. Blobs is what is printed in cells,
// by their boxes.
func (g *Grid) lose(axis ruling.Axis, line int, blobs map[image.Rectangle][]ink.Blob) {
	partner := map[int]int{}
	for i, c := range g.Cells {
		at, n := c.of(axis)
		if at+n != line {
			continue
		}
		along, m := c.of(axis.Across())
		j := slices.IndexFunc(g.Cells, func(o Cell) bool {
			behind, _ := o.of(axis)
			from, span := o.of(axis.Across())
			return behind == line && from == along && span == m
		})
		if j < 0 {
			return
		}
		partner[i] = j
	}
	var cells []Cell
	for i, c := range g.Cells {
		at, n := c.of(axis)
		if j, ok := partner[i]; ok {
			o := g.Cells[j]
			_, more := o.of(axis)
			box := c.Box.Union(o.Box)
			blobs[box] = slices.Concat(blobs[c.Box], blobs[o.Box])
			c.Box = box
			c.setOf(axis, at, n+more-1)
		} else if at == line {
			continue
		} else if at > line {
			c.setOf(axis, at-1, n)
		} else if at+n > line {
			c.setOf(axis, at, n-1)
		}
		cells = append(cells, c)
	}
	g.Cells = cells
	if axis == ruling.Level {
		g.RowLines, g.Rows = slices.Delete(g.RowLines, line, line+1), g.Rows-1
	} else {
		g.ColLines, g.Cols = slices.Delete(g.ColLines, line, line+1), g.Cols-1
	}
}
