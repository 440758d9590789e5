package grid

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Headings on a ground that hides its rules are cut into cells by the lines of
// the white cells and by where their text stands.

// A heading is a cell of a block of headings: which bands it spans, and which levels it
// covers.
type heading struct {
	from, to   int // the known lines it lies between
	outer, end int // the lines between levels that it lies between
}

// A block is the headings of a table, of which only the lines at its inner side are known:
// those of the white cells, which go on into it. Two neighbouring known lines bound a band.
// Every band has its own heading, next to the white cells; further out, level by level,
// are groups, each over several bands. Along is the direction in which the known lines
// follow one another, across the direction from the outer side to the inner: for headings
// to the left of the cells along is y and across is x, for those above it is the reverse.
type block struct {
	known        []float64   // the lines of the bands, along
	outer, inner float64     // where it begins and ends across
	axis         ruling.Axis // of the known lines

	own    []*piece // the heading of each band, nil where it has none
	levels []level  // of the others, outermost first
	lines  []float64
}

// A level is the groups that overlap across: where they begin and end, in pixels.
type level struct {
	stretch // across
	groups  []piece
}

func (b *block) along(p piece) stretch  { return extentOf(p, b.axis) }
func (b *block) across(p piece) stretch { return extentOf(p, b.axis.Across()) }

// headings cuts a block of headings into cells, by the pieces of text in it and its known
// lines, whose axis is given. It returns the lines between the levels and the cells; none of
// either where the text does not stand as headings do. Missing is how many bands have no
// heading of their own.
func headings(known []float64, ps []piece, outer, inner float64, axis ruling.Axis) (lines []float64, cells []heading, missing int) {
	b := &block{known: known, outer: outer, inner: inner, axis: axis, own: make([]*piece, len(known)-1)}
	groups := b.findOwn(ps)
	for _, o := range b.own {
		if o == nil {
			missing++
		}
	}
	if 5*missing > len(b.own) {
		return nil, nil, 0
	}
	b.findLevels(groups)
	if !b.findLines() {
		return nil, nil, 0
	}
	return b.lines, b.cells(b.firstLevels()), missing
}

// findOwn finds the innermost piece of each band, which is its own heading. The
// others are groups.
func (b *block) findOwn(ps []piece) (groups []piece) {
	for i := range ps {
		p := &ps[i]
		at := b.along(*p)
		k, _ := slices.BinarySearch(b.known, at.mid())
		k = min(max(k-1, 0), len(b.own)-1)
		if at.lo > b.known[k]-2 && at.hi < b.known[k+1]+2 {
			o := b.own[k]
			if o == nil {
				b.own[k] = p
				continue
			}
			mine, others := b.across(*p), b.across(*o)
			if min(mine.hi, others.hi)-max(mine.lo, others.lo) > 0 { // another line of it
				o.box = o.box.Union(p.box)
				continue
			}
			if mine.hi > others.hi {
				b.own[k], p = p, o
			}
		}
		groups = append(groups, *p)
	}
	return groups
}

// findLevels puts the groups that overlap across into one level.
func (b *block) findLevels(groups []piece) {
	slices.SortFunc(groups, func(x, y piece) int { return cmp.Compare(b.across(x).lo, b.across(y).lo) })
	for _, g := range groups {
		at := b.across(g)
		if k := len(b.levels); k > 0 && at.lo < b.levels[k-1].hi {
			l := &b.levels[k-1]
			l.hi = max(l.hi, at.hi)
			l.groups = append(l.groups, g)
			continue
		}
		b.levels = append(b.levels, level{at, []piece{g}})
	}
}

// findLines puts lines between the levels, from the outer one to the inner; ok is false
// where there is no room for them.
func (b *block) findLines() (ok bool) {
	b.lines = []float64{b.outer}
	for i, l := range b.levels {
		next := b.next(i)
		if next <= l.hi {
			return false
		}
		b.lines = append(b.lines, (l.hi+next)/2)
	}
	b.lines = append(b.lines, b.inner)
	return true
}

// next is where the text behind level i begins, in pixels across: that of the next level, or
// behind the last level, the own headings of the bands that it lies over.
func (b *block) next(i int) float64 {
	if i+1 < len(b.levels) {
		return b.levels[i+1].lo
	}
	next := b.inner
	for _, g := range b.levels[i].groups {
		at := b.along(g)
		for k, o := range b.own {
			if o != nil && b.known[k] < at.hi && b.known[k+1] > at.lo {
				next = min(next, b.across(*o).lo)
			}
		}
	}
	return next
}

// firstLevels is for each band the outermost level that its own heading covers. A heading
// that has no group over it covers levels up to the outer side. Most headings stand in the
// middle of what they cover; where more of them begin at one place, they begin where the
// groups of their first level do.
func (b *block) firstLevels() []int {
	begin := b.axis == ruling.Level && moreAlike(b.own, b.across)
	first := make([]int, len(b.own))
	for k, o := range b.own {
		switch {
		case o == nil:
			first[k] = 0
		case begin:
			for j := range b.levels {
				if b.levels[j].lo < b.across(*o).lo-3 {
					first[k] = j + 1
				}
			}
		default:
			first[k] = b.levelByMiddle(k)
		}
	}
	return first
}

// levelByMiddle is the outermost level that the own heading of band k covers, if it stands
// in the middle of what it covers.
func (b *block) levelByMiddle(k int) int {
	first, best := len(b.levels), math.Inf(1)
	at := b.across(*b.own[k])
	for j, line := range b.lines[:len(b.levels)+1] {
		if d := math.Abs(at.mid() - (line+b.inner)/2); at.lo >= line-1 && d < best {
			best, first = d, j
		}
	}
	// But not over a group that stands beside it.
	for j, l := range b.levels {
		for _, g := range l.groups {
			if over := b.along(g); first <= j && over.lo < b.known[k+1]-2 && over.hi > b.known[k]+2 {
				first = j + 1
			}
		}
	}
	return first
}

