package straighten

import (
	"math"
	"testing"

	"github.com/biaoge/biaoge/layout/ruling"
)

// The pieces of broken rules run one way and tell a slope together, strokes of
// text that chance made straight do not.
func TestPiecesOfBrokenRulesTellASlopeAndStrokesOfTextDoNot(t *testing.T) {
	piece := func(lo, n int, at, slope float64) ruling.Trace {
		p := ruling.Trace{Coverage: 0.5, Rough: 0.29} // of whole pixels
		for x := lo; x < lo+n; x += 2 {
			p.Along, p.Across = append(p.Along, int32(x)), append(p.Across, float32(math.Round(at+slope*float64(x))))
		}
		return p
	}
	var rules, text []ruling.Trace
	for i := range 10 {
		for k := range 6 {
			rules = append(rules, piece(150*k+10*i, 60, float64(40*i), 0.03))
			text = append(text, piece(150*k+10*i, 60, float64(40*i), 0.02*float64(k)))
		}
	}
	got := aligned(rules)
	if len(got) != 10 {
		t.Fatalf("%d rules of 10", len(got))
	}
	for i := range got {
		if _, b := got[i].Fit(); math.Abs(b-0.03) > 0.001 {
			t.Errorf("rule %d has the slope %.4f, want 0.03", i, b)
		}
	}
	if got := aligned(text); got != nil {
		t.Errorf("%d rules in text", len(got))
	}
}

func TestStrokesOfTextDoNotStraighten(t *testing.T) {
	slanted := func(length int, coverage float64) ruling.Trace {
		tr := ruling.Trace{Coverage: coverage}
		for x := range length {
			tr.Along, tr.Across = append(tr.Along, int32(100+x)), append(tr.Across, float32(100)+float32(x)/20)
		}
		return tr
	}
	for _, c := range []struct {
		length   int
		coverage float64
		kept     int
	}{{90, 0.7, 0}, {90, 1, 1}, {600, 0.7, 1}} {
		if got := longest([]ruling.Trace{slanted(c.length, c.coverage)}, 100); len(got) != c.kept {
			t.Errorf("%d pixels, %.0f %% of them seen: %d kept, want %d", c.length, 100*c.coverage, len(got), c.kept)
		}
	}
}
