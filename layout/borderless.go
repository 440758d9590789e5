package layout

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// Tables with few rules or none: rows and columns from how their text is
// aligned. They are looked for only where no ruled table is, and taken for
// tables only on strong evidence, since prose, charts and letters have aligned
// text as well.

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

// textLines puts words of one height into lines, top to bottom.
func textLines(words []word, H float64) []textLine {
	words = slices.Clone(words)
	mid := func(w word) float64 { return float64(w.box.Min.Y+w.box.Max.Y) / 2 }
	slices.SortFunc(words, func(a, b word) int { return cmp.Compare(mid(a), mid(b)) })
	var out []textLine
	first := 0.0
	for _, w := range words {
		if n := len(out); n > 0 && mid(w)-first <= 0.4*H {
			out[n-1].words = append(out[n-1].words, w)
			out[n-1].box = out[n-1].box.Union(w.box)
			continue
		}
		first = mid(w)
		out = append(out, textLine{[]word{w}, w.box})
	}
	for i := range out {
		slices.SortFunc(out[i].words, func(a, b word) int { return a.box.Min.X - b.box.Min.X })
	}
	return out
}

// openTables finds the tables without rules around their cells in what is
// printed outside of ruled ones; hor and ver are all rules of the page.
func openTables(prints []print, hor, ver []rule) []Grid {
	var out []Grid
	for i := range prints {
		pr := &prints[i]
		if len(pr.words) < 6 {
			continue
		}
		lines := textLines(pr.words, pr.height)
		for from := 0; from < len(lines); {
			to := region(lines, from, pr.height)
			if to-from >= 2 {
				if g, ok := newOpenTable(pr, lines[from:to], hor, ver).grid(); ok {
					out = append(out, g)
				}
			}
			from = max(to, from+1)
		}
	}
	return out
}

// printsOutside finds what is printed outside of ruled tables.
func printsOutside(p pixels, grids []Grid, traces []trace) []print {
	var out []print
	for _, band := range freeBands(p, grids) {
		out = append(out, printOn(p, band, traces))
	}
	return out
}

// freeBands are the parts of the page above, between and below ruled tables.
func freeBands(p pixels, grids []Grid) []image.Rectangle {
	var taken []span
	for _, g := range grids {
		taken = append(taken, span{g.Box.Min.Y - 3, g.Box.Max.Y + 3})
	}
	slices.SortFunc(taken, func(a, b span) int { return a.lo - b.lo })
	var out []image.Rectangle
	y := 0
	for _, s := range append(taken, span{p.h, p.h}) {
		// Three rows of the smallest print.
		if s.lo-y >= 40 {
			out = append(out, image.Rect(0, max(y, 0), p.w, min(s.lo, p.h)))
		}
		y = max(y, s.hi)
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
	several := func(i int) bool { return len(lines[i].segments(columnGap*H)) >= 2 }
	if !several(from) {
		return from
	}
	to := from + 1
	all, wide := lines[from].box, 0
	for i := from + 1; i < len(lines); i++ {
		if float64(lines[i].box.Min.Y-lines[i-1].box.Max.Y) > 3.2*H {
			break
		}
		if several(i) {
			to = i + 1
			all = all.Union(lines[i].box)
			continue
		}
		// Prose is as wide as the table; what a cell has on further lines,
		// and the words of cells that span rows, are not.
		if 3*lines[i].box.Dx() > 2*all.Dx() {
			wide++
		}
		if i-to >= 8 || wide > 0 && i-to >= 2 || wide >= 2 && i-to >= 1 {
			break
		}
	}
	return to
}

// An openTable is a table in the making.
type openTable struct {
	print *print
	lines []textLine
	H     float64
	hor   []rule
	ver   []rule
	band  image.Rectangle

	box    image.Rectangle
	cols   []span    // where the text of each column is
	levels []float64 // rules that run through, top to bottom
	of     [][]place // for each line the place of each segment
}

// maxLines is how many lines of text a table without rules has at most.
const maxLines = 400

// A place is a segment of a line in the columns it stands in.
type place struct {
	box    image.Rectangle
	lo, hi int // columns, hi not included
}

func newOpenTable(pr *print, lines []textLine, hor, ver []rule) *openTable {
	return &openTable{print: pr, lines: lines, H: pr.height, hor: hor, ver: ver, band: pr.box}
}

// grid makes the table; ok is false where the evidence is too weak.
func (t *openTable) grid() (Grid, bool) {
	for range 4 {
		if len(t.lines) < 2 || !t.findColumns() {
			return Grid{}, false
		}
		if !t.trim() {
			break
		}
	}
	if len(t.lines) < 2 || len(t.lines) > maxLines || len(t.cols) < 2 || t.of == nil {
		return Grid{}, false
	}
	t.measure()
	t.findLevels()
	rows := t.rows()
	if !t.convincing(rows) {
		return Grid{}, false
	}
	return t.build(rows), true
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
	for i := range t.lines {
		if s := t.lines[i].segments(0.6 * t.H); len(s) >= 2 {
			several = append(several, s)
		}
	}
	n := len(several)
	if n < 2 {
		return false
	}
	w := t.box.Dx()
	cover := make([]int, w+1)
	for _, s := range several {
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
	var gutters []span
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
			gutters = append(gutters, t.sparse(span{x0 + t.box.Min.X, x + t.box.Min.X}, several)...)
		}
	}
	t.cols = t.cols[:0]
	at := t.box.Min.X
	for _, g := range gutters {
		t.cols = append(t.cols, span{at, g.lo})
		at = g.hi
	}
	t.cols = append(t.cols, span{at, t.box.Max.X})
	if len(t.cols) < 2 {
		return false
	}
	t.place()
	if t.joinColumns() {
		t.place()
	}
	return len(t.cols) >= 2
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
		return na >= 2 && nb >= 2
	}
	for {
		// The nearest first: what is joined has text wherever either had.
		best := -1
		for c := range len(t.cols) - 1 {
			gap := t.cols[c+1].lo - t.cols[c].hi
			if float64(gap) < 6*t.H && (best < 0 || gap < t.cols[best+1].lo-t.cols[best].hi) && exclusive(has[c], has[c+1]) {
				best = c
			}
		}
		if best < 0 {
			return len(t.cols) < k
		}
		for i, h := range has[best+1] {
			has[best][i] = has[best][i] || h
		}
		t.cols[best].hi = t.cols[best+1].hi
		t.cols, has = slices.Delete(t.cols, best+1, best+2), slices.Delete(has, best+1, best+2)
	}
}

