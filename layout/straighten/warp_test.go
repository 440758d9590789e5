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

// A photograph of a page is straightened; what runs together as no page of a photograph
// does, as the lines of a map may, tells nothing.
func TestLinesOfNoPhotographTellNothing(t *testing.T) {
	size := image.Pt(1200, 1000)
	// trapezium are level rules, and plumb ones that run together towards the top.
	trapezium := func(top, bottom float64) (hor, ver []ruling.Trace) {
		for k := range 9 {
			tr := ruling.Trace{Coverage: 1, Thick: 1}
			f := float64(k)/8 - 0.5
			for y := 100; y < 900; y++ {
				at := float64(y-100) / 800
				tr.Along, tr.Across = append(tr.Along, int32(y)), append(tr.Across, float32(600+f*(top+(bottom-top)*at)))
			}
			ver = append(ver, tr)
			tr = ruling.Trace{Coverage: 1, Thick: 1}
			y := 100 + 100*k
			half := (top + (bottom-top)*float64(k)/8) / 2
			for x := int(600 - half); x < int(600+half); x++ {
				tr.Along, tr.Across = append(tr.Along, int32(x)), append(tr.Across, float32(y))
			}
			hor = append(hor, tr)
		}
		return hor, ver
	}
	hor, ver := trapezium(900, 1000)
	if w := estimate(hor, ver, size); w == nil || !w.projective {
		t.Errorf("a photograph is not straightened: %+v", w)
	}
	hor, ver = trapezium(300, 1000)
	if w := estimate(hor, ver, size); w != nil {
		t.Errorf("a page is made of lines that run together: %+v", w)
	}
}
