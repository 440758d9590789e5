package ruling

import (
	"image"

	"github.com/biaoge/biaoge/layout/ink"
)

// Reach is where a rule ends, in pixels along, if it is followed further from its low end
// (step -1) or its high end (step 1).
func (m *Evidence) Reach(axis Axis, r *Rule, step int) float64 {
	y := int(r.Lo)
	if step > 0 {
		y = int(r.Hi) - 1
	}
	last := y
	px, w, noise := m.responses(axis, r.Light)
	x := int(r.Pos)
	if x < 1 || x > w-2 {
		return r.Lo
	}
	limit := uint8(min(255, max(noise, 0.5*r.Tone)))
	const hole = 8 // pixels
	for ; y >= 0 && y < len(px)/w && (y-last)*step <= hole; y += step {
		if i := y*w + x; max(px[i-1], px[i], px[i+1]) >= limit {
			last = y
		}
	}
	if step > 0 {
		return float64(last + 1)
	}
	return float64(last)
}

// Unbroken tells whether a solid rule is seen all along, to both of its ends,
// as no stroke of text is in a cell that has any room.
func (m *Evidence) Unbroken(axis Axis, r *Rule) bool {
	s := m.Look(axis, r, r.Lo, r.Hi)
	return s.ends == 1 && s.clear >= 0.8
}

// Kinds are the kinds of rules that a table has, dark ones and light ones: for each kind
// a rule with the usual tone, thickness and cover.
func Kinds(rs []Rule) (out []Rule) {
	of := map[bool][]Rule{}
	for _, r := range rs {
		if !r.Edge {
			of[r.Light] = append(of[r.Light], r)
		}
	}
	for _, light := range []bool{false, true} {
		var tones, thicks []float64
		for _, r := range of[light] {
			tones, thicks = append(tones, r.Tone), append(thicks, r.Thick)
		}
		if len(tones) > 0 {
			out = append(out, Rule{Light: light, Tone: ink.Median(tones), Thick: ink.Median(thicks), Cover: 1})
		}
	}
	return out
}

// OffSide is how far from a side of a cell a rule must lie that crosses it beside that
// side, in pixels: what is nearer is the side itself. Set by hand.
const OffSide = 8

// Crossing finds the rules of a direction that look like a known one and go from one
// side of a cell to the other.
func (m *Evidence) Crossing(cell image.Rectangle, axis Axis, like Rule) []Rule {
	// On the response map the rule runs down.
	lo, hi, left, right := cell.Min.Y, cell.Max.Y, cell.Min.X, cell.Max.X
	if axis == Level {
		lo, hi, left, right = left, right, lo, hi
	}
	px, w, noise := m.responses(axis, like.Light)
	if px == nil || hi-lo < minTrace || right-left < 2*OffSide+2 {
		return nil
	}
	limit := uint8(min(255, max(4, noise, 0.3*like.Tone)))
	// A look at some rows tells where one may be.
	const samples = 24
	n := min(samples, hi-lo)
	seen := make([]int, right-left)
	for k := range n {
		y := lo + (2*k+1)*(hi-lo)/(2*n)
		for x, v := range px[y*w+left : y*w+right] {
			if v >= limit {
				seen[x]++
			}
		}
	}
	need := int(0.7 * like.Cover * float64(n))
	var out []Rule
	for x := OffSide; x < len(seen)-OffSide; x++ {
		if s := seen[x] + seen[x+1]; s < need || seen[x] < seen[x-1] || seen[x] < seen[x+1] {
			continue
		}
		if r, ok := m.crosses(px, w, left+x, lo, hi, axis, like); ok {
			out = append(out, r)
			x += OffSide
		}
	}
	return out
}

// crosses tells whether a rule of a kind runs down a response map at x from one
// side of a cell to the other.
func (m *Evidence) crosses(px []uint8, w, x, lo, hi int, axis Axis, like Rule) (Rule, bool) {
	r := like
	r.Pos, r.Lo, r.Hi, r.Whole = middle(px, w, x, lo, hi), float64(lo), float64(hi), true
	at := tops(px, w, x, lo, hi)
	// What of a rule is printed stands out from what is beside it: the grain of
	// the paper is alike on both sides, and text stands on one.
	standsOut := func(share float64) bool {
		r.Tone = quantileOf(&at, 1-share)
		before, after := tops(px, w, x-aside, lo, hi), tops(px, w, x+aside, lo, hi)
		left, right := quantileOf(&before, 1-share), quantileOf(&after, 1-share)
		return r.Tone >= 1.3*max(left, right)
	}
	ok := standsOut(0.6) && m.seenAlong(axis, &r)
	return r, ok
}

// aside is how far from a rule is what it stands out from, pixels.
const aside = 6

// tops is the histogram of the responses along a stretch of a line.
func tops(px []uint8, w, x, lo, hi int) (hist [256]int) {
	for y := lo; y < hi; y++ {
		i := y*w + x
		hist[max(px[i-1], px[i], px[i+1])]++
	}
	return hist
}

func quantileOf(hist *[256]int, share float64) float64 { return float64(ink.Quantile(hist, share)) }

// middle is where a rule runs on a response map that is about x.
func middle(px []uint8, w, x, lo, hi int) float64 {
	var sum, mom float64
	for y := lo; y < hi; y++ {
		i := y*w + x
		sum += float64(px[i-1]) + float64(px[i]) + float64(px[i+1])
		mom += float64(px[i+1]) - float64(px[i-1])
	}
	return float64(x) + 0.5 + mom/max(sum, 1)
}

// seenAlong tells whether a rule is seen all along, with text on it here and there
// at most.
func (m *Evidence) seenAlong(axis Axis, r *Rule) bool {
	s := m.Look(axis, r, r.Lo, r.Hi)
	if s.strength(r) < MinEdge || s.clear < 0.7*s.Any || s.ends == 0 || s.hole > 3 {
		return false
	}
	return s.Any-s.loud > 0.9
}

// responses returns the map that rules of a direction and tone are seen in,
// turned so that they run down it, its width, and what stands out from the grain
// of the paper; none where no such rules are looked for.
func (m *Evidence) responses(axis Axis, light bool) ([]uint8, int, float64) {
	rd := m.ver
	if axis == Level {
		rd = m.hor
	}
	resp, noise := rd.dark, rd.threshold[0]
	if light {
		resp, noise = rd.light, rd.threshold[1]
	}
	if resp.Empty() {
		return nil, 0, 0
	}
	px, err := resp.DataPtrUint8()
	if err != nil {
		return nil, 0, 0
	}
	return px, resp.Cols(), noise
}

// StrokesOn reports whether dark strokes or rules stand on row y of the page, from column
// from up to column to.
func (m *Evidence) StrokesOn(y, from, to int) bool {
	const strong = 60 // grey levels
	px, w, _ := m.responses(Plumb, false)
	if px == nil {
		return false
	}
	for _, v := range px[y*w+max(0, from) : y*w+min(w, to)] {
		if v > strong {
			return true
		}
	}
	return false
}
