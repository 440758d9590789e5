package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// gutter is how wide the space between columns is that runs through a table:
// wider than what a comma of full width leaves.
const gutter = 1.1

// wordGap is how wide a space is that parts the texts of a line, in heights of it: characters of
// one text stand closer. Set by hand.
const wordGap = 0.6

// A place is a segment of a line in the columns it stands in.
type place struct {
	box    image.Rectangle
	lo, hi int // columns, hi not included
}

// findColumns finds the gutters that run through most lines, and the place of
// every segment. Ok is false where there are no columns.
func (t *table) findColumns() (ok bool) {
	t.measure()
	if cols, ok := t.byOrder(); ok {
		t.cols = cols
		t.place()
		return true
	}
	several, lone := t.parts()
	if len(several) < 2 {
		return false
	}
	t.cols = t.between(t.gutters(several, lone))
	if len(t.cols) < 2 {
		return false
	}
	t.joinCrossed()
	t.place()
	if t.joinColumns() > 0 {
		t.place()
	}
	if len(t.cols) >= 2 && t.splitColumns() > 0 {
		t.place()
	}
	if cols, ok := t.headed(t.cols); ok {
		t.cols = cols
		t.place()
	}
	return len(t.cols) >= 2
}

// parts are the segments of the lines in several, and the lines in one beside
// which others stand.
func (t *table) parts() (several [][]image.Rectangle, lone []image.Rectangle) {
	for i := range t.lines {
		s := t.lines[i].segments(wordGap * t.H)
		if len(s) >= 2 {
			several = append(several, s)
			continue
		}
		overlaps := func(j int) bool {
			return j >= 0 && j < len(t.lines) && math.Abs(t.lines[i].mid()-t.lines[j].mid()) < overlap*t.H
		}
		if overlaps(i-1) || overlaps(i+1) {
			lone = append(lone, s...)
		}
	}
	return several, lone
}

// gutters are the spaces that run through most lines, by the projection profile
// of their segments.
func (t *table) gutters(several [][]image.Rectangle, lone []image.Rectangle) (out []ink.Span) {
	w := t.box.Dx()
	profile := make([]int, w+1)
	for _, s := range append(several, lone) {
		for _, b := range s {
			for x := b.Min.X - t.box.Min.X; x < b.Max.X-t.box.Min.X; x++ {
				profile[x]++
			}
		}
	}
	most := 0
	if n := len(several); n >= 4 {
		most = n / 4
	}
	least := gutter * t.H
	for x := 0; x < w; {
		if profile[x] > most {
			x++
			continue
		}
		x0 := x
		for x < w && profile[x] <= most {
			x++
		}
		if x0 > 0 && x < w && float64(x-x0) >= least {
			out = append(out, t.sparse(ink.Span{Lo: x0 + t.box.Min.X, Hi: x + t.box.Min.X}, several)...)
		}
	}
	return out
}

// between are the columns that gutters part.
func (t *table) between(gutters []ink.Span) (cols []ink.Span) {
	at := t.box.Min.X
	for _, g := range gutters {
		cols = append(cols, ink.Span{Lo: at, Hi: g.Lo})
		at = g.Hi
	}
	return append(cols, ink.Span{Lo: at, Hi: t.box.Max.X})
}

// joinCrossed joins two columns where more texts run across the gutter between them than
// stand on both its sides: the gutter was found within the wide headings of one narrow
// column.
func (t *table) joinCrossed() {
	texts := t.texts(ink.Span{Lo: math.MinInt32, Hi: math.MaxInt32})
	gaps := gapsOf(texts)
	extents := t.extents(texts)
	for c := 0; c+1 < len(t.cols); {
		g := ink.Span{Lo: t.cols[c].Hi, Hi: t.cols[c+1].Lo}
		crossing, over, apart := 0, 0, 0
		for _, s := range texts {
			if s.Min.X < g.Lo && s.Max.X > g.Hi {
				crossing++
				if t.spans(s, extents) {
					over++
				}
			}
		}
		for _, o := range gaps {
			if o.Lo > t.cols[c].Lo && o.Lo <= g.Lo+int(t.H/2) && o.Hi >= g.Hi-int(t.H/2) && o.Hi < t.cols[c+1].Hi {
				apart++
			}
		}
		if apart > 0 {
			crossing -= over
		}
		if crossing > 0 && 2*apart < crossing {
			t.cols[c].Hi = t.cols[c+1].Hi
			t.cols = slices.Delete(t.cols, c+1, c+2)
			extents = t.extents(texts)
			continue
		}
		c++
	}
}

