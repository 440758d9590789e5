package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A textLine is what stands at one height.
type textLine struct {
	words []word // left to right
	box   image.Rectangle
}

func (l *textLine) mid() float64 { return float64(l.box.Min.Y+l.box.Max.Y) / 2 }

// segments are the words of a line joined where less than gap parts them.
func (l *textLine) segments(gap float64) []image.Rectangle {
	var out []image.Rectangle
	for _, w := range l.words {
		if n := len(out); n > 0 && float64(w.box.Min.X-out[n-1].Max.X) < gap {
			out[n-1] = out[n-1].Union(w.box)
			continue
		}
		out = append(out, w.box)
	}
	return out
}

// apart are the parts of a line that so wide spaces part that they may stand in
// columns, where lines are so high.
func (l *textLine) apart(height float64) []image.Rectangle { return l.segments(columnGap * height) }

// lines are the lines that the words of a print stand in, top to bottom.
func (p *print) lines() []textLine { return textLines(p.words, p.height) }

// boxes are where the words of a print stand.
func (p *print) boxes() (out []image.Rectangle) {
	for _, w := range p.words {
		out = append(out, w.box)
	}
	return out
}

// textLines puts words of one height into lines, top to bottom.
func textLines(words []word, H float64) []textLine {
	words = slices.Clone(words)
	mid := func(w word) float64 { return float64(w.box.Min.Y+w.box.Max.Y) / 2 }
	slices.SortFunc(words, func(a, b word) int { return cmp.Compare(mid(a), mid(b)) })
	var out []textLine
	var low []word // commas, full stops
	first := 0.0
	for _, w := range words {
		if float64(w.box.Dy()) < 0.5*H && float64(w.box.Dx()) < 0.5*H {
			low = append(low, w)
			continue
		}
		if n := len(out); n > 0 && mid(w)-first <= 0.4*H {
			out[n-1].words = append(out[n-1].words, w)
			out[n-1].box = out[n-1].box.Union(w.box)
			continue
		}
		first = mid(w)
		out = append(out, textLine{[]word{w}, w.box})
	}
	for _, w := range low {
		// They stand at the foot of a line, or are a line of their own.
		at := slices.IndexFunc(out, func(l textLine) bool {
			return w.box.Min.Y < l.box.Max.Y && w.box.Max.Y > l.box.Min.Y && float64(w.box.Max.Y-l.box.Max.Y) < 0.3*H
		})
		if at < 0 {
			out = append(out, textLine{[]word{w}, w.box})
			continue
		}
		l := &out[at]
		l.words = append(l.words, w)
		l.box.Min.X, l.box.Max.X = min(l.box.Min.X, w.box.Min.X), max(l.box.Max.X, w.box.Max.X)
	}
	slices.SortStableFunc(out, func(a, b textLine) int { return cmp.Compare(a.mid(), b.mid()) })
	for i := range out {
		slices.SortFunc(out[i].words, func(a, b word) int { return a.box.Min.X - b.box.Min.X })
	}
	return out
}

// openTables finds the tables without rules around their cells in what is
// printed outside of ruled ones; hor and ver are all rules of the page. Doubtful
// is where text stands in rows and columns, but too little of it or too
// unevenly to be taken for a table. Where one is expected, anything in rows and
// columns is taken for one.
func openTables(prints []print, hor, ver []ruling.Rule, expected bool) (out []grid.Grid, doubtful []image.Rectangle) {
	for i := range prints {
		pr := &prints[i]
		if len(pr.words) < 6 {
			continue
		}
		lines := textLines(offRules(pr.words, hor, pr.height), pr.height)
		for from := 0; from < len(lines); {
			to := region(lines, from, pr.height)
			if to-from >= 2 {
				t := newOpenTable(pr, lines, ink.Span{Lo: from, Hi: to}, hor, ver)
				g, ok, doubt := t.grid(expected)
				if ok {
					out = append(out, g)
				}
				if doubt {
					doubtful = append(doubtful, t.box)
				}
			}
			from = max(to, from+1)
		}
	}
	return out, doubtful
}

