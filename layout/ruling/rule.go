package ruling

import (
	"image"
	"math"
	"slices"
)

// A Rule is a straight, level or plumb line on the straightened page.
type Rule struct {
	Pos    float64 // its middle across: y of a level rule, x of a plumb one; pixels
	Lo, Hi float64 // where it begins and ends along, pixels
	Thick  float64 // pixels
	Tone   float64 // by how many grey levels it differs from what is beside it
	Light  bool    // it is lighter than its ground, not darker
	Cover  float64 // share of its length that is printed, 0 to 1; near 0.5 if dashed
	Weak   bool    // too short or too rough to be a rule by itself
	Edge   bool    // no rule, but where a ground ends that hides the rules on it
	Whole  bool    // it crosses a cell from side to side
	Fitted bool    // the blocks of the page tell it (FittedRules); it was not followed
}

// Length is how long the rule is, pixels.
func (r *Rule) Length() float64 { return r.Hi - r.Lo }

// toRule straightens a trace; ok is false where it cannot be a rule.
func (m *Evidence) toRule(axis Axis, t *Trace, strong float64) (Rule, bool) {
	a, b := t.Fit()
	r := Rule{Pos: a + b*(t.Lo()+t.Hi()-1)/2 + 0.5, Lo: t.Lo(), Hi: t.Hi(), Thick: t.Thick, Tone: t.tone, Light: t.Light, Cover: t.Coverage}
	drift := math.Abs(b) * t.Length()
	if drift > 1.5+0.008*t.Length() {
		return r, false
	}
	r.Weak = t.Length() < strong
	s := m.Look(axis, &r, r.Lo, r.Hi)
	r.Cover = max(r.Cover, s.Any)
	if !t.solid(s, strong) { // the blocks tell dashes
		return r, t.framed(strong)
	}
	return r, r.standsClear(s) && !m.betweenPrint(t, strong) && !t.compressed(&r, s, strong)
}

// solid tells a rule from strokes of neighbouring characters, which may join into a
// trace too, but with gaps, with a tone that comes and goes, and with other strokes beside
// them. Print that touches a rule breaks the trace, but not the rule.
func (t *Trace) solid(s sight, strong float64) bool {
	return t.Coverage >= 0.86 && t.even >= 0.8 || t.Length() >= 2*strong && s.Any >= 0.88 && s.clear >= 0.75 && t.Rough < 0.45
}

// standsClear tells whether there is nothing else beside most of a rule.
func (r *Rule) standsClear(s sight) bool {
	if r.Weak && (r.Length() < 18 || s.clear < 0.85*r.Cover) {
		return false
	}
	return s.clear >= 0.6*r.Cover
}

// betweenPrint tells whether a light trace is but the stripe between lines of light print
// on a dark ground, or between letters: these are broader than rules, and their edges are
// letters'.
func (m *Evidence) betweenPrint(t *Trace, strong float64) bool {
	if !t.Light {
		return false
	}
	drawn := m.dark && t.Length() >= 2*strong && t.Coverage >= 0.9 && t.even >= 0.95 && t.Rough < 0.05
	broad := t.Thick > max(4.5, 0.65*float64(m.ver.maxThick))
	long := t.Length() >= strong
	return broad && !drawn || !m.dark && long && t.Length() < 1.5*strong
}

// compressed tells whether a trace may be one of the faint lines that compression draws:
// these are short.
func (t *Trace) compressed(r *Rule, s sight, strong float64) bool {
	return t.tone < Faint && (t.Length() < 1.5*strong || s.Any < 0.95*r.Cover || s.clear < 0.85*r.Cover || t.Rough > 0.4)
}

// level is how rough a trace is at most that is drawn along one row or column of
// pixels, pixels.
const level = 0.1

// framed tells whether a trace is made of the sides of cells that stand one below the other,
// each in a frame of its own. It has gaps between the frames, but is as straight and even as
// nothing else is.
func (t *Trace) framed(strong float64) bool {
	return t.Length() >= 2*strong && t.Coverage >= 0.7 && t.even >= 0.95 && t.Rough < level
}

// WithoutEchoes are the rules without the faint lines that compression draws beside
// strong ones.
func WithoutEchoes(rs []Rule) []Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool {
		return r.Tone < Faint && slices.ContainsFunc(rs, func(o Rule) bool {
			return !o.Edge && o.Tone > 4*r.Tone && math.Abs(o.Pos-r.Pos) < 9 && min(o.Hi, r.Hi)-max(o.Lo, r.Lo) > 0.5*r.Length()
		})
	})
}

// Faint is the tone, in grey levels, below which a rule may be an artefact of
// compression. Set by hand.
const Faint = 16

// StrongOf are the rules that are not Weak.
func StrongOf(rs []Rule) []Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool { return r.Weak })
}

// Box is what a rule covers on the page, at least one pixel across. Axis is its
// direction.
func (r *Rule) Box(axis Axis) image.Rectangle {
	a, b := int(r.Pos-r.Thick/2), int(math.Ceil(r.Pos+r.Thick/2))
	b = max(b, a+1)
	if axis == Level {
		return image.Rect(int(r.Lo), a, int(r.Hi), b)
	}
	return image.Rect(a, int(r.Lo), b, int(r.Hi))
}
