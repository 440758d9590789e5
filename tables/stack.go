package tables

import (
	"math"
	"slices"
)

// A Stack is a table that page breaks cut: its parts below one another, as one
// sheet. It is matched with forms as a whole; Build gives each part its own
// table again.
type Stack struct {
	Match *Match // of the whole; nil for a table that is no known form
	Doubt *Cause // why a person should look at whether the parts belong together; nil if nothing speaks against it

	parts []*Sheet
	again []int   // how many rows of each part print the headings once more
	cells [][]int // for each cell of each part its cell of the whole; of a heading printed once more, the first one's
	from  []int   // the row of the whole that each part begins with
	whole *Sheet
	owner [][2]int // for each cell of the whole, the part and the cell there that has its text
}

// Alone is a stack of one sheet: a table before anyone knows that it goes on.
func Alone(s *Sheet, m *Match) *Stack {
	st := stack([]*Sheet{s})
	st.Match = m
	return st
}

// Reread replaces the sheet of a part, counted from 0, once all readers have read it.
func (st *Stack) Reread(part int, s *Sheet) {
	st.parts[part] = s
	st.fill()
}

// Parts is how many sheets the stack has.
func (st *Stack) Parts() int { return len(st.parts) }

// Again is how many of the first rows of a part, counted from 0, print the headings of
// the table once more.
func (st *Stack) Again(part int) int { return st.again[part] }

// Part is the match of a part, counted from 0: what the match of the whole says of its
// cells. Nil for a table that is no known form. It is not Whole.
func (st *Stack) Part(part int) *Match {
	if st.Match == nil {
		return nil
	}
	m := &Match{Form: st.Match.Form, Confidence: st.Match.Confidence, Agreement: st.Match.Agreement}
	for _, w := range st.cells[part] {
		m.Of = append(m.Of, st.Match.Of[w])
	}
	return m
}

// Whole tells whether a match is of a whole table, rather than of a part (Stack.Part).
func (m *Match) Whole() bool { return m.Cells != nil }

// edgeSlack is how far apart the lines between columns may be that are the same
// on two pages, of the table's width: what is left of skew and bend, and a
// pixel of the smallest pictures.
const edgeSlack = 0.01

// stack puts sheets below one another; nil where their columns do not agree.
// A part may lack lines between columns that no cell of it ends at, but only
// one of two: else they are tables of other columns.
func stack(parts []*Sheet) *Stack {
	st := &Stack{parts: parts, whole: &Sheet{Quad: parts[0].Quad, Caption: parts[0].Caption}}
	edges := parts[0].Edges
	for _, p := range parts[1:] {
		all := mergeEdges(edges, p.Edges)
		if len(all) != max(len(edges), len(p.Edges)) {
			return nil
		}
		edges = all
	}
	st.whole.Cols, st.whole.Edges = len(edges)-1, edges
	for _, p := range parts {
		st.add(p)
	}
	st.fill()
	return st
}

