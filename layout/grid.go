package layout

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A Grid is one table: positions between row lines and column lines, and the
// cells that cover them without gap or overlap.
type Grid struct {
	Rows, Cols int
	RowLines   []float64 // Rows+1 positions on the page, pixels
	ColLines   []float64 // Cols+1 positions
	Cells      []Cell    // in reading order
	Box        image.Rectangle
	Caption    *Caption // nil where no text stands right above it
	Open       bool     // no rules bound its cells: they are told by how their text is aligned
	Recovered  int      // lines whose rule cannot be seen: gaps in the text, or where others end, tell of them

	broken bool    // some of its rules are in pieces
	bare   [4]bool // no rule is printed at that side
}

// A Cell is one printed cell and the lines of text in it.
type Cell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Box              image.Rectangle // inside its rules, on the page, pixels
	Lines            []ink.Line      // top to bottom
	Dark             bool            // light text on a dark ground
	Edge             bool            // it may have print that is not seen: at its side, taken for the rest of a rule, or lost as pieces of rules were
	Cut              bool            // print stands right beyond it, where its table ends without a rule
	Cropped          bool            // the picture ends there, where its table has no rule
}

// tablesFrom joins the rules that meet into tables.
func tablesFrom(hor, ver []ruling.Rule, page *ruling.Evidence) []Grid {
	for range 2 { // at the first edges others end; a broken rule may end anywhere
		ver = append(ver, page.FillEdges(false, ruling.UnbrokenOf(hor), ruling.UnbrokenOf(ver))...)
		hor = append(hor, page.FillEdges(true, ruling.UnbrokenOf(ver), ruling.UnbrokenOf(hor))...)
	}
	hor, ver = page.Joined(true, ruling.WithoutEchoes(hor), ver), page.Joined(false, ruling.WithoutEchoes(ver), hor)
	hor, ver = supported(hor, ver), supported(ver, hor)
	toFrame(hor, ver)
	toFrame(ver, hor)
	var grids []Grid
	for _, n := range nets(hor, ver) {
		printed := func(rs []ruling.Rule) (n int) {
			for _, r := range rs {
				if !r.Edge {
					n++
				}
			}
			return n
		}
		rows, cols := printed(n.hor), printed(n.ver)
		if rows < 2 || cols < 1 || rows+cols < 4 {
			continue
		}
		if g, ok := buildGrid(n.hor, n.ver, page); ok {
			grids = append(grids, complete(page, g, n.hor, n.ver))
		}
	}
	grids = outermost(grids)
	for i := range grids {
		partByText(page, &grids[i])
	}
	return grids
}

// outermost drops tables that lie inside a cell of another, and orders the
// rest for reading.
func outermost(grids []Grid) []Grid {
	slices.SortFunc(grids, func(a, b Grid) int {
		return b.Box.Dx()*b.Box.Dy() - a.Box.Dx()*a.Box.Dy()
	})
	var out []Grid
	for _, g := range grids {
		inside := slices.ContainsFunc(out, func(o Grid) bool {
			in := o.Box.Intersect(g.Box)
			return 2*in.Dx()*in.Dy() > g.Box.Dx()*g.Box.Dy()
		})
		if !inside {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Grid) int {
		if overlap := min(a.Box.Max.Y, b.Box.Max.Y) - max(a.Box.Min.Y, b.Box.Min.Y); 2*overlap > min(a.Box.Dy(), b.Box.Dy()) {
			return a.Box.Min.X - b.Box.Min.X
		}
		return a.Box.Min.Y - b.Box.Min.Y
	})
	return out
}

// lostEnd is how much of the end of a broken rule may be lost, pixels.
const lostEnd = 5

// slack is how far a rule may stop short of one that it meets.
func slack(a, b *ruling.Rule) float64 {
	s := 4 + a.Thick/2 + b.Thick/2
	if a.Beat > 0 || b.Beat > 0 { // a corner may fall between two dashes
		s += max(a.Beat, b.Beat)
	}
	if a.Broken || b.Broken { // or be lost
		s += lostEnd
	}
	return s
}

func meet(a, b *ruling.Rule) bool {
	s := slack(a, b)
	return b.Pos >= a.Lo-s && b.Pos <= a.Hi+s && a.Pos >= b.Lo-s && a.Pos <= b.Hi+s
}

