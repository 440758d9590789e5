package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// Rules of the same colour as the ground of the headings cannot be seen there:
// they come into sight where the white cells begin. The edge of such a ground is
// found by the rules that end at it.

// fillEdges returns rules for the edges of a ground at which rules across end
// without meeting another, where the tone of the page changes.
func (m *measured) fillEdges(horizontal bool, across, along []rule) []rule {
	type end struct {
		at, tone float64
		edge     bool
	}
	var ends []end
	for i := range across {
		r := &across[i]
		if r.weak || r.tone < faint {
			continue
		}
		for _, at := range []float64{r.lo, r.hi} {
			if !goesOnAt(r, at, across) {
				ends = append(ends, end{at, r.tone, r.edge})
			}
		}
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	var out []rule
	for i := 0; i < len(ends); {
		j, tone, edges := i, math.Inf(1), 0
		for j < len(ends) && ends[j].at-ends[i].at <= 3 {
			tone = min(tone, ends[j].tone)
			if ends[j].edge {
				edges++
			}
			j++
		}
		at, n := ends[(i+j)/2].at, j-i
		i = j
		// Two are enough if they are sides of a ground: it ends there.
		const enough = 3
		if n < enough && edges < 2 {
			continue
		}
		for _, e := range m.steps(horizontal, at, tone, across) {
			// A rule that was seen stands for itself; but one on the ground of
			// the headings may end where the edge of their cells begins.
			seen := 0.
			for _, r := range along {
				if math.Abs(r.pos-at) < 6 {
					seen += max(0, min(r.hi, e.hi)-max(r.lo, e.lo))
				}
			}
			if 2*seen <= e.length() {
				out = append(out, e)
			}
		}
	}
	return out
}

// behind is how far behind the end of a rule nothing of it may be seen, pixels.
const behind = 8

// goesOnAt tells that a rule does not end at one of its ends: it was followed in
// pieces, of which the next is as dark or light. Where a ground ends it is not.
func goesOnAt(r *rule, end float64, rules []rule) bool {
	return !r.edge && slices.ContainsFunc(rules, func(o rule) bool {
		return math.Abs(o.pos-r.pos) <= 2 && o.lo < end+behind && o.hi > end-behind && (o.hi > r.hi && end == r.hi || o.lo < r.lo && end == r.lo) &&
			!o.edge && o.light == r.light && math.Abs(o.tone-r.tone) < leastStep(r.tone)/2
	})
}

// leastStep is by how much the tone of the page differs on both sides of a
// ground's edge at least, where rules have that contrast.
func leastStep(tone float64) float64 { return min(30, tone/2) }

// steps returns the edges of a ground at one place, within and just beyond the
// rules that meet it: a heading at the end may span all of the ground.
func (m *measured) steps(horizontal bool, at, tone float64, across []rule) []rule {
	var meets []float64
	for _, r := range across {
		if r.lo <= at+3 && r.hi >= at-3 {
			meets = append(meets, r.pos)
		}
	}
	if len(meets) < 2 {
		return nil
	}
	slices.Sort(meets)
	widest := 0.
	for k := 1; k < len(meets); k++ {
		widest = max(widest, meets[k]-meets[k-1])
	}
	bounds := slices.Concat([]float64{meets[0] - 1.5*widest}, meets, []float64{meets[len(meets)-1] + 1.5*widest})
	// A rule cannot be seen on a ground of its own colour, from which the other
	// side is as far apart as the rule is from it.
	s := step{horizontal, int(math.Round(at)), int(leastStep(tone)), -1}
	var out []rule
	for _, s.side = range []int{-1, 1} {
		// Between two rules, text on the one side of it cannot be mistaken for
		// the light side; over all of them, what touches it is little.
		parts := m.along(s, int(bounds[0]), int(bounds[len(bounds)-1]))
		for k := 1; k < len(bounds); k++ {
			parts = append(parts, m.along(s, int(bounds[k-1]), int(bounds[k]))...)
		}
		slices.SortFunc(parts, func(a, b [2]int) int { return a[0] - b[0] })
		n := len(out)
		for _, p := range parts {
			lo, hi := float64(p[0]), float64(p[1])
			if len(out) > n && lo-out[len(out)-1].hi <= stepGap {
				out[len(out)-1].hi = max(out[len(out)-1].hi, hi)
				continue
			}
			out = append(out, rule{pos: at, lo: lo, hi: hi, thick: 1, cover: 1, tone: 255, edge: true})
		}
	}
	return out
}

// extent is how large the page is across the rules of one direction.
func (m *measured) extent(horizontal bool) int {
	if horizontal {
		return m.size.Y
	}
	return m.size.X
}

// A step is a line at which the page may become darker, by at least so many
// grey levels: on its side before (-1) or after it (1).
type step struct {
	horizontal      bool
	at, least, side int
}

const (
	minStep = 20 // pixels; a character has sides, too
	stepGap = 8  // where a rule or a character touches it
)

// along returns from where to where between two places the page is darker on
// one side of a step.
func (m *measured) along(s step, a, b int) [][2]int {
	var out [][2]int
	from, to, n := a, a, 0
	for k := a; k <= b+stepGap; k++ {
		switch {
		case k < b && m.darker(s, k):
			if k-to >= stepGap {
				from, n = k, 0
			}
			to = k + 1
			n++
		case k-to == stepGap:
			whole := from <= a+stepGap/2 && to >= b-stepGap/2
			if 20*n > 17*(to-from) && (n > minStep || whole && n > minStep/2) {
				out = append(out, [2]int{from, to})
			}
		}
	}
	return out
}

// darker tells whether at a place along a step the page is darker on its side,
// and stays so on both: no rule is as thick. Print may stand on either.
func (m *measured) darker(s step, along int) bool {
	thick := m.ver.maxThick
	if end := s.at + (thick+4)*s.side; end < 0 || end >= m.extent(s.horizontal) {
		return false
	}
	tone := func(across int) int { return m.grey(s.horizontal, s.at+across, along) }
	a, b, c := tone(-4*s.side), tone(-8*s.side), tone(-11*s.side)
	light := max(min(a, b), min(a, c), min(b, c)) - s.least // on two of three
	n := 0
	for _, d := range []int{3, 5, thick + 2, thick + 4} {
		if tone(d*s.side) < light {
			n++
		}
	}
	return n >= 3
}

// grey returns the tone at a place across and along rules of one direction;
// around the picture is white paper.
func (m *measured) grey(horizontal bool, across, along int) int {
	x, y := across, along
	if horizontal {
		x, y = along, across
	}
	if x < 0 || y < 0 || x >= m.page.W || y >= m.page.H {
		return 225
	}
	return int(m.page.Pix[y*m.page.W+x])
}

// clean tells that no print stands on an interval of a line.
func (m *measured) clean(horizontal bool, pos, a, b float64) bool {
	lo, hi := 255, 0
	for k := int(a) + 3; k < int(b)-3; k++ {
		v := m.grey(horizontal, int(pos), k)
		lo, hi = min(lo, v), max(hi, v)
	}
	return hi-lo < 60
}

// Headings on a ground that hides its rules are cut into cells by the lines of
// the white cells and by where their text stands.

// A piece is text that stands together.
type piece struct{ box image.Rectangle }

// A heading is a cell of a block of headings: the bands it spans along the
// known lines, and the levels it covers across.
type heading struct {
	from, to   int // known lines
	outer, end int // level lines
}

// pieces joins the ink blobs of a block into pieces of text. Between the characters
// of a line are at most gap, between the lines of a text at most apart times
// the size of a character.
func pieces(blobs []ink.Blob, gap, apart float64) []piece {
	if len(blobs) < 2 || len(blobs) > 2000 {
		return nil
	}
	sizes := make([]int, len(blobs))
	for i, b := range blobs {
		sizes[i] = max(b.Box.Dx(), b.Box.Dy())
	}
	slices.Sort(sizes)
	em := float64(sizes[len(sizes)*85/100])
	if em < 5 {
		return nil
	}
	var ps []piece
	for _, b := range blobs {
		ps = append(ps, piece{b.Box})
	}
	slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
	join := func(reach func(a, b image.Rectangle) bool) {
		for again := true; again; {
			again = false
			for i := 0; i < len(ps); i++ {
				for j := i + 1; j < len(ps); j++ {
					if ps[j].box.Min.Y > ps[i].box.Max.Y+int(em) {
						break
					}
					if reach(ps[i].box, ps[j].box) {
						ps[i].box = ps[i].box.Union(ps[j].box)
						ps = slices.Delete(ps, j, j+1)
						j--
						again = true
					}
				}
			}
			slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
		}
	}
	overlap := func(a0, a1, b0, b1 int) int { return min(a1, b1) - max(a0, b0) }
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 5*v >= 3*min(a.Dy(), b.Dy()) && float64(-h) <= gap*em || h > 0 && float64(-v) <= 0.2*em
	})
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 2*h > min(a.Dx(), b.Dx()) && float64(-v) <= apart*em
	})
	ps = slices.DeleteFunc(ps, func(p piece) bool { return float64(max(p.box.Dx(), p.box.Dy())) < 0.4*em })
	return ps
}