// cells makes a cell of the own heading of each band, and cells of the groups where a band's
// own heading leaves their level free. First is what firstLevels returns.
func (b *block) cells(first []int) (cells []heading) {
	n := len(b.own)
	for k := range n {
		cells = append(cells, heading{k, k + 1, first[k], len(b.levels) + 1})
	}
	flush := b.flush()
	for j, l := range b.levels {
		slices.SortFunc(l.groups, func(x, y piece) int { return cmp.Compare(b.along(x).lo, b.along(y).lo) })
		for k := 0; k < n; {
			if first[k] <= j {
				k++
				continue
			}
			end := k
			for end < n && first[end] > j {
				end++
			}
			cells = append(cells, b.splitLevel(j, k, end, flush)...)
			k = end
		}
	}
	return cells
}

// flush tells whether the groups over columns begin where their first column does, rather
// than standing in the middle of what they span.
func (b *block) flush() bool {
	if b.axis != ruling.Plumb {
		return false
	}
	var off, mid []float64
	for k, o := range b.own {
		if o != nil {
			at := b.along(*o)
			off, mid = append(off, at.lo-b.known[k]), append(mid, at.mid()-(b.known[k]+b.known[k+1])/2)
		}
	}
	if spread(off) != spread(mid) {
		return spread(off) < spread(mid)
	}
	return ink.Median(off) < math.Abs(ink.Median(mid)) // all texts are as wide as one another
}

// spread is by how much values vary: the mean of how far they are from their median.
func spread(values []float64) (sum float64) {
	m := ink.Median(values)
	for _, v := range values {
		sum += math.Abs(v-m) / float64(len(values))
	}
	return sum
}

// splitLevel cuts a level, over the bands between two known lines, into cells: one for each
// group.
func (b *block) splitLevel(level, from, end int, flush bool) (cells []heading) {
	var in []piece
	for _, g := range b.levels[level].groups {
		if c := b.along(g).mid(); c > b.known[from] && c < b.known[end] {
			in = append(in, g)
		}
	}
	for i, g := range in {
		to := end
		if i+1 < len(in) {
			to = b.lineAfter(from, end, b.along(g), b.along(in[i+1]).lo, flush)
		}
		if to > from {
			cells = append(cells, heading{from, to, level, level + 1})
		}
		from = to
	}
	if from < end {
		cells = append(cells, heading{from, end, level, level + 1})
	}
	return cells
}

// lineAfter is the known line at which the cell of a group ends that begins at line from. Of
// those before the next group, which begins at next, it is the line that has the group in
// the middle, or with flush the line nearest to the next group; end where there is none.
func (b *block) lineAfter(from, end int, group stretch, next float64, flush bool) int {
	to, best := end, math.Inf(1)
	for e := from + 1; e < end; e++ {
		d := math.Abs((b.known[from]+b.known[e])/2 - group.mid())
		if flush {
			d = math.Abs(b.known[e] - next)
		}
		if b.known[e] > group.lo && b.known[e] < next+3 && d < best {
			best, to = d, e
		}
	}
	return to
}

// splitBlock cuts a block of headings, whose box is given, into cells. How close the characters
// and lines of one text stand is not known. So it tries some distances, the likeliest
// first, and takes those with which most bands have a heading of their own. It returns nil
// where the text does not stand as headings do.
func splitBlock(p ink.Pixels, box image.Rectangle, known []float64, outer, inner float64, axis ruling.Axis) []part {
	gaps := []float64{1.2, 0.9, 0.6} // sizes of a character
	if axis == ruling.Plumb {
		gaps = []float64{0.3, 0.6, 0.15}
	}
	blobs := ink.In(p, box).Blobs
	var lines []float64
	var cells []heading
	least := math.MaxInt
search:
	for _, gap := range gaps {
		texted, em := textLines(blobs, gap)
		for _, apart := range spacings(texted, em) {
			l, c, missing := headings(known, texts(texted, apart, em), outer, inner, axis)
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
		out = append(out, newPart(known[h.from], known[h.to], lines[h.outer], lines[h.end], axis))
	}
	return out
}

// splitHeadings cuts those cells of a grid into headings that lie on a ground of the rules'
// own colour, where no rule can be seen: they lie beside an edge of the ground (Rule.Edge).
func splitHeadings(p ink.Pixels, g *Grid, rows, cols []gridLine) {
	edge := func(lines []gridLine, pos float64) bool {
		return slices.ContainsFunc(lines, func(l gridLine) bool { return l.pos == pos && l.edge })
	}
	var parts []part
	changed := false
	for _, c := range g.Cells {
		whole := part{g.ColLines[c.Col], g.RowLines[c.Row], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row+c.RowSpan], c.Box}
		left := c.RowSpan >= 4 && edge(cols, whole.x1)
		above := c.ColSpan >= 4 && edge(rows, whole.y1)
		var split []part
		switch {
		case left && !above:
			split = splitBlock(p, c.Box, g.RowLines[c.Row:c.Row+c.RowSpan+1], whole.x0, whole.x1, ruling.Level)
		case above && !left:
			split = splitBlock(p, c.Box, g.ColLines[c.Col:c.Col+c.ColSpan+1], whole.y0, whole.y1, ruling.Plumb)
		}
		if split == nil {
			parts = append(parts, whole)
			continue
		}
		changed = true
		for _, p := range split {
			p.box = p.box.Intersect(c.Box)
			parts = append(parts, p)
		}
	}
	if !changed {
		return
	}
	if split, ok := gridOf(parts); ok {
		*g = split
	}
}
