package grid

import (
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A Lattice is what the page's rules tell.
type Lattice struct {
	Page     ink.Pixels
	Hor, Ver []ruling.Rule
	Grids    []Grid            // the tables that they make
	charts   []image.Rectangle // drawings with bars that were left out
	drawings []image.Rectangle // all grids that were left out as part of a drawing
	Broken   bool              // there are rules in pieces that account for more than the tables first found
}

// Find finds the page's rules and the tables they make. Where a table is
// expected, what looks like a drawing is one, too. It returns the error of ctx
// when that ends.
func Find(ctx context.Context, m *ruling.Evidence, found *ruling.Traced, expected bool) (*Lattice, error) {
	hor, ver, unsettled := m.Rules(found)
	all := tablesFrom(ctx, slices.Clone(hor), slices.Clone(ver), m)
	var h, v []ruling.Rule
	if unsettled && ctx.Err() == nil {
		h, v = missed(m, all, hor, ver)
	}
	if len(h)+len(v) > 0 {
		hs, vs := slices.Concat(h, hor), slices.Concat(v, ver)
		if more := tablesFrom(ctx, slices.Clone(hs), slices.Clone(vs), m); better(m, more, all) {
			hor, ver, all = hs, vs, more
			for i := range all {
				all[i].Broken = true
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &Lattice{Page: m.Page, Grids: all}
	if !expected {
		r.Grids, r.charts = withoutFigures(m.Page, all)
	}
	r.drawings = netted(all, r.Grids)
	// The bars of a chart have a colour, too, and white between them.
	grounds := slices.DeleteFunc(groundTables(m.Page, r.Grids), func(g Grid) bool {
		return slices.ContainsFunc(r.charts, g.Box.Overlaps)
	})
	r.Grids = onGrounds(r.Grids, grounds)
	made := slices.Concat(all, r.Grids)
	// The pieces of rules beside a drawing alone are part of it.
	r.Broken = slices.ContainsFunc(r.Grids, func(g Grid) bool { return g.Broken }) ||
		ruling.LikeTable(lostOf(h, ruling.Level, made), lostOf(v, ruling.Plumb, made)) && (len(r.Grids) > 0 || len(r.drawings) == 0)
	r.Hor, r.Ver = hor, ver
	return r, ctx.Err()
}

// Taken are the parts of the page that are taken by what its rules make: tables
// and charts, whose axes and bars have texts in rows and columns, too.
func (r *Lattice) Taken() []image.Rectangle {
	out := slices.Clone(r.charts)
	for _, g := range r.Grids {
		out = append(out, g.Box)
	}
	return out
}
