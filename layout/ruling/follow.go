package ruling

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
)

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
// a row are joined to those of the rows above that they continue. Where ctx ends,
// they are not all.
func (r *ridges) follow(ctx context.Context, light bool, minLen int) []Trace {
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
			if ctx.Err() != nil {
				return nil
			}
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
	traces := make([]Trace, 0, len(done))
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

// jumps reports whether a rule cannot go from one point straight to the next.
func jumps(a, b point) bool {
	d := math.Abs(float64(b.across - a.across))
	return d > 0.7 && d > 0.4*float64(b.along-a.along)
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
