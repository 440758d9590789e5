package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A rule that text touches, that comes and goes, or whose dashes shrinking has
// made uneven is not followed far enough to be told from strokes of text. But
// once a table's other rules are known it is known what to look for: a rule
// like them that goes from one side of a cell to the other, as no text does.

// maxRounds bounds how often a table is looked through: a rule that is found
// makes smaller cells, which others may cross.
const maxRounds = 6

// complete adds to the rules of a table those that cross its cells from side to
// side but were not followed, and returns the grid that they all make.
func complete(m *measured, g Grid, hor, ver []rule) Grid {
	for range maxRounds {
		grown := grow(m, true, hor, g.ColLines)
		grown = grow(m, false, ver, g.RowLines) || grown
		h, v := crossings(m, &g, true, hor, ver), crossings(m, &g, false, ver, hor)
		h, v = append(h, sides(m, &g, true, hor, ver)...), append(v, sides(m, &g, false, ver, hor)...)
		if len(h)+len(v) == 0 && !grown {
			break
		}
		hor, ver = append(hor, h...), append(ver, v...)
		next, ok := buildGrid(hor, ver, m)
		if !ok {
			break
		}
		g = next
	}
	h, v := leftOut(m, true, hor, ver), leftOut(m, false, ver, hor)
	if n := len(h) + len(v); n > 0 {
		if next, ok := buildGrid(append(hor, h...), append(ver, v...), m); ok {
			g, g.Recovered = next, n
		}
	}
	return g
}

// grow lengthens the rules of one direction that go on beyond the outermost of
// the lines across, which then are not the table's sides. It tells whether so
// many do that it is so.
func grow(m *measured, horizontal bool, rules []rule, across []float64) bool {
	const least = 14 // pixels; less is the end of a frame
	low, high := across[0], across[len(across)-1]
	type end struct {
		rule *rule
		at   float64
	}
	var before, after []end
	for i := range rules {
		r := &rules[i]
		if r.edge {
			continue
		}
		if at := m.reach(horizontal, r, -1); at < low-least && at < r.lo {
			before = append(before, end{r, at})
		}
		if at := m.reach(horizontal, r, 1); at > high+least && at > r.hi {
			after = append(after, end{r, at})
		}
	}
	const enough = 3
	if len(before) >= enough {
		for _, e := range before {
			e.rule.lo = e.at
		}
	}
	if len(after) >= enough {
		for _, e := range after {
			e.rule.hi = e.at
		}
	}
	return len(before) >= enough || len(after) >= enough
}

// sides finds the rules at the sides of a grid where none was followed: the
// rules across tell that a side is there.
func sides(m *measured, g *Grid, horizontal bool, rules, others []rule) []rule {
	lines, across := g.ColLines, g.RowLines
	if horizontal {
		lines, across = across, lines
	}
	var out []rule
	for _, at := range []float64{lines[0], lines[len(lines)-1]} {
		if slices.ContainsFunc(rules, func(r rule) bool { return math.Abs(r.pos-at) < whole }) {
			continue
		}
		box := image.Rect(int(at)-2*offSide, int(across[0])+4, int(at)+2*offSide, int(across[len(across)-1])-4)
		if horizontal {
			box = image.Rect(box.Min.Y, box.Min.X, box.Max.Y, box.Max.X)
		}
		strip := box.Intersect(image.Rectangle{Max: m.size})
		for _, like := range kinds(slices.Concat(rules, others)) {
			if found := m.crossing(strip, horizontal, like); len(found) > 0 {
				out = append(out, found[0])
				break
			}
		}
	}
	return out
}

// reach is where a rule ends that is followed on from its low end (step -1) or
// its high end (1).
func (m *measured) reach(horizontal bool, r *rule, step int) float64 {
	y := int(r.lo)
	if step > 0 {
		y = int(r.hi) - 1
	}
	last := y
	px, w, noise := m.responses(horizontal, r.light)
	x := int(r.pos)
	if x < 1 || x > w-2 {
		return r.lo
	}
	limit := uint8(min(255, max(noise, 0.5*r.tone)))
	hole := int(max(8, r.beat+3))
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

// crossings finds the rules of one direction that cross the cells of a grid.
// Rules tells how those of this direction look that are known, others how those
// across do.
func crossings(m *measured, g *Grid, horizontal bool, rules, others []rule) []rule {
	// Cells between the same two lines are crossed by the same rules.
	type band struct{ at, n int }
	bands := map[band][]image.Rectangle{}
	for _, c := range g.Cells {
		at, n := c.of(horizontal)
		bands[band{at, n}] = append(bands[band{at, n}], c.Box)
	}
	var out []rule
	for _, like := range kinds(slices.Concat(rules, others)) {
		for _, cells := range bands {
			out = append(out, m.crossBand(cells, horizontal, like)...)
		}
	}
	slices.SortFunc(out, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi), cmp.Compare(a.tone, b.tone), cmp.Compare(a.thick, b.thick), cmp.Compare(a.beat, b.beat))
	})
	return out
}

