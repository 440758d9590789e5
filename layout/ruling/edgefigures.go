package ruling

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/rulemap"
)

// mapFigures is how many figures describe an edge on the map of a page.
const mapFigures = 16

// describeOnMap says what the map shows of an edge from a to b at pos across, pixels: how much its
// places say for a rule on the whole, at worst, and at both ends; how long it is; what the same
// line says before it and behind it, and the lines beside it.
func (m *Evidence) describeOnMap(axis Axis, pos, a, b float64) (out [mapFigures]float32) {
	p := placesOf{m.Map, axis}
	across, along := p.size()
	at := min(across-1, max(0, int(pos)/rulemap.Cell))
	lo, hi := int(math.Ceil(a/rulemap.Cell)), int(b/rulemap.Cell)
	if hi <= lo {
		lo = int((a + b) / 2 / rulemap.Cell)
		hi = lo + 1
	}
	lo = min(max(0, lo), along-1)
	hi = min(max(lo+1, hi), along)
	best := func(at, y int) float32 {
		v := float32(-rulemapMost)
		for x := max(0, at-1); x <= min(across-1, at+1); x++ {
			v = max(v, p.at(x, y))
		}
		return v
	}
	said := make([]float32, 0, hi-lo)
	var sum, share, probable float32
	run, hole := 0, 0
	for y := lo; y < hi; y++ {
		v := best(at, y)
		said = append(said, v)
		sum += v
		probable += float32(1 / (1 + math.Exp(-float64(v))))
		if v > 0 {
			share++
			run = 0
			continue
		}
		run++
		hole = max(hole, run)
	}
	n := len(said)
	ends := func(vs []float32) float32 {
		var s float32
		for _, v := range vs {
			s += v
		}
		return s / float32(max(1, len(vs)))
	}
	few := min(n, 3)
	first, last := ends(said[:few]), ends(said[n-few:])
	mean := func(at, lo, hi int) float32 {
		lo, hi = max(0, lo), min(along, hi)
		if hi <= lo {
			return -rulemapMost
		}
		var s float32
		for y := lo; y < hi; y++ {
			s += best(at, y)
		}
		return s / float32(hi-lo)
	}
	before, after := mean(at, lo-8, lo-2), mean(at, hi+2, hi+8)
	beside := max(mean(max(0, at-4), lo, hi), mean(min(across-1, at+4), lo, hi))
	slices.Sort(said)
	fn := float32(n)
	return [...]float32{sum / fn, said[0], said[n/10], said[n/4], said[n/2], said[n-1-n/4], share / fn, probable / fn,
		min(first, last), max(first, last), float32(math.Log1p(float64(hole))), float32(hole) / fn, float32(math.Log(float64(n))),
		min(before, after), max(before, after), beside}
}

// rulemapMost is how much a place of the map says at most.
const rulemapMost = 8

// A MapEdge is a place at which an edge of a cell may be, and what the map says of it.
type MapEdge struct {
	Axis        Axis
	Pos, Lo, Hi float64
	Figures     [mapFigures]float32
}

// MapEdgeAt describes an edge.
func (m *Evidence) MapEdgeAt(axis Axis, pos, lo, hi float64) MapEdge {
	return MapEdge{axis, pos, lo, hi, m.describeOnMap(axis, pos, lo, hi)}
}
