package ruling

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/rulemap"
)

// measure finds where across a rule lies, how thick it is, and whether a ground ends there: by how much
// darker the page is than beside it, or lighter where it differs more so. Thick is how broad the map has it.
func (m *Evidence) measure(axis Axis, r *Rule) {
	const some = 1. / 4 // of how dark it is in its middle a rule is where it ends
	half := max(1, int(r.Thick/2))
	ls := &nearLines{m: m, axis: axis, lo: int(r.Lo), hi: int(r.Hi), known: map[int]*tones{}}
	p := ls.across(r, half, (*tones).usual)
	if p.most < faint { // dots, with more of the ground than of them
		p = ls.across(r, half, (*tones).mean)
	}
	var sum, moment float64
	for i, v := range p.on {
		if d := p.depth(v); d > some*p.most {
			sum += d
			moment += d * float64(i-half-1)
		}
	}
	r.Thick = 1
	if sum > 0 {
		r.Pos, r.Thick = math.Floor(r.Pos)+1./2+moment/sum, max(1, sum/p.most)
	}
	if !p.light {
		ls.widen(r)
	}
	ls.seeGrounds(r, max(half, int(r.Thick/2)))
}

// tones say how many pixels of a line have each tone.
type tones [256]int

// usual is the median: print beside a rule leaves it the ground's.
func (t *tones) usual() float64 { return float64(ink.Quantile((*[256]int)(t), 1./2)) }

// light is the tone that seven eighths of a line have, or a darker one.
func (t *tones) light() float64 { return float64(ink.Quantile((*[256]int)(t), 7./8)) }

// dark is the tone that a quarter of a line has, or a darker one: that of dots, too.
func (t *tones) dark() float64 { return float64(ink.Quantile((*[256]int)(t), 1./4)) }

func (t *tones) mean() float64 {
	n, sum := 0, 0
	for v, c := range t {
		n, sum = n+c, sum+c*v
	}
	return float64(sum) / float64(max(1, n))
}

// nearLines are the lines of the page that run beside a rule from one of its ends to the other, by where across they are.
type nearLines struct {
	m      *Evidence
	axis   Axis
	lo, hi int // pixels along
	known  map[int]*tones
}

func (ls *nearLines) at(pos int) *tones {
	if t, ok := ls.known[pos]; ok {
		return t
	}
	t := new(tones)
	for v := range ls.m.line(ls.axis, pos, ls.lo, ls.hi) {
		t[v]++
	}
	ls.known[pos] = t
	return t
}

// A profile is how the page looks across a rule, in grey levels: on it, and on both sides.
type profile struct {
	before, on, after []float64
	light             bool    // the rule is lighter than the grounds
	ground, most      float64 // what its tone is compared with, and by how much it differs at most
}

// beside is how many pixels beside a rule it is compared with.
const beside = 3

// faint, in grey levels: what differs by no more is not seen.
const faint = 3

// across is the profile of a rule that is half a width thick on both sides, in pixels, and one pixel more. Of is what is
// taken of each line along it.
func (ls *nearLines) across(r *Rule, half int, of func(*tones) float64) *profile {
	x, reach := int(r.Pos), half+1+beside
	greys := make([]float64, 2*reach+1)
	for i := range greys {
		greys[i] = of(ls.at(x + i - reach))
	}
	p := &profile{before: greys[:beside], on: greys[beside : len(greys)-beside], after: greys[len(greys)-beside:]}
	side, over := min(slices.Max(p.before), slices.Max(p.after)), max(slices.Min(p.before), slices.Min(p.after))
	p.ground, p.most = side, side-slices.Min(p.on)
	if light := slices.Max(p.on) - over; light > p.most {
		p.light, p.ground, p.most = true, over, light
	}
	return p
}

// depth is by how much a tone on the rule differs from the ground.
func (p *profile) depth(v float64) float64 {
	if p.light {
		return v - p.ground
	}
	return p.ground - v
}

// step is by how much the ground before a rule differs from that behind it.
func (p *profile) step() float64 { return math.Abs(slices.Max(p.before) - slices.Max(p.after)) }

// end tells whether a rule may be the end of a ground: it differs from the nearer one by less than half the step.
func (p *profile) end() bool { return p.most < faint+p.step()/2 }

// seeGrounds notes whether a ground ends at a rule, and whether nothing is there but the end of a ground: the rule is
// darker than both neither as a whole nor in a quarter of it, which dots are. (Rules that cross both may be a quarter.)
func (ls *nearLines) seeGrounds(r *Rule, half int) {
	const (
		far  = 8  // pixels from a rule to what tells its grounds
		step = 30 // grey levels by which a ground is darker that hides rules
	)
	whole, quarter := ls.across(r, half, (*tones).usual), ls.across(r, half, (*tones).dark)
	x := int(r.Pos)
	r.Step = math.Abs(ls.at(x-half-far).usual()-ls.at(x+half+far).usual()) > step && whole.step() > step
	r.Side = whole.end() && quarter.end()
}

// widen makes a rule as thick as it is, lines of a double rule too: all lines near it that are dark from end to
// end, but for an eighth of their length. Print is not, nor are dashes.
func (ls *nearLines) widen(r *Rule) {
	const (
		apart = 2 * rulemap.Cell // pixels between the lines of a double rule, at most
		thick = 16               // pixels from the middle of the thickest rule to its side
		solid = 1. / 2           // of how dark the darkest is a line is at least
		far   = 40               // grey levels by which a rule of several lines is darker than paper
	)
	x := int(r.Pos)
	var light [2*thick + 1]float64
	for i := range light {
		light[i] = ls.at(x + i - thick).light()
	}
	paper := min(slices.Max(light[:thick]), slices.Max(light[thick+1:]))
	dark := paper - slices.Min(light[thick-1:thick+2])
	if dark < far {
		return
	}
	lo, hi := r.Pos-r.Thick/2, r.Pos+r.Thick/2
	for _, step := range []int{-1, 1} {
		gap := 0
		for i := thick; i >= 0 && i < len(light) && gap <= apart; i += step {
			if paper-light[i] < solid*dark {
				gap++
				continue
			}
			gap = 0
			lo, hi = min(lo, float64(x+i-thick)), max(hi, float64(x+i-thick+1))
		}
		if gap == 0 {
			return // a dark ground
		}
	}
	r.Pos, r.Thick = (lo+hi)/2, hi-lo
}
