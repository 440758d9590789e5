package ruling

import (
	"slices"
	"testing"
)

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
