package ruling

import (
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/rulemap"
)

// places are the odds of the map for one direction, by place along and across.
type placesOf struct {
	m    *rulemap.Map
	axis Axis
}

func (p placesOf) size() (across, along int) {
	if p.axis == Level {
		return p.m.H, p.m.W
	}
	return p.m.W, p.m.H
}

func (p placesOf) at(across, along int) float32 {
	if p.axis == Level {
		return p.m.Level[across*p.m.W+along]
	}
	return p.m.Plumb[along*p.m.W+across]
}

// MapRules are the rules of one direction that the map of the page shows.
func (m *Evidence) MapRules(axis Axis) (out []Rule) {
	odds := m.Map.Plumb
	if axis == Level {
		odds = m.Map.Level
	}
	mask := make([]uint8, len(odds))
	for i, v := range odds {
		if v > 0 {
			mask[i] = math.MaxUint8
		}
	}
	strong := StrongLength(m.Size)
	p := placesOf{m.Map, axis}
	for _, b := range ink.Components(mask, image.Rect(0, 0, m.Map.W, m.Map.H), math.MaxInt) {
		across, along := axis.Extent(b.Box), axis.Across().Extent(b.Box)
		if along.Hi-along.Lo < 4 || along.Hi-along.Lo < across.Hi-across.Lo {
			continue
		}
		sums := make([]float64, across.Hi-across.Lo)
		best := 0
		for k := range sums {
			for a := along.Lo; a < along.Hi; a++ {
				sums[k] += float64(max(0, p.at(across.Lo+k, a)))
			}
			if sums[k] > sums[best] {
				best = k
			}
		}
		var sum, mom float64
		for k := max(0, best-1); k < min(len(sums), best+2); k++ {
			sum += sums[k]
			mom += sums[k] * float64(across.Lo+k)
		}
		r := Rule{Pos: rulemap.Cell*mom/sum + 1, Lo: float64(rulemap.Cell * along.Lo), Hi: float64(rulemap.Cell * along.Hi), Thick: 1, Tone: unknownTone, Cover: 1, Fitted: true}
		m.measure(axis, &r)
		r.Weak = r.Length() < strong
		out = append(out, r)
	}
	return out
}

// measure finds where across a rule lies, how thick and how dark or light it is.
func (m *Evidence) measure(axis Axis, r *Rule) {
	const reach = 7
	c := m.courses[axis]
	x := int(r.Pos)
	var profile [2*reach + 1]float64
	n := 0.
	for y := max(0, int(r.Lo)); y < min(c.h, int(r.Hi)); y++ {
		for i := range profile {
			profile[i] += float64(c.px[y*c.w+min(c.w-1, max(0, x+i-reach))])
		}
		n++
	}
	if n == 0 {
		return
	}
	top, low := 0., math.Inf(1)
	for i := reach - 2; i <= reach+2; i++ {
		low = min(low, profile[i])
		top = max(top, profile[i])
	}
	left, right := profile[reach-4], profile[reach+4]
	if side := min(left, right); side > low {
		var sum, mom float64
		for i := reach - 3; i <= reach+3; i++ {
			d := max(0, side-profile[i])
			sum += d
			mom += d * float64(i-reach)
		}
		r.Pos = float64(x) + 0.5 + mom/sum
		r.Thick, r.Tone = max(1, sum/(side-low)), max(1, (side-low)/n)
		return
	}
	if side := max(left, right); side < top {
		r.Light, r.Tone = true, max(1, (top-side)/n)
	}
}

// mapOdds is the natural logarithm of the odds that a rule is printed from a to b at pos across.
func (m *Evidence) mapOdds(axis Axis, pos, a, b float64) float64 {
	figures := m.describeOnMap(axis, pos, a, b)
	var said [1]float32
	theNets().Edges.Odds(figures[:], said[:])
	return float64(said[0])
}