// supported keeps the strong rules, and of the weak ones those that span from
// one strong crossing rule to another, as the sides of a small cell do and the
// strokes of a character do not.
func supported(rs, across []ruling.Rule) []ruling.Rule {
	var out []ruling.Rule
	for i := range rs {
		r := &rs[i]
		if !r.Weak {
			out = append(out, *r)
			continue
		}
		ends := 0
		for _, end := range []float64{r.Lo, r.Hi} {
			if slices.ContainsFunc(across, func(a ruling.Rule) bool {
				reach := 2.5 + a.Thick/2
				if r.Beat > 0 { // it may end between two dashes
					reach += r.Beat
				}
				if r.Broken {
					reach += lostEnd
				}
				return !a.Weak && (a.Light == r.Light || a.Edge) && math.Abs(a.Pos-end) <= reach && r.Pos > a.Lo-3 && r.Pos < a.Hi+3
			}) {
				ends++
			}
		}
		if ends == 1 && r.Length() > 12 && endsFree(r, rs, across) {
			ends++
		}
		if ends >= 2 {
			out = append(out, *r)
		}
	}
	return out
}

// endsFree tells whether a piece of a rule goes on to the side of a table that
// has no frame there, so that it meets nothing at that end. Its other pieces
// tell that it is a rule.
func endsFree(r *ruling.Rule, rs, across []ruling.Rule) bool {
	var before, after bool // a rule crosses its line before it, after it
	for _, a := range across {
		if a.Weak || r.Pos < a.Lo-3 || r.Pos > a.Hi+3 {
			continue
		}
		before = before || a.Pos < r.Lo+4
		after = after || a.Pos > r.Hi-4
	}
	return before != after && slices.ContainsFunc(rs, func(o ruling.Rule) bool {
		return !o.Weak && o.Light == r.Light && math.Abs(o.Pos-r.Pos) <= 1.2 && math.Abs(o.Thick-r.Thick) < 1 && r.Tone > 0.7*o.Tone && o.Tone > 0.7*r.Tone
	})
}

// toFrame lengthens rules that end in the open, all at one level, to the rule
// across that stands close behind it: in a black and white scan that is askew a
// step of the pixels breaks them all where they come to the frame.
func toFrame(rs, across []ruling.Rule) {
	for i := range across {
		a := &across[i]
		if a.Weak || a.Edge {
			continue
		}
		for _, r := range shortOf(a, rs, across, highEnd) {
			r.Hi = a.Pos
		}
		for _, r := range shortOf(a, rs, across, lowEnd) {
			r.Lo = a.Pos
		}
	}
}

func lowEnd(r *ruling.Rule) (end, sign float64) { return r.Lo, -1 }

func highEnd(r *ruling.Rule) (end, sign float64) { return r.Hi, 1 }

// shortOf are the rules that end in the open just before a: none where they are
// few, end at different levels, or lie as close as those of an ornament.
func shortOf(a *ruling.Rule, rs, across []ruling.Rule, end func(*ruling.Rule) (float64, float64)) (out []*ruling.Rule) {
	const most, level, pitch, few = 24, 6, 8, 3 // pixels, and lines
	first, last := math.Inf(1), math.Inf(-1)
	for i := range rs {
		r := &rs[i]
		at, sign := end(r)
		if gap := sign * (a.Pos - at); r.Weak || r.Edge || r.Pos < a.Lo-4 || r.Pos > a.Hi+4 || gap < 0 || gap > min(most, r.Length()/10) || meet(r, a) {
			continue
		}
		if !slices.ContainsFunc(across, func(o ruling.Rule) bool { return math.Abs(o.Pos-at) < level && meet(r, &o) }) {
			out, first, last = append(out, r), min(first, at), max(last, at)
		}
	}
	slices.SortFunc(out, func(r, o *ruling.Rule) int { return cmp.Compare(r.Pos, o.Pos) })
	lines := min(len(out), 1)
	for i := 1; i < len(out); i++ {
		switch d := out[i].Pos - out[i-1].Pos; {
		case d >= pitch:
			lines++
		case d > 2: // not followed twice
			return nil
		}
	}
	if lines < few || last-first > 2*level {
		return nil
	}
	return out
}

// A net is a connected set of rules: those of one table.
type net struct{ hor, ver []ruling.Rule }

