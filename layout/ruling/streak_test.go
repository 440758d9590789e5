package ruling

import (
	"slices"
	"testing"
)

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

// A column of digits that runs aslant has bold strokes side by side, and dirt
// above and below it: a line that takes them all in is no streak.
func TestAColumnOfDigitsIsNoStreak(t *testing.T) {
	const length = 1000
	plumb := func(x float32, lo, hi int, thick float64) Trace {
		t := Trace{Thick: thick, tone: 255, Coverage: 1}
		for y := lo; y < hi; y++ {
			t.Along, t.Across = append(t.Along, int32(y)), append(t.Across, x)
		}
		return t
	}
	level := func(y float32) Trace { return plumb(y, 100, 700, 1) }
	across := []Trace{level(60), level(500), level(940)}
	side := plumb(100, 60, 940, 1)
	ends := []Trace{side, plumb(516, 0, 8, 2), plumb(516, 992, 1000, 2)}
	digits := func(left, right float32) (out []Trace) {
		for y := 100; y < 900; y += 30 {
			out = append(out, plumb(left, y, y+12, 3), plumb(right, y, y+12, 3))
		}
		return out
	}
	for name, c := range map[string]struct {
		ts   []Trace
		want int
	}{
		"strokes side by side":         {slices.Concat(ends, []Trace{plumb(516, 330, 395, 2)}, digits(515, 517)), 0},
		"strokes far off a thick seed": {slices.Concat(ends, []Trace{plumb(516, 330, 395, 7)}, digits(511, 511), digits(521, 521)[1:], []Trace{plumb(512, 112, 330, 3)}), 0},
		"a fold":                       {[]Trace{side, plumb(516, 0, 200, 2), plumb(516, 300, 600, 2), plumb(516, 800, 1000, 2)}, 1},
	} {
		if got := streaks(c.ts, across, length); len(got) != c.want {
			t.Errorf("%s: %d streaks, want %d", name, len(got), c.want)
		}
	}
}
