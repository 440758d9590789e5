package grid

import (
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// Lumped tells whether half of the cells with text hold several lines, each in
// parts that stand apart, and some far apart: they are rows and columns, and the rules
// between them were not found.
func (g *Grid) Lumped() bool {
	printed, n := 0, 0
	for _, c := range g.Cells {
		if len(c.Lines) == 0 {
			continue
		}
		printed++
		whole := func(l ink.Line) bool { return l.Gap <= l.Box.Dy() }
		far := func(l ink.Line) bool { return l.Gap >= 2*l.Box.Dy() }
		if len(c.Lines) > 1 && !slices.ContainsFunc(c.Lines, whole) && slices.ContainsFunc(c.Lines, far) {
			n++
		}
	}
	return n > 0 && 2*n >= printed
}