// offRules leaves out what lies on a rule and is no higher: a piece of it.
func offRules(words []word, hor []ruling.Rule, H float64) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool {
		mid := float64(w.box.Min.Y+w.box.Max.Y) / 2
		return float64(w.box.Dy()) < 0.35*H && slices.ContainsFunc(hor, func(r ruling.Rule) bool {
			return math.Abs(r.Pos-mid) <= r.Thick/2+2 && float64(w.box.Min.X) < r.Hi+H && float64(w.box.Max.X) > r.Lo-H
		})
	})
}

// printsOutside finds what is printed above, between and below what tables and
// charts take of a page.
func printsOutside(p ink.Pixels, taken []image.Rectangle, traces []ruling.Trace) []print {
	var out []print
	for _, band := range freeBands(p, taken) {
		out = append(out, printOn(p, band, traces))
	}
	return out
}

// freeBands are the parts of the page above, between and below what is taken.
func freeBands(p ink.Pixels, boxes []image.Rectangle) []image.Rectangle {
	var taken []ink.Span
	for _, r := range boxes {
		taken = append(taken, ink.Span{Lo: r.Min.Y - 3, Hi: r.Max.Y + 3})
	}
	slices.SortFunc(taken, func(a, b ink.Span) int { return a.Lo - b.Lo })
	var out []image.Rectangle
	y := 0
	for _, s := range append(taken, ink.Span{Lo: p.H, Hi: p.H}) {
		// Three rows of the smallest print.
		if s.Lo-y >= 40 {
			out = append(out, image.Rect(0, max(y, 0), p.W, min(s.Lo, p.H)))
		}
		y = max(y, s.Hi)
	}
	return out
}

// columnGap is how wide a space in a line is that may part columns, in heights
// of a line.
const columnGap = 0.95

// gutter is how wide the space between columns is that runs through a table:
// wider than what a comma of full width leaves.
const gutter = 1.1

// region returns where the lines that may be one table end: those in several
// parts, with a few in one part between.
func region(lines []textLine, from int, H float64) int {
	several := func(i int) bool {
		return len(lines[i].segments(columnGap*H)) >= 2 || i > 0 && sideBySide(&lines[i-1], &lines[i], H) || i+1 < len(lines) && sideBySide(&lines[i], &lines[i+1], H)
	}
	if !several(from) {
		return from
	}
	to := from + 1
	all := lines[from].box
	for i := from + 1; i < len(lines); i++ {
		apart := 3.2
		if len(lines[i-1].segments(columnGap*H)) > 2 && len(lines[i].segments(columnGap*H)) > 2 {
			apart = 5 // rows of several columns may be set wide apart
		}
		if float64(lines[i].box.Min.Y-lines[i-1].box.Max.Y) > apart*H {
			break
		}
		if several(i) {
			to = i + 1
			all = all.Union(lines[i].box)
			continue
		}
		// Prose is as wide as the table; what a cell has on further lines,
		// and the words of cells that span rows, are not.
		wide := 0
		for _, l := range lines[from : i+1] {
			if 3*l.box.Dx() > 2*all.Dx() && len(l.segments(columnGap*H)) < 2 {
				wide++
			}
		}
		if i-to >= maxRun || wide > 0 && i-to >= 2 || wide >= 2 && i-to >= 1 {
			break
		}
	}
	return to
}

// sideBySide reports whether two lines of text stand side by side, though not at one
// height: a label of two lines and the value in its middle.
func sideBySide(a, b *textLine, H float64) bool {
	gap := max(a.box.Min.X-b.box.Max.X, b.box.Min.X-a.box.Max.X)
	return b.mid()-a.mid() < overlap*H && float64(gap) > columnGap*H
}

// An openTable is a table in the making.
type openTable struct {
	print *print
	lines []textLine
	all   []textLine // of the part of the page that it stands on
	core  ink.Span   // the lines in several parts: of all, and once extended of lines
	H     float64
	hor   []ruling.Rule
	ver   []ruling.Rule
	rules []image.Rectangle // level rules and pieces of them
	band  image.Rectangle

	box    image.Rectangle
	cols   []ink.Span // where the text of each column is
	levels []float64  // rules that run through, top to bottom
	of     [][]place  // for each line the place of each segment

	leading float64 // distance of the lines of one cell; 0 where no cell is known to have several
	closest float64 // distance of the closest rows
}

// maxLines is how many lines of text a table without rules has at most.
const maxLines = 400

