package layout

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/borderless"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ruling"
)

// An open is what text tells of tables where no rules do.
type open struct {
	prints []borderless.Print // what stands outside of the ruled tables
	grids  []grid.Grid
	asked  []grid.Candidate // text in rows and columns that was asked whether it is one
}

// openTables finds the tables that text tells outside of the ruled ones; prints are what
// stands there. A ruled table of one column may be no more than the frame of some headings,
// or of rows: where the text in it tells a table with it, that takes its place. Level are the
// traces of level rules.
func openTables(r *grid.Lattice, level []ruling.Trace, prints []borderless.Print, expected bool) (*grid.Lattice, open) {
	around := func(r *grid.Lattice, prints []borderless.Print, expected bool) open {
		grids, asked := borderless.Tables(prints, ruling.StrongOf(r.Hor), ruling.StrongOf(r.Ver), expected)
		return open{prints, grids, asked}
	}
	within := func(r *grid.Lattice) open {
		return around(r, borderless.Outside(r.Page, r.Taken(), level), false)
	}
	if free, some := r.Without(singleColumn); some {
		told := within(free)
		rest, some := r.Without(func(g grid.Grid) bool { return singleColumn(g) && slices.ContainsFunc(told.grids, g.MostlyIn) })
		switch {
		case some && len(rest.Grids) == len(free.Grids):
			return free, told
		case some:
			return rest, within(rest)
		}
	}
	return r, around(r, prints, expected)
}

func singleColumn(g grid.Grid) bool { return g.Cols == 1 }

// inDoubt are the boxes of what was asked that may well be a table and was taken for none.
func inDoubt(asked []grid.Candidate) (out []image.Rectangle) {
	for i := range asked {
		if asked[i].Doubtful() {
			out = append(out, asked[i].Box)
		}
	}
	return out
}
