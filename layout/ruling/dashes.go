package ruling

import (
	"math"

	"github.com/biaoge/biaoge/layout/ink"
)

// dashed tells whether the pieces of a broken trace repeat evenly.
func (t *Trace) dashed() bool {
	// Dots that are a third of their gaps cover less than strokes of text do, but
	// lie on one row or column of pixels.
	if t.Length() < 24 || t.Coverage < 0.3 && t.Rough > level || t.Rough > 0.5 || t.even < 0.7 {
		return false
	}
	beats, gaps := t.beats()
	if len(gaps) < 3 {
		return false
	}
	even := func(v []float64, tolerance float64) (median, share float64) {
		m := ink.Median(v)
		near := 0
		for _, x := range v {
			if math.Abs(x-m) <= max(tolerance, 0.25*m) {
				near++
			}
		}
		return m, float64(near) / float64(len(v))
	}
	// Blur takes from the dashes what it gives to the gaps; the beat stays.
	beat, evenBeats := even(beats, 1.5)
	_, evenGaps := even(gaps, 1)
	// Characters are evenly spaced too, but wider apart than dashes.
	return evenBeats >= 0.7 && evenGaps >= 0.7 && beat <= 4*t.Thick+8
}

// beats returns the ways from dash to dash and the gaps between them, pixels.
func (t *Trace) beats() (beats, gaps []float64) {
	start := t.Along[0]
	for i := 1; i < len(t.Along); i++ {
		if g := t.Along[i] - t.Along[i-1] - 1; g > 0 {
			beats = append(beats, float64(t.Along[i]-start))
			gaps = append(gaps, float64(g))
			start = t.Along[i]
		}
	}
	return beats, gaps
}

// level is how rough a trace is at most that is drawn along one row or column of
// pixels, pixels.
const level = 0.1
