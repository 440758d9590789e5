package grid

import (
	"cmp"
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// A seeker looks for the rules of a table that were not followed. Some rules are not
// followed far enough to be told from strokes of text: text touches them, they come and
// go, or shrinking has made their dashes uneven. But once other rules of the table are
// known, so is what to look for: a rule like them that goes from one side of a cell to the
// other, as no text does. Where the table is made of rules that the blocks of the page
// tell, the blocks are asked instead.
type seeker struct {
	m      *ruling.Evidence
	blocks bool
}

// across finds the rules of a direction that cross cells which lie between the same two
// lines. Known are rules of the table, which tell what others look like; lines are where
// the table has rules of that direction, in pixels.
func (s seeker) across(axis ruling.Axis, cells []image.Rectangle, known []ruling.Rule, lines []float64) (out []ruling.Rule) {
	if s.blocks {
		return s.m.Across(axis, cells, lines)
	}
	for _, like := range ruling.Kinds(known) {
		out = append(out, s.m.CrossBand(cells, axis, like)...)
	}
	return out
}

// maxRounds bounds how often a table is looked through: a rule that is found
// makes smaller cells, which others may cross.
const maxRounds = 6

// complete adds to the rules of a table those that cross its cells from side to
// side but were not followed, and returns the grid that they all make.
func complete(ctx context.Context, s seeker, g Grid, hor, ver []ruling.Rule) Grid {
	m := s.m
	for range maxRounds {
		if ctx.Err() != nil {
			return g // nobody wants it any more
		}
		grown := grow(m, ruling.Level, hor, g.ColLines)
		grown = grow(m, ruling.Plumb, ver, g.RowLines) || grown
		h, v := crossings(ctx, s, &g, ruling.Level, slices.Concat(hor, ver)), crossings(ctx, s, &g, ruling.Plumb, slices.Concat(ver, hor))
		if len(h)+len(v) == 0 && !grown {
			break
		}
		hor, ver = append(hor, h...), append(ver, v...)
		next, ok := buildGrid(ctx, hor, ver, m)
		if !ok {
			break
		}
		g = next
	}
	h, v := leftOut(m, ruling.Level, hor, ver), leftOut(m, ruling.Plumb, ver, hor)
	if n := len(h) + len(v); n > 0 {
		if next, ok := buildGrid(ctx, append(hor, h...), append(ver, v...), m); ok {
			g, g.Recovered = next, n
			for axis, rs := range [2][]ruling.Rule{h, v} {
				for _, r := range rs {
					g.unseen[axis] = append(g.unseen[axis], r.Pos)
				}
			}
		}
	}
	return g
}

// grow lengthens the rules of one direction where at least three of them go on beyond the
// first or the last line across: then that line is not the side of the table. It tells
// whether it lengthened any.
func grow(m *ruling.Evidence, axis ruling.Axis, rules []ruling.Rule, across []float64) bool {
	const least = 14 // pixels; less is the end of a frame
	low, high := across[0], across[len(across)-1]
	type end struct {
		rule *ruling.Rule
		at   float64
	}
	var before, after []end
	for i := range rules {
		r := &rules[i]
		if r.Edge {
			continue
		}
		if at := m.Reach(axis, r, -1); at < low-least && at < r.Lo {
			before = append(before, end{r, at})
		}
		if at := m.Reach(axis, r, 1); at > high+least && at > r.Hi {
			after = append(after, end{r, at})
		}
	}
	const enough = 3
	if len(before) >= enough {
		for _, e := range before {
			e.rule.Lo = e.at
		}
	}
	if len(after) >= enough {
		for _, e := range after {
			e.rule.Hi = e.at
		}
	}
	return len(before) >= enough || len(after) >= enough
}

// crossings finds the rules of one direction that cross the cells of a grid.
func crossings(ctx context.Context, s seeker, g *Grid, axis ruling.Axis, known []ruling.Rule) []ruling.Rule {
	// Cells between the same two lines are crossed by the same rules.
	type band struct{ at, n int }
	bands := map[band][]image.Rectangle{}
	for _, c := range g.Cells {
		at, n := c.of(axis)
		bands[band{at, n}] = append(bands[band{at, n}], c.Box)
	}
	var out []ruling.Rule
	for _, cells := range bands {
		if ctx.Err() != nil {
			return nil
		}
		out = append(out, s.across(axis, cells, known, g.lines(axis))...)
	}
	slices.SortFunc(out, func(a, b ruling.Rule) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Lo, b.Lo), cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Tone, b.Tone), cmp.Compare(a.Thick, b.Thick))
	})
	return out
}
