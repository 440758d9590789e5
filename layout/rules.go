package layout

import (
	"image"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
	"gocv.io/x/gocv"
)

// A trace is one rule as it was followed through the picture: nearly straight,
// thin, and of one tone. Along is the axis it runs in, across the one it is
// thin in; for a horizontal rule they are x and y.
type trace struct {
	along  []int32   // strictly rising, pixels
	across []float32 // the rule's middle at along, pixels
	thick  float64   // median thickness, pixels
	tone   float64   // median contrast to the paper beside it, grey levels
	light  bool      // lighter than its surroundings
	pieced bool      // put together of pieces: a dashed rule, or strokes of text

	coverage float64 // share of the length on which the rule is seen; near 0.5 if dashed
	rough    float64 // root mean square distance from a smooth curve, pixels
	even     float64 // share of what is seen that has more than half the rule's usual tone
}

func (t *trace) lo() float64 { return float64(t.along[0]) }

func (t *trace) hi() float64 { return float64(t.along[len(t.along)-1]) + 1 }

func (t *trace) length() float64 { return t.hi() - t.lo() }

// line fits across = a + b·along by least squares.
func (t *trace) line() (a, b float64) {
	var n, sx, sy, sxx, sxy float64
	for i, x := range t.along {
		x, y := float64(x), float64(t.across[i])
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

// ridges holds the responses to thin dark and thin light structures that run
// in one direction, which the picture is turned so that it is vertical.
type ridges struct {
	dark, light gocv.Mat // grey levels above or below the surroundings
	threshold   [2]float64
	maxThick    int
	maxGap      int
}

func (r *ridges) Close() {
	r.dark.Close()
	r.light.Close()
}

// maxRule returns the thickest line that is taken for a rule, in pixels.
func maxRule(size image.Point) int {
	return min(max(int(math.Sqrt(float64(size.X)*float64(size.Y))/110), 4), 10)
}

// newRidges finds structures thinner than a rule can be by a morphological
// black hat and top hat across the direction (Serra 1982); for rules that run
// down the picture, so the other kind needs the picture transposed.
func newRidges(gray gocv.Mat, lights bool, around float64) *ridges {
	size := image.Pt(gray.Cols(), gray.Rows())
	r := &ridges{dark: gocv.NewMat(), light: gocv.NewMat(), maxThick: maxRule(size)}
	r.maxGap = r.maxThick + 3
	k := gocv.GetStructuringElement(gocv.MorphRect, image.Pt(2*r.maxThick+1, 1))
	defer k.Close()
	gocv.MorphologyEx(gray, &r.dark, gocv.MorphBlackhat, k)
	r.threshold[0] = ridgeThreshold(r.dark, around)
	if lights {
		gocv.MorphologyEx(gray, &r.light, gocv.MorphTophat, k)
		r.threshold[1] = ridgeThreshold(r.light, around)
	}
	return r
}

// maxRidgeThreshold is the response, in grey levels, from which a structure is
// looked at whatever lies around it.
const maxRidgeThreshold = 40

// ridgeThreshold is a response above what the grain of the paper gives, which
// is that of most pixels; but in a small picture of a dense table rules and
// strokes may be a third of them. Around the picture there is no grain.
func ridgeThreshold(m gocv.Mat, around float64) float64 {
	px, err := m.DataPtrUint8()
	if err != nil {
		return 255
	}
	var hist [256]int
	n := 0
	for i := 0; i < len(px); i += 7 {
		hist[px[i]]++
		n++
	}
	sum, inside := 0.0, (1-around)*float64(n)
	for v, c := range hist {
		sum += float64(c)
		if sum-around*float64(n) >= 0.7*inside {
			return max(7, min(2.2*float64(v), maxRidgeThreshold))
		}
	}
	return 255
}

// point is one crossing of a trace by a scan line, linked to the one before.
type point struct {
	prev   int32
	along  int32
	across float32
	thick  uint8
	tone   uint8
}

// pointsPool keeps the room for points: of a page of print one pixel in
// twenty-five is one, and each picture is followed in both directions.
var pointsPool = sync.Pool{New: func() any { return new([]point) }}

type active struct {
	last   int32 // index of its last point
	n      int32
	start  int32
	along  int32
	across float32
	slope  float32
	tone   float32 // running mean
}

// follow traces all structures of one response map down the picture: runs of
// a row are joined to those of the rows above that they continue.
func (r *ridges) follow(light bool, minLen int) []trace {
	m, threshold := r.dark, r.threshold[0]
	if light {
		m, threshold = r.light, r.threshold[1]
	}
	px, err := m.DataPtrUint8()
	if err != nil || len(px) == 0 {
		return nil
	}
	w, h, maxGap := m.Cols(), m.Rows(), int32(r.maxGap)
	response := ink.Threshold{At: uint8(threshold), Dark: true}
	room := pointsPool.Get().(*[]point)
	points := (*room)[:0]
	defer func() { *room = points; pointsPool.Put(room) }()
	var live, fresh, done []active
	var runs []point
	retire := func(a active) {
		if int(a.along-a.start)+1 >= minLen && int(a.n)*10 >= minLen*3 {
			done = append(done, a)
		}
	}
	for y := range h {
		row := px[y*w : (y+1)*w]
		runs = runs[:0]
		for x := response.Next(row, 0); x < w; x = response.Next(row, x) {
			x0 := x
			sum, mom, top := 0, 0, 0
			for x < w && response.Inked(row[x]) {
				v := int(row[x])
				sum += v
				mom += v * (x - x0)
				top = max(top, v)
				x++
			}
			if x-x0 <= r.maxThick+2 {
				// The response is full inside the rule and fades at its
				// edges, so its sum over its top is the thickness.
				thick := float64(sum) / float64(top)
				runs = append(runs, point{along: int32(y), across: float32(x0) + float32(mom)/float32(sum),
					thick: uint8(thick*10 + 0.5), tone: uint8(top)})
			}
		}
		// Both lists are sorted across, so one pass joins them.
		fresh = fresh[:0]
		i := 0
		for _, run := range runs {
			best, bestD := -1, float32(math.MaxFloat32)
			for i < len(live) && live[i].across < run.across-8 {
				i++
			}
			for j := i; j < len(live) && live[j].across <= run.across+8; j++ {
				a := &live[j]
				gap := int32(y) - a.along
				if gap == 0 || gap > maxGap {
					continue
				}
				g := float32(gap)
				d := run.across - (a.across + a.slope*g)
				if d < 0 {
					d = -d
				}
				if d >= bestD || d > 1.1+0.15*(g-1) {
					continue
				}
				// Between the dots of a dotted rule and beside its ends the
				// compression leaves a faint trace of another tone.
				if t := float32(run.tone); t < 0.3*a.tone || a.tone < 0.3*t {
					continue
				}
				best, bestD = j, d
			}
			id := int32(len(points))
			if best >= 0 {
				a := &live[best]
				gap := float32(int32(y) - a.along)
				run.prev = a.last
				step := (run.across - a.across) / gap
				k := 1 / float32(min(a.n+1, 24))
				a.slope += k * (step - a.slope)
				a.tone += k * (float32(run.tone) - a.tone)
				a.last, a.along, a.across = id, int32(y), run.across
				a.n++
			} else {
				run.prev = -1
				fresh = append(fresh, active{last: id, n: 1, start: int32(y), along: int32(y), across: run.across, tone: float32(run.tone)})
			}
			points = append(points, run)
		}
		// What has ended is only in the way, so it is not sought in every row.
		if y%r.maxGap == 0 {
			live = slices.DeleteFunc(live, func(a active) bool {
				over := y-int(a.along) > r.maxGap
				if over {
					retire(a)
				}
				return over
			})
		}
		live = merge(live, fresh)
	}
	for _, a := range live {
		retire(a)
	}
	traces := make([]trace, 0, len(done))
	var links []point
	for _, a := range done {
		links = slices.Grow(links[:0], int(a.n))
		chain := links[:a.n]
		for i, at := a.last, int(a.n)-1; at >= 0; i, at = points[i].prev, at-1 {
			chain[at] = points[i]
		}
		// A rule may have been followed from or into a stroke of text: it is
		// cut where it jumps.
		for len(chain) > 0 {
			n := 1
			for n < len(chain) && !jumps(chain[n-1], chain[n]) {
				n++
			}
			if t, ok := newTrace(chain[:n], light, minLen); ok {
				traces = append(traces, t)
			}
			chain = chain[n:]
		}
	}
	return r.rejoin(traces)
}

// maxPieces is how many pieces of rules a page with dashed rules has at most;
// a halftone has more.
const maxPieces = 20000

// rejoin puts the pieces of dashed rules together: crossings and joints of the
// cells' borders break the beat, and no piece is long enough to be judged.
func (r *ridges) rejoin(ts []trace) []trace {
	if len(ts) > maxPieces {
		return ts
	}
	ts = inOrder(ts)
	// Chains of pieces that may go on, by where across they end.
	const wide = 4 // pixels
	open := make(map[int][][]int)
	var chains [][]int
	for i := range ts {
		t := &ts[i]
		if t.rough > 0.5 || t.even < 0.7 || t.coverage > 0.85 && t.length() > float64(4*r.maxGap) {
			continue
		}
		at := int(t.across[0]) / wide
		var best []int
		bestAt, bestK, bestD := 0, 0, 0.
		for near := at - 1; near <= at+1; near++ {
			open[near] = slices.DeleteFunc(open[near], func(c []int) bool {
				over := t.lo()-ts[c[len(c)-1]].hi() > float64(3*r.maxGap)
				if over && len(c) > 1 {
					chains = append(chains, c)
				}
				return over
			})
			for k, c := range open[near] {
				e := &ts[c[len(c)-1]]
				gap := t.lo() - e.hi()
				d := math.Abs(float64(t.across[0] - e.across[len(e.across)-1]))
				if gap < 0 || d > 1.1+0.04*gap || math.Abs(t.thick-e.thick) > 1.2 || t.tone > 1.6*e.tone || e.tone > 1.6*t.tone {
					continue
				}
				if d += 0.1 * gap; best == nil || d < bestD {
					best, bestAt, bestK, bestD = c, near, k, d
				}
			}
		}
		if best != nil {
			open[bestAt] = slices.Delete(open[bestAt], bestK, bestK+1)
		}
		end := int(t.across[len(t.across)-1]) / wide
		open[end] = append(open[end], append(best, i))
	}
	for _, at := range slices.Sorted(maps.Keys(open)) {
		for _, c := range open[at] {
			if len(c) > 1 {
				chains = append(chains, c)
			}
		}
	}
	used := make([]bool, len(ts))
	var out []trace
	for _, c := range chains {
		t := trace{light: ts[c[0]].light, pieced: true}
		var n, even float64
		for _, i := range c {
			p := &ts[i]
			w := float64(len(p.along))
			t.along, t.across = append(t.along, p.along...), append(t.across, p.across...)
			t.thick, t.tone, even, n = t.thick+w*p.thick, t.tone+w*p.tone, even+w*p.even, n+w
		}
		t.thick, t.tone, t.even = t.thick/n, t.tone/n, even/n
		if t.measure(); !t.dashed() {
			continue
		}
		for _, i := range c {
			used[i] = true
		}
		out = append(out, t)
	}
	for i := range ts {
		if !used[i] {
			out = append(out, ts[i])
		}
	}
	return out
}

// inOrder sorts traces by where they begin. A trace is large to move about, so
// their places are sorted first.
func inOrder(ts []trace) []trace {
	order := make([]int, len(ts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(ts[a].along[0] - ts[b].along[0]) })
	out := make([]trace, len(ts))
	for i, k := range order {
		out[i] = ts[k]
	}
	return out
}

// jumps reports whether a rule cannot go from one point straight to the next.
func jumps(a, b point) bool {
	d := math.Abs(float64(b.across - a.across))
	return d > 0.7 && d > 0.4*float64(b.along-a.along)
}

func newTrace(chain []point, light bool, minLen int) (trace, bool) {
	n := len(chain)
	if int(chain[n-1].along-chain[0].along)+1 < minLen {
		return trace{}, false
	}
	t := trace{light: light, along: make([]int32, n), across: make([]float32, n)}
	thick, tone := make([]uint8, n), make([]uint8, n)
	for i, p := range chain {
		t.along[i], t.across[i] = p.along, p.across
		thick[i], tone[i] = p.thick, p.tone
	}
	slices.Sort(thick)
	slices.Sort(tone)
	t.thick, t.tone = float64(thick[n/2])/10, float64(tone[n/2])
	near := 0
	for _, v := range tone {
		if float64(v) >= 0.55*t.tone {
			near++
		}
	}
	t.even = float64(near) / float64(n)
	return t, t.trim(minLen)
}

// merge adds fresh traces, which are sorted across, to those that are live and
// sorts them: from row to row hardly any change places.
func merge(live, fresh []active) []active {
	for i := 1; i < len(live); i++ {
		if live[i-1].across <= live[i].across {
			continue
		}
		a, j := live[i], i
		for ; j > 0 && live[j-1].across > a.across; j-- {
			live[j] = live[j-1]
		}
		live[j] = a
	}
	i := len(live) - 1
	live = append(live, fresh...)
	for at, k := len(live)-1, len(fresh)-1; k >= 0; at-- {
		if i >= 0 && live[i].across > fresh[k].across {
			live[at] = live[i]
			i--
		} else {
			live[at] = fresh[k]
			k--
		}
	}
	return live
}

// trim drops what hangs loosely on the ends (a stroke of text that a rule was
// followed into) and judges the rest: it reports whether it may be a rule.
func (t *trace) trim(minLen int) bool {
	// A piece at an end that is parted by a gap and shorter than the gap's
	// double is no part of a solid rule.
	for len(t.along) > 2 {
		n := len(t.along)
		cut := 0
		for i := 1; i < n && int(t.along[i]-t.along[0]) < 24; i++ {
			if gap := int(t.along[i] - t.along[i-1] - 1); gap > 2 && int(t.along[i-1]-t.along[0])+1 < gap {
				cut = i
			}
		}
		if cut > 0 {
			t.along, t.across = t.along[cut:], t.across[cut:]
			continue
		}
		cut = n
		for i := n - 1; i > 0 && int(t.along[n-1]-t.along[i]) < 24; i-- {
			if gap := int(t.along[i] - t.along[i-1] - 1); gap > 2 && int(t.along[n-1]-t.along[i])+1 < gap {
				cut = i
			}
		}
		if cut == n {
			break
		}
		t.along, t.across = t.along[:cut], t.across[:cut]
	}
	if t.length() < float64(minLen) {
		return false
	}
	t.measure()
	if t.coverage < 0.9 && !t.dashed() {
		t.shorten(minLen)
	}
	return t.rough <= 0.8+0.0004*t.length()
}

// dashed reports whether the pieces of a broken trace repeat evenly.
func (t *trace) dashed() bool {
	_, n := t.dashes()
	return n >= 3
}

func (t *trace) measure() {
	t.coverage = float64(len(t.along)) / t.length()
	t.rough = t.roughness()
}

// shorten cuts the loose ends off a rule that is solid but for them: short
// pieces beyond gaps.
func (t *trace) shorten(minLen int) {
	along, across := t.along, t.across
	for len(along) > minLen {
		n := len(along)
		if float64(n) >= 0.9*float64(along[n-1]-along[0]+1) {
			t.along, t.across = along, across
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
		if 2*len(along) < len(t.along) {
			return
		}
	}
}

// roughness is the root mean square distance to a running mean, or for a short
// trace to its line.
func (t *trace) roughness() float64 {
	n := len(t.along)
	a, b := t.line()
	var sum float64
	for i, x := range t.along {
		d := float64(t.across[i]) - a - b*float64(x)
		sum += d * d
	}
	whole := math.Sqrt(sum / float64(n))
	if n < 120 {
		return whole
	}
	const half = 30
	prefix := make([]float64, n+1)
	for i := range n {
		prefix[i+1] = prefix[i] + float64(t.across[i]) - a - b*float64(t.along[i])
	}
	sum = 0
	for i := half; i < n-half; i++ {
		mean := (prefix[i+half+1] - prefix[i-half]) / (2*half + 1)
		d := prefix[i+1] - prefix[i] - mean
		sum += d * d
	}
	return min(whole, math.Sqrt(sum/float64(n-2*half)))
}
