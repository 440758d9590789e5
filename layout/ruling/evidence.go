package ruling

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"iter"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
	"github.com/biaoge/biaoge/layout/rulemap"
	"github.com/biaoge/biaoge/models"
	"gocv.io/x/gocv"
)

// Evidence is what tells whether a rule is printed between two points of a page: its map
// (package rulemap). Intervals are given in pixels: pos across, a to b along.
type Evidence struct {
	Size  image.Point // of the page, pixels
	Page  ink.Pixels
	Pixel float64 // how many pixels of the picture as it came a pixel of the page is
	paper uint8   // the median of its pixels: what is taken to lie around it
	maps  *rulemap.Map
	known map[edge]float64 // the odds of edges that were asked for
	rules [2][]Rule        // by direction, once they were asked for (whole)
}

// An edge is a place at which a rule may be printed from one end of an interval to the other, in places
// of the map.
type edge struct {
	axis        Axis
	pos, lo, hi int
	reach       int // how far from pos it may be seen
}

// Measure is the evidence for rules on a page, a pixel of which is so many of the picture as it came. It holds while gray is not closed. It returns the
// error of ctx when that ends, and fails where gray is not 8 bit grey in one piece.
func Measure(ctx context.Context, gray gocv.Mat, pixel float64) (*Evidence, error) {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	size := image.Pt(gray.Cols(), gray.Rows())
	maps, err := rulemap.Of(ctx, px, size.X)
	if err != nil {
		return nil, err
	}
	page := ink.New(px, size)
	tones := page.Histogram(image.Rectangle{Max: size})
	paper := ink.Quantile(&tones, 1./2)
	return &Evidence{Size: size, Page: page, Pixel: pixel, paper: uint8(paper), maps: maps, known: map[edge]float64{}}, nil
}

// places are what the map says of rules of one direction.
type places struct {
	all  *rulemap.Map
	said []float32
	axis Axis
}

func (m *Evidence) places(axis Axis) places {
	if axis == Level {
		return places{m.maps, m.maps.Level, axis}
	}
	return places{m.maps, m.maps.Plumb, axis}
}

// size is how many places there are across and along.
func (p *places) size() (across, along int) {
	if p.axis == Level {
		return p.all.H, p.all.W
	}
	return p.all.W, p.all.H
}

func (p *places) at(across, along int) float32 {
	if p.axis == Level {
		return p.said[across*p.all.W+along]
	}
	return p.said[along*p.all.W+across]
}

// near is the most that a place says, or one within a reach across.
func (p *places) near(across, along, reach int) float32 {
	n, _ := p.size()
	v := float32(-rulemap.Most)
	for k := max(0, across-reach); k <= min(n-1, across+reach); k++ {
		v = max(v, p.at(k, along))
	}
	return v
}

// edgeFigures is how many figures describe an edge.
const edgeFigures = 17

// probable is which figure of an edge says how probable a rule is at its places, on average.
const probable = 6

// describe says what there is of an edge. The map shows how much its places say for a rule on the whole,
// at worst, and at both ends; how long it is; what the same line says before it and behind it, and the
// lines beside it. The page shows how far print is from it, at the nearer side and at the farther.
func (m *Evidence) describe(p *places, e edge) (out [edgeFigures]float32) {
	across, along := p.size()
	said := make([]float32, 0, e.hi-e.lo)
	var sum, share, chance float32
	run, hole := 0, 0
	for y := e.lo; y < e.hi; y++ {
		v := p.near(e.pos, y, e.reach)
		said = append(said, v)
		sum += v
		chance += float32(1 / (1 + math.Exp(-float64(v))))
		run++
		if v > 0 {
			share++
			run = 0
		}
		hole = max(hole, run)
	}
	mean := func(at, lo, hi int) float32 {
		if lo, hi = max(0, lo), min(along, hi); hi <= lo {
			return -rulemap.Most
		}
		var s float32
		for y := lo; y < hi; y++ {
			s += p.near(at, y, e.reach)
		}
		return s / float32(hi-lo)
	}
	const (
		few     = 3       // places at either end
		gap     = 2       // places between an edge and what is before it or behind it
		beyond  = 2 * few // places there
		aside   = few + 1 // places to the next line beside it
		quarter = 4       // parts, of the places in order of what they say
	)
	n := len(said)
	first, last := mean(e.pos, e.lo, min(e.hi, e.lo+few)), mean(e.pos, max(e.lo, e.hi-few), e.hi)
	before, after := mean(e.pos, e.lo-gap-beyond, e.lo-gap), mean(e.pos, e.hi+gap, e.hi+gap+beyond)
	beside := max(mean(max(0, e.pos-aside), e.lo, e.hi), mean(min(across-1, e.pos+aside), e.lo, e.hi))
	less, more := m.room(e, -1), m.room(e, 1)
	slices.Sort(said)
	fn := float32(n)
	return [...]float32{sum / fn, said[0], said[n/quarter], said[n/2], said[n-1-n/quarter], share / fn, chance / fn,
		min(first, last), max(first, last), float32(math.Log1p(float64(hole))), float32(hole) / fn, float32(math.Log(float64(n))),
		min(before, after), max(before, after), beside, min(less, more), max(less, more)}
}

