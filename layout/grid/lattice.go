package grid

import (
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A Lattice is what the rules of a page tell: the rules themselves, level ones in Hor and
// plumb ones in Ver, and the tables that they make.
type Lattice struct {
	Page       ink.Pixels
	Hor, Ver   []ruling.Rule
	Grids      []Grid            // the tables that they make
	charts     []image.Rectangle // candidates with bars that were left out
	drawings   []image.Rectangle // all grids that were left out, as likelier no table
	Candidates []Candidate       // all grids that were asked whether they are tables
	Broken     bool              // there are rules in pieces that account for more than the tables first found
	Unmade     bool              // there are more than two rules of which nothing was made; where no table is found, they may be all that is seen of one
}

// Find finds the rules of a page and the tables that they make. M is the evidence for
// rules. Where a table is expected, what looks like a drawing is taken for one, too. It returns
// the error of ctx when that ends, and no other.
func Find(ctx context.Context, m *ruling.Evidence, expected bool) (*Lattice, error) {
	hor, ver := m.Rules(ruling.Level), m.Rules(ruling.Plumb)
	all := tablesFrom(ctx, hor, ver, m)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].settle()
		all[i].unjoin(m)
	}
	r := &Lattice{Page: m.Page, Grids: all}
	if !expected {
		r.Grids, r.Candidates = tablesAmong(m.Page, all)
		r.charts = chartsAmong(r.Candidates)
	}
	r.drawings = netted(all, r.Grids)
	// The bars of a chart have a colour, too, and white between them.
	grounds := slices.DeleteFunc(groundTables(m.Page, r.Grids), func(g Grid) bool {
		return slices.ContainsFunc(r.charts, g.Box.Overlaps)
	})
	r.Grids = onGrounds(r.Grids, grounds)
	told := slices.Concat(all, r.Grids)
	// The pieces of rules beside a drawing alone are part of it.
	r.Broken = slices.ContainsFunc(r.Grids, func(g Grid) bool { return g.broken() }) ||
		ruling.LikeTable(lostOf(hor, ruling.Level, told), lostOf(ver, ruling.Plumb, told)) && (len(r.Grids) > 0 || len(r.drawings) == 0)
	r.Unmade = len(r.Grids)+len(r.drawings) == 0 && len(ruling.StrongOf(hor))+len(ruling.StrongOf(ver)) > 2
	r.Hor, r.Ver = hor, ver
	return r, ctx.Err()
}

// InPieces tells whether rules of a page, on which so many tables were found, are in pieces.
func (r *Lattice) InPieces(tables int) bool { return r.Broken || tables == 0 && r.Unmade }

// Without is a lattice without some of its tables; it tells whether there are any.
func (r *Lattice) Without(some func(Grid) bool) (*Lattice, bool) {
	out := *r
	out.Grids = slices.DeleteFunc(slices.Clone(r.Grids), some)
	return &out, len(out.Grids) < len(r.Grids)
}

// Taken are the parts of the page, in pixels, on which its rules make something: tables,
// and charts, whose axes and bars have texts in rows and columns, too.
func (r *Lattice) Taken() []image.Rectangle {
	out := slices.Clone(r.charts)
	for _, g := range r.Grids {
		out = append(out, g.Box)
	}
	return out
}