// nets parts the rules into connected sets.
func nets(hor, ver []ruling.Rule) []net {
	parent := make([]int, len(hor)+len(ver))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i := range hor {
		for j := range ver {
			if meet(&hor[i], &ver[j]) {
				parent[find(i)] = find(len(hor) + j)
			}
		}
	}
	// A table with open sides may have rows without any vertical rule: level
	// rules of one extent belong together unless a side closes them off.
	open := func(r *ruling.Rule) bool {
		return !slices.ContainsFunc(ver, func(v ruling.Rule) bool {
			return meet(r, &v) && (math.Abs(v.Pos-r.Lo) < 6 || math.Abs(v.Pos-r.Hi) < 6)
		})
	}
	for i := range hor {
		below := -1
		for j := range hor {
			d := hor[j].Pos - hor[i].Pos
			if d > 0 && d < 0.15*hor[i].Length() && math.Abs(hor[i].Lo-hor[j].Lo) < 5 && math.Abs(hor[i].Hi-hor[j].Hi) < 5 && (below < 0 || hor[j].Pos < hor[below].Pos) {
				below = j
			}
		}
		if below >= 0 && open(&hor[i]) && open(&hor[below]) {
			parent[find(i)] = find(below)
		}
	}
	var out []net
	at := map[int]int{} // the root of a set → its place in out
	in := func(i int) *net {
		k, ok := at[find(i)]
		if !ok {
			k = len(out)
			at[find(i)] = k
			out = append(out, net{})
		}
		return &out[k]
	}
	for i, r := range hor {
		n := in(i)
		n.hor = append(n.hor, r)
	}
	for j, r := range ver {
		n := in(len(hor) + j)
		n.ver = append(n.ver, r)
	}
	return out
}

// A gridLine is a row or column line with the rules that lie on it.
type gridLine struct {
	pos    float64
	lo, hi float64 // the outer edges of its rules, across
	rules  []ruling.Rule
	tone   float64
	light  bool
	open   bool // no rule is printed there: an open side
	edge   bool // a ground ends there that hides the rules on it
}

// gridLines merges rules that lie on one line, double rules too.
func gridLines(rs []ruling.Rule) []gridLine {
	slices.SortFunc(rs, func(a, b ruling.Rule) int {
		switch {
		case a.Pos < b.Pos:
			return -1
		case a.Pos > b.Pos:
			return 1
		}
		return 0
	})
	var pitch []float64
	for i := 1; i < len(rs); i++ {
		if d := rs[i].Pos - rs[i-1].Pos; d > 8 {
			pitch = append(pitch, d)
		}
	}
	tol := 4.0
	if len(pitch) > 0 {
		slices.Sort(pitch)
		tol = min(max(0.22*pitch[len(pitch)/2], 3), 12)
	}
	var lines []gridLine
	for _, r := range rs {
		if n := len(lines); n > 0 && r.Pos-lines[n-1].pos <= tol && r.Pos-lines[n-1].lo <= 2*tol {
			l := &lines[n-1]
			l.rules = append(l.rules, r)
			l.edge = l.edge && r.Edge
			var w, s, t float64
			for _, q := range l.rules {
				w += q.Length()
				s += q.Length() * q.Pos
				t += q.Length() * q.Tone
			}
			l.pos, l.tone = s/w, t/w
			l.lo, l.hi = min(l.lo, r.Pos-r.Thick/2), max(l.hi, r.Pos+r.Thick/2)
			continue
		}
		lines = append(lines, gridLine{pos: r.Pos, lo: r.Pos - r.Thick/2, hi: r.Pos + r.Thick/2, rules: []ruling.Rule{r}, tone: r.Tone, light: r.Light, edge: r.Edge})
	}
	return lines
}

// near returns the rule of the line that lies on most of an interval along it,
// or else the longest.
func (l *gridLine) near(a, b float64) *ruling.Rule {
	best, bestScore := &l.rules[0], math.Inf(-1)
	for i := range l.rules {
		r := &l.rules[i]
		score := min(b, r.Hi) - max(a, r.Lo) + 1e-3*r.Length()
		if score > bestScore {
			best, bestScore = r, score
		}
	}
	return best
}

// longest returns the line's longest rule.
func (l *gridLine) longest() *ruling.Rule {
	best := &l.rules[0]
	for i := range l.rules {
		if l.rules[i].Length() > best.Length() {
			best = &l.rules[i]
		}
	}
	return best
}

