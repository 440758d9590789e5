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

// A filledNet is a net whose positions were joined into cells.
type filledNet struct {
	*net
	grid *content.Grid
	cell []int // of each position
}

// grid joins the positions that no rule parts into cells and puts characters in
// them; left are those that are in none.
func (t *net) grid(chars []Char, pictures []Picture) (g *content.Grid, left []Char) {
	f := t.cells()
	if len(f.grid.Cells) < 2 {
		return nil, chars
	}
	inside, left := f.putText(chars)
	f.doubtOverRules(inside)
	for _, p := range pictures {
		if x, y := p.Box.mid(); t.box().Holds(x, y) {
			c := &f.grid.Cells[f.at(p.Box)]
			c.Text = content.Clean(c.Text + content.Unread)
		}
	}
	f.grid.Normalise()
	return f.grid, left
}

// cells joins the positions that no rule parts.
func (t *net) cells() *filledNet {
	rows, cols := len(t.ys)-1, len(t.xs)-1
	f := &filledNet{t, &content.Grid{Rows: rows, Cols: cols}, slices.Repeat([]int{-1}, rows*cols)}
	cell := f.cell
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
		n := len(f.grid.Cells)
		for y := r; y < r+h; y++ {
			for x := c; x < c+w; x++ {
				cell[y*cols+x] = n
			}
		}
		f.grid.Cells = append(f.grid.Cells, content.GridCell{Row: r, Col: c, RowSpan: h, ColSpan: w})
	}
	return f
}

// at is the cell that the middle of a box is in.
func (f *filledNet) at(b Box) int {
	x, y := b.mid()
	return f.cell[position(f.ys, y)*f.grid.Cols+position(f.xs, x)]
}

// putText gives the cells the characters that stand in them.
func (f *filledNet) putText(chars []Char) (inside, left []Char) {
	texts := make([][]Char, len(f.grid.Cells))
	for _, ch := range chars {
		if x, y := ch.Box.mid(); !f.box().Holds(x, y) {
			left = append(left, ch)
			continue
		}
		inside = append(inside, ch)
		texts[f.at(ch.Box)] = append(texts[f.at(ch.Box)], ch)
	}
	for i := range f.grid.Cells {
		f.grid.Cells[i].Text = textOf(texts[i])
	}
	return inside, left
}

// doubtOverRules marks the cells on both sides of a rule that print runs over:
// it may belong to either.
func (f *filledNet) doubtOverRules(inside []Char) {
	for _, r := range rowsOf(inside) {
		for i, c := range r.chars[1:] {
			before := r.chars[i]
			if a, b := f.at(before.Box), f.at(c.Box); a != b && c.Box[0]-before.Box[2] < overRule*r.high {
				for _, n := range []int{a, b} {
					f.grid.Cells[n].Text = strings.TrimSuffix(f.grid.Cells[n].Text, content.Unread) + content.Unread
				}
			}
		}
	}
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
