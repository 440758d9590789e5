package ruling

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/rulemap"
)

// A Rule is a piece of a level or plumb line on the straight page, at which a cell may end.
type Rule struct {
	Pos    float64 // its middle across: y of a level rule, x of a plumb one; pixels
	Lo, Hi float64 // where it begins and ends along, pixels
	Thick  float64 // pixels
	Step   bool    // a ground ends at it: the page is darker on one side
	Side   bool    // it is the side of a ground and no line: no darker than one side of it, and no lighter than the other
	Weak   bool    // too short to be a rule by itself
}

// Length is how long the rule is, pixels.
func (r *Rule) Length() float64 { return r.Hi - r.Lo }

// StrongOf are the rules that are not Weak.
func StrongOf(rs []Rule) []Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool { return r.Weak })
}

// LikeTable tells whether rules may be those of a table: there are at least two that are
// not Weak in each direction. Lines of dense text leave some in one direction.
func LikeTable(hor, ver []Rule) bool {
	return len(StrongOf(hor)) >= 2 && len(StrongOf(ver)) >= 2
}

// Box is what a rule covers on the page, at least one pixel across. Axis is its
// direction.
func (r *Rule) Box(axis Axis) image.Rectangle {
	a, b := int(r.Pos-r.Thick/2), int(math.Ceil(r.Pos+r.Thick/2))
	if axis == Level {
		return image.Rect(int(r.Lo), a, int(r.Hi), max(b, a+1))
	}
	return image.Rect(a, int(r.Lo), max(b, a+1), int(r.Hi))
}

// Rules are the rules of one direction that the map of the page shows: places in a run that are likelier
// on a rule than not, and longer than they are wide.
func (m *Evidence) Rules(axis Axis) (out []Rule) {
	p := m.places(axis)
	for _, r := range m.whole(axis) {
		out = append(out, m.straight(&p, r)...)
	}
	return out
}

// whole are Rules, but for some that lean: those in one piece.
func (m *Evidence) whole(axis Axis) []Rule {
	if m.rules[axis] != nil {
		return m.rules[axis]
	}
	var out []Rule
	odds := m.places(axis)
	mask := make([]uint8, odds.all.W*odds.all.H)
	for i, v := range odds.said {
		if v > 0 {
			mask[i] = math.MaxUint8
		}
	}
	strong := strongLength(m.Size)
	for _, b := range ink.Components(mask, image.Rect(0, 0, odds.all.W, odds.all.H), math.MaxInt) {
		across, along := axis.Extent(b.Box), axis.Across().Extent(b.Box)
		if n := along.Hi - along.Lo; n < leastPlaces || n < across.Hi-across.Lo {
			continue
		}
		r := Rule{Lo: float64(rulemap.Cell * along.Lo), Hi: float64(rulemap.Cell * along.Hi)}
		r.Pos, r.Thick = odds.middle(across, along)
		m.measure(axis, &r)
		r.Weak = r.Length() < strong
		out = append(out, r)
	}
	m.rules[axis] = m.joined(axis, out)
	return m.rules[axis]
}

// straight are the pieces of a rule that leans or bends, each of which has one place across: one half of it
// lies farther across than the other.
func (m *Evidence) straight(p *places, r Rule) []Rule {
	const lean = 3. // pixels across by which a straight piece leans at most
	at := int((r.Lo + r.Hi) / 2 / rulemap.Cell)
	first, last := ink.Span{Lo: int(r.Lo) / rulemap.Cell, Hi: at}, ink.Span{Lo: at, Hi: int(r.Hi) / rulemap.Cell}
	if first.Hi-first.Lo < 2*leastPlaces || last.Hi-last.Lo < 2*leastPlaces {
		return []Rule{r}
	}
	a, b := p.centre(&r, first), p.centre(&r, last)
	if math.Abs(a-b) <= lean/2 {
		return []Rule{r}
	}
	out := []Rule{r, r}
	out[0].Hi, out[1].Lo = float64(rulemap.Cell*at), float64(rulemap.Cell*at)
	for i, pos := range []float64{a, b} {
		out[i].Pos, out[i].Thick = pos, max(1, r.Thick-math.Abs(a-b))
		m.measure(p.axis, &out[i])
	}
	return append(m.straight(p, out[0]), m.straight(p, out[1])...)
}