// openSides adds the lines of sides where no rule is printed but the crossing
// rules stick out to, such as the left and right of a table that is open there.
// Where others sides of the table have no frame, one rule that sticks out is
// enough.
func openSides(lines []gridLine, across []gridLine, frameless bool) []gridLine {
	if len(lines) == 0 {
		return lines
	}
	var lows, highs []float64
	for _, l := range across {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, r := range l.rules {
			lo, hi = min(lo, r.Lo), max(hi, r.Hi)
		}
		lows, highs = append(lows, lo), append(highs, hi)
	}
	const reach = 14
	end := func(ends []float64, edge, sign float64) (float64, bool) {
		var out []float64
		for _, e := range ends {
			if sign*(e-edge) > reach {
				out = append(out, e)
			}
		}
		slices.Sort(out)
		// Cells that span rows keep rules from the side: a few that stick out
		// equally far tell of it.
		for _, e := range out {
			i, _ := slices.BinarySearch(out, e-3)
			j, _ := slices.BinarySearch(out, e+3)
			if j-i >= 3 {
				return e, true
			}
		}
		if len(out) == 0 || !frameless && (len(out) < 2 || 3*len(out) < len(ends)) {
			return 0, false
		}
		return out[len(out)/2], true
	}
	if p, ok := end(lows, lines[0].pos, -1); ok {
		lines = slices.Insert(lines, 0, gridLine{pos: p, lo: p, hi: p, open: true})
	}
	if p, ok := end(highs, lines[len(lines)-1].pos, 1); ok {
		lines = append(lines, gridLine{pos: p, lo: p, hi: p, open: true})
	}
	return lines
}

// openTop adds the row above the first rule of a table that has no frame on any
// side: no rule tells how high it is, but its text does.
func openTop(m *ruling.Evidence, rows, cols []gridLine) []gridLine {
	first := int(rows[0].lo)
	ink := func(y int) bool { return m.StrokesOn(y, int(cols[0].pos), int(cols[len(cols)-1].pos)) }
	reach := 1.5 * (rows[len(rows)-1].pos - rows[0].pos) / float64(len(rows)-1)
	bottom := first - 2
	for bottom > 0 && !ink(bottom) {
		bottom--
	}
	top := bottom
	for top > 0 && ink(top-1) {
		top--
	}
	at := float64(top - (first - bottom))
	if top == bottom || float64(first)-at > reach {
		return rows
	}
	at = max(at, 0)
	return slices.Insert(rows, 0, gridLine{pos: at, lo: at, hi: at, open: true})
}

func buildGrid(h, v []ruling.Rule, page *ruling.Evidence) (Grid, bool) {
	rows, cols := gridLines(h), gridLines(v)
	cols = openSides(cols, rows, false)
	rows = openSides(rows, cols, len(cols) > 0 && (cols[0].open || cols[len(cols)-1].open))
	if len(rows) > 1 && len(cols) > 1 && cols[0].open && cols[len(cols)-1].open && rows[len(rows)-1].open && !rows[0].open {
		rows = openTop(page, rows, cols)
	}
	if len(rows) < 2 || len(cols) < 2 || len(rows)*len(cols) > maxPositions {
		return Grid{}, false
	}
	R, C := len(rows)-1, len(cols)-1
	// below[r][c]: an edge is printed between positions (r-1,c) and (r,c).
	below, right := edges(rows, cols, page, true), edges(cols, rows, page, false)
	edge := func(r, c int, horizontal bool) *float64 {
		if horizontal {
			return &below[r*C+c]
		}
		return &right[c*R+r]
	}
	cells := cellsFrom(R, C, edge)
	g := Grid{Rows: R, Cols: C, bare: [4]bool{atLeft: cols[0].open, atRight: cols[C].open, atTop: rows[0].open, atBottom: rows[R].open}}
	for _, l := range rows {
		g.RowLines = append(g.RowLines, l.pos)
	}
	for _, l := range cols {
		g.ColLines = append(g.ColLines, l.pos)
	}
	for _, k := range cells {
		// Row and column lines that lie within the cell do not bound it, and
		// of a double rule only the inner edge does.
		x0, x1 := inner(cols, k.Min.X, rows, k.Min.Y, k.Max.Y, false), inner(cols, k.Max.X, rows, k.Min.Y, k.Max.Y, true)
		y0, y1 := inner(rows, k.Min.Y, cols, k.Min.X, k.Max.X, false), inner(rows, k.Max.Y, cols, k.Min.X, k.Max.X, true)
		g.Cells = append(g.Cells, Cell{Row: k.Min.Y, Col: k.Min.X, RowSpan: k.Dy(), ColSpan: k.Dx(),
			Box: image.Rect(int(math.Ceil(x0)), int(math.Ceil(y0)), int(math.Floor(x1)), int(math.Floor(y1))).Intersect(image.Rectangle{Max: page.Size})})
	}
	g.compress()
	cutHeadings(page, &g, rows, cols)
	g.Box = image.Rect(int(g.ColLines[0]), int(g.RowLines[0]), int(math.Ceil(g.ColLines[g.Cols])), int(math.Ceil(g.RowLines[g.Rows])))
	return g, g.Rows*g.Cols >= 2
}

