package pdf

import (
	"math"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
)

// Distances between what belongs together, in points; print is some ten high.
const (
	sameLine  = 2.0 // rules that lie on one line of a grid
	meets     = 3.0 // how far a rule may end before the one it meets
	leastRule = 6.0 // how long a rule is at least
	leastCell = 4.0 // how high and wide a cell is at least
)

// covered is the share of a cell's side that rules must lie along.
const covered = 0.6

// maxCrossings bounds the pairs of rules that are looked at: more are a drawing.
const maxCrossings = 4_000_000

// maxLines bounds the lines of one grid in each direction.
const maxLines = 400

// A line is a rule, level or plumb, as a stretch along one axis at a place on
// the other.
type line struct{ at, from, to float64 }

// A ruled table is a grid that rules make on a page.
type ruled struct {
	box  Box
	grid *content.Grid
}

// tablesOf finds the ruled tables of a page and puts its characters into their
// cells. It returns the characters that are in none as well. A page that has too
// many rules for that is busy.
func tablesOf(p *Page) (found []ruled, rest []Char) {
	rest = p.Chars
	level, plumb := linesOf(p.Rules)
	if p.Busy = p.Busy || len(level)*len(plumb) > maxCrossings; p.Busy {
		return nil, rest
	}
	for _, g := range groups(level, plumb) {
		t := newNet(g[0], g[1])
		if t == nil {
			continue
		}
		grid, left := t.grid(rest, p.Pictures)
		if grid == nil {
			continue
		}
		rest = left
		found = append(found, ruled{t.box(), grid})
	}
	slices.SortStableFunc(found, func(a, b ruled) int { return int(math.Copysign(1, a.box[1]-b.box[1])) })
	return found, rest
}

// linesOf parts rules into level and plumb ones, and joins those that lie on
// one another or follow one another.
func linesOf(rules []Rule) (level, plumb []line) {
	for _, r := range rules {
		b := r.Box
		switch {
		case b.Width() >= b.Height():
			level = append(level, line{(b[1] + b[3]) / 2, b[0], b[2]})
		default:
			plumb = append(plumb, line{(b[0] + b[2]) / 2, b[1], b[3]})
		}
	}
	return join(level), join(plumb)
}

func join(lines []line) []line {
	slices.SortFunc(lines, func(a, b line) int {
		if math.Abs(a.at-b.at) > 0.01 {
			return int(math.Copysign(1, a.at-b.at))
		}
		return int(math.Copysign(1, a.from-b.from))
	})
	// Rules at nearly one place are of one line; within it they come in order.
	var out []line
	for i := 0; i < len(lines); {
		j := i + 1
		for j < len(lines) && lines[j].at-lines[j-1].at <= sameLine && lines[j].at-lines[i].at <= 2*sameLine {
			j++
		}
		same := slices.Clone(lines[i:j])
		at := 0.0
		for _, l := range same {
			at += l.at / float64(len(same))
		}
		slices.SortFunc(same, func(a, b line) int { return int(math.Copysign(1, a.from-b.from)) })
		open := line{at, same[0].from, same[0].to}
		for _, l := range same[1:] {
			if l.from <= open.to+meets {
				open.to = max(open.to, l.to)
				continue
			}
			out = append(out, open)
			open = line{at, l.from, l.to}
		}
		out = append(out, open)
		i = j
	}
	return slices.DeleteFunc(out, func(l line) bool { return l.to-l.from < leastRule })
}

// groups parts the rules of a page into those that meet one another.
func groups(level, plumb []line) (all [][2][]line) {
	n := len(level) + len(plumb)
	parent := make([]int, n)
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, h := range level {
		for j, v := range plumb {
			if v.at >= h.from-meets && v.at <= h.to+meets && h.at >= v.from-meets && h.at <= v.to+meets {
				parent[root(i)] = root(len(level) + j)
			}
		}
	}
	at := make(map[int]int)
	for i := range n {
		r := root(i)
		k, ok := at[r]
		if !ok {
			k = len(all)
			at[r] = k
			all = append(all, [2][]line{})
		}
		if i < len(level) {
			all[k][0] = append(all[k][0], level[i])
		} else {
			all[k][1] = append(all[k][1], plumb[i-len(level)])
		}
	}
	return all
}