// crossBand finds the rules of a kind that cross the cells between two lines.
// In a low cell strokes of text may go from side to side, but not at one place
// in most of the cells, nor without a gap in cell after cell.
func (m *measured) crossBand(cells []image.Rectangle, horizontal bool, like rule) []rule {
	var pieces []rule
	var all float64
	for _, c := range cells {
		pieces = append(pieces, m.crossing(c, horizontal, like)...)
		s := along(c, !horizontal)
		all += float64(s.Hi - s.Lo)
	}
	slices.SortFunc(pieces, func(a, b rule) int { return cmp.Compare(a.pos, b.pos) })
	strong := strongLength(m.size)
	var out []rule
	for i := 0; i < len(pieces); {
		j, length := i, 0.
		for ; j < len(pieces) && pieces[j].pos-pieces[i].pos <= 2; j++ {
			length += pieces[j].length()
		}
		group := pieces[i:j]
		i = j
		if length >= 1.5*strong && length >= 0.6*all {
			out = append(out, group...)
			continue
		}
		if all := m.inAllCells(cells, horizontal, group, like); all != nil {
			out = append(out, all...)
			continue
		}
		for _, r := range group {
			if r.length() >= 2*strong || m.stacked(horizontal, &r, group) {
				out = append(out, r)
			}
		}
	}
	return out
}

// inAllCells returns the pieces of a rule of which one is clear and which is seen
// in all other cells of its band too, however dense the text beside it is
// there; none if it is not.
func (m *measured) inAllCells(cells []image.Rectangle, horizontal bool, group []rule, like rule) []rule {
	clear := slices.IndexFunc(group, func(r rule) bool { return m.unbroken(horizontal, &r) })
	if clear < 0 || len(cells) < 2 {
		return nil
	}
	px, w, noise := m.responses(horizontal, like.light)
	var out []rule
	for _, c := range cells {
		r, s := group[clear], along(c, !horizontal)
		r.lo, r.hi = float64(s.Lo), float64(s.Hi)
		// On a shaded ground a rule is fainter.
		at := tops(px, w, int(r.pos), s.Lo, s.Hi)
		r.tone = min(r.tone, quantileOf(&at, 0.4))
		if r.tone < max(noise, 0.3*like.tone) {
			return nil
		}
		if s := m.look(horizontal, &r, r.lo, r.hi); s.hole > 1 || s.any < 0.9 || s.ends < 1 {
			return nil
		}
		out = append(out, r)
	}
	return out
}

// stacked tells whether a piece of a rule goes on in the next cell without a
// gap.
func (m *measured) stacked(horizontal bool, r *rule, pieces []rule) bool {
	return m.unbroken(horizontal, r) && slices.ContainsFunc(pieces, func(o rule) bool {
		return (math.Abs(o.lo-r.hi) <= whole || math.Abs(r.lo-o.hi) <= whole) && m.unbroken(horizontal, &o)
	})
}

// unbroken tells whether a solid rule is seen all along, to both of its ends,
// as no stroke of text is in a cell that has any room.
func (m *measured) unbroken(horizontal bool, r *rule) bool {
	s := m.look(horizontal, r, r.lo, r.hi)
	return r.beat == 0 && s.hole <= 1 && s.ends == 1 && s.loud < 0.1 && s.clear >= 0.8
}

