package ruling

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// edgeFeatures is how many figures describe a place at which an edge may be printed.
const edgeFeatures = 23

// An edge is a place at which a rule may be printed from one end of an interval to
// the other.
type edge struct {
	pos      float64 // across, pixels
	lo, hi   float64 // along
	short    bool    // it ends long before an end of the interval
	hidden   bool    // print may hide some of it
	features [edgeFeatures]float32
	odds     float64 // of a rule there, without what is known of its place: natural logarithm
}

// edges are the likeliest places from column x0 to x1 at which a rule runs from
// row a to row b, one every few pixels.
func (c *course) edges(x0, x1 int, a, b float64) []edge {
	x0, x1 = max(0, x0), min(c.w, x1)
	from, to := max(0, x0-1), min(c.w, x1+1) // with what lies beside
	odds, n := c.part(from, to, a, b)
	if n == 0 {
		return nil
	}
	w := to - from
	sums := slices.Concat([]float32{bareOdds * float32(n)}, columnSums(odds, w), []float32{bareOdds * float32(n)}) // with what lies beyond the page
	var out []edge
	for x := x0; x < x1; x++ {
		s, before, after := sums[x-from+1], sums[x-from], sums[x-from+2]
		if s > leastMean*float32(n) && s >= before && s > after {
			e := edge{pos: c.centre(x, int(a), int(b)), lo: a, hi: b}
			c.describe(&e, x, columnOf(odds, w, x-from))
			out = append(out, e)
		}
	}
	return out
}

// columnOf is one column of a map that is w columns wide.
func columnOf(odds []float32, w, x int) []float32 {
	out := make([]float32, len(odds)/w)
	for k := range out {
		out[k] = odds[k*w+x]
	}
	return out
}

// columnSums is what the parts of each column say together, of a map that is w columns wide.
func columnSums(odds []float32, w int) []float32 {
	sums := make([]float32, w)
	for k := range len(odds) / w {
		for x, v := range odds[k*w : (k+1)*w] {
			sums[x] += v
		}
	}
	return sums
}

// inLine are the likeliest places for an edge in line with others at a column, which rules
// stray from by near pixels at most; where the blocks tell of none, the place that they say
// most for, or least against, unless nothing at all is seen there and no print hides it.
func (c *course) inLine(x, near int, a, b float64) []edge {
	if out := c.edges(x-near, x+near+1, a, b); len(out) > 0 {
		return out
	}
	x0, x1 := max(0, x-near), min(c.w, x+near+1)
	odds, n := c.part(x0, x1, a, b)
	if n == 0 {
		return nil
	}
	best, most := x, float32(math.Inf(-1))
	for i, sum := range columnSums(odds, x1-x0) {
		at := x0 + i
		if sum > most || sum == most && abs(at-x) < abs(best-x) {
			best, most = at, sum
		}
	}
	e := edge{pos: float64(best) + 0.5, lo: a, hi: b}
	c.describe(&e, best, columnOf(odds, x1-x0, best-x0))
	if most <= bareOdds*float32(n) && !e.hidden {
		return nil
	}
	return []edge{e}
}

func abs(d int) int { return max(d, -d) }

// promising are the columns from x0 to x1 at which a rule may run from row a to row b, by
// the blocks of the page. Most columns of a cell are ruled out so, without a closer look.
func (c *course) promising(x0, x1, a, b int) (parts []ink.Span) {
	x0, x1 = max(0, x0), min(c.w, x1)
	k0, k1 := c.blocksIn(a, b)
	n := k1 - k0
	if n < 2 {
		return []ink.Span{{Lo: x0, Hi: x1}}
	}
	const around = 2 // columns that a rule strays, or is thick
	for x := x0; x < x1; x++ {
		var sum float32
		for k := range n {
			sum += c.odds[(k0+k)*c.w+x]
		}
		if sum < leastMean*float32(n) && !c.glimpsed(x, a, b) {
			continue
		}
		lo, hi := max(x0, x-around), min(x1, x+around+1)
		if i := len(parts) - 1; i >= 0 && parts[i].Hi >= lo {
			parts[i].Hi = hi
		} else {
			parts = append(parts, ink.Span{Lo: lo, Hi: hi})
		}
	}
	return parts
}

// glimpsed tells whether something darker than its sides stands at most of a few
// places down a column.
func (c *course) glimpsed(x, a, b int) bool {
	const places = 11
	seen := 0
	for i := range places {
		if y := a + (2*i+1)*(b-a)/(2*places); y < c.h && c.depth(x, y) > darker {
			seen++
		}
	}
	return 2*seen > places
}

// leastMean is what the blocks of an edge say on average at least, natural logarithm of
// odds. A block in which nothing is darker than its sides says bareOdds. Set by hand.
const leastMean = -1.5