// A net is the lines of a grid with the rules that lie on them.
type net struct {
	level, plumb []line
	ys, xs       []float64
}

// newNet makes a net of rules; nil where they make no cells.
func newNet(level, plumb []line) *net {
	t := &net{level: level, plumb: plumb, ys: places(level), xs: places(plumb)}
	if len(t.ys) < 2 || len(t.xs) < 2 || len(t.ys) > maxLines || len(t.xs) > maxLines {
		return nil
	}
	return t
}

// places are where lines lie, those that are nearly one once.
func places(lines []line) (out []float64) {
	all := make([]float64, len(lines))
	for i, l := range lines {
		all[i] = l.at
	}
	slices.Sort(all)
	for _, x := range all {
		if len(out) == 0 || x-out[len(out)-1] > leastCell {
			out = append(out, x)
		}
	}
	return out
}

func (t *net) box() Box {
	return Box{t.xs[0], t.ys[0], t.xs[len(t.xs)-1], t.ys[len(t.ys)-1]}
}

// ruledAlong tells whether rules lie along a stretch at a place.
func ruledAlong(lines []line, at, from, to float64) bool {
	got := 0.0
	for _, l := range lines {
		if math.Abs(l.at-at) <= leastCell {
			got += max(0, min(l.to, to)-max(l.from, from))
		}
	}
	return got >= covered*(to-from)
}

// grid joins the positions that no rule parts into cells and puts characters in
// them; left are those that are in none.
func (t *net) grid(chars []Char, pictures []Picture) (g *content.Grid, left []Char) {
	rows, cols := len(t.ys)-1, len(t.xs)-1
	cell := make([]int, rows*cols)
	for i := range cell {
		cell[i] = -1
	}
	g = &content.Grid{Rows: rows, Cols: cols}
	for p := range cell {
		if cell[p] >= 0 {
			continue
		}
		r, c := p/cols, p%cols
		// As far right as nothing parts them, then as far down as all of it
		// goes.
		w, h := 1, 1
		for c+w < cols && cell[p+w] < 0 && !ruledAlong(t.plumb, t.xs[c+w], t.ys[r], t.ys[r+1]) {
			w++
		}
		for r+h < rows && t.whole(cell, r+h, c, w, cols) {
			h++
		}
		n := len(g.Cells)
		for y := r; y < r+h; y++ {
			for x := c; x < c+w; x++ {
				cell[y*cols+x] = n
			}
		}
		g.Cells = append(g.Cells, content.GridCell{Row: r, Col: c, RowSpan: h, ColSpan: w})
	}
	if len(g.Cells) < 2 {
		return nil, chars
	}
	at := func(b Box) int { return cell[position(t.ys, (b[1]+b[3])/2)*cols+position(t.xs, (b[0]+b[2])/2)] }
	texts := make([][]Char, len(g.Cells))
	var inside []Char
	for _, ch := range chars {
		if !t.box().Holds((ch.Box[0]+ch.Box[2])/2, (ch.Box[1]+ch.Box[3])/2) {
			left = append(left, ch)
			continue
		}
		inside = append(inside, ch)
		texts[at(ch.Box)] = append(texts[at(ch.Box)], ch)
	}
	for i := range g.Cells {
		g.Cells[i].Text = textOf(texts[i])
	}
	// Print that runs over a rule may belong to either of its cells.
	for _, r := range rowsOf(inside) {
		for i, c := range r.chars[1:] {
			before := r.chars[i]
			if a, b := at(before.Box), at(c.Box); a != b && c.Box[0]-before.Box[2] < overRule*r.high {
				for _, n := range []int{a, b} {
					g.Cells[n].Text = strings.TrimSuffix(g.Cells[n].Text, content.Unread) + content.Unread
				}
			}
		}
	}
	for _, p := range pictures {
		if x, y := (p.Box[0]+p.Box[2])/2, (p.Box[1]+p.Box[3])/2; t.box().Holds(x, y) {
			c := &g.Cells[at(p.Box)]
			c.Text = content.Clean(c.Text + content.Unread)
		}
	}
	g.Normalise()
	return g, left
}