// splitColumns parts columns in which several lines have text on both sides of
// one gap, whatever crosses it in others: labels of rows stand beside those of
// groups of rows, and some run over both. It returns how many columns came of that.
func (t *table) splitColumns() (more int) {
	n := len(t.cols)
	for c := 0; c < len(t.cols); {
		if g, ok := t.gapIn(t.cols[c]); ok {
			t.cols = slices.Insert(t.cols, c+1, ink.Span{Lo: g.Hi, Hi: t.cols[c].Hi})
			t.cols[c].Hi = g.Lo
			continue
		}
		c++
	}
	return len(t.cols) - n
}

// extents are how far to both sides the texts reach that stand in one column each.
func (t *table) extents(texts []image.Rectangle) []ink.Span {
	out := slices.Clone(t.cols)
	for _, s := range texts {
		at, n := 0, 0
		for c, k := range t.cols {
			if s.Min.X < k.Hi && s.Max.X > k.Lo {
				at, n = c, n+1
			}
		}
		if n == 1 {
			out[at] = ink.Span{Lo: min(out[at].Lo, s.Min.X), Hi: max(out[at].Hi, s.Max.X)}
		}
	}
	return out
}

// spans tells whether a text has its middle where several columns have it that it
// runs across, as what is set in the middle of a cell that spans them has.
func (t *table) spans(s image.Rectangle, columns []ink.Span) bool {
	first, last := -1, -1
	for c, k := range columns {
		if s.Min.X < k.Hi && s.Max.X > k.Lo {
			if first < 0 {
				first = c
			}
			last = c
		}
	}
	return first >= 0 && first < last && t.centred(s, ink.Span{Lo: columns[first].Lo, Hi: columns[last].Hi})
}

// centred tells whether a text has its middle where a room has it.
func (t *table) centred(s image.Rectangle, room ink.Span) bool {
	return math.Abs(float64(s.Min.X+s.Max.X-room.Lo-room.Hi)) <= 2*centredWithin*t.H
}

// centredWithin is how far apart, in heights of a line, the middles are at most of a
// text and of what it is centred over: the texts below it leave room at both sides,
// and not the same.
const centredWithin = 0.7

// gapIn finds the gap within a column that parts most texts which stand beside
// one another there. A gap in a text, as a comma of full width leaves, is at
// another place in each; where nearly as many texts have one at another place, that
// parts columns as well.
func (t *table) gapIn(col ink.Span) (ink.Span, bool) {
	texts := t.texts(col)
	gaps := slices.DeleteFunc(gapsOf(texts), func(g ink.Span) bool { return float64(g.Hi-g.Lo) < gutter*t.H })
	best, most := ink.Span{}, 0
	shared := make([]int, len(gaps)) // how many have their gap where one has it
	for i, g := range gaps {
		in := g
		for _, o := range gaps {
			if k := (ink.Span{Lo: max(in.Lo, o.Lo), Hi: min(in.Hi, o.Hi)}); float64(k.Hi-k.Lo) >= 0.6*t.H {
				in, shared[i] = k, shared[i]+1
			}
		}
		if shared[i] > most {
			best, most = in, shared[i]
		}
	}
	others := 0
	for _, n := range shared {
		if 2*n < most {
			others++
		}
	}
	room := ink.Span{Lo: math.MaxInt, Hi: math.MinInt}
	for _, s := range texts {
		room = ink.Span{Lo: min(room.Lo, s.Min.X), Hi: max(room.Hi, s.Max.X)}
	}
	crossing := 0
	for _, s := range texts {
		if s.Min.X < best.Lo && s.Max.X > best.Hi && !t.centred(s, room) {
			crossing++
		}
	}
	return best, most >= 2 && most >= 2*others && 4*crossing <= len(texts)
}

// texts are the parts of the lines that reach into a column.
func (t *table) texts(col ink.Span) []image.Rectangle {
	var out []image.Rectangle
	for i := range t.lines {
		for _, s := range t.lines[i].segments(wordGap * t.H) {
			if s.Max.X > col.Lo && s.Min.X < col.Hi {
				out = append(out, s)
			}
		}
	}
	return out
}

// gapsOf are the gaps between texts and the nearest beside them, on their line
// or one that overlaps it. The texts are in the order of their lines.
func gapsOf(texts []image.Rectangle) []ink.Span {
	const neighbours = 40 // texts: those of a few lines
	var out []ink.Span
	for i, a := range texts {
		g := ink.Span{Lo: a.Max.X, Hi: math.MaxInt}
		for _, b := range texts[max(0, i-neighbours):min(len(texts), i+neighbours)] {
			if b.Min.X >= a.Max.X && 3*(min(a.Max.Y, b.Max.Y)-max(a.Min.Y, b.Min.Y)) > min(a.Dy(), b.Dy()) {
				g.Hi = min(g.Hi, b.Min.X)
			}
		}
		if g.Hi < math.MaxInt {
			out = append(out, g)
		}
	}
	return out
}

