package grid

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// A rule that text touches, that comes and goes, or whose dashes shrinking has
// made uneven is not followed far enough to be told from strokes of text. But
// once a table's other rules are known it is known what to look for: a rule
// like them that goes from one side of a cell to the other, as no text does.

// maxRounds bounds how often a table is looked through: a rule that is found
// makes smaller cells, which others may cross.
const maxRounds = 6

// complete adds to the rules of a table those that cross its cells from side to
// side but were not followed, and returns the grid that they all make.
func complete(ctx context.Context, m *ruling.Evidence, g Grid, hor, ver []ruling.Rule) Grid {
	for range maxRounds {
		if ctx.Err() != nil {
			return g // nobody wants it any more
		}
		grown := grow(m, ruling.Level, hor, g.ColLines)
		grown = grow(m, ruling.Plumb, ver, g.RowLines) || grown
		h, v := crossings(m, &g, ruling.Level, hor, ver), crossings(m, &g, ruling.Plumb, ver, hor)
		h, v = append(h, sides(m, &g, ruling.Level, hor, ver)...), append(v, sides(m, &g, ruling.Plumb, ver, hor)...)
		if len(h)+len(v) == 0 && !grown {
			break
		}
		hor, ver = append(hor, h...), append(ver, v...)
		next, ok := buildGrid(hor, ver, m)
		if !ok {
			break
		}
		g = next
	}
	h, v := leftOut(m, ruling.Level, hor, ver), leftOut(m, ruling.Plumb, ver, hor)
	if n := len(h) + len(v); n > 0 {
		if next, ok := buildGrid(append(hor, h...), append(ver, v...), m); ok {
			g, g.Recovered = next, n
		}
	}
	return g
}

// grow lengthens the rules of one direction that go on beyond the outermost of
// the lines across, which then are not the table's sides. It tells whether so
// many do that it is so.
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

// sides finds the rules at the sides of a grid where none was followed: the
// rules across tell that a side is there.
func sides(m *ruling.Evidence, g *Grid, axis ruling.Axis, rules, others []ruling.Rule) []ruling.Rule {
	lines, across := g.ColLines, g.RowLines
	if axis == ruling.Level {
		lines, across = across, lines
	}
	var out []ruling.Rule
	for _, at := range []float64{lines[0], lines[len(lines)-1]} {
		if slices.ContainsFunc(rules, func(r ruling.Rule) bool { return math.Abs(r.Pos-at) < ruling.CellSlack }) {
			continue
		}
		box := image.Rect(int(at)-2*ruling.OffSide, int(across[0])+4, int(at)+2*ruling.OffSide, int(across[len(across)-1])-4)
		if axis == ruling.Level {
			box = image.Rect(box.Min.Y, box.Min.X, box.Max.Y, box.Max.X)
		}
		strip := box.Intersect(image.Rectangle{Max: m.Size})
		for _, like := range ruling.Kinds(slices.Concat(rules, others)) {
			if found := m.Crossing(strip, axis, like); len(found) > 0 {
				out = append(out, found[0])
				break
			}
		}
	}
	return out
}

// crossings finds the rules of one direction that cross the cells of a grid.
// Rules tells how those of this direction look that are known, others how those
// across do.
func crossings(m *ruling.Evidence, g *Grid, axis ruling.Axis, rules, others []ruling.Rule) []ruling.Rule {
	// Cells between the same two lines are crossed by the same rules.
	type band struct{ at, n int }
	bands := map[band][]image.Rectangle{}
	for _, c := range g.Cells {
		at, n := c.of(axis)
		bands[band{at, n}] = append(bands[band{at, n}], c.Box)
	}
	var out []ruling.Rule
	for _, like := range ruling.Kinds(slices.Concat(rules, others)) {
		for _, cells := range bands {
			out = append(out, m.CrossBand(cells, axis, like)...)
		}
	}
	slices.SortFunc(out, func(a, b ruling.Rule) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Lo, b.Lo), cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Tone, b.Tone), cmp.Compare(a.Thick, b.Thick), cmp.Compare(a.Beat, b.Beat))
	})
	return out
}
