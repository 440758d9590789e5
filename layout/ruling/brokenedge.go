package ruling

// printed returns on how much of an interval a broken rule is printed, and on
// how much of it something is printed before it and after it.
func (m *Evidence) printed(axis Axis, r *Rule, a, b float64) (on, before, after float64) {
	px, w, noise := m.responses(axis, r.Light)
	x, y0, y1 := int(r.Pos), max(0, int(a)), min(int(b), len(px)/w)
	if x-farthest < 1 || x+farthest > w-2 || y1 <= y0 {
		return 0, 0, 0
	}
	limit := uint8(min(255, max(noise, 0.45*r.Tone)))
	share := func(x int) (share float64) {
		for y := y0; y < y1; y++ {
			i := y*w + x
			if max(px[i-1], px[i], px[i+1]) >= limit {
				share++
			}
		}
		return share / float64(y1-y0)
	}
	for d := closest; d <= farthest; d += 3 {
		before, after = max(before, share(x-d)), max(after, share(x+d))
	}
	return share(x), before, after
}

// brokenEdge is how surely a broken rule is printed on an interval.
func (m *Evidence) brokenEdge(axis Axis, r *Rule, a, b float64) float64 {
	on, before, after := m.printed(axis, r, a, b)
	e := min(1, on/(0.6*r.Cover))
	switch first, last := m.ends(axis, r, a, b); {
	case max(first, last) == 0: // text leaves the ends free
		return min(e, 0.5)
	case min(first, last) == 0, min(before, after) > 0.5*on, max(before, after) > 0.8*on: // and has strokes beside strokes
		return min(e, WeakEdge)
	}
	return e
}

// brokenCrosses tells whether a broken rule crosses a cell: text leaves the ends
// free, and has strokes beside strokes.
func (m *Evidence) brokenCrosses(axis Axis, r *Rule) bool {
	on, before, after := m.printed(axis, r, r.Lo, r.Hi)
	first, last := m.ends(axis, r, r.Lo, r.Hi)
	return on >= 0.6*r.Cover && max(before, after) < 0.6*on && min(first, last) > 0.6*r.Cover
}

// ends tells how much of either end of an interval is printed.
func (m *Evidence) ends(axis Axis, r *Rule, a, b float64) (first, last float64) {
	end := max((b-a)/5, 1+2/r.Cover)
	first, _, _ = m.printed(axis, r, a, a+end)
	last, _, _ = m.printed(axis, r, b-end, b)
	return first, last
}
