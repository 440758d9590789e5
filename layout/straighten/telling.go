package straighten

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// telling keeps the traces that tell how the rules run: those that are surely
// rules, and where most of what is long and straight is broken, these too.
func telling(ts []ruling.Trace, reach float64) []ruling.Trace {
	out := longest(ts, reach)
	if broken := aligned(ts); total(broken) > total(out) {
		// Some pieces of a broken rule are whole.
		out = append(out, broken...)
	}
	return out
}

// aligned returns the broken rules among traces that were followed piece by
// piece; none where the pieces are few or run at different slopes, as strokes of
// text do that chance made straight.
func aligned(ts []ruling.Trace) []ruling.Trace {
	var pieces []ruling.Trace
	for _, t := range ts {
		if t.Length() >= 48 && !t.Whole() && t.Rough <= 0.3 {
			pieces = append(pieces, t)
		}
	}
	near := func(b, usual float64) bool { return math.Abs(b-usual) <= maxTurn }
	usual, ok := usualSlope(pieces, near)
	if !ok {
		return nil
	}
	// Strokes of text that run another way are shorter than rules, too.
	lines := inLine(pieces, usual)
	longest := maxLength(lines)
	return slices.DeleteFunc(lines, func(t ruling.Trace) bool {
		_, b := t.Fit()
		return t.Length() < 0.2*longest || !near(b, usual)
	})
}

// maxTurn is how much the slopes of pieces of parallel rules differ at most.
const maxTurn = 0.01

// usualSlope is the median of the slopes of pieces; ok is false where these are
// few, or more than an eighth of them run otherwise.
func usualSlope(pieces []ruling.Trace, alike func(slope, usual float64) bool) (usual float64, ok bool) {
	const few = 8
	if len(pieces) < few {
		return 0, false
	}
	slopes := make([]float64, len(pieces))
	for i := range pieces {
		_, slopes[i] = pieces[i].Fit()
	}
	usual, off := ink.Median(slopes), 0
	for _, b := range slopes {
		if !alike(b, usual) {
			off++
		}
	}
	return usual, 8*off <= len(pieces)
}

// wholes are the rules whose pieces traces are, where these all run at one slope
// that takes a rule off its row; or else the traces.
func wholes(ts []ruling.Trace) []ruling.Trace {
	usual, ok := usualSlope(ts, func(b, usual float64) bool { return math.Abs(b-usual) <= maxTurn && b*usual >= 0 })
	if !ok || math.Abs(usual) < levelTread {
		if usual, ok = stairs(ts); !ok {
			return ts
		}
	}
	lines := inLine(slices.Clone(ts), usual)
	if math.Abs(usual)*maxLength(lines) < 2*minDrift {
		return ts
	}
	return lines
}

// levelTread is the slope below which pieces may be treads of stairs.
const levelTread = 0.002

// stairs is the slope of rules that a black and white scan made into stairs, of
// which each tread was followed for itself and is level: that at which the
// pieces gather on the fewest lines. Found is false where few pieces go on a
// step above, or below, the one before.
func stairs(ts []ruling.Trace) (slope float64, found bool) {
	const few, gap = 4, 12 // steps; pixels between two treads
	up, down := 0, 0
	for i := range ts {
		for j := range ts {
			a, b := &ts[i], &ts[j]
			if d := b.Lo() - a.Hi(); d < -4 || d > gap {
				continue
			}
			switch step := float64(b.Across[0]) - float64(a.Across[len(a.Across)-1]); {
			case step >= 0.5 && step <= 2.5:
				up++
			case step <= -0.5 && step >= -2.5:
				down++
			}
		}
	}
	if n := max(up, down); n < few || 4*min(up, down) > n {
		return 0, false
	}
	const steepest, step = 0.02, 0.0005 // slopes
	best := 1.2 * gathered(ts, 0)
	for s := -steepest; s <= steepest; s += step {
		if g := gathered(ts, s); g > best {
			best, slope, found = g, s, true
		}
	}
	return slope, found && math.Abs(slope) < steepest-step
}

// gathered is how much traces gather on few lines of a slope, by some of their
// points.
func gathered(ts []ruling.Trace, slope float64) (sum float64) {
	const every = 16 // points
	count := make(map[int]int)
	for i := range ts {
		for k := 0; k < len(ts[i].Along); k += every {
			at := float64(ts[i].Across[k]) - slope*float64(ts[i].Along[k])
			count[int(math.Floor(at/2))]++
		}
	}
	for _, n := range count {
		sum += float64(n * n)
	}
	return sum
}

// inLine joins the pieces that lie on one line of a slope: a long rule tells it
// better than its pieces, the staircase of whose pixels has but a few steps.
func inLine(pieces []ruling.Trace, slope float64) []ruling.Trace {
	const apart = 3 // pixels
	at := func(t *ruling.Trace) float64 { return float64(t.Across[0]) - slope*t.Lo() }
	slices.SortStableFunc(pieces, func(a, b ruling.Trace) int { return cmp.Compare(at(&a), at(&b)) })
	var out []ruling.Trace
	for _, rule := range ink.Clusters(pieces, func(_, before, next *ruling.Trace) bool { return at(next)-at(before) <= apart }) {
		slices.SortStableFunc(rule, func(a, b ruling.Trace) int { return cmp.Compare(a.Along[0], b.Along[0]) })
		joined := ruling.Trace{}
		for _, t := range rule {
			if n := len(joined.Along); n > 0 && t.Along[0] <= joined.Along[n-1] {
				continue
			}
			joined.Along, joined.Across = append(joined.Along, t.Along...), append(joined.Across, t.Across...)
		}
		out = append(out, joined)
	}
	return out
}

func maxLength(ts []ruling.Trace) (length float64) {
	for i := range ts {
		length = max(length, ts[i].Length())
	}
	return length
}

func total(ts []ruling.Trace) (length float64) {
	for i := range ts {
		length += float64(len(ts[i].Along))
	}
	return length
}

// longest keeps the traces that are long enough to tell a direction; up to
// reach they must be without gaps. Where those are all at one side of the page,
// they do not tell how the other lies: there shorter ones without gaps do, too,
// as pieces of rules that were not followed as a whole.
func longest(ts []ruling.Trace, reach float64) []ruling.Trace {
	const few, piece = 2, 60 // pixels
	longest := maxLength(ts)
	var out, pieces []ruling.Trace
	for _, t := range ts {
		switch whole := t.Whole(); {
		case t.Length() >= max(48, 0.2*longest) && (whole || t.Coverage > 0.6 && longest > reach):
			out = append(out, t)
		case t.Length() >= max(piece, 0.08*longest) && whole:
			pieces = append(pieces, t)
		}
	}
	if all := slices.Concat(out, pieces); len(out) >= few && 2*breadth(out) < breadth(all) {
		return all
	}
	return out
}

// breadth is how far apart the outermost traces are, pixels.
func breadth(ts []ruling.Trace) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range ts {
		at := float64(ts[i].Across[len(ts[i].Across)/2])
		lo, hi = min(lo, at), max(hi, at)
	}
	return max(0, hi-lo)
}