// leastPlaces is how many places of the map a rule is long at least: less is a stroke.
const leastPlaces = 4

// middle is where across a run of places lies that take up a box, and how broad it is, pixels: the row (or
// column) of places that says most for a rule, with those beside it that say half as much.
func (p *places) middle(across, along ink.Span) (pos, broad float64) {
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
	lo, hi := best, best+1
	for lo > 0 && 2*sums[lo-1] > sums[best] {
		lo--
	}
	for hi < len(sums) && 2*sums[hi] > sums[best] {
		hi++
	}
	var sum, moment float64
	for k := lo; k < hi; k++ {
		sum += sums[k]
		moment += sums[k] * float64(across.Lo+k)
	}
	return rulemap.Cell * (moment/sum + 1./2), float64(rulemap.Cell * (hi - lo))
}

// centre is where across a rule lies on a stretch of places along it, pixels: the centre of what says that one is there.
func (p *places) centre(r *Rule, along ink.Span) float64 {
	const beside = 2 // places beside a rule on which a piece of it may lie
	n, _ := p.size()
	lo, hi := int((r.Pos-r.Thick/2)/rulemap.Cell)-beside, int((r.Pos+r.Thick/2)/rulemap.Cell)+beside
	var sum, moment float64
	for k := max(0, lo); k <= min(n-1, hi); k++ {
		for at := along.Lo; at < along.Hi; at++ {
			said := float64(max(0, p.at(k, at)))
			sum += said
			moment += said * float64(k)
		}
	}
	if sum == 0 {
		return r.Pos
	}
	return rulemap.Cell * (moment/sum + 1./2)
}

// joined are rules of one direction, those put together that are pieces of one: they lie in line, and the
// map says that it goes on between them; never nil. What ends at one is what ends at its longest piece.
func (m *Evidence) joined(axis Axis, rs []Rule) (out []Rule) {
	out = make([]Rule, 0, len(rs))
	slices.SortFunc(rs, func(a, b Rule) int { return cmp.Compare(a.Lo, b.Lo) })
	for _, r := range rs {
		i := slices.IndexFunc(out, func(o Rule) bool {
			if !inLine(o, r) || r.Hi <= o.Hi {
				return false
			}
			gap := r.Lo - o.Hi
			return gap <= touching || gap <= max(o.Length(), r.Length()) && !slices.ContainsFunc(rs, func(q Rule) bool {
				return !q.Weak && inLine(q, r) && q.Lo > o.Hi && q.Hi < r.Lo // that is one of its own
			}) && m.EdgeOdds(axis, (o.Pos+r.Pos)/2, o.Hi, r.Lo) > goesOn
		})
		if i < 0 {
			out = append(out, r)
			continue
		}
		o := &out[i]
		a, b := o.Length(), r.Length()
		o.Pos, o.Thick = (a*o.Pos+b*r.Pos)/(a+b), max(o.Thick, r.Thick)
		if o.Hi, o.Weak = r.Hi, o.Weak && r.Weak; b > a {
			o.Step, o.Side = r.Step, r.Side
		}
	}
	return out
}

// goesOn is how much the map must say that a rule goes on between two pieces for them to be one: natural logarithm of odds.
// Set by hand, without data. Pieces that are not put together make a line of a table all the same; those that are may make one
// table of two side by side.
const goesOn = 2

// inLine tells whether pieces may be those of one rule.
func inLine(a, b Rule) bool {
	const apart = 2.5 // pixels across
	return math.Abs(a.Pos-b.Pos) <= apart
}

// touching is how far apart along pieces are that need nothing between them, pixels.
const touching = 2 * rulemap.Cell
