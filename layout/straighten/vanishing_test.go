package straighten

import (
	"image"
	"math"
	"testing"

	"github.com/biaoge/biaoge/layout/ruling"
)

// lines are level rules of a page of 1000 × 800 pixels: at gives the height of
// one at a place along it.
func lines(n int, at func(i int, x float64) float64) (ts []ruling.Trace) {
	for i := range n {
		t := ruling.Trace{Coverage: 1}
		for x := 100; x < 900; x++ {
			t.Along, t.Across = append(t.Along, int32(x)), append(t.Across, float32(at(i, float64(x))))
		}
		ts = append(ts, t)
	}
	return ts
}

func TestRulesAreOfAPlaneThatIsTiltedOnlyWhereTheyConverge(t *testing.T) {
	n := newNormal(image.Pt(1000, 800))
	for _, c := range []struct {
		what   string
		at     func(i int, x float64) float64
		tilted bool
	}{
		{"parallel", func(i int, x float64) float64 { return 100 + 60*float64(i) }, false},
		{"parallel and aslant", func(i int, x float64) float64 { return 100 + 60*float64(i) + 0.03*x }, false},
		{"converging", func(i int, x float64) float64 { return 400 + 60*(float64(i)-4.5)*(1-x/8000) }, true},
	} {
		var ls []ruleLine
		for _, r := range lines(10, c.at) {
			ls = append(ls, n.rule(&r, ruling.Level))
		}
		if _, tilted, ok := vanishing(ls); !ok || tilted != c.tilted {
			t.Errorf("%s: tilted is %v", c.what, tilted)
		}
	}
}

func TestOneRuleAslantAmongManyTellsNothing(t *testing.T) {
	n := newNormal(image.Pt(1000, 800))
	var ls []ruleLine
	for _, r := range lines(10, func(i int, x float64) float64 {
		if i == 3 {
			return 280 + 0.02*x
		}
		return 100 + 60*float64(i)
	}) {
		ls = append(ls, n.rule(&r, ruling.Level))
	}
	v, tilted, ok := vanishing(ls)
	if angle := math.Atan2(v[1], v[0]); !ok || tilted || math.Abs(math.Remainder(angle, math.Pi)) > 1e-6 {
		t.Errorf("level rules run at %.4f, tilted %v", angle, tilted)
	}
}

func TestOnlyRulesThatLeaveTheirRowAreBent(t *testing.T) {
	same := [9]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}
	for _, c := range []struct {
		sag  float64 // pixels
		used bool
	}{{0, false}, {1, false}, {6, true}} {
		ts := lines(8, func(i int, x float64) float64 {
			u := (x - 500) / 400
			return 100 + 60*float64(i) + c.sag*u*u
		})
		b := fitBend(ts, ruling.Level, &same)
		if b.used != c.used {
			t.Errorf("rules that sag by %.0f pixels: bent is %v", c.sag, b.used)
		}
		if d := b.at(899, 300) - b.at(500, 300); c.used && math.Abs(d-c.sag) > 0.1*c.sag {
			t.Errorf("rules that sag by %.0f pixels: the bend gives %.2f back", c.sag, d)
		}
	}
}

func TestAPageIsStraightenedFromADriftOfOnePixelAndAHalf(t *testing.T) {
	for _, c := range []struct {
		slope float64
		warps bool
	}{{0, false}, {1.4 / 800, false}, {2.5 / 800, true}} {
		w := estimate(lines(10, func(i int, x float64) float64 { return 100 + 60*float64(i) + c.slope*x }), nil, image.Pt(1000, 800))
		if (w != nil) != c.warps {
			t.Errorf("rules that drift by %.1f pixels: straightened is %v", 800*c.slope, w != nil)
		}
	}
}

func TestTextTellsTheSkewOfAPageOnlyWhereThereIsEnough(t *testing.T) {
	text := func(rows int, slope float64) (marks []image.Rectangle) {
		for r := range rows {
			for c := range 8 {
				x := 40 + 60*c
				y := 40 + 40*r + int(math.Round(slope*float64(x)))
				marks = append(marks, image.Rect(x, y, x+14, y+14))
			}
		}
		return marks
	}
	const aslant = 0.035 // 2 degrees
	if got := textSkew(text(10, aslant), 14); math.Abs(got-2) > 0.15 {
		t.Errorf("lines that fall by 2 degrees: %.2f", got)
	}
	if got := textSkew(text(10, 0), 14); got != 0 {
		t.Errorf("level lines: %.2f", got)
	}
	if got := textSkew(text(2, aslant), 14); got != 0 {
		t.Errorf("two lines: %.2f", got)
	}
}