// headings cuts a block of headings of which the lines on one side are known
// (between them every band has its own heading, the innermost) into cells. In
// its terms the known lines follow one another along, and the levels of
// headings across: for headings to the left along is y and across is x, and
// for those above along is x. It returns the lines between the levels, or none
// where the text does not stand as headings do, and how many bands have none.
func headings(known []float64, ps []piece, outer, inner float64, left bool) ([]float64, []heading, int) {
	n := len(known) - 1
	along := func(p piece) (float64, float64) {
		if left {
			return float64(p.box.Min.Y), float64(p.box.Max.Y)
		}
		return float64(p.box.Min.X), float64(p.box.Max.X)
	}
	across := func(p piece) (float64, float64) {
		if left {
			return float64(p.box.Min.X), float64(p.box.Max.X)
		}
		return float64(p.box.Min.Y), float64(p.box.Max.Y)
	}
	// The innermost piece of each band is its own heading.
	own := make([]*piece, n)
	var groups []piece
	band := func(p piece) int {
		a, b := along(p)
		c := (a + b) / 2
		i, _ := slices.BinarySearch(known, c)
		return min(max(i-1, 0), n-1)
	}
	for i := range ps {
		p := &ps[i]
		k := band(*p)
		a, b := along(*p)
		fits := a > known[k]-2 && b < known[k+1]+2
		_, in := across(*p)
		if o := own[k]; fits {
			if o == nil {
				own[k] = p
				continue
			}
			lo, oin := across(*o)
			if from, _ := across(*p); min(in, oin)-max(from, lo) > 0 { // another line of it
				o.box = o.box.Union(p.box)
				continue
			}
			if in > oin {
				own[k] = p
				p = o
			}
		}
		groups = append(groups, *p)
	}
	missing := 0
	for _, o := range own {
		if o == nil {
			missing++
		}
	}
	if 5*missing > n {
		return nil, nil, 0
	}
	// Groups that overlap across are of one level.
	slices.SortFunc(groups, func(a, b piece) int {
		x, _ := across(a)
		y, _ := across(b)
		return cmp.Compare(x, y)
	})
	type level struct {
		lo, hi float64
		pieces []piece
	}
	var levels []level
	for _, g := range groups {
		lo, hi := across(g)
		if k := len(levels); k > 0 && lo < levels[k-1].hi {
			l := &levels[k-1]
			l.hi = max(l.hi, hi)
			l.pieces = append(l.pieces, g)
			continue
		}
		levels = append(levels, level{lo, hi, []piece{g}})
	}
	lines := []float64{outer}
	for i, l := range levels {
		next := inner
		if i+1 < len(levels) {
			next = levels[i+1].lo
		} else {
			for _, g := range l.pieces {
				a, b := along(g)
				for k, o := range own {
					if o != nil && known[k] < b && known[k+1] > a {
						lo, _ := across(*o)
						next = min(next, lo)
					}
				}
			}
		}
		if next <= l.hi {
			return nil, nil, 0
		}
		lines = append(lines, (l.hi+next)/2)
	}
	lines = append(lines, inner)
	// A heading is in the middle of the levels it covers, or begins where the
	// groups of its level do.
	starts := left && moreAlike(own, func(p piece) (float64, float64) { return across(p) })
	first := make([]int, n)
	for k, o := range own {
		first[k] = len(levels)
		if o == nil {
			first[k] = 0
			continue
		}
		lo, hi := across(*o)
		best := math.Inf(1)
		if starts {
			first[k] = 0
			for j := range levels {
				if levels[j].lo < lo-3 {
					first[k] = j + 1
				}
			}
			continue
		}
		for j := range levels {
			if d := math.Abs((lo+hi)/2 - (lines[j]+inner)/2); lo >= lines[j]-1 && d < best {
				best, first[k] = d, j
			}
		}
		if d := math.Abs((lo+hi)/2 - (lines[len(levels)]+inner)/2); lo >= lines[len(levels)]-1 && d < best {
			first[k] = len(levels)
		}
		// But not over a group that stands beside it.
		for j, l := range levels {
			for _, g := range l.pieces {
				if a, b := along(g); first[k] <= j && a < known[k+1]-2 && b > known[k]+2 {
					first[k] = j + 1
				}
			}
		}
	}
	// Text over columns may begin where its first column does.
	flush := false
	if !left {
		off, mid := 0.0, 0.0
		for k, o := range own {
			if o != nil {
				a, b := along(*o)
				off, mid = off+a-known[k], mid+math.Abs((a+b)/2-(known[k]+known[k+1])/2)
			}
		}
		flush = off < mid
	}
	var cells []heading
	for k := range n {
		cells = append(cells, heading{k, k + 1, first[k], len(levels) + 1})
	}
	for j, l := range levels {
		slices.SortFunc(l.pieces, func(a, b piece) int {
			x, _ := along(a)
			y, _ := along(b)
			return cmp.Compare(x, y)
		})
		for k := 0; k < n; {
			if first[k] <= j {
				k++
				continue
			}
			end := k
			for end < n && first[end] > j {
				end++
			}
			var in []piece
			for _, g := range l.pieces {
				a, b := along(g)
				if c := (a + b) / 2; c > known[k] && c < known[end] {
					in = append(in, g)
				}
			}
			from := k
			for i, g := range in {
				a, b := along(g)
				c := (a + b) / 2
				to := end
				if i+1 < len(in) {
					next, _ := along(in[i+1])
					best := math.Inf(1)
					for e := from + 1; e < end; e++ {
						d := math.Abs((known[from]+known[e])/2 - c)
						if flush {
							d = math.Abs(known[e] - next)
						}
						if known[e] > a && known[e] < next+3 && d < best {
							best, to = d, e
						}
					}
				}
				if to > from {
					cells = append(cells, heading{from, to, j, j + 1})
				}
				from = to
			}
			if from < end {
				cells = append(cells, heading{from, end, j, j + 1})
			}
			k = end
		}
	}
	return lines, cells, missing
}