// inner is where the rule on a grid line ends towards a cell, at the rows (or
// columns) from a to b.
func inner(lines []gridLine, i int, across []gridLine, a, b int, before bool) float64 {
	l := &lines[i]
	lo, hi := across[a].pos, across[b].pos
	e0, e1 := math.Inf(1), math.Inf(-1)
	for _, r := range l.rules {
		if r.Lo < hi-2 && r.Hi > lo+2 {
			e0, e1 = min(e0, r.Pos-r.Thick/2), max(e1, r.Pos+r.Thick/2)
		}
	}
	if e1 < e0 {
		e0, e1 = l.pos, l.pos
	}
	if before {
		return e0
	}
	return e1
}

// edges measures every elementary edge on the given lines: between 0, not
// there, and 1, wholly there.
func edges(lines, across []gridLine, page *ruling.Evidence, horizontal bool) []float64 {
	n := len(across) - 1
	out := make([]float64, len(lines)*n)
	for i := range lines {
		l := &lines[i]
		for j := range n {
			if i == 0 || i == len(lines)-1 {
				out[i*n+j] = 1 // the outside is always closed
				continue
			}
			if l.open {
				continue
			}
			a, b := across[j].hi, across[j+1].lo
			r := l.near(a, b)
			if r.Edge {
				if a > r.Lo-3 && b < r.Hi+3 || l.edge && page.Clean(horizontal, l.pos, a, b) {
					out[i*n+j] = 1
				}
				continue
			}
			if r.Whole && a > r.Lo-ruling.CellSlack && b < r.Hi+ruling.CellSlack {
				out[i*n+j] = 1
				continue
			}
			out[i*n+j] = page.Strength(horizontal, r, a+1, b-1)
			if o := l.longest(); o != r && out[i*n+j] < ruling.MinEdge {
				// What lies there may be but an echo of the line.
				out[i*n+j] = max(out[i*n+j], page.Strength(horizontal, o, a+1, b-1))
			}
			for k := range l.rules {
				if o := &l.rules[k]; o.Broken && out[i*n+j] < ruling.MinEdge && o.Lo < b && o.Hi > a {
					out[i*n+j] = max(out[i*n+j], page.Strength(horizontal, o, a+1, b-1))
				}
			}
		}
		joinWeak(out[i*n : (i+1)*n])
	}
	return out
}

// joinWeak takes edges that are half seen for printed where their line goes on
// at both ends of them: text hides the rest.
func joinWeak(line []float64) {
	last := len(line) // the strong edge before
	for j, e := range line {
		switch {
		case e >= ruling.MinEdge:
			for k := last + 1; k < j; k++ {
				line[k] = ruling.MinEdge
			}
			last = j
		case e < ruling.WeakEdge:
			last = len(line)
		}
	}
}