// kinds are the kinds of rules that a table has, dark or light, solid or dashed,
// each as one that looks as they usually do; no kind that has but a few.
func kinds(rs []rule) []rule {
	type kind struct{ light, dashed, broken bool }
	var all float64
	of := map[kind][]rule{}
	for _, r := range rs {
		if !r.edge {
			k := kind{r.light, r.beat > 0, r.broken}
			all += r.length()
			of[k] = append(of[k], r)
		}
	}
	var out []rule
	for _, k := range []kind{{}, {dashed: true}, {broken: true}, {light: true}, {light: true, dashed: true}} {
		var length float64
		var tones, thicks, beats, covers []float64
		for _, r := range of[k] {
			length += r.length()
			tones, thicks, beats, covers = append(tones, r.tone), append(thicks, r.thick), append(beats, r.beat), append(covers, r.cover)
		}
		if length == 0 || length < 0.2*all {
			continue
		}
		like := rule{light: k.light, tone: ink.Median(tones), thick: ink.Median(thicks), cover: 1}
		if k.dashed || k.broken {
			like.beat, like.cover, like.broken = ink.Median(beats), ink.Median(covers), k.broken
		}
		out = append(out, like)
	}
	return out
}

// offSide is how far from the side of a cell a rule may cross it, pixels.
const offSide = 8

// crossing finds the rules of a kind that go from one side of a cell to the
// other.
func (m *measured) crossing(cell image.Rectangle, horizontal bool, like rule) []rule {
	// On the response map the rule runs down.
	lo, hi, left, right := cell.Min.Y, cell.Max.Y, cell.Min.X, cell.Max.X
	if horizontal {
		lo, hi, left, right = left, right, lo, hi
	}
	px, w, noise := m.responses(horizontal, like.light)
	if px == nil || hi-lo < minTrace || right-left < 2*offSide+2 {
		return nil
	}
	limit := uint8(min(255, max(4, noise, 0.3*like.tone)))
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
	need := int(0.7 * like.cover * float64(n))
	var out []rule
	for x := offSide; x < len(seen)-offSide; x++ {
		if s := seen[x] + seen[x+1]; s < need || seen[x] < seen[x-1] || seen[x] < seen[x+1] {
			continue
		}
		if r, ok := m.crosses(px, w, noise, left+x, lo, hi, horizontal, like); ok {
			out = append(out, r)
			x += offSide
		}
	}
	return out
}

// crosses tells whether a rule of a kind runs down a response map at x from one
// side of a cell to the other.
func (m *measured) crosses(px []uint8, w int, noise float64, x, lo, hi int, horizontal bool, like rule) (rule, bool) {
	r := like
	r.pos, r.lo, r.hi, r.whole = middle(px, w, x, lo, hi), float64(lo), float64(hi), true
	if r.broken {
		return r, m.brokenCrosses(horizontal, &r)
	}
	at := tops(px, w, x, lo, hi)
	// What of a rule is printed stands out from what is beside it: the grain of
	// the paper is alike on both sides, and text stands on one.
	standsOut := func(share float64) bool {
		if r.tone = quantileOf(&at, 1-share); r.tone < noise || r.tone > 2.2*like.tone {
			return false
		}
		before, after := tops(px, w, x-aside, lo, hi), tops(px, w, x+aside, lo, hi)
		left, right := quantileOf(&before, 1-share), quantileOf(&after, 1-share)
		return r.tone >= 2.2*min(left, right) && r.tone >= 1.3*max(left, right)
	}
	if r.beat == 0 {
		ok := standsOut(0.6) && r.tone >= 0.3*like.tone && m.seenAlong(horizontal, &r)
		return r, ok
	}
	if standsOut(0.5*like.cover) && r.tone >= 0.4*like.tone && m.seenAlong(horizontal, &r) {
		return r, true
	}
	// Shrinking blurs dots into a line.
	r.beat, r.cover = 0, 1
	ok := standsOut(0.6) && r.tone >= 0.2*like.tone && m.seenAlong(horizontal, &r)
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
func (m *measured) seenAlong(horizontal bool, r *rule) bool {
	s := m.look(horizontal, r, r.lo, r.hi)
	if s.strength(r) < minEdge || s.clear < 0.7*s.any || s.ends == 0 || float64(s.hole) > 3+r.beat*(1-r.cover) {
		return false
	}
	return r.beat > 0 || s.any-s.loud > 0.9
}

// responses returns the map that rules of a direction and tone are seen in,
// turned so that they run down it, its width, and what stands out from the grain
// of the paper; none where no such rules are looked for.
func (m *measured) responses(horizontal, light bool) ([]uint8, int, float64) {
	rd := m.ver
	if horizontal {
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

// strokesOn reports whether dark strokes or rules stand on a part of a row of
// the page.
func (m *measured) strokesOn(y, from, to int) bool {
	const strong = 60 // grey levels
	px, w, _ := m.responses(false, false)
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