// A place is a segment of a line in the columns it stands in.
type place struct {
	box    image.Rectangle
	lo, hi int // columns, hi not included
}

func newOpenTable(pr *print, all []textLine, core ink.Span, hor, ver []ruling.Rule) *openTable {
	t := &openTable{print: pr, lines: all[core.Lo:core.Hi], all: all, core: core, H: pr.height, hor: hor, ver: ver, band: pr.box}
	t.findRules()
	return t
}

// findRules collects the level rules and pieces of them. What runs through
// words is none: a row of zeros looks like a broken rule; and those of ruled
// tables above and below speak for nothing here.
func (t *openTable) findRules() {
	for _, r := range t.hor {
		if r.Pos < float64(t.band.Min.Y) || r.Pos > float64(t.band.Max.Y) {
			continue
		}
		t.rules = append(t.rules, image.Rect(int(r.Lo), int(r.Pos-r.Thick/2), int(r.Hi), int(math.Ceil(r.Pos+r.Thick/2))))
	}
	t.rules = append(t.rules, t.print.level...)
	t.rules = slices.DeleteFunc(t.rules, func(r image.Rectangle) bool {
		mid := (r.Min.Y + r.Max.Y) / 2
		return slices.ContainsFunc(t.print.words, func(w word) bool {
			return w.box.Min.X < r.Max.X && w.box.Max.X > r.Min.X && mid > w.box.Min.Y+w.box.Dy()/4 && mid < w.box.Max.Y-w.box.Dy()/4
		})
	})
}

// grid makes the table; ok is false where the evidence is too weak, doubtful
// where there is some. Where a table is expected, no evidence is asked for.
func (t *openTable) grid(expected bool) (g grid.Grid, ok, doubtful bool) {
	for range 4 {
		if len(t.lines) > maxLines {
			t.measure()
			return grid.Grid{}, false, true
		}
		if len(t.lines) < 2 || !t.findColumns() {
			return grid.Grid{}, false, false
		}
		if !t.trim() {
			break
		}
	}
	if len(t.lines) < 2 || len(t.cols) < 2 || t.of == nil {
		return grid.Grid{}, false, false
	}
	t.measure()
	t.findLevels()
	rows := t.rows()
	if ok, doubtful := t.convincing(rows); !ok && !expected {
		return grid.Grid{}, false, doubtful
	}
	if t.extend() {
		rows = t.within(rows, t.rows())
	}
	return t.build(rows), true, false
}

// maxHead is how many lines above and below those in several parts may belong
// to a table.
const maxHead = 12

// extend takes in the lines above and below that may be part of the table: the
// rest of a cell of several lines, or a heading over columns. It reports
// whether there are any.
func (t *openTable) extend() bool {
	near := func(a, b *textLine) bool {
		return float64(b.box.Min.Y-a.box.Max.Y) < 1.6*t.H && a.box.Min.X > t.box.Min.X-int(t.H) && a.box.Max.X < t.box.Max.X+int(t.H)
	}
	lo, hi := t.core.Lo, t.core.Hi
	for lo > 0 && t.core.Lo-lo < maxHead && near(&t.all[lo-1], &t.all[lo]) {
		lo--
	}
	for hi < len(t.all) && hi-t.core.Hi < maxHead && t.all[hi].box.Min.X > t.box.Min.X-int(t.H) && t.all[hi].box.Max.X < t.box.Max.X+int(t.H) &&
		float64(t.all[hi].box.Min.Y-t.all[hi-1].box.Max.Y) < 1.6*t.H {
		hi++
	}
	if (ink.Span{Lo: lo, Hi: hi}) == t.core {
		return false
	}
	t.core = ink.Span{Lo: t.core.Lo - lo, Hi: t.core.Hi - lo}
	t.lines = t.all[lo:hi]
	t.place()
	t.measure()
	t.levels = nil
	t.findLevels()
	return true
}

