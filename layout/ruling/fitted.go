package ruling

import (
	"cmp"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A course is the evidence for rules of one direction all over a page.
type course struct {
	px   []uint8 // the page, turned so that the rules run down it
	w, h int
	all  *blocks
	segs []segment

	known map[[1 + 2]int]float64 // the odds of edges that were asked for: column, first row, last row
	tone  int                    // of the rules that are found without a doubt, usually: grey levels
	odds  []float32              // of a rule through a block at a column: for each block of blockLength, w columns
}

// newCourse measures a page turned so that the rules run down it.
func newCourse(px []uint8, w int) *course {
	c := &course{px: px, w: w, h: len(px) / max(1, w), known: map[[1 + 2]int]float64{}}
	c.all = newBlocks(px, w, 0, w, 0, blockLength, c.h/blockLength)
	c.odds = c.all.evidence()
	c.segs = segments(c.odds, c.w)
	c.tone = c.usualTone()
	return c
}

// unknownTone is the tone of rules of which nothing is known, grey levels.
const unknownTone = 40

// usualTone is by how much most of the longest rules are darker than their sides,
// grey levels.
func (c *course) usualTone() int {
	const few = 12
	var tones []float64
	for i := range min(few, len(c.segs)) { // the surest first
		r := c.rule(c.segs[i], 0)
		tones = append(tones, r.Tone)
	}
	if len(tones) == 0 {
		return unknownTone
	}
	return int(ink.Median(tones))
}

// rules are the rules that the blocks tell.
func (c *course) rules(strong float64) []Rule {
	var out []Rule
	for _, s := range c.segs {
		out = append(out, c.rule(s, strong))
	}
	slices.SortFunc(out, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Lo, b.Lo))
	})
	return out
}

// rule measures where the rule of a segment lies, how thick and how dark it is.
func (c *course) rule(s segment, strong float64) Rule {
	const reach = 7
	var profile [2*reach + 1]float64
	var tones []float64
	for k := s.lo; k < s.hi; k++ {
		if c.odds[k*c.w+s.x] <= 0 {
			continue
		}
		at := s.x - c.all.x0
		row := c.all.row(k)
		left, right := sides(row, at, nearby)
		side := float64(min(left, right))
		for i := range profile {
			profile[i] += max(0, side-float64(row[at+i-reach]))
		}
		tones = append(tones, (side-float64(slices.Min(row[at-1:at+2])))/blockLength)
	}
	r := Rule{Pos: float64(s.x) + 0.5, Lo: float64(s.lo * blockLength), Hi: float64(s.hi * blockLength), Thick: 1, Cover: 1, Fitted: true}
	if len(tones) > 0 {
		r.Tone = max(ink.Median(tones), 1)
	}
	// The middle and the breadth of what is darker than the sides.
	var sum, mom, top float64
	for i := reach - 2; i <= reach+2; i++ {
		sum += profile[i]
		mom += profile[i] * float64(i-reach)
		top = max(top, profile[i])
	}
	if sum > 0 {
		r.Pos += mom / sum
		r.Thick = max(1, sum/top)
	}
	r.Lo, r.Hi = c.end(r.Lo, r.Pos, -1), c.end(r.Hi, r.Pos, 1)
	r.Weak = r.Length() < strong
	return r
}

// end is where a rule ends, in pixels along, of which the last block ends at a place: up to a
// block further on, as far as it is darker than its sides.
func (c *course) end(at, pos float64, step int) float64 {
	const hole = 4
	x, y := int(pos), int(at)
	if step < 0 {
		y--
	}
	last := at
	for i := 0; i < blockLength+hole && y >= 0 && y < c.h; i, y = i+1, y+step {
		if c.depth(x, y) > darker {
			last = float64(y)
			if step > 0 {
				last++
			}
		}
	}
	return last
}

// part is the odds of a rule in each column of an interval, from column x0 to x1,
// in parts of about a block's length from row a to row b of the page.
func (c *course) part(x0, x1 int, a, b float64) (odds []float32, n int) {
	x0, x1 = max(0, x0), min(c.w, x1)
	a, b = max(0, a), min(float64(c.h), b)
	if x1 <= x0 || b-a < 1 {
		return nil, 0
	}
	n = max(1, int(math.Round((b-a)/blockLength)))
	length := (b - a) / float64(n)
	before, after := min(company, int(a/length)), min(company, int((float64(c.h)-b)/length))
	w := x1 - x0
	odds = newBlocks(c.px, c.w, x0, x1, a-float64(before)*length, length, before+n+after).evidence()
	return odds[before*w : (before+n)*w], n
}

