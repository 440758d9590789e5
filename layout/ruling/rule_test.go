package ruling

import "testing"

// trace is a trace of so many pixels along, straight but for roughness.
func trace(length int, change func(*Trace)) *Trace {
	t := &Trace{Thick: 2, tone: 100, Coverage: 1, even: 1}
	for i := range length {
		t.Along, t.Across = append(t.Along, int32(i)), append(t.Across, 50)
	}
	change(t)
	return t
}

func TestATraceWithGapsIsASolidRuleOnlyWhereTheRidgeShowsTheRest(t *testing.T) {
	const strong = 60.0
	seen := sight{Any: 0.95, clear: 0.9}
	for _, c := range []struct {
		what   string
		trace  *Trace
		sight  sight
		strong bool
	}{
		{"whole and even", trace(80, func(t *Trace) { t.Coverage, t.even = 0.86, 0.8 }), sight{}, true},
		{"a little less of it", trace(80, func(t *Trace) { t.Coverage = 0.85 }), sight{}, false},
		{"a tone that comes and goes", trace(80, func(t *Trace) { t.even = 0.79 }), sight{}, false},
		{"print breaks the trace of a long rule", trace(120, func(t *Trace) { t.Coverage = 0.5 }), seen, true},
		{"the same, but short", trace(119, func(t *Trace) { t.Coverage = 0.5 }), seen, false},
		{"the same, but rough", trace(120, func(t *Trace) { t.Coverage, t.Rough = 0.5, 0.45 }), seen, false},
		{"the same, but among strokes", trace(120, func(t *Trace) { t.Coverage = 0.5 }), sight{Any: 0.95, clear: 0.74}, false},
	} {
		if got := c.trace.solid(c.sight, strong); got != c.strong {
			t.Errorf("%s: solid is %v", c.what, got)
		}
	}
}

func TestAShortRuleMustStandClearerThanALongOne(t *testing.T) {
	long, short := Rule{Hi: 100, Cover: 1}, Rule{Hi: 20, Cover: 1, Weak: true}
	for _, c := range []struct {
		rule  Rule
		clear float64
		want  bool
	}{{long, 0.6, true}, {long, 0.59, false}, {short, 0.85, true}, {short, 0.84, false}, {Rule{Hi: 17, Cover: 1, Weak: true}, 1, false}} {
		if got := c.rule.standsClear(sight{clear: c.clear}); got != c.want {
			t.Errorf("%.0f pixels, %.0f %% of them clear: %v", c.rule.Length(), 100*c.clear, got)
		}
	}
}

func TestAFaintLineMustBeLongAndSmooth(t *testing.T) {
	const strong = 60.0
	seen := sight{Any: 1, clear: 1}
	r := &Rule{Cover: 1}
	for _, c := range []struct {
		what  string
		trace *Trace
		want  bool // it may be of the compression
	}{
		{"a short line of a rule's tone", trace(50, func(t *Trace) { t.tone = Faint }), false},
		{"a short fainter one", trace(89, func(t *Trace) { t.tone = Faint - 1 }), true},
		{"a long fainter one", trace(90, func(t *Trace) { t.tone = Faint - 1 }), false},
		{"a long and rough one", trace(90, func(t *Trace) { t.tone, t.Rough = Faint-1, 0.41 }), true},
	} {
		if got := c.trace.compressed(r, seen, strong); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestALightStripeBetweenLinesOfPrintIsBroaderThanARule(t *testing.T) {
	const strong = 60.0
	m := &Evidence{dark: true, ver: &ridges{maxThick: 4}}
	for _, c := range []struct {
		what  string
		trace *Trace
		want  bool
	}{
		{"dark, however broad", trace(100, func(t *Trace) { t.Thick = 9 }), false},
		{"light and thin", trace(100, func(t *Trace) { t.Light, t.Thick = true, 4.5 }), false},
		{"light and broad", trace(100, func(t *Trace) { t.Light, t.Thick, t.Rough = true, 4.6, 0.2 }), true},
		{"light, broad, and straight as drawn", trace(120, func(t *Trace) { t.Light, t.Thick = true, 4.6 }), false},
	} {
		if got := m.betweenPrint(c.trace, strong); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestARuleGoesOnAtMostAsSteeplyAsItsNextPoint(t *testing.T) {
	for _, c := range []struct {
		along  int32
		across float32
		jumps  bool
	}{{1, 0.7, false}, {1, 0.8, true}, {5, 1.9, false}, {5, 2.1, true}} {
		if got := jumps(point{}, point{along: c.along, across: c.across}); got != c.jumps {
			t.Errorf("%d along, %.1f across: jumps is %v", c.along, c.across, got)
		}
	}
}

func TestEvenDashesAreOneRuleAndUnevenStrokesAreNot(t *testing.T) {
	r := &ridges{maxGap: 4}
	pieces := func(gap func(i int) int) (ts []Trace) {
		at := 0
		for i := range 12 {
			p := Trace{Thick: 2, tone: 100, even: 1, Coverage: 1}
			for range 6 {
				p.Along, p.Across = append(p.Along, int32(at)), append(p.Across, 50)
				at++
			}
			at += gap(i)
			ts = append(ts, p)
		}
		return ts
	}
	if got := r.rejoin(pieces(func(int) int { return 4 })); len(got) != 1 || !got[0].Pieced {
		t.Errorf("dashes with even gaps are %d rules", len(got))
	}
	if got := r.rejoin(pieces(func(i int) int { return 1 + i*5%11 })); len(got) != 12 {
		t.Errorf("strokes with uneven gaps are %d pieces, not 12", len(got))
	}
	if got := r.rejoin(pieces(func(int) int { return 3*4 + 1 })); len(got) != 12 {
		t.Errorf("pieces farther apart than dashes are %d, not 12", len(got))
	}
}

func TestAStreakGoesOnBeyondAllRulesAcross(t *testing.T) {
	const length = 1000
	run := func(lo, hi, across int) (t Trace) {
		t = Trace{Thick: 2, tone: 60, Coverage: 1, even: 1}
		for y := lo; y < hi; y++ {
			t.Along, t.Across = append(t.Along, int32(y)), append(t.Across, float32(across))
		}
		return t
	}
	var others []Trace
	for y := 100; y <= 900; y += 100 {
		others = append(others, run(150, 750, y))
	}
	side := run(100, 900, 150) // of the table
	fold := run(0, length, 400)
	for _, c := range []struct {
		what string
		ts   []Trace
		want int
	}{
		{"a fold through a table", []Trace{side, fold}, 1},
		{"a fold, and no rule to tell it from", []Trace{fold}, 0},
		{"a rule that ends before the border", []Trace{side, run(100, length, 400)}, 0},
		{"the side of a table at which rules end, drawn on", []Trace{side, run(0, length, 750)}, 0},
		{"a fold of which too little is seen", []Trace{side, run(0, 150, 400), run(850, length, 400)}, 0},
	} {
		if got := streaks(c.ts, others, length); len(got) != c.want {
			t.Errorf("%s: %d streaks, not %d", c.what, len(got), c.want)
		}
	}
}
