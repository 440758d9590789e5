package grid

import (
	"fmt"
	"image"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/internal/trees"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/models"
)

// Whether rules that make a grid make a table, or belong to something else that has rules: a
// chart, a flow chart, a plan, a frame around a text, writing squares, cards of a web site.

// A Candidate is rules that make a grid, or text in rows and columns, which may be a table,
// and what is to be said for it.
type Candidate struct {
	Box        image.Rectangle // on the page, pixels
	Rows, Cols int
	Ruled      bool      // rules make it
	Signs      []float64 // what was measured of it
	Odds       float64   // that it is a table, natural logarithm
	trees      *trees.Model
}

// Ask has trees tell by the signs of a candidate whether it is a table.
func (c Candidate) Ask(trees *trees.Model) Candidate {
	c.trees, c.Odds = trees, trees.Odds(c.Signs)
	return c
}

// Table tells whether a candidate is likelier a table than not.
func (c *Candidate) Table() bool { return c.Odds > 0 }

// Doubtful tells whether it is none, but may well be one.
func (c *Candidate) Doubtful() bool { return !c.Table() && c.Odds > doubtful }

// doubtful is the natural logarithm of odds of 1 to 9.
const doubtful = -2.2

// theTrees are those that tell a table by its signs.
var theTrees = sync.OnceValue(func() *trees.Model {
	m, err := trees.New(models.Table, tableSigns)
	if err != nil {
		panic(fmt.Sprintf("grid: %v", err))
	}
	return m
})

// Probability is that of a table.
func (c *Candidate) Probability() float64 { return trees.Probability(c.Odds) }

// Parts are what the signs of a candidate say for or against a table.
func (c *Candidate) Parts() []trees.Part {
	if c.trees == nil {
		return nil
	}
	return c.trees.Parts(c.Signs)
}

// candidate measures a grid.
func candidate(p ink.Pixels, g *Grid) Candidate {
	return Candidate{Box: g.Box, Rows: g.Rows, Cols: g.Cols, Ruled: true, Signs: signsOf(p, g)}.Ask(theTrees())
}

// tablesAmong are the grids that are tables, and all that were asked about.
func tablesAmong(p ink.Pixels, grids []Grid) (kept []Grid, all []Candidate) {
	for i := range grids {
		c := candidate(p, &grids[i])
		if all = append(all, c); c.Table() {
			kept = append(kept, grids[i])
		}
	}
	return kept, all
}

// chartsAmong are the places of the candidates that are no tables, and in most cells of which
// bars stand.
func chartsAmong(all []Candidate) (out []image.Rectangle) {
	for i := range all {
		if c := &all[i]; !c.Table() && 2*c.sign(standingBars) > 1 {
			out = append(out, c.Box)
		}
	}
	return out
}

// sign is one of the signs of a candidate.
func (c *Candidate) sign(name string) float64 { return c.Signs[slices.Index(tableSigns, name)] }

// netted are the boxes of the grids that were not kept, but for single cells.
func netted(all, kept []Grid) (out []image.Rectangle) {
	for _, g := range all {
		if len(g.Cells) > 1 && !slices.ContainsFunc(kept, func(k Grid) bool { return k.Box == g.Box }) {
			out = append(out, g.Box)
		}
	}
	return out
}
