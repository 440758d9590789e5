package layout

import (
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// A streak is a line that runs over the whole picture, from border to border,
// as a fold of the paper or dirt in a scanner draws it.
type streak struct {
	a, b  float64 // across = a + b·along, pixels
	thick float64
	tone  float64
	light bool
}

// minSide is how long a rule must be to tell where a table's side is, pixels.
const minSide = 60

// minSeed is how long the longest piece of a streak is at least, as a share of
// the way from border to border: text and rules that it crosses break it up.
const minSeed = 0.06

// maxStreaks is how many streaks of one direction a picture has; more are rules.
const maxStreaks = 3

// maxRules is how many long traces that are no streaks are looked at before one
// that is.
const maxRules = 400

// streaks finds the streaks among the traces of one direction, length pixels
// along; others are those across. On a picture cut out tightly a table's own
// rules run from border to border; but a streak goes on beyond the rules across.
func streaks(ts, others []trace, length int) []streak {
	if len(ts) > maxPieces {
		return nil
	}
	first, last := math.Inf(1), math.Inf(-1)
	for i := range others {
		if t := &others[i]; t.length() >= minSide {
			at := float64(t.across[len(t.across)/2])
			first, last = min(first, at), max(last, at)
		}
	}
	if beyond := 0.02 * float64(length); first > last || first < beyond || last > float64(length)-beyond {
		return nil
	}
	var long []*trace
	for i := range ts {
		if ts[i].length() >= minSeed*float64(length) {
			long = append(long, &ts[i])
		}
	}
	slices.SortStableFunc(long, func(a, b *trace) int { return len(b.along) - len(a.along) })
	var out []streak
	rules := 0 // that end before the borders
	used := make(map[*trace]bool)
	for _, seed := range long {
		if used[seed] {
			continue
		}
		s := streak{thick: seed.thick, tone: seed.tone, light: seed.light}
		s.a, s.b = seed.line()
		lo, hi, seen := seed.lo(), seed.hi(), 0
		for i := range ts {
			t := &ts[i]
			if t.light == s.light && t.tone < 1.5*s.tone+5 && s.tone < 1.5*t.tone+5 && s.holds(t) {
				lo, hi, seen, used[t] = min(lo, t.lo()), max(hi, t.hi()), seen+len(t.along), true
			}
		}
		border := 0.01*float64(length) + 1
		if lo <= border && hi >= float64(length)-border && float64(seen) >= 0.6*float64(length) {
			if out = append(out, s); len(out) > maxStreaks {
				return nil
			}
		} else {
			rules++
		}
		if rules > maxRules {
			break
		}
	}
	if rules < 2 {
		return nil
	}
	return out
}

// holds tells whether a trace lies on the streak's line. At its ends it may have
// been followed a little into what the streak crosses.
func (s *streak) holds(t *trace) bool {
	n := len(t.along) - 1
	for _, i := range []int{n / 4, n / 2, n - n/4} {
		if math.Abs(float64(t.across[i])-s.a-s.b*float64(t.along[i])) > 1.2 {
			return false
		}
	}
	return true
}

// erase takes a streak off a picture in which it runs down: what it took from
// the paper is given back, so that print which it crosses stays.
func (s *streak) erase(px []uint8, w, h int) {
	half := int(s.thick/2) + 2
	for y := range h {
		x := int(math.Round(s.a + s.b*float64(y)))
		if x-half-2 < 0 || x+half+2 >= w {
			continue
		}
		row := px[y*w : (y+1)*w]
		before, after := float64(row[x-half-1])+float64(row[x-half-2]), float64(row[x+half+1])+float64(row[x+half+2])
		for i := x - half; i <= x+half; i++ {
			if v := float64(row[i]); s.light {
				row[i] = uint8(max(min(before, after)/2, v-s.tone, 0))
			} else {
				row[i] = uint8(min(max(before, after)/2, v+s.tone, 255))
			}
		}
	}
}

// withoutStreaks takes the streaks off a picture; it reports whether there were
// any.
func withoutStreaks(gray *gocv.Mat, found *tracing) bool {
	down, level := streaks(found.ver, found.hor, gray.Rows()), streaks(found.hor, found.ver, gray.Cols())
	if len(down)+len(level) == 0 {
		return false
	}
	clean := func(m *gocv.Mat, ss []streak) {
		if px, err := m.DataPtrUint8(); err == nil {
			for i := range ss {
				ss[i].erase(px, m.Cols(), m.Rows())
			}
		}
	}
	clean(gray, down)
	if len(level) > 0 {
		turned := gocv.NewMat()
		defer turned.Close()
		gocv.Transpose(*gray, &turned)
		clean(&turned, level)
		gocv.Transpose(turned, gray)
	}
	return true
}