// fittedStrength is how surely a rule is printed on an interval, from 0 to 1: from
// MinEdge on it is likelier than not.
func (m *Evidence) fittedStrength(axis Axis, r *Rule, a, b float64) float64 {
	odds := m.mapOdds(axis, r.Pos, a, b)
	const unsure = 0.75 // odds
	switch {
	case odds > 0:
		return 1
	case odds > -unsure:
		return WeakEdge
	}
	return 0
}

// followedOdds is how much likelier an edge is on a rule that was followed, where that is seen as
// it is elsewhere: natural logarithm of odds. Set by hand.
const followedOdds = 2

// withinOdds is how much likelier an edge is on a rule that the blocks tell, from one
// of its ends to the other, than in line with it: natural logarithm of odds.
// endNear is how far beyond its ends that holds, pixels.
const (
	withinOdds = 1.5
	endNear    = 3
)

// RuleOdds is EdgeOdds at a rule, by what was followed of it as well.
func (m *Evidence) RuleOdds(axis Axis, r *Rule, a, b float64) float64 {
	odds := m.EdgeOdds(axis, r.Pos, a, b)
	if !r.Fitted && m.sightStrength(axis, r, a, b) >= MinEdge {
		odds += followedOdds
	}
	return odds
}

// EdgeOdds is the natural logarithm of the odds that a rule is printed from a to b on a line
// of a table, at pos across; all in pixels.
func (m *Evidence) EdgeOdds(axis Axis, pos, a, b float64) float64 {
	return m.mapOdds(axis, pos, a, b)
}

// Doubt is the probability, from 0 to 1, that it is wrong to take a rule from a to b for printed, or
// for none. What was followed and what the blocks say are two witnesses: where they contradict
// each other it is 0.5.
func (m *Evidence) Doubt(axis Axis, r *Rule, a, b float64, printed bool) float64 {
	if !m.Fits(r) || b-a <= 2 {
		return 0
	}
	odds := m.mapOdds(axis, r.Pos, a+1, b-1)
	if printed {
		odds = -odds
	}
	return 1 / (1 + math.Exp(-odds))
}

// plain tells whether the page's blocks leave no doubt, without a closer look, that a
// rule is printed at a column between two rows, or that none is.
func (c *course) plain(x, a, b int, printed bool) bool {
	const least = 1 // natural logarithm of odds, on average
	k0, k1 := c.blocksIn(a, b)
	if k1-k0 < 2 || x < 0 || x >= c.w {
		return false
	}
	var sum float32
	for k := k0; k < k1; k++ {
		sum += c.odds[k*c.w+x]
	}
	if mean := sum / float32(k1-k0); printed {
		return mean > least
	} else {
		return mean <= bareOdds
	}
}

// blocksIn are the page's rows of blocks that lie between two rows of pixels: the first,
// and the one behind the last.
func (c *course) blocksIn(a, b int) (k0, k1 int) {
	return (max(0, a) + blockLength - 1) / blockLength, min(b/blockLength, c.all.n)
}

// Fits tells whether the blocks can tell of a rule: it is dark, or light on a dark page, and so
// thin that what blocks are compared with lies beside it.
func (m *Evidence) Fits(r *Rule) bool {
	const thickest = 4.5 // pixels
	return r.Fitted || r.Light == m.dark && !r.Edge && r.Thick < thickest
}

// FittedRules are the rules of one direction that the blocks of the page tell, by a net
// that was fitted to pictures whose rules are known (models/README.md).
func (m *Evidence) FittedRules(axis Axis) []Rule {
	out := m.courses[axis].rules(StrongLength(m.Size))
	for i := range out {
		out[i].Light = m.dark
	}
	return out
}

// LikeTable tells whether rules may be those of a table: there are at least two that are
// not Weak in each direction. Lines of dense text leave some in one direction.
func LikeTable(hor, ver []Rule) bool {
	long := func(rs []Rule) (n int) {
		for _, r := range rs {
			if !r.Weak {
				n++
			}
		}
		return n
	}
	return long(hor) >= 2 && long(ver) >= 2
}
