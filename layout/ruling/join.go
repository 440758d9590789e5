package ruling

import (
	"cmp"
	"math"
	"slices"
)

// Joined merges pieces of rules of one direction that are one rule: on ragged black and
// white scans a rule is followed piece by piece. Pieces are merged where a rule can be
// seen between them. It puts rs in order.
func (m *Evidence) Joined(axis Axis, rs []Rule) []Rule {
	slices.SortFunc(rs, func(a, b Rule) int { return cmp.Compare(a.Lo, b.Lo) })
	var out []Rule
	for _, r := range rs {
		// What may go on in it is the piece that ends last before it.
		var o *Rule
		for i := range out {
			k := &out[i]
			// A pale one on a ground of colour is not the dark one that goes on
			// from it on white.
			kin := k.Light == r.Light && k.Edge == r.Edge && max(k.Tone, r.Tone) <= 2.5*min(k.Tone, r.Tone)
			if kin && math.Abs(k.Pos-r.Pos) <= 2 && r.Lo >= k.Lo && !(r.Weak && k.Weak) && (o == nil || k.Hi > o.Hi) {
				o = k
			}
		}
		if o == nil || r.Lo > o.Hi+2 && (m.parted(axis, o, &r) || m.gapes(axis, o, &r, rs)) {
			out = append(out, r)
			continue
		}
		a, b := o.Length(), r.Length()
		o.Pos, o.Tone, o.Thick, o.Cover = (a*o.Pos+b*r.Pos)/(a+b), (a*o.Tone+b*r.Tone)/(a+b), max(o.Thick, r.Thick), (a*o.Cover+b*r.Cover)/(a+b)
		o.Hi = max(o.Hi, r.Hi)
		o.Weak = o.Weak && r.Weak
	}
	return out
}

// parted tells whether no rule is seen between two pieces on one line.
func (m *Evidence) parted(axis Axis, o, r *Rule) bool {
	if o.Edge {
		return true // two grounds; what is seen between them is no edge
	}
	gap := *o
	gap.Pos = (o.Pos + r.Pos) / 2
	a, b := o.Hi, r.Lo
	return m.Look(axis, &gap, a, b).Any < 0.6*o.Cover || b-a > 16 && !m.Bridges(axis, &gap, a+3, b-3)
}

// gapes tells whether no rule is seen somewhere between two pieces on one line which have
// other pieces between them. Seen as a whole there may be much of a rule between the two: the
// side of the next table.
func (m *Evidence) gapes(axis Axis, o, r *Rule, pieces []Rule) bool {
	const hole = 24 // pixels
	gap := *o
	end := o.Hi
	for i := range pieces {
		p := &pieces[i]
		if p.Lo >= r.Hi {
			break
		}
		if p.Hi <= end || p.Light != r.Light || math.Abs(p.Pos-r.Pos) > 2 {
			continue
		}
		if gap.Pos = (o.Pos + p.Pos) / 2; p.Lo-end > hole && m.Look(axis, &gap, end, p.Lo).Any < 0.6*o.Cover {
			return true
		}
		end = p.Hi
	}
	return false
}

// Bridges tells whether something of a rule, be it few and faint dashes, is seen close
// behind the beginning of the interval from a to b and close before its end. Where a
// heading stands between two tables, nothing is seen on either side of it.
func (m *Evidence) Bridges(axis Axis, r *Rule, a, b float64) bool {
	const most = 8 // pixels
	reach := min(most, (b-a)/2)
	faint := *r
	faint.Tone = r.Tone / 2
	const some = 0.2 // of what grain there is, less stands out
	return m.Look(axis, &faint, a, a+reach).Any >= some && m.Look(axis, &faint, b-reach, b).Any >= some
}
