package ruling

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// withoutColumns drops the dashed rules whose beat is that of the table's rows:
// the strokes of equal digits one below the other are as even as dashes.
func (m *Evidence) withoutColumns(axis Axis, rs, across []Rule) []Rule {
	row := rowOf(across)
	if row == 0 {
		return rs
	}
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool {
		if r.Beat == 0 {
			return false
		}
		if r.Beat > 0.55*row {
			return true
		}
		// The strokes of one digit may seem to be several dashes, but between
		// two digits there is none.
		s := m.Look(axis, &r, r.Lo, r.Hi)
		return s.Any < 0.4 && float64(s.hole) >= max(2*r.Beat, 0.4*row)
	})
}

// alike drops the dashed rules that are not dashed as those are that are surely
// rules: the strokes of characters are even, too, but not in this way.
func alike(rs, sure []Rule) []Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool {
		return r.Beat > 0 && !slices.ContainsFunc(sure, func(o Rule) bool {
			return o.Beat > 0 && !o.doubtful && o.Light == r.Light && math.Abs(o.Beat-r.Beat) <= 1+0.1*o.Beat &&
				math.Abs(o.Thick-r.Thick) <= 0.8 && r.Tone > 0.7*o.Tone && o.Tone > 0.7*r.Tone
		})
	})
}

// dashes returns the way from dash to dash, in pixels, and how many gaps there
// are between them; none where they do not repeat evenly.
func (t *Trace) dashes() (beat float64, n int) {
	// Dots that are a third of their gaps cover less than strokes of text do, but
	// lie on one row or column of pixels.
	if t.Length() < 24 || t.Coverage < 0.3 && t.Rough > level || t.Rough > 0.5 || t.even < 0.7 {
		return 0, 0
	}
	beats, gaps := t.beats()
	if len(gaps) == 0 {
		return 0, 0
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
	if evenBeats < 0.7 || evenGaps < 0.7 || beat > 4*t.Thick+8 {
		return 0, 0
	}
	return beat, len(gaps)
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

// patches is dashes for a rule that is dashed anew at each cell, as browsers
// draw them: its dashes are uneven where cells meet, but all lie on one line to
// the pixel, and there is little between them. The beat is the usual one.
func (t *Trace) patches() (beat float64, n int) {
	if t.Coverage < 0.5 || t.Rough > 0.05 || t.even < 0.7 {
		return 0, 0
	}
	beats, _ := t.beats()
	if len(beats) < 5 {
		return 0, 0
	}
	if beat = ink.Median(beats); beat > 4*t.Thick+8 {
		return 0, 0
	}
	return beat, len(beats)
}

// inBeat returns on how much of an interval, in pixels, a dashed rule's dashes
// are seen at their beat. Strokes of text cover as much of it, but unevenly.
func (r *Rule) inBeat(seen []bool) int {
	// A beat that is no whole number of pixels is seen as now one less, now one
	// more: of short ones more than one is looked at.
	const least = 4
	w := min(int(math.Round(r.Beat*math.Ceil(least/r.Beat))), len(seen))
	good, sum := 0, 0
	for i, s := range seen {
		if s {
			sum++
		}
		if i < w-1 {
			continue
		}
		if i >= w && seen[i-w] {
			sum--
		}
		if share := float64(sum) / float64(w); share >= 0.5*r.Cover && share <= r.Cover+0.3 {
			good++
		}
	}
	return int(math.Round(r.Cover * float64(good) / float64(len(seen)-w+1) * float64(len(seen))))
}
