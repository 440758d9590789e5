package straighten

import (
	"image"
	"math"
	"testing"

	"github.com/biaoge/biaoge/layout/ruling"
)

// The steps of a black and white scan break rules into pieces, of which none
// leaves its row.
func TestPiecesOfAStaircaseStraighten(t *testing.T) {
	rules := func(slope float64) (out []ruling.Trace) {
		for k := range 10 {
			for at := 0; at < 1000; at += 190 {
				tr := ruling.Trace{Coverage: 0.97}
				for x := at; x < at+180; x++ {
					tr.Along, tr.Across = append(tr.Along, int32(100+x)), append(tr.Across, float32(100+40*k)+float32(math.Floor(slope*float64(x))))
				}
				out = append(out, tr)
			}
		}
		return out
	}
	w := estimate(rules(0.006), nil, image.Pt(1255, 900))
	if w == nil || math.Abs(w.skew-0.344) > 0.05 {
		t.Errorf("skew %+v", w)
	}
	if w := estimate(rules(0), nil, image.Pt(1255, 900)); w != nil {
		t.Errorf("level rules are turned by %.2f degrees", w.skew)
	}
}

// So do treads that are level each, of which only how they go on tells the slope.
func TestTreadsOfAStaircaseStraighten(t *testing.T) {
	const slope = 0.007
	rules := func(sign float32) (out []ruling.Trace) {
		for k := range 10 {
			for i := range 7 { // a pixel down after every 1/slope pixels
				tr := ruling.Trace{Coverage: 0.97}
				for x := int(float64(i) / slope); x < int(float64(i+1)/slope)-4; x++ {
					tr.Along, tr.Across = append(tr.Along, int32(100+x)), append(tr.Across, float32(100+40*k)+sign*float32(i))
				}
				out = append(out, tr)
			}
		}
		return out
	}
	for _, sign := range []float32{1, -1} {
		w := estimate(rules(sign), nil, image.Pt(1255, 900))
		if want := float64(sign) * math.Atan(slope) * 180 / math.Pi; w == nil || math.Abs(w.skew-want) > 0.05 {
			t.Errorf("skew %+v, want %.2f", w, want)
		}
	}
	if w := estimate(rules(0), nil, image.Pt(1255, 900)); w != nil {
		t.Errorf("level rules are turned by %.2f degrees", w.skew)
	}
}