// whole tells whether a row of positions goes on from the one above it as one
// cell.
func (t *net) whole(cell []int, r, c, w, cols int) bool {
	for x := c; x < c+w; x++ {
		if cell[r*cols+x] >= 0 || ruledAlong(t.level, t.ys[r], t.xs[x], t.xs[x+1]) || x > c && ruledAlong(t.plumb, t.xs[x], t.ys[r], t.ys[r+1]) {
			return false
		}
	}
	// Its far side must be one, or it is wider there.
	return c+w == cols || ruledAlong(t.plumb, t.xs[c+w], t.ys[r], t.ys[r+1])
}

func position(lines []float64, x float64) int {
	i, _ := slices.BinarySearch(lines, x)
	return min(max(i-1, 0), len(lines)-2)
}

// A row is characters that stand beside one another.
type row struct {
	chars []Char
	mid   float64
	high  float64
}

// rowsOf parts characters into rows, each from left to right.
func rowsOf(chars []Char) []row {
	sorted := slices.DeleteFunc(slices.Clone(chars), func(c Char) bool { return strings.TrimSpace(c.Text) == "" })
	slices.SortStableFunc(sorted, func(a, b Char) int {
		return int(math.Copysign(1, (a.Box[1]+a.Box[3])-(b.Box[1]+b.Box[3])))
	})
	var rows []row
	for _, c := range sorted {
		mid, high := (c.Box[1]+c.Box[3])/2, c.Box.Height()
		if n := len(rows); n > 0 && mid-rows[n-1].mid <= 0.6*max(rows[n-1].high, high) {
			r := &rows[n-1]
			r.chars = append(r.chars, c)
			if high > r.high { // small signs tell little of where a row is
				r.high, r.mid = high, mid
			}
			continue
		}
		rows = append(rows, row{[]Char{c}, mid, high})
	}
	for _, r := range rows {
		slices.SortStableFunc(r.chars, func(a, b Char) int { return int(math.Copysign(1, a.Box[0]-b.Box[0])) })
	}
	return rows
}

// textOf is what characters say, a line for each row.
func textOf(chars []Char) string {
	var lines []string
	for _, r := range rowsOf(chars) {
		lines = append(lines, strings.Join(pieces(r, math.Inf(1)), " "))
	}
	return content.Clean(strings.Join(lines, "\n"))
}

// overRule is how close, as a share of their height, characters stand that are of
// one word though a rule lies between them; cells leave more room.
const overRule = 0.1

// wordGap and columnGap are how wide a gap parts words, and texts of different
// columns, as a share of the height of the print.
const (
	wordGap   = 0.4
	columnGap = 1.2
)

// pieces are the texts of a row, parted where there is a gap of so many
// heights.
func pieces(r row, gap float64) (out []string) {
	var b strings.Builder
	for i, c := range r.chars {
		if i > 0 {
			space := c.Box[0] - r.chars[i-1].Box[2]
			switch {
			case space > gap*r.high:
				out = append(out, b.String())
				b.Reset()
			case space > wordGap*r.high && western(c.Text) && western(r.chars[i-1].Text):
				b.WriteByte(' ') // Chinese has none
			}
		}
		if i > 0 && raised(r.chars[i-1].Box, c.Box) {
			b.WriteString(content.Raised)
		}
		b.WriteString(c.Text)
	}
	return append(out, b.String())
}

// How high a character is at most that is set as a note's number is, and how far
// it ends above or below the one before it at least, as shares of the height of
// that. Characters of other fonts on the same line end where it does.
const (
	raisedHeight = 0.8
	raisedBy     = 0.2
)

// raised tells a character that is set smaller and higher, or lower, than the one
// before it.
func raised(before, c Box) bool {
	high := before.Height()
	return c.Height() < raisedHeight*high && math.Abs(before[3]-c[3]) > raisedBy*high
}

// western tells characters of scripts that part words by blanks.
func western(s string) bool {
	const ideographs = 0x2e80 // and all that is set like them
	for _, r := range s {
		return r < ideographs
	}
	return false
}
