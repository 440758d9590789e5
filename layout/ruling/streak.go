package ruling

import (
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// A streak is a line that runs over the whole picture, from border to border,
// as a fold of the paper or dirt in a scanner draws it.
type streak struct {
	a, b   float64 // across = a + b·along, pixels
	lo, hi float64 // where it was seen
	thick  float64
	tone   float64
	light  bool
}

// minSide is how long a rule must be to tell where a table's side is, pixels.
const minSide = 60

// maxStreaks is how many streaks of one direction a picture has; more are rules.
const maxStreaks = 3

// As shares of the picture: how long the longest piece of a streak is at least,
// since print lies over much of it, how much of it is seen, and how long what
// ends before the borders must be to be a rule.
const (
	minSeed = 0.05
	minSeen = 0.4
	minLong = 0.1
)

// longSeed is how long the longest piece need be however long the picture is,
// pixels: no text has such strokes.
const longSeed = 80

// maxSeeds is how many long traces are looked at.
const maxSeeds = 400

// streaks finds the streaks among the traces of one direction, length pixels
// along; others are the rules across. On a picture cut out tightly, or of a table
// scrolled half out of sight, the table's own rules run from border to border;
// but a streak goes on beyond all rules, and none of those across end at it.
func streaks(ts, others []Trace, length int) []streak {
	if len(ts) > maxPieces {
		return nil
	}
	f := &streakFinder{ts: ts, others: others, length: float64(length), used: make(map[*Trace]bool)}
	margin := f.margin()
	if margin < 0.02*f.length {
		return nil
	}
	// The ends of a faint one may not be seen; the more it goes on beyond the
	// rules across, the less they matter.
	f.border = max(0.01*f.length+1, margin/8)
	var out []streak
	rules, lo, hi := 0, math.Inf(1), math.Inf(-1) // those that end before the borders, and from where to where
	for _, seed := range f.seeds() {
		if f.used[seed] {
			continue
		}
		s, found := f.through(seed)
		switch {
		case found:
			if out = append(out, s); len(out) > maxStreaks || s.bounds(others) {
				return nil
			}
		case seed.Length() >= minLong*f.length:
			rules++
			lo, hi = min(lo, seed.Lo()), max(hi, seed.Hi())
		}
	}
	const beyond = 2 // pixels
	if rules == 0 || slices.ContainsFunc(out, func(s streak) bool { return s.lo > lo-beyond || s.hi < hi+beyond }) {
		return nil
	}
	return out
}

// sidesOf are the traces that tell where the sides of a table are. Up to reach, those
// with gaps are strokes of text: the zeros of a column are followed like a broken rule.
func sidesOf(ts []Trace, reach float64) []Trace {
	return slices.DeleteFunc(slices.Clone(ts), func(t Trace) bool {
		return t.Length() < minSide || t.Length() <= reach && !t.Whole()
	})
}

// A streakFinder looks for the streaks among the traces of one direction.
type streakFinder struct {
	ts, others []Trace // of the direction, and across
	length     float64 // of the picture along, pixels
	border     float64 // how far from the picture's border a streak may end, pixels
	used       map[*Trace]bool
}

// margin is how far from the picture's borders the outermost rules across are, pixels;
// negative where there are none.
func (f *streakFinder) margin() float64 {
	first, last := math.Inf(1), math.Inf(-1)
	for i := range f.others {
		t := &f.others[i]
		at := float64(t.Across[len(t.Across)/2])
		first, last = min(first, at), max(last, at)
	}
	if first > last {
		return -1
	}
	return min(first, f.length-last)
}

// seeds are the traces that are long enough for a streak to be told by, the longest first.
func (f *streakFinder) seeds() []*Trace {
	var long []*Trace
	for i := range f.ts {
		if f.ts[i].Length() >= min(minSeed*f.length, longSeed) {
			long = append(long, &f.ts[i])
		}
	}
	slices.SortStableFunc(long, func(a, b *Trace) int { return len(b.Along) - len(a.Along) })
	return long[:min(len(long), maxSeeds)]
}

// through is the streak that runs through a trace, if there is one. A short piece does
// not tell well how a line lies, but a scanner draws along the picture's sides.
func (f *streakFinder) through(seed *Trace) (s streak, found bool) {
	slanted := streak{thick: seed.Thick, tone: seed.tone, light: seed.Light}
	slanted.a, slanted.b = seed.Fit()
	upright := slanted
	upright.a, upright.b = float64(seed.Across[len(seed.Across)/2]), 0
	for _, s := range []streak{slanted, upright} {
		var on []*Trace
		s.lo, s.hi = seed.Lo(), seed.Hi()
		for i := range f.ts {
			t := &f.ts[i]
			// On a darker ground it stands out less.
			if t.Light == s.light && t.tone < 1.5*s.tone+5 && s.holds(t) {
				s.lo, s.hi, f.used[t] = min(s.lo, t.Lo()), max(s.hi, t.Hi()), true
				on = append(on, t)
			}
		}
		if s.lo <= f.border && s.hi >= f.length-f.border && seenOn(on) >= minSeen*f.length {
			return s, true
		}
	}
	return streak{}, false
}

// seenOn is on how many pixels of a line some traces on it are seen; those
// beside one another are seen once.
func seenOn(ts []*Trace) float64 {
	seen := make(map[int32]bool)
	for _, t := range ts {
		for _, y := range t.Along {
			seen[y] = true
		}
	}
	return float64(len(seen))
}

// bounds tells whether most rules across that come near a streak end at it, on
// one of its sides: it is the side of a table then.
func (s *streak) bounds(others []Trace) bool {
	const near, around = 3, 12 // pixels; a fold beside a table runs aslant to its side
	before, after, not := 0, 0, 0
	for i := range others {
		t := &others[i]
		at := s.a + s.b*float64(t.Across[len(t.Across)/2])
		switch lo, hi := t.Lo()-at, t.Hi()-at; {
		case lo > around || hi < -around:
		case math.Abs(lo) <= near:
			after++
		case math.Abs(hi) <= near:
			before++
		default:
			not++
		}
	}
	return max(before, after)-min(before, after) > max(1, not)
}

// holds tells whether a trace lies on the streak's line, within its thickness
// if that is small: what it crosses may draw it aside, most of all at its ends.
func (s *streak) holds(t *Trace) bool {
	n := len(t.Along) - 1
	for _, i := range []int{n / 4, n / 2, n - n/4} {
		if math.Abs(float64(t.Across[i])-s.a-s.b*float64(t.Along[i])) > min(max(1.2, s.thick), 2.5) {
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

// WithoutStreaks is a picture without its streaks: lines from border to border, such as
// folds, which go on beyond any table. The caller closes it. Ok is false, and there is no
// picture, where there are none.
func WithoutStreaks(gray gocv.Mat, found *Traced) (clean gocv.Mat, ok bool) {
	reach := StrokeReach * float64(max(gray.Rows(), gray.Cols()))
	down, level := streaks(found.Ver, sidesOf(found.Hor, reach), gray.Rows()), streaks(found.Hor, sidesOf(found.Ver, reach), gray.Cols())
	if len(down)+len(level) == 0 {
		return gocv.Mat{}, false
	}
	erase := func(m *gocv.Mat, ss []streak) {
		if px, err := m.DataPtrUint8(); err == nil {
			for i := range ss {
				ss[i].erase(px, m.Cols(), m.Rows())
			}
		}
	}
	clean = gray.Clone()
	erase(&clean, down)
	if len(level) > 0 {
		turned := gocv.NewMat()
		defer turned.Close()
		gocv.Transpose(clean, &turned)
		erase(&turned, level)
		gocv.Transpose(turned, &clean)
	}
	return clean, true
}
