package grid

import (
	"context"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// tablesFrom joins the rules that meet into tables; where ctx ends, they are not
// all.
func tablesFrom(ctx context.Context, hor, ver []ruling.Rule, m *ruling.Evidence) []Grid {
	hor, ver = supported(m, ruling.Level, hor, ver), supported(m, ruling.Plumb, ver, hor)
	toFrame(hor, ver)
	toFrame(ver, hor)
	var grids []Grid
	for _, n := range nets(hor, ver) {
		// Where nothing is printed but sides of grounds, rows or columns are those of the text.
		if rows, cols := len(n.hor), len(n.ver); rows < 2 || cols < 1 || rows+cols < 4 || !halfPrinted(m, ruling.Level, n.hor) || !halfPrinted(m, ruling.Plumb, n.ver) || ctx.Err() != nil {
			continue
		}
		g, ok := buildGrid(ctx, n.hor, n.ver, m)
		if !ok {
			continue
		}
		grids = append(grids, g)
	}
	if ctx.Err() != nil {
		return nil
	}
	grids = Outermost(grids)
	for i := range grids {
		partByText(m, &grids[i])
	}
	return grids
}

// halfPrinted tells whether rules that are likelier printed from end to end than not, and are no mere sides of grounds, are
// half as long together as the longest rule, or longer.
func halfPrinted(m *ruling.Evidence, axis ruling.Axis, rs []ruling.Rule) bool {
	longest := 0.
	for i := range rs {
		longest = max(longest, rs[i].Length())
	}
	printed := 0.
	return slices.ContainsFunc(rs, func(r ruling.Rule) bool {
		if !r.Side && m.RuleOdds(axis, &r, r.Lo, r.Hi) > 0 {
			printed += r.Length()
		}
		return 2*printed >= longest
	})
}

// slack is how far a rule may stop short of one that it meets.
func slack(a, b *ruling.Rule) float64 {
	return 4 + a.Thick/2 + b.Thick/2
}

func meet(a, b *ruling.Rule) bool {
	s := slack(a, b)
	return b.Pos >= a.Lo-s && b.Pos <= a.Hi+s && a.Pos >= b.Lo-s && a.Pos <= b.Hi+s
}

// supported are the rules that are not Weak, and of the weak ones those that go from one
// strong rule across to the next, as the sides of a small cell do and strokes of a character
// do not: the map says so of all that lies between.
func supported(m *ruling.Evidence, axis ruling.Axis, rs, across []ruling.Rule) []ruling.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		if !r.Weak {
			return false
		}
		a, b := ruling.Rule{Pos: math.Inf(-1)}, ruling.Rule{Pos: math.Inf(1)}
		for _, c := range across {
			if c.Weak || r.Pos < c.Lo-3 || r.Pos > c.Hi+3 {
				continue
			}
			if middle := (r.Lo + r.Hi) / 2; c.Pos < middle && c.Pos > a.Pos {
				a = c
			} else if c.Pos > middle && c.Pos < b.Pos {
				b = c
			}
		}
		return b.Pos-a.Pos > 2*r.Length() || m.RuleOdds(axis, &r, a.Pos+a.Thick/2+1, b.Pos-b.Thick/2-1) < 0
	})
}

// A net is a connected set of rules: those of one table.
type net struct{ hor, ver []ruling.Rule }

// nets parts the rules into connected sets.
func nets(hor, ver []ruling.Rule) []net {
	sets := ink.NewSets(len(hor) + len(ver))
	for i := range hor {
		for j := range ver {
			if meet(&hor[i], &ver[j]) {
				sets.Join(i, len(hor)+j)
			}
		}
	}
	joinOpenRows(sets, hor, ver)
	var out []net
	at := map[int]int{} // the root of a set → its place in out
	in := func(i int) *net {
		k, ok := at[sets.Root(i)]
		if !ok {
			k = len(out)
			at[sets.Root(i)] = k
			out = append(out, net{})
		}
		return &out[k]
	}
	for i, r := range hor {
		n := in(i)
		n.hor = append(n.hor, r)
	}
	for j, r := range ver {
		n := in(len(hor) + j)
		n.ver = append(n.ver, r)
	}
	return out
}

// joinOpenRows puts the rows of a table with open sides together, which may have no plumb rule: level rules of one extent
// belong together unless a side closes them off. Rules are in sets by their place in hor.
func joinOpenRows(sets ink.Sets, hor, ver []ruling.Rule) {
	open := func(r *ruling.Rule) bool {
		return !slices.ContainsFunc(ver, func(v ruling.Rule) bool {
			return !v.Side && meet(r, &v) && (math.Abs(v.Pos-r.Lo) < 6 || math.Abs(v.Pos-r.Hi) < 6)
		})
	}
	for i := range hor {
		below := -1
		for j := range hor {
			d := hor[j].Pos - hor[i].Pos
			if d > 0 && d < 0.15*hor[i].Length() && math.Abs(hor[i].Lo-hor[j].Lo) < 5 && math.Abs(hor[i].Hi-hor[j].Hi) < 5 && (below < 0 || hor[j].Pos < hor[below].Pos) {
				below = j
			}
		}
		if below >= 0 && open(&hor[i]) && open(&hor[below]) {
			sets.Join(i, below)
		}
	}
}