// describe fills in the features of an edge, which the net is given: what its blocks say, and
// how it looks row by row.
func (c *course) describe(e *edge, x int, odds []float32) {
	n := len(odds)
	sorted := slices.Clone(odds)
	slices.Sort(sorted)
	var mean float32
	for _, v := range odds {
		mean += v / float32(n)
	}
	e.short = max(odds[0], odds[n-1]) <= bareOdds || stopsShort(odds)
	l := c.look(x, e.lo, e.hi)
	e.hidden = l.hidden > 0
	h := float32(max(1, len(l.depths)))
	depth := func(k, of int) float32 { // the depth that k of so many rows do not have
		if len(l.depths) == 0 {
			return 0
		}
		return grade(blockLength * l.depths[k*len(l.depths)/of])
	}
	half, quarter, most := depth(1, 2), depth(1, 4), depth(9, 10)
	tone := grade(blockLength * c.tone)
	_ = append(e.features[:0], mean, sorted[0], float32(math.Log(float64(n))), sorted[n/4], sorted[n/2], sorted[n-1-(n-1)/4],
		float32(l.seen)/h, float32(math.Log1p(float64(l.hole))), float32(l.first)/endRows, float32(l.last)/endRows,
		half, quarter, most, float32(math.Log(float64(h))), odds[0], odds[n-1], float32(l.hole)/h,
		// How dark it is beside the page's other rules.
		half-tone, most-tone, float32(l.crowded)/h,
		// What print hides of it, and runs across it.
		float32(l.hidden)/h, float32(l.seen)/max(1, h-float32(l.hidden)), float32(l.crossed)/h)
	var said [1]float32
	theNets().Edges.Odds(e.features[:], said[:])
	e.odds = float64(said[0])
}

// A look is how an edge looks row by row.
type look struct {
	depths      []int // by how much each row is darker than both sides there, grey levels, from the least on
	seen        int   // rows on which it is
	hole        int   // the most rows in a run on which it is not
	first, last int   // rows at either end on which it is
	crowded     int   // rows on which something stands beside it
	hidden      int   // rows on which print may hide it
	crossed     int   // rows on which print runs across it
}

// endRows is how many rows are either end of an edge.
const endRows = 4

func (c *course) look(x int, lo, hi float64) (l look) {
	y0, y1 := max(0, int(math.Round(lo))), min(c.h, int(math.Round(hi)))
	run := 0
	for y := y0; y < y1; y++ {
		d := c.depth(x, y)
		l.depths = append(l.depths, d)
		if c.crowded(x, y, d) {
			l.crowded++
		}
		left, right := c.inked(x, y)
		if left && right {
			l.crossed++
		}
		if d <= darker {
			if left || right {
				l.hidden++
			}
			run++
			l.hole = max(l.hole, run)
			continue
		}
		run = 0
		l.seen++
		if y < y0+endRows {
			l.first++
		}
		if y >= y1-endRows {
			l.last++
		}
	}
	slices.Sort(l.depths)
	return l
}

// stopsShort tells whether all the parts of the first or the last third say that no rule
// is there.
func stopsShort(odds []float32) bool {
	third := len(odds) / (1 + 2)
	against := func(parts []float32) bool {
		return len(parts) > 0 && !slices.ContainsFunc(parts, func(v float32) bool { return v > 0 })
	}
	return against(odds[:third]) || against(odds[len(odds)-third:])
}

// depth is by how much a place on a rule, or one beside it, is darker than both
// sides of it, grey levels; beyond the picture is paper.
func (c *course) depth(x, y int) int {
	row := c.px[y*c.w : (y+1)*c.w]
	v := int(slices.Min(row[max(0, x-1):min(c.w, x+2)]))
	left, right := 255, 255
	if x >= sideAt {
		left = int(row[x-sideAt])
	}
	if x+sideAt < c.w {
		right = int(row[x+sideAt])
	}
	return min(left, right) - v
}

// inked tells whether print as dark as the page's rules covers a place on a rule,
// from the left and from the right: without paper between.
func (c *course) inked(x, y int) (left, right bool) {
	row := c.px[y*c.w : (y+1)*c.w]
	paper := int(slices.Max(row[max(0, x-margin):min(c.w, x+margin+1)]))
	limit := paper - max(darker, c.tone/2)
	dark := func(from, to int) bool {
		for _, v := range row[max(0, from):min(c.w, to+1)] {
			if int(v) > limit {
				return false
			}
		}
		return true
	}
	return dark(x-sideAt, x), dark(x, x+sideAt)
}