// moreAlike tells whether headings begin at one place more often than they have
// their middle there.
func moreAlike(own []*piece, span func(piece) (lo, hi float64)) bool {
	var los, mids []float64
	for _, o := range own {
		if o != nil {
			lo, hi := span(*o)
			los, mids = append(los, lo), append(mids, (lo+hi)/2)
		}
	}
	most := func(v []float64) int {
		best := 0
		for _, a := range v {
			n := 0
			for _, b := range v {
				if math.Abs(a-b) <= 2 {
					n++
				}
			}
			best = max(best, n)
		}
		return best
	}
	return most(los) > most(mids)
}

// cutBlock cuts a block of headings as headings does. How close characters and
// lines of one text stand, in sizes of a character, is found by trying what is
// usual first: where every band has a heading of its own, it is right.
func cutBlock(m *measured, box image.Rectangle, known []float64, outer, inner float64, left bool) []part {
	gaps, aparts := []float64{1.2, 0.9, 0.6}, []float64{0.5, 0.9, 0.25}
	if !left {
		gaps, aparts = []float64{0.3, 0.6, 0.15}, []float64{0.6, 1, 1.4}
	}
	blobs := ink.In(m.page, box).Blobs
	var lines []float64
	var cells []heading
	least := math.MaxInt
search:
	for _, gap := range gaps {
		for _, apart := range aparts {
			l, c, missing := headings(known, pieces(blobs, gap, apart), outer, inner, left)
			if c != nil && missing < least {
				least, lines, cells = missing, l, c
			}
			if least == 0 {
				break search
			}
		}
	}
	var out []part
	for _, h := range cells {
		out = append(out, newPart(known[h.from], known[h.to], lines[h.outer], lines[h.end], left))
	}
	return out
}

