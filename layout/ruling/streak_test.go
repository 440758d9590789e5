package ruling

import "testing"

// traced is a straight trace at a place, with so much of it seen.
func traced(at float32, lo, hi int32, seen float64) Trace {
	t := Trace{Thick: 2, tone: 100, Coverage: seen}
	for x := lo; x < hi; x++ {
		t.Along, t.Across = append(t.Along, x), append(t.Across, at)
	}
	return t
}

// Where rules across go nowhere near the border, a line that does is a fold. Strokes of
// words below one another, which are followed like a broken rule, tell of no such side.
func TestStrokesOfWordsTellNoSideOfATable(t *testing.T) {
	const w = 1465
	hor := []Trace{traced(35, 12, 1440, 1), traced(194, 12, 1440, 1), traced(700, 100, 400, 1)}
	for name, c := range map[string]struct {
		across  []Trace
		streaks int
	}{
		"sides of a table":      {[]Trace{traced(300, 205, 268, 1), traced(900, 205, 268, 1)}, 2},
		"long broken sides":     {[]Trace{traced(300, 205, 600, 0.5), traced(900, 205, 600, 0.5)}, 2},
		"strokes of words":      {[]Trace{traced(503, 822, 885, 0.5), traced(521, 948, 1042, 0.5)}, 0},
		"nothing runs across":   {nil, 0},
		"strokes and one side":  {[]Trace{traced(503, 822, 885, 0.5), traced(4, 205, 1300, 1), traced(1460, 205, 1300, 1)}, 0},
		"sides shorter than 60": {[]Trace{traced(300, 205, 260, 1), traced(900, 205, 260, 1)}, 0},
	} {
		if got := streaks(hor, sidesOf(c.across, StrokeReach*w), w); len(got) != c.streaks {
			t.Errorf("%s: %d streaks, want %d", name, len(got), c.streaks)
		}
	}
}