// within drops the rows that extending found at the ends, but those that are
// part of the table by more than standing near it: they are inside its rules,
// or look like rows inside, or are a heading over some of the columns.
func (t *openTable) within(core, rows []openRow) []openRow {
	belongs := func(r *openRow, above bool) bool {
		for _, e := range r.entries {
			if e.line >= t.core.Lo && e.line < t.core.Hi {
				return true
			}
		}
		if t.enclosed(r, above) {
			return true
		}
		if t.enclosed(r, !above) {
			return false // a rule bounds the table before it
		}
		if len(r.entries) == 1 && slices.ContainsFunc(core, func(o openRow) bool { return alikeRows(*r, o, t.H) }) {
			return true
		}
		middle := (r.box.Min.X + r.box.Max.X) / 2
		return above && r.entries[0].lo > 0 && math.Abs(float64(2*middle-t.box.Min.X-t.box.Max.X)) > 4*t.H && float64(t.box.Max.X-r.box.Max.X) > 2*t.H
	}
	lo, hi := -1, 0
	for i, r := range rows {
		if slices.ContainsFunc(r.entries, func(e *entry) bool { return e.line >= t.core.Lo && e.line < t.core.Hi }) {
			if lo < 0 {
				lo = i
			}
			hi = i + 1
		}
	}
	for lo > 0 && belongs(&rows[lo-1], true) {
		lo--
	}
	for hi < len(rows) && belongs(&rows[hi], false) {
		hi++
	}
	rows = rows[lo:hi]
	t.box = image.Rectangle{}
	for _, r := range rows {
		for _, e := range r.entries {
			t.box = t.box.Union(e.box)
		}
	}
	return rows
}

// alikeRows reports whether two rows are a line each, of about one height and
// about one middle, as titles between the parts of a table are.
func alikeRows(a, b openRow, H float64) bool {
	return len(a.entries) == 1 && len(b.entries) == 1 && math.Abs(float64(a.box.Dy()-b.box.Dy())) < 0.2*H &&
		math.Abs(float64(a.box.Min.X+a.box.Max.X-b.box.Min.X-b.box.Max.X)) < 2*H
}

// enclosed reports whether a rule that runs through bounds a row on the side
// away from the table.
func (t *openTable) enclosed(r *openRow, above bool) bool {
	through := func(y, x0, x1 float64) bool {
		if above && (y > float64(r.box.Min.Y)+2 || y < float64(r.box.Min.Y)-2*t.H) || !above && (y < float64(r.box.Max.Y)-2 || y > float64(r.box.Max.Y)+2*t.H) {
			return false
		}
		return 10*(min(x1, float64(t.box.Max.X))-max(x0, float64(t.box.Min.X))) > 9*float64(t.box.Dx())
	}
	return slices.ContainsFunc(slices.Concat(t.rules, t.print.figures), func(l image.Rectangle) bool {
		y := float64(l.Min.Y)
		if !above {
			y = float64(l.Max.Y)
		}
		return through(y, float64(l.Min.X), float64(l.Max.X))
	})
}

func (t *openTable) measure() {
	t.box = image.Rectangle{}
	for i := range t.lines {
		t.box = t.box.Union(t.lines[i].box)
	}
}

// findColumns finds the gutters that run through most lines, and the place of
// every segment.
func (t *openTable) findColumns() bool {
	t.measure()
	var several [][]image.Rectangle
	var beside []image.Rectangle // lines in one part, beside which others stand
	for i := range t.lines {
		s := t.lines[i].segments(0.6 * t.H)
		if len(s) >= 2 {
			several = append(several, s)
			continue
		}
		overlaps := func(j int) bool {
			return j >= 0 && j < len(t.lines) && math.Abs(t.lines[i].mid()-t.lines[j].mid()) < overlap*t.H
		}
		if overlaps(i-1) || overlaps(i+1) {
			beside = append(beside, s...)
		}
	}
	n := len(several)
	if n < 2 {
		return false
	}
	w := t.box.Dx()
	cover := make([]int, w+1)
	for _, s := range append(several, beside) {
		for _, b := range s {
			for x := b.Min.X - t.box.Min.X; x < b.Max.X-t.box.Min.X; x++ {
				cover[x]++
			}
		}
	}
	most := 0
	if n >= 4 {
		most = n / 4
	}
	least := gutter * t.H
	var gutters []ink.Span
	for x := 0; x < w; {
		if cover[x] > most {
			x++
			continue
		}
		x0 := x
		for x < w && cover[x] <= most {
			x++
		}
		if x0 > 0 && x < w && float64(x-x0) >= least {
			gutters = append(gutters, t.sparse(ink.Span{Lo: x0 + t.box.Min.X, Hi: x + t.box.Min.X}, several)...)
		}
	}
	t.cols = t.cols[:0]
	at := t.box.Min.X
	for _, g := range gutters {
		t.cols = append(t.cols, ink.Span{Lo: at, Hi: g.Lo})
		at = g.Hi
	}
	t.cols = append(t.cols, ink.Span{Lo: at, Hi: t.box.Max.X})
	if len(t.cols) < 2 {
		return false
	}
	t.joinCrossed()
	t.place()
	if t.joinColumns() {
		t.place()
	}
	if len(t.cols) >= 2 && t.splitColumns() {
		t.place()
	}
	return len(t.cols) >= 2
}