// cellsFrom joins grid positions that no edge parts, and makes every cell a
// rectangle: where a set of joined positions is none, its most likely missing
// edges are put in until it is.
func cellsFrom(R, C int, edge func(r, c int, horizontal bool) *float64) []image.Rectangle {
	exists := func(r, c int, horizontal bool) bool { return *edge(r, c, horizontal) >= ruling.MinEdge }
	label := make([]int, R*C)
	for {
		for i := range label {
			label[i] = -1
		}
		var sets [][]image.Point
		for r := range R {
			for c := range C {
				if label[r*C+c] >= 0 {
					continue
				}
				id := len(sets)
				stack := []image.Point{{X: c, Y: r}}
				label[r*C+c] = id
				var set []image.Point
				for len(stack) > 0 {
					p := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					set = append(set, p)
					visit := func(q image.Point, open bool) {
						if open && label[q.Y*C+q.X] < 0 {
							label[q.Y*C+q.X] = id
							stack = append(stack, q)
						}
					}
					if p.Y > 0 {
						visit(image.Pt(p.X, p.Y-1), !exists(p.Y, p.X, true))
					}
					if p.Y < R-1 {
						visit(image.Pt(p.X, p.Y+1), !exists(p.Y+1, p.X, true))
					}
					if p.X > 0 {
						visit(image.Pt(p.X-1, p.Y), !exists(p.Y, p.X, false))
					}
					if p.X < C-1 {
						visit(image.Pt(p.X+1, p.Y), !exists(p.Y, p.X+1, false))
					}
				}
				sets = append(sets, set)
			}
		}
		out := make([]image.Rectangle, 0, len(sets))
		split := false
		for _, set := range sets {
			box := image.Rectangle{}
			for _, p := range set {
				box = box.Union(image.Rect(p.X, p.Y, p.X+1, p.Y+1))
			}
			if box.Dx()*box.Dy() != len(set) {
				splitSet(set, box, label, C, edge)
				split = true
				continue
			}
			out = append(out, box)
		}
		if !split {
			return out
		}
	}
}

// splitSet cuts a set of joined positions that is no rectangle along the full
// line, within the set, that has the most evidence of an edge.
func splitSet(set []image.Point, box image.Rectangle, label []int, C int, edge func(r, c int, horizontal bool) *float64) {
	id := label[set[0].Y*C+set[0].X]
	in := func(r, c int) bool { return label[r*C+c] == id }
	bestScore, bestLine, bestHor := -1.0, 0, true
	try := func(line int, horizontal bool) {
		sum, n, notch := 0.0, 0, false
		lo, hi := box.Min.X, box.Max.X
		if !horizontal {
			lo, hi = box.Min.Y, box.Max.Y
		}
		for k := lo; k < hi; k++ {
			r, c, r0, c0 := line, k, line-1, k
			if !horizontal {
				r, c, r0, c0 = k, line, k, line-1
			}
			a, b := in(r, c), in(r0, c0)
			if a && b {
				sum += *edge(r, c, horizontal)
				n++
			}
			notch = notch || a != b
		}
		if n == 0 {
			return
		}
		// Cuts at the corner of a notch leave rectangles behind; others
		// only if there is evidence for them.
		score := sum / float64(n)
		if notch {
			score += 0.3
		}
		if score > bestScore {
			bestScore, bestLine, bestHor = score, line, horizontal
		}
	}
	for r := box.Min.Y + 1; r < box.Max.Y; r++ {
		try(r, true)
	}
	for c := box.Min.X + 1; c < box.Max.X; c++ {
		try(c, false)
	}
	for _, p := range set {
		if bestHor && p.Y == bestLine && in(p.Y-1, p.X) {
			*edge(p.Y, p.X, true) = 1
		}
		if !bestHor && p.X == bestLine && in(p.Y, p.X-1) {
			*edge(p.Y, p.X, false) = 1
		}
	}
}

// compress drops the lines that no cell edge falls on.
func (g *Grid) compress() {
	rows, cols := make([]bool, g.Rows+1), make([]bool, g.Cols+1)
	for _, c := range g.Cells {
		rows[c.Row], rows[c.Row+c.RowSpan] = true, true
		cols[c.Col], cols[c.Col+c.ColSpan] = true, true
	}
	squeeze := func(used []bool, lines []float64) ([]int, []float64) {
		index, kept := make([]int, len(used)), []float64(nil)
		for i, u := range used {
			index[i] = len(kept)
			if u {
				kept = append(kept, lines[i])
			}
		}
		return index, kept
	}
	ri, rl := squeeze(rows, g.RowLines)
	ci, cl := squeeze(cols, g.ColLines)
	for i := range g.Cells {
		c := &g.Cells[i]
		c.RowSpan, c.ColSpan = ri[c.Row+c.RowSpan]-ri[c.Row], ci[c.Col+c.ColSpan]-ci[c.Col]
		c.Row, c.Col = ri[c.Row], ci[c.Col]
	}
	g.RowLines, g.ColLines = rl, cl
	g.Rows, g.Cols = len(rl)-1, len(cl)-1
	g.sortCells()
}

// sortCells puts the cells in reading order.
func (g *Grid) sortCells() {
	slices.SortFunc(g.Cells, func(a, b Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
}