// joinColumns joins neighbouring columns of which each has text only where the other has
// none: a centred heading, and numbers below it that stand at one side. It returns how many
// it joined.
func (t *table) joinColumns() (joined int) {
	k := len(t.cols)
	has := t.textLines()
	for {
		c := t.nearestExclusive(has)
		if c < 0 {
			return k - len(t.cols)
		}
		for i, h := range has[c+1] {
			has[c][i] = has[c][i] || h
		}
		t.cols[c].Hi = t.cols[c+1].Hi
		t.cols, has = slices.Delete(t.cols, c+1, c+2), slices.Delete(has, c+1, c+2)
	}
}

// textLines tells of each column which lines have a text in it alone.
func (t *table) textLines() [][]bool {
	has := make([][]bool, len(t.cols))
	for c := range has {
		has[c] = make([]bool, len(t.of))
	}
	for i, ps := range t.of {
		for _, p := range ps {
			if p.hi-p.lo == 1 {
				has[p.lo][i] = true
			}
		}
	}
	return has
}

// nearestExclusive is the first of the two nearest neighbouring columns that never have text
// on one line (exclusive); -1 where there are none. The nearest are joined first, since a
// joined column has text wherever either had, and so excludes fewer.
func (t *table) nearestExclusive(has [][]bool) int {
	best, least := -1, 0
	for c := range len(t.cols) - 1 {
		gap := t.cols[c+1].Lo - t.cols[c].Hi
		if float64(gap) < 6*t.H && (best < 0 || gap < least) && exclusive(has[c], has[c+1]) {
			best, least = c, gap
		}
	}
	return best
}

// exclusive tells whether two columns never have text on one line, and have
// several, or one of them nothing but a heading.
func exclusive(a, b []bool) bool {
	na, nb := 0, 0
	for i := range a {
		if a[i] && b[i] {
			return false
		}
		if a[i] {
			na++
		}
		if b[i] {
			nb++
		}
	}
	heading := (a[0] || b[0]) && len(a) > 2 // alone
	return na >= 2 && nb >= 2 || heading && min(na, nb) == 1 && max(na, nb) >= 2
}

// sparse parts a gutter in which a column with few entries stands. Its entries have
// neighbours close by on both sides; text that spans columns has not.
func (t *table) sparse(g ink.Span, several [][]image.Rectangle) []ink.Span {
	lo, hi, n := math.MaxInt, 0, 0
	for _, s := range several {
		for i, b := range s {
			if b.Min.X >= g.Lo && b.Max.X <= g.Hi && i > 0 && i < len(s)-1 {
				if float64(b.Min.X-s[i-1].Max.X) < 0.7*t.H || float64(s[i+1].Min.X-b.Max.X) < 0.7*t.H {
					continue
				}
				// Its neighbours are of the columns beside, not beyond.
				if float64(g.Lo-s[i-1].Max.X) < 3*t.H || float64(s[i+1].Min.X-g.Hi) < 3*t.H {
					lo, hi = min(lo, b.Min.X), max(hi, b.Max.X)
					n++
				}
			}
		}
	}
	if n < 2 || float64(lo-g.Lo) < 0.6*t.H || float64(g.Hi-hi) < 0.6*t.H {
		return []ink.Span{g}
	}
	return []ink.Span{{Lo: g.Lo, Hi: lo}, {Lo: hi, Hi: g.Hi}}
}

// trim drops lines at the ends that do not fit the columns. It returns how many.
func (t *table) trim() (dropped int) {
	fits := func(i int) bool {
		if len(t.lines[i].segments(gutter*t.H)) < 2 {
			return false // one text, such as the heading of the table
		}
		cells, crossing := 0, 0
		for _, p := range t.of[i] {
			cells++
			if p.hi-p.lo > 1 {
				crossing++
			}
		}
		return cells >= 2 && 2*crossing <= cells
	}
	lo, hi := 0, len(t.lines)
	for lo < hi && !fits(lo) {
		lo++
	}
	for hi > lo && !fits(hi-1) {
		hi--
	}
	dropped = lo + len(t.lines) - hi
	if dropped > 0 {
		t.lines = t.lines[lo:hi]
		t.core = ink.Span{Lo: t.core.Lo + lo, Hi: t.core.Lo + hi}
		t.of = nil
	}
	return dropped
}
