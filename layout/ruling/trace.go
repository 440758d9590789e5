package ruling

import (
	"math"
	"slices"
)

// A Trace is one rule as it was followed through the picture: nearly straight,
// thin, and of one tone. Along is the axis it runs in, across the one it is
// thin in; for a level rule they are x and y.
type Trace struct {
	Along  []int32   // strictly rising, pixels
	Across []float32 // the rule's middle at along, pixels
	Thick  float64   // median thickness, pixels
	tone   float64   // median contrast to the paper beside it, grey levels
	Light  bool      // lighter than its surroundings
	Pieced bool      // put together of pieces: a dashed rule, or strokes of text

	Coverage float64 // share of the length on which the rule is seen; near 0.5 if dashed
	Rough    float64 // root mean square distance from a smooth curve, pixels
	even     float64 // share of what is seen that has more than half the rule's usual tone
}

// Lo is where the trace begins along its axis, pixels.
func (t *Trace) Lo() float64 { return float64(t.Along[0]) }

// Hi is where it ends.
func (t *Trace) Hi() float64 { return float64(t.Along[len(t.Along)-1]) + 1 }

// Length is how long it is, pixels, gaps included.
func (t *Trace) Length() float64 { return t.Hi() - t.Lo() }

// StrokeReach is the part of a page's longer side up to which a trace with gaps is
// taken for strokes of text: those of characters side by side are followed like a
// broken rule, at any slope, but only as far as the words go.
const StrokeReach = 0.1

// Whole tells whether a trace has hardly a gap.
func (t *Trace) Whole() bool { return t.Coverage > 0.9 }

// Fit fits across = a + b·along by least squares.
func (t *Trace) Fit() (a, b float64) {
	var n, sx, sy, sxx, sxy float64
	for i, x := range t.Along {
		x, y := float64(x), float64(t.Across[i])
		n++
		sx += x
		sy += y
		sxx += x * x
		sxy += x * y
	}
	d := n*sxx - sx*sx
	if d < 1e-9 {
		return sy / n, 0
	}
	b = (n*sxy - sx*sy) / d
	return (sy - b*sx) / n, b
}

// A traceRoom has room for the points of all traces of a page: making it for each would
// take as long as measuring it.
type traceRoom struct {
	along       []int32
	across      []float32
	thick, tone []uint8
}

func newTraceRoom(points int) *traceRoom {
	return &traceRoom{make([]int32, points), make([]float32, points), make([]uint8, points), make([]uint8, points)}
}

// newTrace makes a trace of the points of a chain; ok is false where it is too short or
// too rough for a rule.
func (r *traceRoom) newTrace(chain []point, light bool, minLen int) (t Trace, ok bool) {
	n := len(chain)
	if int(chain[n-1].along-chain[0].along)+1 < minLen {
		return Trace{}, false
	}
	t = Trace{Light: light, Along: r.along[:n:n], Across: r.across[:n:n]}
	r.along, r.across = r.along[n:], r.across[n:]
	thick, tone := r.thick[:n], r.tone[:n] // of this trace; the next one's come in their place
	for i, p := range chain {
		t.Along[i], t.Across[i] = p.along, p.across
		thick[i], tone[i] = p.thick, p.tone
	}
	slices.Sort(thick)
	slices.Sort(tone)
	t.Thick, t.tone = float64(thick[n/2])/10, float64(tone[n/2])
	near := 0
	for _, v := range tone {
		if float64(v) >= 0.55*t.tone {
			near++
		}
	}
	t.even = float64(near) / float64(n)
	t.trim()
	if t.Length() < float64(minLen) {
		return t, false
	}
	t.measure()
	if t.Coverage < 0.9 && !t.dashed() {
		t.shorten(minLen)
	}
	return t, t.Rough <= 0.8+0.0004*t.Length()
}

// trim drops what hangs loosely on the ends: a stroke of text that a rule was
// followed into.
func (t *Trace) trim() {
	// A piece at an end that is parted by a gap and shorter than the gap's
	// double is no part of a solid rule.
	for len(t.Along) > 2 {
		n := len(t.Along)
		loose := 0
		for i := 1; i < n && int(t.Along[i]-t.Along[0]) < 24; i++ {
			if gap := int(t.Along[i] - t.Along[i-1] - 1); gap > 2 && int(t.Along[i-1]-t.Along[0])+1 < gap {
				loose = i
			}
		}
		if loose > 0 {
			t.Along, t.Across = t.Along[loose:], t.Across[loose:]
			continue
		}
		loose = n
		for i := n - 1; i > 0 && int(t.Along[n-1]-t.Along[i]) < 24; i-- {
			if gap := int(t.Along[i] - t.Along[i-1] - 1); gap > 2 && int(t.Along[n-1]-t.Along[i])+1 < gap {
				loose = i
			}
		}
		if loose == n {
			return
		}
		t.Along, t.Across = t.Along[:loose], t.Across[:loose]
	}
}

func (t *Trace) measure() {
	t.Coverage = float64(len(t.Along)) / t.Length()
	t.Rough = t.roughness()
}

// shorten cuts the loose ends off a rule that is solid but for them: short
// pieces beyond gaps.
func (t *Trace) shorten(minLen int) {
	along, across := t.Along, t.Across
	for len(along) > minLen {
		n := len(along)
		if float64(n) >= 0.9*float64(along[n-1]-along[0]+1) {
			t.Along, t.Across = along, across
			t.measure()
			return
		}
		first, last := 0, 0 // where the piece at each end is cut off
		for i := 1; i < n && first == 0; i++ {
			if along[i]-along[i-1] > 2 {
				first = i
			}
		}
		for i := n - 1; i > 0 && last == 0; i-- {
			if along[i]-along[i-1] > 2 {
				last = i
			}
		}
		switch {
		case first == 0:
			return
		case first <= n-last:
			along, across = along[first:], across[first:]
		default:
			along, across = along[:last], across[:last]
		}
		if 2*len(along) < len(t.Along) {
			return
		}
	}
}

// roughness is the root mean square distance to a running mean, or for a short
// trace to its line.
func (t *Trace) roughness() float64 {
	n := len(t.Along)
	a, b := t.Fit()
	var sum float64
	for i, x := range t.Along {
		d := float64(t.Across[i]) - a - b*float64(x)
		sum += d * d
	}
	whole := math.Sqrt(sum / float64(n))
	if n < 120 {
		return whole
	}
	const half = 30
	prefix := make([]float64, n+1)
	for i := range n {
		prefix[i+1] = prefix[i] + float64(t.Across[i]) - a - b*float64(t.Along[i])
	}
	sum = 0
	for i := half; i < n-half; i++ {
		mean := (prefix[i+half+1] - prefix[i-half]) / (2*half + 1)
		d := prefix[i+1] - prefix[i] - mean
		sum += d * d
	}
	return min(whole, math.Sqrt(sum/float64(n-2*half)))
}
