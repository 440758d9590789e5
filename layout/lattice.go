package layout

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A lattice is what the page's rules tell.
type lattice struct {
	page     ink.Pixels
	hor, ver []ruling.Rule
	grids    []Grid            // the tables that they make
	charts   []image.Rectangle // drawings with bars that were left out
	drawings []image.Rectangle // all grids that were left out as part of a drawing
	broken   bool              // there are rules in pieces that account for more than the tables first found
}

// findLattice finds the page's rules and the tables they make. Where a table is
// expected, what looks like a drawing is one, too.
func findLattice(m *ruling.Evidence, found *ruling.Traced, expected bool) *lattice {
	hor, ver, unsettled := m.Rules(found)
	all := tablesFrom(slices.Clone(hor), slices.Clone(ver), m)
	var h, v []ruling.Rule
	if unsettled {
		h, v = missed(m, all, hor, ver)
	}
	if len(h)+len(v) > 0 {
		hs, vs := slices.Concat(h, hor), slices.Concat(v, ver)
		if more := tablesFrom(slices.Clone(hs), slices.Clone(vs), m); better(m, more, all) {
			hor, ver, all = hs, vs, more
			for i := range all {
				all[i].broken = true
			}
		}
	}
	r := &lattice{page: m.Page, grids: all}
	if !expected {
		r.grids, r.charts = withoutFigures(m.Page, all)
	}
	r.drawings = netted(all, r.grids)
	// The bars of a chart have a colour, too, and white between them.
	grounds := slices.DeleteFunc(groundTables(m.Page, r.grids), func(g Grid) bool {
		return slices.ContainsFunc(r.charts, g.Box.Overlaps)
	})
	r.grids = onGrounds(r.grids, grounds)
	made := slices.Concat(all, r.grids)
	// The pieces of rules beside a drawing alone are part of it.
	r.broken = slices.ContainsFunc(r.grids, func(g Grid) bool { return g.broken }) ||
		ruling.LikeTable(lostOf(h, true, made), lostOf(v, false, made)) && (len(r.grids) > 0 || len(r.drawings) == 0)
	r.hor, r.ver = hor, ver
	return r
}

// taken are the parts of the page that are taken by what its rules make: tables
// and charts, whose axes and bars have texts in rows and columns, too.
func (r *lattice) taken() []image.Rectangle {
	out := slices.Clone(r.charts)
	for _, g := range r.grids {
		out = append(out, g.Box)
	}
	return out
}
