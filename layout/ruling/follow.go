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

// An active trace is one that may still go on below the row that was looked at.
type active struct {
	last   int32 // index of its last point
	n      int32
	start  int32
	along  int32
	across float32
	slope  float32
	tone   float32 // running mean
}

// A follower follows the structures of one response map down the picture, row by row.
type follower struct {
	response ink.Threshold
	minLen   int
	maxThick int
	maxGap   int
	stray    []float32 // by the gap that a rule goes over, how near it comes to where it was going: pixels
	points   []point
	runs     []point  // of the row that is looked at
	live     []active // sorted across
	fresh    []active // begun in the row that is looked at
	done     []active
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
	room := pointsPool.Get().(*[]point)
	f := &follower{response: ink.Threshold{At: uint8(threshold), LightInk: true}, minLen: minLen, maxThick: r.maxThick, maxGap: r.maxGap, stray: strays(r.maxGap), points: (*room)[:0]}
	defer func() { *room = f.points; pointsPool.Put(room) }()
	w := m.Cols()
	for y := range m.Rows() {
		f.findRuns(px[y*w:(y+1)*w], y)
		f.join(y)
		// What has ended is only in the way, so it is not sought in every row.
		if y%f.maxGap == 0 {
			if ctx.Err() != nil {
				return nil
			}
			f.retireBefore(y - f.maxGap)
		}
		f.live = merge(f.live, f.fresh)
	}
	for _, a := range f.live {
		f.retire(a)
	}
	return r.rejoin(f.traces(light))
}

// findRuns finds the runs of a row that are no thicker than rules.
func (f *follower) findRuns(row []uint8, y int) {
	f.runs = f.runs[:0]
	for x := f.response.Next(row, 0); x < len(row); x = f.response.Next(row, x) {
		x0 := x
		sum, mom, top := 0, 0, 0
		for ; x < len(row) && row[x] > f.response.At; x++ {
			v := int(row[x])
			sum += v
			mom += v * (x - x0)
			top = max(top, v)
		}
		if x-x0 <= f.maxThick+2 {
			// The response is full inside the rule and fades at its
			// edges, so its sum over its top is the thickness.
			thick := float64(sum) / float64(top)
			f.runs = append(f.runs, point{along: int32(y), across: float32(x0) + float32(mom)/float32(sum),
				thick: uint8(thick*10 + 0.5), tone: uint8(top)})
		}
	}
}

// join joins the runs of a row to the traces that they continue, and begins new ones
// with the others. Both lists are sorted across, so one pass joins them.
func (f *follower) join(y int) {
	f.fresh = f.fresh[:0]
	i := 0
	for _, run := range f.runs {
		for i < len(f.live) && f.live[i].across < run.across-8 {
			i++
		}
		id := int32(len(f.points))
		if best := f.continued(i, &run); best >= 0 {
			run.prev = f.live[best].last
			f.live[best].goOn(&run, id)
		} else {
			run.prev = -1
			f.fresh = append(f.fresh, active{last: id, n: 1, start: int32(y), along: int32(y), across: run.across, tone: float32(run.tone)})
		}
		f.points = append(f.points, run)
	}
}

// strays are for each gap how near a rule comes, behind it, to where it was going: nearer
// than so many pixels. It goes over no gap of more than maxGap rows, nor of none; live
// traces are sought out so often that their gaps are no more than twice as long.
func strays(maxGap int) []float32 {
	out := make([]float32, 2*maxGap+1)
	for gap := 1; gap <= maxGap; gap++ {
		out[gap] = math.Nextafter32(1.1+0.15*(float32(gap)-1), math.MaxFloat32)
	}
	return out
}

// continued is the live trace, from one on, that a run continues best; -1 for none.
func (f *follower) continued(from int, run *point) int {
	best, bestD := -1, float32(math.MaxFloat32)
	for j := from; j < len(f.live) && f.live[j].across <= run.across+8; j++ {
		a := &f.live[j]
		gap := run.along - a.along
		d := run.across - (a.across + a.slope*float32(gap))
		d = math.Float32frombits(math.Float32bits(d) &^ (1 << 31)) // its amount, for which no processor has to guess the sign
		if d >= min(bestD, f.stray[gap]) {
			continue
		}
		// Between the dots of a dotted rule and beside its ends the
		// compression leaves a faint trace of another tone.
		if t := float32(run.tone); t < 0.3*a.tone || a.tone < 0.3*t {
			continue
		}
		best, bestD = j, d
	}
	return best
}

// goOn takes a trace on by a point.
func (a *active) goOn(run *point, id int32) {
	gap := float32(run.along - a.along)
	step := (run.across - a.across) / gap
	k := 1 / float32(min(a.n+1, 24))
	a.slope += k * (step - a.slope)
	a.tone += k * (float32(run.tone) - a.tone)
	a.last, a.along, a.across = id, run.along, run.across
	a.n++
}

// retireBefore retires the traces that ended before a row.
func (f *follower) retireBefore(y int) {
	f.live = slices.DeleteFunc(f.live, func(a active) bool {
		over := int(a.along) < y
		if over {
			f.retire(a)
		}
		return over
	})
}

// retire keeps a trace that has ended, if it is long enough.
func (f *follower) retire(a active) {
	if int(a.along-a.start)+1 >= f.minLen && int(a.n)*10 >= f.minLen*3 {
		f.done = append(f.done, a)
	}
}

// traces are what was followed. A rule may have been followed from or into a stroke of
// text: it is cut where it jumps.
func (f *follower) traces(light bool) []Trace {
	traces := make([]Trace, 0, len(f.done))
	points := 0
	for _, a := range f.done {
		points += int(a.n)
	}
	room := newTraceRoom(points)
	var links []point
	for _, a := range f.done {
		links = slices.Grow(links[:0], int(a.n))
		chain := links[:a.n]
		for i, at := a.last, int(a.n)-1; at >= 0; i, at = f.points[i].prev, at-1 {
			chain[at] = f.points[i]
		}
		for len(chain) > 0 {
			n := 1
			for n < len(chain) && !jumps(chain[n-1], chain[n]) {
				n++
			}
			if t, ok := room.newTrace(chain[:n], light, f.minLen); ok {
				traces = append(traces, t)
			}
			chain = chain[n:]
		}
	}
	return traces
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