// mergeEdges are the lines of two tables, those that are the same once.
func mergeEdges(a, b []float64) []float64 {
	narrowest := 1.0
	for _, e := range [][]float64{a, b} {
		for i := range len(e) - 1 {
			narrowest = min(narrowest, e[i+1]-e[i])
		}
	}
	slack := min(edgeSlack, narrowest/3)
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.ContainsFunc(a, func(y float64) bool { return math.Abs(x-y) <= slack }) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// lines are the numbers of a part's lines between columns in the whole.
func (st *Stack) lines(p *Sheet) []int {
	out := make([]int, len(p.Edges))
	for i, x := range p.Edges {
		for k, y := range st.whole.Edges {
			if math.Abs(x-y) < math.Abs(x-st.whole.Edges[out[i]]) {
				out[i] = k
			}
		}
	}
	return out
}

// add puts a part below those that are there.
func (st *Stack) add(p *Sheet) {
	n, w, line := len(st.from), st.whole, st.lines(p)
	own := make([]SheetCell, len(p.Cells)) // with the columns of the whole
	for i, c := range p.Cells {
		own[i] = c
		own[i].Col, own[i].ColSpan = line[c.Col], line[c.Col+c.ColSpan]-line[c.Col]
	}
	cells := make([]int, len(own))
	again := 0
	if n > 0 {
		again = st.headingsAgain(own, p.Rows)
	}
	shift := w.Rows - again
	for i, c := range own {
		same := func(o SheetCell) bool { return o.Col == c.Col && o.ColSpan == c.ColSpan }
		if c.Row < again {
			cells[i] = slices.IndexFunc(w.Cells, func(o SheetCell) bool { return same(o) && o.Row == c.Row })
			continue
		}
		if c.Row == again && n > 0 {
			// The rest of a cell that the page break cut.
			above := slices.IndexFunc(w.Cells, func(o SheetCell) bool { return same(o) && o.Row+o.RowSpan == w.Rows })
			if above >= 0 && oneCell(&w.Cells[above].Reading, &c.Reading) {
				cells[i] = above
				continue
			}
		}
		cells[i] = len(w.Cells)
		c.Row += shift
		w.Cells = append(w.Cells, c)
	}
	for i, at := range cells {
		if c := own[i]; c.Row >= again {
			o := &w.Cells[at]
			o.RowSpan = max(o.RowSpan, c.Row+shift+c.RowSpan-o.Row)
		}
	}
	st.from = append(st.from, w.Rows)
	st.again = append(st.again, again)
	st.cells = append(st.cells, cells)
	w.Rows += p.Rows - again
}

// oneCell tells whether a cell at the foot of a page and one at the head of the
// next are one that the page break cut: a label that is printed in one of them
// alone, or in both. A blank value below a label is never there.
func oneCell(a, b *Reading) bool {
	label := func(r *Reading) bool {
		_, _, value := ParseValue(r.Text)
		return !value
	}
	blank := func(r *Reading) bool { return r.Text == "" && r.Confidence > 0.5 }
	return label(a) && (blank(b) || Fold(a.Text) == Fold(b.Text)) || blank(a) && label(b)
}

// alikeHeadings is how alike two readings of the headings of one row are at
// least, on average.
const alikeHeadings = 0.6

// headingsAgain is how many of the first rows of a part are those that the
// whole begins with, without a value in them.
func (st *Stack) headingsAgain(part []SheetCell, rows int) int {
	n, end, texts := 0, 1, 0
	for row := range min(maxHeader, rows-1) {
		alike, all := 0.0, 0
		for _, c := range part {
			if c.Row != row {
				continue
			}
			i := st.whole.at(c.Row, c.Col)
			if i < 0 {
				return n
			}
			o := &st.whole.Cells[i]
			_, _, value := ParseValue(c.Reading.Text)
			if o.ColSpan != c.ColSpan || o.RowSpan != c.RowSpan || value && c.Reading.Text != "" && !year(c.Reading.Text) {
				return n
			}
			if a, b := []rune(Fold(o.Reading.Text)), []rune(Fold(c.Reading.Text)); len(a)+len(b) > 0 {
				alike, all = alike+similarity(a, b), all+1
			}
			end = max(end, c.Row+c.RowSpan)
		}
		if alike < alikeHeadings*float64(all) {
			return n
		}
		texts += all
		if row+1 == end { // no cell goes on below
			if texts > 1 {
				n = end
			}
			end++
		}
	}
	return n
}

// at is the cell that begins at a place; -1 where none does.
func (s *Sheet) at(row, col int) int {
	return slices.IndexFunc(s.Cells, func(c SheetCell) bool { return c.Row == row && c.Col == col })
}

// fill gives the cells of the whole what was read in those of the parts.
func (st *Stack) fill() {
	st.owner = make([][2]int, len(st.whole.Cells))
	filled := make([]bool, len(st.whole.Cells))
	for n, p := range st.parts {
		for i, c := range p.Cells {
			at := st.cells[n][i]
			if c.Row < st.again[n] || filled[at] && (st.whole.Cells[at].Reading.Text != "" || c.Reading.Text == "") {
				continue
			}
			filled[at] = true
			st.whole.Cells[at].Reading, st.whole.Cells[at].Box = c.Reading, c.Box
			st.owner[at] = [2]int{n, i}
		}
	}
}