// joinCrossed joins columns where more text runs across the gutter than stands
// on both its sides: a narrow column of numbers has wide headings.
func (t *openTable) joinCrossed() {
	texts := t.texts(ink.Span{Lo: math.MinInt32, Hi: math.MaxInt32})
	gaps := gapsOf(texts)
	for c := 0; c+1 < len(t.cols); {
		g := ink.Span{Lo: t.cols[c].Hi, Hi: t.cols[c+1].Lo}
		crossing, apart := 0, 0
		for _, s := range texts {
			if s.Min.X < g.Lo && s.Max.X > g.Hi {
				crossing++
			}
		}
		for _, o := range gaps {
			if o.Lo > t.cols[c].Lo && o.Lo <= g.Lo+int(t.H/2) && o.Hi >= g.Hi-int(t.H/2) && o.Hi < t.cols[c+1].Hi {
				apart++
			}
		}
		if crossing > 0 && 2*apart < crossing {
			t.cols[c].Hi = t.cols[c+1].Hi
			t.cols = slices.Delete(t.cols, c+1, c+2)
			continue
		}
		c++
	}
}

// splitColumns parts columns in which several lines have text on both sides of
// one gap, whatever crosses it in others: labels of rows stand beside those of
// groups of rows, and some run over both. It reports whether there were any.
func (t *openTable) splitColumns() bool {
	n := len(t.cols)
	for c := 0; c < len(t.cols); {
		if g, ok := t.gapIn(t.cols[c]); ok {
			t.cols = slices.Insert(t.cols, c+1, ink.Span{Lo: g.Hi, Hi: t.cols[c].Hi})
			t.cols[c].Hi = g.Lo
			continue
		}
		c++
	}
	return len(t.cols) > n
}

// gapIn finds the gap within a column that parts most texts which stand beside
// one another there. A gap in a text, as a comma of full width leaves, is at
// another place in each.
func (t *openTable) gapIn(col ink.Span) (ink.Span, bool) {
	texts := t.texts(col)
	gaps := slices.DeleteFunc(gapsOf(texts), func(g ink.Span) bool { return float64(g.Hi-g.Lo) < gutter*t.H })
	best, most := ink.Span{}, 0
	for _, g := range gaps {
		in, n := g, 0
		for _, o := range gaps {
			if k := (ink.Span{Lo: max(in.Lo, o.Lo), Hi: min(in.Hi, o.Hi)}); float64(k.Hi-k.Lo) >= 0.6*t.H {
				in, n = k, n+1
			}
		}
		if n > most {
			best, most = in, n
		}
	}
	crossing := 0
	for _, s := range texts {
		if s.Min.X < best.Lo && s.Max.X > best.Hi {
			crossing++
		}
	}
	return best, most >= 2 && 3*most >= 2*len(gaps) && 4*crossing <= len(texts)
}

