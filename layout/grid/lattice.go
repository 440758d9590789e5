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
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	hor, ver := m.Rules(found)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	all := tablesFrom(ctx, slices.Clone(hor), slices.Clone(ver), seeker{m: m})
	var h, v []ruling.Rule
	if ctx.Err() == nil {
		h, v = missed(m, all, hor, ver)
	}
	if len(h)+len(v) > 0 {
		h, v = within(all, h, ruling.Level), within(all, v, ruling.Plumb)
		hs, vs := slices.Concat(h, hor), slices.Concat(v, ver)
		byBlocks := seeker{m: m, blocks: true}
		both := tablesFrom(ctx, slices.Clone(hs), slices.Clone(vs), byBlocks)
		alone := tablesFrom(ctx, slices.Clone(h), slices.Clone(v), byBlocks)
		var others bool
		if all, others = likeliest(ctx, m, all, both, alone); others {
			hor, ver = hs, vs
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].settle()
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
	r.Broken = slices.ContainsFunc(r.Grids, func(g Grid) bool { return g.broken() }) ||
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

// within cuts off what of rules runs over the sides of tables that have a frame: a
// table ends at its frame, and what goes on there is another's.
func within(tables []Grid, rs []ruling.Rule, axis ruling.Axis) []ruling.Rule {
	out := slices.Clone(rs)
	for _, g := range tables {
		if !g.framed() {
			continue
		}
		across, along := axis.Extent(g.Box), axis.Across().Extent(g.Box)
		for i := range out {
			r := &out[i]
			if r.Pos < float64(across.Lo-lostEnd) || r.Pos > float64(across.Hi+lostEnd) || r.Hi < float64(along.Lo+lostEnd) || r.Lo > float64(along.Hi-lostEnd) {
				continue
			}
			r.Lo, r.Hi = max(r.Lo, float64(along.Lo)), min(r.Hi, float64(along.Hi))
		}
	}
	return out
}