// room is how far print is from an edge on a side of it, -1 or 1: natural logarithm of pixels and one. What
// goes through an edge is no farther than the rule would be thick.
func (m *Evidence) room(e edge, side int) float32 {
	const (
		far  = 24 // pixels: farther print is as far as that
		some = 20 // grey levels by which print differs from its ground at least
	)
	first := rulemap.Cell*e.pos + rulemap.Cell/2 + side*(rulemap.Cell*e.reach+1)
	lo, hi := rulemap.Cell*e.lo, rulemap.Cell*e.hi
	var most [far]int // grey levels by which a line differs from the ground
	var grounds [256]int
	for d := range most {
		for v := range m.line(e.axis, first+side*d, lo, hi) {
			grounds[v]++
		}
	}
	ground, all := int(ink.Quantile(&grounds, 1./2)), 0
	for d := range most {
		for v := range m.line(e.axis, first+side*d, lo, hi) {
			most[d] = max(most[d], int(v)-ground, ground-int(v))
		}
		all = max(all, most[d])
	}
	for d, v := range most {
		if all >= some && 2*v > all {
			return float32(math.Log1p(float64(d)))
		}
	}
	return float32(math.Log1p(far))
}

// line are the pixels of the page on a line, at pos across and from lo to hi along. Beside the page is paper; behind its
// end a line goes on as it ended.
func (m *Evidence) line(axis Axis, pos, lo, hi int) iter.Seq[uint8] {
	across, along := m.Page.W, m.Page.H // how many pixels there are
	toNext, next := 1, m.Page.W         // pixels from one to the next across, and along
	if axis == Level {
		across, along, toNext, next = along, across, next, toNext
	}
	return func(yield func(uint8) bool) {
		for at := lo; at < hi; at++ {
			v := m.paper
			if pos >= 0 && pos < across {
				v = m.Page.Pix[pos*toNext+min(at, along-1)*next]
			}
			if !yield(v) {
				return
			}
		}
	}
}

// theNet tells the edges of cells.
var theNet = sync.OnceValue(func() likely.Net {
	var n struct{ Edges likely.Net }
	if err := json.Unmarshal(models.Rules, &n); err != nil {
		panic(fmt.Sprintf("ruling: the fitted evidence for rules: %v", err))
	}
	return n.Edges
})

// EdgeOdds is the natural logarithm of the odds that a thin rule is printed from a to b at pos across.
func (m *Evidence) EdgeOdds(axis Axis, pos, a, b float64) float64 {
	return m.RuleOdds(axis, &Rule{Pos: pos}, a, b)
}

// RuleOdds is EdgeOdds at a rule, which may be thick.
func (m *Evidence) RuleOdds(axis Axis, r *Rule, a, b float64) float64 {
	p := m.places(axis)
	e := p.edge(r, a, b)
	if odds, ok := m.known[e]; ok {
		return odds
	}
	figures := m.describe(&p, e)
	var said [1]float32
	theNet().Odds(figures[:], said[:])
	m.known[e] = float64(said[0])
	return m.known[e]
}

// edge is an edge in places of the map: it has one at least. A thick rule may be seen at its sides.
func (p *places) edge(r *Rule, a, b float64) edge {
	across, along := p.size()
	e := edge{p.axis, int(r.Pos) / rulemap.Cell, int(math.Ceil(a / rulemap.Cell)), int(b / rulemap.Cell), max(1, int(math.Round(r.Thick/2/rulemap.Cell)))}
	if e.hi <= e.lo {
		e.lo = int((a + b) / 2 / rulemap.Cell)
		e.hi = e.lo + 1
	}
	e.pos = min(max(0, e.pos), across-1)
	e.lo = min(max(0, e.lo), along-1)
	e.hi = min(max(e.lo+1, e.hi), along)
	return e
}

// A Place is one at which an edge of a cell may be, and what the map shows there.
type Place struct {
	Axis               Axis
	Pos, Thick, Lo, Hi float64 // pixels
	Probable           float32 // how probable a rule is there as the map has it, on average
	Figures            [edgeFigures]float32
}

// PlaceOf describes an edge, for the fit of what tells which are printed.
func (m *Evidence) PlaceOf(axis Axis, r *Rule, a, b float64) Place {
	p := m.places(axis)
	figures := m.describe(&p, p.edge(r, a, b))
	return Place{axis, r.Pos, r.Thick, a, b, figures[probable], figures}
}