// cutHeadings cuts the cells of a grid that lie on a ground whose rules cannot
// be seen: those beside an edge of it.
func cutHeadings(m *measured, g *Grid, rows, cols []gridLine) {
	edge := func(lines []gridLine, pos float64) bool {
		return slices.ContainsFunc(lines, func(l gridLine) bool { return l.pos == pos && l.edge })
	}
	var parts []part
	changed := false
	for _, c := range g.Cells {
		whole := part{g.ColLines[c.Col], g.RowLines[c.Row], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row+c.RowSpan], c.Box}
		left := c.RowSpan >= 4 && edge(cols, whole.x1)
		above := c.ColSpan >= 4 && edge(rows, whole.y1)
		var cut []part
		switch {
		case left && !above:
			cut = cutBlock(m, c.Box, g.RowLines[c.Row:c.Row+c.RowSpan+1], whole.x0, whole.x1, true)
		case above && !left:
			cut = cutBlock(m, c.Box, g.ColLines[c.Col:c.Col+c.ColSpan+1], whole.y0, whole.y1, false)
		}
		if cut == nil {
			parts = append(parts, whole)
			continue
		}
		changed = true
		for _, p := range cut {
			p.box = p.box.Intersect(c.Box)
			parts = append(parts, p)
		}
	}
	if !changed {
		return
	}
	if cut, ok := gridOf(parts); ok {
		*g = cut
	}
}
