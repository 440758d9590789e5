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
// rules, found what was followed. Where a table is expected, what looks like a drawing is
// taken for one, too. It returns the error of ctx when that ends, and no other.
func Find(ctx context.Context, m *ruling.Evidence, found *ruling.Traced, expected bool) (*Lattice, error) {
	made := tablesOf(ctx, m, found)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	all := made.grids
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
		ruling.LikeTable(lostOf(made.missedHor, ruling.Level, told), lostOf(made.missedVer, ruling.Plumb, told)) && (len(r.Grids) > 0 || len(r.drawings) == 0)
	r.Unmade = len(r.Grids)+len(r.drawings) == 0 && len(ruling.StrongOf(made.missedHor))+len(ruling.StrongOf(made.missedVer)) > 2
	r.Hor, r.Ver = made.hor, made.ver
	return r, ctx.Err()
}

// InPieces tells whether rules of a page, on which so many tables were found, are in pieces.
func (r *Lattice) InPieces(tables int) bool { return r.Broken || tables == 0 && r.Unmade }

// likelyTables are the likeliest tables of a page.
type likelyTables struct {
	grids                []Grid
	hor, ver             []ruling.Rule // that they were made of
	missedHor, missedVer []ruling.Rule // those that were not followed, where some were not
}

// tablesOf are the likeliest tables of a page, of what was followed and what its blocks tell. Where
// ctx ends, they are not all.
func tablesOf(ctx context.Context, m *ruling.Evidence, found *ruling.Traced) (out likelyTables) {
	hor, ver := m.MapRules(ruling.Level), m.MapRules(ruling.Plumb)
	out = likelyTables{grids: tablesFrom(ctx, slices.Clone(hor), slices.Clone(ver), seeker{m: m}), hor: hor, ver: ver}
	return out
}

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

// parted are rules of one direction, cut where they cross the frame of a table: a table ends
// at its frame, and what goes on beyond is part of something else, which begins at the
// first rule across that lies beyond the frame. Pieces shorter than strong, in pixels, are
// Weak.
func parted(tables []Grid, rs, across []ruling.Rule, axis ruling.Axis, strong float64) (out []ruling.Rule) {
	pieces := slices.Clone(rs)
	for _, g := range tables {
		if !g.framed() {
			continue
		}
		wide, long := axis.Extent(g.Box), axis.Across().Extent(g.Box)
		lo, hi := float64(long.Lo), float64(long.Hi)
		out = nil
		for _, r := range pieces {
			if r.Pos < float64(wide.Lo-lostEnd) || r.Pos > float64(wide.Hi+lostEnd) || r.Hi < lo+lostEnd || r.Lo > hi-lostEnd {
				out = append(out, r)
				continue
			}
			before, in, after := r, r, r
			in.Lo, in.Hi = max(r.Lo, lo), min(r.Hi, hi)
			out = append(out, in)
			before.Hi, after.Lo = r.Lo, r.Hi
			for _, a := range across {
				if a.Lo > r.Pos+lostEnd || a.Hi < r.Pos-lostEnd {
					continue
				}
				if a.Pos < lo-lostEnd {
					before.Hi = max(before.Hi, a.Pos)
				}
				if a.Pos > hi+lostEnd {
					after.Lo = min(after.Lo, a.Pos)
				}
			}
			for _, rest := range []ruling.Rule{before, after} {
				if rest.Length() > 2*lostEnd {
					rest.Weak = rest.Weak || rest.Length() < strong
					out = append(out, rest)
				}
			}
		}
		pieces = out
	}
	return pieces
}