// texts are the parts of the lines that reach into a column.
func (t *openTable) texts(col ink.Span) []image.Rectangle {
	var out []image.Rectangle
	for i := range t.lines {
		for _, s := range t.lines[i].segments(0.6 * t.H) {
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
	const beside = 40 // texts: those of a few lines
	var out []ink.Span
	for i, a := range texts {
		g := ink.Span{Lo: a.Max.X, Hi: math.MaxInt}
		for _, b := range texts[max(0, i-beside):min(len(texts), i+beside)] {
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

func (t *openTable) place() {
	t.of = make([][]place, len(t.lines))
	for i := range t.lines {
		t.of[i] = t.places(&t.lines[i])
	}
}

// joinColumns joins neighbours of which each has text only where the other has
// none: a centred heading above numbers that stand at one side. It reports
// whether there were any.
func (t *openTable) joinColumns() bool {
	k := len(t.cols)
	has := make([][]bool, k) // column → line
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
	exclusive := func(a, b []bool) bool {
		na, nb := 0, 0
		lone := (a[0] || b[0]) && len(a) > 2 // a heading alone
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
		return na >= 2 && nb >= 2 || lone && min(na, nb) == 1 && max(na, nb) >= 2
	}
	for {
		// The nearest first: what is joined has text wherever either had.
		best := -1
		for c := range len(t.cols) - 1 {
			gap := t.cols[c+1].Lo - t.cols[c].Hi
			if float64(gap) < 6*t.H && (best < 0 || gap < t.cols[best+1].Lo-t.cols[best].Hi) && exclusive(has[c], has[c+1]) {
				best = c
			}
		}
		if best < 0 {
			return len(t.cols) < k
		}
		for i, h := range has[best+1] {
			has[best][i] = has[best][i] || h
		}
		t.cols[best].Hi = t.cols[best+1].Hi
		t.cols, has = slices.Delete(t.cols, best+1, best+2), slices.Delete(has, best+1, best+2)
	}
}

// sparse parts a gutter where a column of few entries stands in it: they have
// neighbours on both sides, as what spans columns has not.
func (t *openTable) sparse(g ink.Span, several [][]image.Rectangle) []ink.Span {
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

// places puts the words of a line in columns.
func (t *openTable) places(l *textLine) []place {
	var out []place
	if parts := l.segments(gutter * t.H); t.oneEach(parts) {
		for c, s := range parts {
			out = append(out, place{s, c, c + 1})
		}
		return out
	}
	for _, s := range l.segments(0.6 * t.H) {
		p := place{box: s, lo: -1}
		for c, k := range t.cols {
			over := min(s.Max.X, k.Hi) - max(s.Min.X, k.Lo)
			if float64(over) > min(0.4*t.H, 0.4*float64(s.Dx()), 0.5*float64(k.Hi-k.Lo)) && over > 0 {
				if p.lo < 0 {
					p.lo = c
				}
				p.hi = c + 1
			}
		}
		if n := len(out); p.lo < 0 && n > 0 && float64(s.Min.X-out[n-1].box.Max.X) < gutter*t.H {
			out[n-1].box = out[n-1].box.Union(s)
			continue
		}
		if p.lo < 0 { // in a gutter: it spans what is beside it, or belongs to the nearer
			c := 0
			for c+1 < len(t.cols) && t.cols[c+1].Lo < s.Max.X {
				c++
			}
			p.lo, p.hi = c, c+1
			if c+1 < len(t.cols) {
				left, right := s.Min.X-t.cols[c].Hi, t.cols[c+1].Lo-s.Max.X
				switch {
				case 3*min(left, right) > max(left, right):
					p.hi = c + 2
				case right < left:
					p.lo, p.hi = c+1, c+2
				}
			}
		}
		if n := len(out); n > 0 && (out[n-1].hi > p.lo || t.together(out[n-1], p)) {
			// Two segments of one cell.
			out[n-1].box = out[n-1].box.Union(s)
			out[n-1].hi = max(out[n-1].hi, p.hi)
			continue
		}
		out = append(out, p)
	}
	return out
}

// oneEach reports whether a line has one part in each column, however headings
// and values are set: as many as there are, and none in a wrong one.
func (t *openTable) oneEach(parts []image.Rectangle) bool {
	if len(parts) != len(t.cols) {
		return false
	}
	for i, s := range parts {
		for c, k := range t.cols {
			if c != i && s.Min.X < k.Hi && s.Max.X > k.Lo {
				return false
			}
		}
	}
	return true
}

// together reports whether two parts of a line are one text, though they stand
// in two columns: the gap between them is no wider than one that punctuation
// leaves, and not where columns part.
func (t *openTable) together(a, b place) bool {
	gap := ink.Span{Lo: a.box.Max.X, Hi: b.box.Min.X}
	return float64(gap.Hi-gap.Lo) < gutter*t.H && (gap.Hi <= t.cols[a.hi-1].Hi || gap.Lo >= t.cols[b.lo].Lo)
}

// trim drops lines at the ends that do not fit the columns; it reports whether
// there were any.
func (t *openTable) trim() bool {
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
	if lo == 0 && hi == len(t.lines) {
		return false
	}
	t.lines = t.lines[lo:hi]
	t.core = ink.Span{Lo: t.core.Lo + lo, Hi: t.core.Lo + hi}
	t.of = nil
	return true
}

// findLevels collects the rules that run through most of the table.
func (t *openTable) findLevels() {
	type piece struct {
		y float64
		x ink.Span
	}
	var pieces []piece
	for _, r := range t.rules {
		pieces = append(pieces, piece{float64(r.Min.Y+r.Max.Y) / 2, ink.Span{Lo: r.Min.X, Hi: r.Max.X}})
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.y, b.y) })
	reach := int(4 * t.H) // a row or two at the ends may not have been taken for such
	for i := 0; i < len(pieces); {
		j := i
		covered := make([]bool, t.box.Dx())
		for j < len(pieces) && pieces[j].y-pieces[i].y <= 3 {
			for x := max(pieces[j].x.Lo, t.box.Min.X); x < min(pieces[j].x.Hi, t.box.Max.X); x++ {
				covered[x-t.box.Min.X] = true
			}
			j++
		}
		n := 0
		for _, c := range covered {
			if c {
				n++
			}
		}
		y := (pieces[i].y + pieces[j-1].y) / 2
		if int(y) > t.box.Min.Y-reach && int(y) < t.box.Max.Y+reach && 10*n >= 7*t.box.Dx() {
			t.levels = append(t.levels, y)
		}
		i = j
	}
}

// evidence is what speaks for and against a table in its rows.
type evidence struct {
	rows, cols      int
	texts           int  // positions with text
	full, titles    int  // rows with several, rows with one
	crossing, width int  // widths of what runs across columns, and of all
	long, prose     int  // columns of long texts, and those that are filled like prose
	aligned         int  // columns
	hollow          bool // a column has no text of its own
}

func (t *openTable) evidence(rows []openRow) evidence {
	v := evidence{rows: len(rows), cols: len(t.cols)}
	entries := make([][]image.Rectangle, v.cols)
	widths := make([][]int, v.cols)
	for _, r := range rows {
		has, row := make([]bool, v.cols), make([]image.Rectangle, v.cols)
		for _, e := range r.entries {
			v.width += e.box.Dx()
			if e.hi-e.lo > 1 {
				// A label before values may take several columns, and
				// headings above them.
				if 2*len(t.of[e.line]) < v.cols && v.full > 0 {
					v.crossing += e.box.Dx()
				}
			} else {
				widths[e.lo] = append(widths[e.lo], e.box.Dx())
				row[e.lo] = row[e.lo].Union(e.box)
			}
			for c := e.lo; c < e.hi; c++ {
				has[c] = true
			}
		}
		m := 0
		for c, h := range has {
			if !row[c].Empty() {
				entries[c] = append(entries[c], row[c])
			}
			if h {
				m++
			}
		}
		v.texts += m
		if m >= 2 {
			v.full++
		}
		if len(r.entries) == 1 {
			v.titles++
		}
	}
	for c := range v.cols {
		// A heading need not be set as what is below it.
		if t.aligned(entries[c][min(1, len(entries[c])):]) {
			v.aligned++
		}
		if len(widths[c]) == 0 {
			v.hollow = true
			continue
		}
		slices.Sort(widths[c])
		usual, most := widths[c][len(widths[c])/2], widths[c][len(widths[c])-1]
		if float64(usual) > 14*t.H {
			v.long++
		}
		// Prose fills its column.
		if float64(usual) > 10*t.H && 10*usual > 9*most {
			v.prose++
		}
	}
	return v
}

// convincing reports whether the evidence for a table is strong enough, and
// where it is not, whether there is some doubt: text stands in rows and
// columns, and nothing else speaks against a table.
func (t *openTable) convincing(rows []openRow) (table, doubtful bool) {
	v := t.evidence(rows)
	if v.cols < 2 || v.rows < 2 || v.hollow || 2*v.aligned < v.cols {
		return false, false
	}
	// A drawing with words here and there has as many rows and columns as
	// words.
	cells := v.rows * v.cols
	few := v.texts < 20
	sparse := 5*v.texts < 2*cells || v.texts < 10 && 5*v.texts < 4*cells
	// That texts stand below one another may be chance; of many it is none.
	// Rules above and below them speak for a table, too.
	bound := len(t.levels) >= 2
	least := 10
	if bound {
		least = max(4, 10-2*len(t.levels))
	}
	many := v.texts >= 60
	drawing := (!bound || v.texts < least) && (t.crowded(rows, few) || t.littered(few) || t.ticked()) || !many && t.drawn()
	// Most rows have several, but for titles between the parts of a table, and
	// little runs across.
	untidy := 10*v.full < 6*(v.rows-min(v.titles, v.rows/3)) || 5*v.crossing > v.width
	prose := v.prose >= 2 || v.long >= 1 && (v.cols == 2 || v.cols == 3 && v.rows < 5)
	if v.texts >= least && !sparse && !drawing && !untidy && (bound || !prose) {
		return true, false
	}
	const some = 6 // texts: three rows of two, or two of three
	return false, many || v.texts >= some && !sparse && !(few && 5*v.texts < 4*cells) && !drawing && v.prose == 0
}

// drawn reports whether something else than text stands in the table: lines,
// bars, pictures.
func (t *openTable) drawn() bool {
	for _, f := range t.print.figures {
		if in := f.Intersect(t.box); in.Dx() > 0 && float64(in.Dy()) > 2*t.H && !t.shade(f) {
			return true
		}
	}
	return slices.ContainsFunc(t.ver, func(v ruling.Rule) bool {
		return v.Pos > float64(t.box.Min.X)+2 && v.Pos < float64(t.box.Max.X)-2 && min(v.Hi, float64(t.box.Max.Y))-max(v.Lo, float64(t.box.Min.Y)) > 2*t.H
	})
}

// ticked reports whether most of a column is boxes to tick or to show a colour,
// or pieces of the frame around a page: no character is as narrow as those.
func (t *openTable) ticked() bool {
	for _, s := range t.cols {
		square, words := 0, 0
		for i := range t.lines {
			for _, w := range t.lines[i].words {
				if w.box.Min.X >= s.Hi || w.box.Max.X <= s.Lo {
					continue
				}
				words++
				if w.square || 6*w.box.Dx() < w.box.Dy() {
					square++
				}
			}
		}
		if 2*square > words {
			return true
		}
	}
	return false
}

// crowded reports whether most rows leave no room to the next: what stands in a
// figure or a seal is at any height, lines of text are apart. Of few cells any
// two rows tell.
func (t *openTable) crowded(rows []openRow, few bool) bool {
	n := 0
	for i := 1; i < len(rows); i++ {
		if rows[i].box.Min.Y < rows[i-1].box.Max.Y {
			n++
		}
	}
	return 2*n > len(rows)-1 || few && n > 0
}

// littered reports whether many words are lower than any character, and no
// dashes either: what is left of a seal, strokes of a drawing, dots of a code.
func (t *openTable) littered(few bool) bool {
	low, all := 0, 0
	for i := range t.lines {
		for _, w := range t.lines[i].words {
			all++
			if h := float64(w.box.Dy()); h < 0.6*t.H && float64(w.box.Dx()) < 2*h {
				low++
			}
		}
	}
	return 3*low > all || few && 4*low > all
}

// aligned reports whether most entries of a column begin, end or have their
// middle where one of those near them has it: headings and values may be set
// differently, and the page may lean.
func (t *openTable) aligned(entries []image.Rectangle) bool {
	const near = 4 // entries before and after
	same := func(a, b int) bool { return math.Abs(float64(a-b)) <= 0.9*t.H }
	n := 0
	for i, a := range entries {
		for j := max(0, i-near); j < min(len(entries), i+near+1); j++ {
			if b := entries[j]; j != i && (same(2*a.Min.X, 2*b.Min.X) || same(2*a.Max.X, 2*b.Max.X) || same(a.Min.X+a.Max.X, b.Min.X+b.Max.X)) {
				n++
				break
			}
		}
	}
	return len(entries) < 2 || 3*n >= 2*len(entries)
}

// shade reports whether something large is the edge of a coloured row.
func (t *openTable) shade(f image.Rectangle) bool {
	return 10*f.Dx() >= 9*t.box.Dx() && float64(f.Dy()) <= 6*t.H
}