// crowded tells whether something as dark stands beside a place, as far off as other strokes
// of a character do. Depth is by how many grey levels the place is darker than its sides.
func (c *course) crowded(x, y, depth int) bool {
	const closest, farthest = 4, 10 // pixels
	row := c.px[y*c.w : (y+1)*c.w]
	limit := int(row[x]) + max(darker, depth/2)
	left, right := row[max(0, x-farthest):max(0, x-closest+1)], row[min(c.w, x+closest):min(c.w, x+farthest+1)]
	return len(left) > 0 && int(slices.Min(left)) <= limit || len(right) > 0 && int(slices.Min(right)) <= limit
}

// What is known of a place without looking, natural logarithms of odds. Few places in
// a cell have a rule: there an edge must be so much likelier than not by itself, or
// where the table has others in line.
const (
	placeOdds   = 5.0
	inLineLeast = 2
)

// inLineOdds leans against an edge that is looked up in line with others: one that is
// missed leaves a large cell, which is seen; a false one parts a label. On the pictures
// that the nets were held against five are missed for one that is false.
const inLineOdds = -0.5

// How far apart places in line lie at most, pixels.
const (
	inLineNear  = 3.0
	clusterNear = 2.0
)

// crossSide is how far from the side of a cell a rule that blocks tell may cross it,
// pixels: nearer than OffSide, since they tell it from a remnant of the side.
const crossSide = 5

// Across finds the rules of a direction that go from side to side of cells which lie
// between the same two lines of a table. Lines are where the table has other rules of
// that direction, in pixels: a rule in line with these needs less evidence.
func (m *Evidence) Across(axis Axis, cells []image.Rectangle, lines []float64) []Rule {
	c := m.courses[axis]
	light := m.seeksLight(axis)
	type piece struct {
		edge
		cell int
	}
	var pieces []piece
	for i, cell := range cells {
		across, along := axis.Extent(cell), axis.Across().Extent(cell)
		if across.Hi-across.Lo <= 2*crossSide {
			continue
		}
		for _, part := range c.promising(across.Lo+crossSide, across.Hi-crossSide, along.Lo, along.Hi) {
			for _, e := range c.edges(part.Lo, part.Hi, float64(along.Lo), float64(along.Hi)) {
				if !light || !e.short {
					pieces = append(pieces, piece{e, i})
				}
			}
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.cell, b.cell)) })
	var out []Rule
	for _, group := range ink.Clusters(pieces, func(first, _, next *piece) bool { return next.pos-first.pos <= clusterNear }) {
		inLine := slices.ContainsFunc(lines, func(l float64) bool { return math.Abs(l-group[0].pos) <= inLineNear })
		sum, sure := 0., false
		for _, p := range group {
			sum += p.odds
			sure = sure || p.odds > placeOdds
		}
		// Cells that hold the same print say the same again: each must say something for itself, below.
		sure = sure || sum > placeOdds
		for _, p := range group {
			if p.odds > placeOdds || p.odds > inLineLeast && (sure || inLine) {
				out = append(out, Rule{Pos: p.pos, Lo: p.lo, Hi: p.hi, Thick: 1, Tone: unknownTone, Cover: 1, Light: m.dark, Fitted: true, Whole: true})
			}
		}
	}
	return out
}

// centre is the middle of what is dark about a column, pixels.
func (c *course) centre(x, lo, hi int) float64 {
	var sum, mom float64
	x0, x1 := max(0, x-2), min(c.w, x+3)
	var cols [5]float64
	for y := max(0, lo); y < min(c.h, hi); y++ {
		for i := x0; i < x1; i++ {
			cols[i-x+2] += float64(c.px[y*c.w+i])
		}
	}
	top := slices.Max(cols[x0-x+2 : x1-x+2])
	for i := x0; i < x1; i++ {
		d := top - cols[i-x+2]
		sum += d
		mom += d * float64(i-x)
	}
	if sum == 0 {
		return float64(x) + 0.5
	}
	return float64(x) + 0.5 + mom/sum
}

// edgeOdds are the odds of a rule at a place that is in line with others. A long edge
// is looked at between rows that are multiples of a few: tables that are made of other
// rules ask for the same ones.
func (c *course) edgeOdds(pos, a, b float64) float64 {
	const few = 4
	lo, hi := int(a), int(b)
	if hi-lo > long {
		lo, hi = (lo+few-1)/few*few, hi/few*few
	}
	at := [...]int{int(pos), lo, hi}
	if odds, ok := c.known[at]; ok {
		return odds
	}
	c.known[at] = c.oddsAt(int(pos), float64(lo), float64(hi))
	return c.known[at]
}

// long is how long an edge is of which a few pixels at its ends tell nothing new.
const long = 5 * blockLength

func (c *course) oddsAt(pos int, a, b float64) float64 {
	const near = 4 // pixels that a rule strays from its line at most
	best := math.Inf(-1)
	for _, e := range c.inLine(pos, near, a, b) {
		best = max(best, e.odds)
	}
	return best + inLineOdds
}