// sparse parts a gutter where a column of few entries stands in it: they have
// neighbours on both sides, as what spans columns has not.
func (t *openTable) sparse(g span, several [][]image.Rectangle) []span {
	lo, hi, n := math.MaxInt, 0, 0
	for _, s := range several {
		for i, b := range s {
			if b.Min.X >= g.lo && b.Max.X <= g.hi && i > 0 && i < len(s)-1 {
				if float64(b.Min.X-s[i-1].Max.X) < 0.7*t.H || float64(s[i+1].Min.X-b.Max.X) < 0.7*t.H {
					continue
				}
				// Its neighbours are of the columns beside, not beyond.
				if float64(g.lo-s[i-1].Max.X) < 3*t.H || float64(s[i+1].Min.X-g.hi) < 3*t.H {
					lo, hi = min(lo, b.Min.X), max(hi, b.Max.X)
					n++
				}
			}
		}
	}
	if n < 2 || float64(lo-g.lo) < 0.6*t.H || float64(g.hi-hi) < 0.6*t.H {
		return []span{g}
	}
	return []span{{g.lo, lo}, {hi, g.hi}}
}

// places puts the words of a line in columns.
func (t *openTable) places(l *textLine) []place {
	var out []place
	for _, s := range l.segments(0.6 * t.H) {
		p := place{box: s, lo: -1}
		for c, k := range t.cols {
			over := min(s.Max.X, k.hi) - max(s.Min.X, k.lo)
			if float64(over) > min(0.4*t.H, 0.4*float64(s.Dx()), 0.5*float64(k.hi-k.lo)) && over > 0 {
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
			for c+1 < len(t.cols) && t.cols[c+1].lo < s.Max.X {
				c++
			}
			p.lo, p.hi = c, c+1
			if c+1 < len(t.cols) {
				left, right := s.Min.X-t.cols[c].hi, t.cols[c+1].lo-s.Max.X
				switch {
				case 3*min(left, right) > max(left, right):
					p.hi = c + 2
				case right < left:
					p.lo, p.hi = c+1, c+2
				}
			}
		}
		if n := len(out); n > 0 && out[n-1].hi > p.lo {
			// Two segments of one cell.
			out[n-1].box = out[n-1].box.Union(s)
			out[n-1].hi = max(out[n-1].hi, p.hi)
			continue
		}
		out = append(out, p)
	}
	return out
}

// trim drops lines at the ends that do not fit the columns; it reports whether
// there were any.
func (t *openTable) trim() bool {
	fits := func(i int) bool {
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
	t.of = nil
	return true
}

// findLevels collects the rules that run through most of the table.
func (t *openTable) findLevels() {
	type piece struct {
		y    float64
		x    span
		long bool
	}
	var pieces []piece
	for _, r := range t.hor {
		pieces = append(pieces, piece{r.pos, span{int(r.lo), int(r.hi)}, true})
	}
	for _, b := range t.print.level {
		pieces = append(pieces, piece{float64(b.Min.Y+b.Max.Y) / 2, span{b.Min.X, b.Max.X}, false})
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.y, b.y) })
	reach := int(1.5 * t.H)
	for i := 0; i < len(pieces); {
		j := i
		covered := make([]bool, t.box.Dx())
		for j < len(pieces) && pieces[j].y-pieces[i].y <= 3 {
			for x := max(pieces[j].x.lo, t.box.Min.X); x < min(pieces[j].x.hi, t.box.Max.X); x++ {
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

// An openRow is a row of the table in the making.
type openRow struct {
	lines []int
	box   image.Rectangle
	mid   float64 // of the line that most of its cells have text on
}

// rows joins lines into rows.
func (t *openTable) rows() []openRow {
	strength := make([]int, len(t.lines))
	var all []int
	for i := range t.lines {
		strength[i] = len(t.of[i])
		all = append(all, strength[i])
	}
	slices.Sort(all)
	strong := max(2, (all[len(all)*3/4]+1)/2)
	between := func(a, b float64) bool {
		a, b = min(a, b), max(a, b)
		return slices.ContainsFunc(t.levels, func(y float64) bool { return y > a && y < b })
	}
	// Where nearly every row has a rule below it, rules alone part rows.
	inside := 0
	for _, y := range t.levels {
		if y > float64(t.box.Min.Y) && y < float64(t.box.Max.Y) {
			inside++
		}
	}
	var rows []openRow
	add := func(i int) {
		l := &t.lines[i]
		rows = append(rows, openRow{[]int{i}, l.box, l.mid()})
	}
	order := make([]int, len(t.lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strength[b] - strength[a] })
	anchors := 0
	for _, i := range order {
		if strength[i] >= strong && !slices.ContainsFunc(rows, func(r openRow) bool {
			return math.Abs(r.mid-t.lines[i].mid()) < 0.95*t.H && !between(r.mid, t.lines[i].mid())
		}) {
			add(i)
			anchors++
		}
	}
	if inside >= 2 && 10*inside >= 6*(anchors-1) {
		return t.ruledRows()
	}
	var pitches []float64
	byMid := func(a, b openRow) int { return cmp.Compare(a.mid, b.mid) }
	slices.SortFunc(rows, byMid)
	for i := 1; i < len(rows); i++ {
		pitches = append(pitches, rows[i].mid-rows[i-1].mid)
	}
	pitch := 2 * t.H
	if len(pitches) > 0 {
		slices.Sort(pitches)
		pitch = pitches[len(pitches)/2]
	}
	// The other lines, those nearest to a row first.
	left := slices.DeleteFunc(order, func(i int) bool {
		return slices.ContainsFunc(rows, func(r openRow) bool { return slices.Contains(r.lines, i) })
	})
	for len(left) > 0 {
		bestK, bestR, bestD, rest := -1, -1, math.Inf(1), 0.0
		for k, i := range left {
			m := t.lines[i].mid()
			near, nearR, second := math.Inf(1), -1, math.Inf(1)
			for r := range rows {
				d := math.Inf(1)
				for _, j := range rows[r].lines {
					d = min(d, math.Abs(t.lines[j].mid()-m))
				}
				if between(m, rows[r].mid) {
					continue
				}
				if d < near {
					near, nearR, second = d, r, near
				} else {
					second = min(second, d)
				}
			}
			if near < bestD {
				bestK, bestR, bestD, rest = k, nearR, near, second
			}
		}
		if bestK < 0 {
			add(left[0])
			left = left[1:]
			continue
		}
		i := left[bestK]
		left = slices.Delete(left, bestK, bestK+1)
		if bestD < 0.95*t.H || bestD < 0.8*pitch && bestD < 0.75*rest {
			r := &rows[bestR]
			r.lines = append(r.lines, i)
			r.box = r.box.Union(t.lines[i].box)
			continue
		}
		add(i)
	}
	slices.SortFunc(rows, byMid)
	for i := range rows {
		slices.Sort(rows[i].lines)
	}
	return rows
}

// ruledRows are the rows between rules.
func (t *openTable) ruledRows() []openRow {
	var rows []openRow
	level := -1
	for i := range t.lines {
		l := &t.lines[i]
		n := 0
		for _, y := range t.levels {
			if y < l.mid() {
				n++
			}
		}
		if len(rows) == 0 || n != level {
			rows = append(rows, openRow{mid: l.mid()})
			level = n
		}
		r := &rows[len(rows)-1]
		r.lines = append(r.lines, i)
		r.box = r.box.Union(l.box)
	}
	return rows
}

// convincing reports whether the evidence for a table is strong enough.
func (t *openTable) convincing(rows []openRow) bool {
	n, k := len(rows), len(t.cols)
	bound := len(t.levels) >= 2
	if k < 2 || n < 3 && !(n == 2 && k >= 3 && len(t.levels) >= 3) {
		return false
	}
	if n*k < 10 && !bound {
		return false
	}
	// Something else than text stands in a figure.
	for _, f := range t.print.figures {
		if in := f.Intersect(t.box); in.Dx() > 0 && in.Dy() > 0 && float64(in.Dy()) > 2*t.H && !t.frame(f) {
			return false
		}
	}
	for _, v := range t.ver {
		if v.pos > float64(t.box.Min.X)+2 && v.pos < float64(t.box.Max.X)-2 && min(v.hi, float64(t.box.Max.Y))-max(v.lo, float64(t.box.Min.Y)) > 2*t.H {
			return false
		}
	}
	few := n*k < 20
	if !bound && (t.crowded(rows, few) || t.littered(few)) {
		return false
	}
	filled, full := make([]int, k), 0
	crossing, width := 0, 0 // widths of what runs across columns, and of all
	entries := make([][]image.Rectangle, k)
	widths := make([][]int, k)
	hollow := make([]int, k)
	for _, r := range rows {
		has, row := make([]bool, k), make([]image.Rectangle, k)
		for _, i := range r.lines {
			for _, p := range t.of[i] {
				width += p.box.Dx()
				if p.hi-p.lo > 1 {
					// A label before values may take several columns.
					if 2*len(t.of[i]) < k {
						crossing += p.box.Dx()
					}
				} else {
					widths[p.lo] = append(widths[p.lo], p.box.Dx())
					row[p.lo] = row[p.lo].Union(p.box)
				}
				for c := p.lo; c < p.hi; c++ {
					has[c] = true
				}
			}
			for _, w := range t.lines[i].words {
				if w.hollow {
					for c, s := range t.cols {
						if w.box.Min.X < s.hi && w.box.Max.X > s.lo {
							hollow[c]++
						}
					}
				}
			}
		}
		m := 0
		for c, h := range has {
			if !row[c].Empty() {
				entries[c] = append(entries[c], row[c])
			}
			if h {
				filled[c]++
				m++
			}
		}
		if 2*m > k || m >= 2 && k == 2 {
			full++
		}
	}
	// A drawing with words here and there has as many rows and columns as
	// words.
	texts := 0
	for _, m := range filled {
		texts += m
	}
	if 5*texts < 2*n*k {
		return false
	}
	// Most rows have most columns, and little runs across.
	if 10*full < 6*n && !(bound && 2*full >= n) || 5*crossing > width {
		return false
	}
	long, aligned := 0, 0
	for c := range k {
		if t.aligned(entries[c]) {
			aligned++
		}
		if len(widths[c]) == 0 {
			return false
		}
		slices.Sort(widths[c])
		m := float64(widths[c][len(widths[c])/2])
		if m > 14*t.H {
			long++
		}
		if 2*hollow[c] > filled[c] {
			return false
		}
	}
	// Prose in columns: long lines that fill their column.
	if long >= 2 || long == 1 && (k == 2 || n < 5) && !bound {
		return false
	}
	return 2*aligned >= k
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
// middle where the one before has it; as the page may lean, not all at one
// place.
func (t *openTable) aligned(entries []image.Rectangle) bool {
	var left, right, middle int
	near := func(a, b int) int {
		if math.Abs(float64(a-b)) <= 0.9*t.H {
			return 1
		}
		return 0
	}
	n := len(entries) - 1
	for i := range n {
		a, b := entries[i], entries[i+1]
		left += near(2*a.Min.X, 2*b.Min.X)
		right += near(2*a.Max.X, 2*b.Max.X)
		middle += near(a.Min.X+a.Max.X, b.Min.X+b.Max.X)
	}
	return n < 1 || 2*max(left, right, middle) >= n
}

// frame reports whether something large is the frame around the table, or the
// edge of a coloured row.
func (t *openTable) frame(f image.Rectangle) bool {
	if 10*f.Dx() >= 9*t.box.Dx() && float64(f.Dy()) <= 6*t.H {
		return true
	}
	return f.Min.X <= t.box.Min.X && f.Max.X >= t.box.Max.X && f.Min.Y <= t.box.Min.Y+int(t.H) && f.Max.Y >= t.box.Max.Y-int(t.H)
}

// build makes the grid of rows and columns.
func (t *openTable) build(rows []openRow) Grid {
	R, C := len(rows), len(t.cols)
	g := Grid{Rows: R, Cols: C, Open: true}
	pad := int(0.6 * t.H)
	for c := range C + 1 {
		switch {
		case c == 0:
			g.ColLines = append(g.ColLines, float64(max(t.box.Min.X-pad, t.band.Min.X)))
		case c == C:
			g.ColLines = append(g.ColLines, float64(min(t.box.Max.X+pad, t.band.Max.X)))
		default:
			g.ColLines = append(g.ColLines, float64(t.cols[c-1].hi+t.cols[c].lo)/2)
		}
	}
	// The room of each row: to halfway to the next, but not far from its ink
	// and not past a rule.
	bands := make([]span, R)
	for r := range rows {
		bands[r] = t.room(rows, r)
		if r == 0 {
			g.RowLines = append(g.RowLines, float64(bands[r].lo))
		} else {
			g.RowLines = append(g.RowLines, float64(bands[r-1].hi+bands[r].lo)/2)
		}
	}
	g.RowLines = append(g.RowLines, float64(bands[R-1].hi))
	// The text of each column, with a little around it: what lies beyond may
	// be the edge of a fill.
	sides := make([]span, C)
	for c := range sides {
		sides[c] = t.cols[c]
	}
	for _, ps := range t.of {
		for _, p := range ps {
			sides[p.lo].lo, sides[p.hi-1].hi = min(sides[p.lo].lo, p.box.Min.X), max(sides[p.hi-1].hi, p.box.Max.X)
		}
	}
	for c := range sides {
		sides[c].lo = max(sides[c].lo-pad, int(math.Ceil(g.ColLines[c])))
		sides[c].hi = min(sides[c].hi+pad, int(g.ColLines[c+1]))
	}
	for r, row := range rows {
		span := make([]int, C) // where the cell that begins there ends
		for c := range span {
			span[c] = c + 1
		}
		for _, i := range row.lines {
			for _, p := range t.of[i] {
				span[p.lo] = max(span[p.lo], p.hi)
			}
		}
		for c := 0; c < C; {
			end := span[c]
			for k := c; k < end; k++ {
				end = max(end, span[k])
			}
			g.Cells = append(g.Cells, Cell{Row: r, Col: c, RowSpan: 1, ColSpan: end - c,
				Box: image.Rect(sides[c].lo, bands[r].lo, sides[end-1].hi, bands[r].hi)})
			c = end
		}
	}
	g.Box = image.Rect(int(g.ColLines[0]), int(g.RowLines[0]), int(math.Ceil(g.ColLines[C])), int(math.Ceil(g.RowLines[R])))
	return g
}

// room is how far up and down the cells of a row reach.
func (t *openTable) room(rows []openRow, r int) span {
	b := rows[r].box
	lo, hi := b.Min.Y-int(0.4*t.H)-1, b.Max.Y+int(0.4*t.H)+1
	if r > 0 {
		lo = max(lo, (rows[r-1].box.Max.Y+b.Min.Y)/2)
	}
	if r+1 < len(rows) {
		hi = min(hi, (rows[r+1].box.Min.Y+b.Max.Y)/2)
	}
	lo, hi = min(lo, b.Min.Y), max(hi, b.Max.Y)
	clip := func(top, bottom int) {
		if bottom <= b.Min.Y+2 {
			lo = max(lo, bottom)
		}
		if top >= b.Max.Y-2 {
			hi = min(hi, top)
		}
	}
	for _, l := range t.print.level {
		if l.Min.X < t.box.Max.X && l.Max.X > t.box.Min.X {
			clip(l.Min.Y, l.Max.Y)
		}
	}
	for _, l := range t.hor {
		if l.lo < float64(t.box.Max.X) && l.hi > float64(t.box.Min.X) {
			clip(int(l.pos-l.thick/2), int(math.Ceil(l.pos+l.thick/2)))
		}
	}
	return span{max(lo, 0), min(hi, t.band.Max.Y)}
}
