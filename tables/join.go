package tables

import (
	"fmt"
	"slices"
	"strings"
)

// Continue puts a sheet below a table, if the table goes on there; nil if it
// does not, or nothing tells for sure. Match is what the sheet matches alone.
//
// Two tables that are whole are never joined: where one of them is all of a
// form there is nothing to go on, and below a form there must be its next row.
// A table that is no known form goes on where its columns do and its headings
// are printed once more, or its numbers go on in the same columns.
func (st *Stack) Continue(next *Sheet, match *Match, forms []*Form) *Stack {
	if st.Match.complete() || match.complete() || next.Open || st.parts[len(st.parts)-1].Open {
		return nil
	}
	long := stack(append(slices.Clone(st.parts), next))
	if long == nil {
		return nil
	}
	long.Match = MatchForm(long.whole, forms)
	switch {
	case long.Match != nil && (st.Match != nil || st.Parts() == 1) && long.formGoesOn(st.Match, match):
		return long
	case long.Match == nil && st.Match == nil && match == nil && long.numbersGoOn():
		// Its first part has the headings; those between are not needed, and
		// such tables go on for hundreds of pages.
		return stack([]*Sheet{st.parts[0], next})
	}
	return nil
}

// complete tells whether all values of a form were found.
func (m *Match) complete() bool { return m != nil && len(m.Form.missing(m)) == 0 }

// found is how many cells of the form were found.
func (m *Match) found() int {
	n := 0
	if m != nil {
		for _, i := range m.Cells {
			if i >= 0 {
				n++
			}
		}
	}
	return n
}

// How well a part of a form must agree with it for the parts to be joined: how
// alike its labels are to the form's, on average, and how many of its cells the
// form may not know, of all.
const (
	partAlike   = 0.6
	partStrange = 0.2
)

// formGoesOn tells whether the last part of a stack goes on with its form where
// those before it end; before and after are what both matched alone.
func (st *Stack) formGoesOn(before, after *Match) bool {
	m := st.Match
	if n := m.found(); n <= before.found() || n <= after.found() {
		return false
	}
	above, below := st.joint(len(st.parts) - 1)
	if above.form < 0 || below.form < 0 || below.form-above.form > 2 || above.off > 1 || below.off > 1 {
		return false
	}
	for n := range st.parts {
		if !st.agrees(n) {
			return false
		}
	}
	return true
}

// A jointRow is the row of a form that is nearest to where two parts meet, and
// how many rows are printed between.
type jointRow struct{ form, off int }

// joint finds the last row of the form above a part, and the first in it; form
// is -1 where there is none.
func (st *Stack) joint(part int) (above, below jointRow) {
	cut := st.from[part]
	above.form, below.form = -1, -1
	for fr, row := range st.Match.rows {
		switch {
		case row < 0:
		case row < cut:
			above = jointRow{fr, cut - 1 - row}
		case below.form < 0:
			below = jointRow{fr, row - cut}
		}
	}
	return above, below
}

// agrees tells whether a part reads like the rows of the form it was taken for.
func (st *Stack) agrees(part int) bool {
	words := st.Match.Form.wordings()
	alike, labels, strange, all := 0.0, 0, 0, 0
	for i, c := range st.parts[part].Cells {
		text := []rune(Fold(c.Reading.Text))
		if len(text) == 0 {
			continue
		}
		all++
		of := st.Match.Of[st.cells[part][i]]
		if of < 0 {
			strange++
			continue
		}
		best := 0.0
		for _, w := range words[of] {
			best = max(best, similarity(w, text))
		}
		if len(words[of]) > 0 {
			alike, labels = alike+best, labels+1
		}
	}
	return labels > 0 && alike >= partAlike*float64(labels) && float64(strange) <= partStrange*float64(all)
}

// minColumns is how many columns a table must have, at least, for their widths
// to tell that it goes on.
const minColumns = 3

// numbersGoOn tells whether the last part of a stack that is no known form goes
// on with the one before it: they have the same columns, the rows are others,
// and either the headings are printed once more or there are none and in the
// columns of numbers there are numbers.
func (st *Stack) numbersGoOn() bool {
	n := len(st.parts) - 1
	a, b := st.parts[n-1], st.parts[n]
	if len(a.Edges) != len(b.Edges) || b.Cols < minColumns || st.ended(n-1) || st.repeats(n) {
		return false
	}
	if st.again[n] > 0 {
		return true
	}
	numbers := 0
	for col := range a.Cols {
		above, head := column(a, col), 0
		for head < len(above) && head < maxHeader && !isNumber(above[head]) {
			head++
		}
		if n == 1 && head == 0 || len(above)-head < 2 || slices.ContainsFunc(above[head:], func(s string) bool { return !isNumber(s) }) {
			continue
		}
		below := column(b, col)
		if len(below) < b.Rows || slices.ContainsFunc(below, func(s string) bool { return !isNumber(s) }) {
			return false
		}
		numbers++
	}
	return numbers > 0
}

func isNumber(s string) bool {
	v, _, ok := ParseValue(s)
	return ok && v != nil
}

// column are the texts of the cells of one column that are in no other.
func column(s *Sheet, col int) []string {
	var out []string
	for _, c := range s.Cells {
		if c.Col == col && c.ColSpan == 1 {
			out = append(out, c.Reading.Text)
		}
	}
	return out
}

// rows are the texts of a part's rows below its headings, by its first columns
// that name them.
func (st *Stack) rows(part int) []string {
	p := st.parts[part]
	out := make([]string, p.Rows)
	for _, c := range p.Cells {
		if out[c.Row] == "" {
			out[c.Row] = Fold(c.Reading.Text)
		}
	}
	return out[st.again[part]:]
}

// ended tells whether the last row of a part is a sum of all: nothing follows.
func (st *Stack) ended(part int) bool {
	rows := st.rows(part)
	if len(rows) == 0 {
		return true
	}
	last := rows[len(rows)-1]
	return slices.ContainsFunc([]string{"合计", "总计", "共计"}, func(s string) bool { return strings.Contains(last, s) })
}

// repeats tells whether a part has rows of those before it again: then it is
// not the rest of a table but another one, or the same in another year.
func (st *Stack) repeats(part int) bool {
	var before []string
	for i := range part {
		before = append(before, st.rows(i)...)
	}
	return slices.ContainsFunc(st.rows(part), func(s string) bool { return s != "" && slices.Contains(before, s) })
}

// Build makes the tables of the parts. The form, its missing values and its
// sums are those of the whole: a sum is told by the last part that has a value
// of it, and a form's reasons by every part. Rows and columns are each part's
// own.
func (st *Stack) Build(reviewBelow float64) []Table {
	out := make([]Table, len(st.parts))
	for n, p := range st.parts {
		out[n] = Build(p, nil, reviewBelow)
		if n > 0 {
			out[n].HeaderRows = st.again[n]
		}
	}
	if st.Match == nil {
		return out
	}
	whole := Build(st.whole, st.Match, reviewBelow)
	st.doubtCut(&whole, reviewBelow)
	st.doubtSums(&whole)
	for n := range out {
		t := &out[n]
		t.Form, t.FormConfidence, t.Review, t.Reasons = whole.Form, whole.FormConfidence, whole.Review, slices.Clone(whole.Reasons)
		if n == 0 {
			t.HeaderRows = min(whole.HeaderRows, t.Rows)
		}
		for i := range t.Cells {
			st.nameCell(t, n, i, &whole, reviewBelow)
		}
	}
	part := make(map[string]int) // of each key
	for _, r := range whole.Records {
		at := st.owner[whole.indexAt(r.Cell)]
		c := &out[at[0]].Cells[at[1]]
		r.Cell, part[r.Key] = [2]int{c.Row, c.Col}, at[0]
		out[at[0]].Records = append(out[at[0]].Records, r)
	}
	for _, c := range whole.Checks {
		last := 0
		for _, k := range c.Keys {
			last = max(last, part[k])
		}
		out[last].Checks = append(out[last].Checks, c)
	}
	for n := range out {
		out[n].Confidence = confidence(&out[n])
	}
	return out
}

// nameCell gives a cell of a part what the whole says of it.
func (st *Stack) nameCell(t *Table, part, i int, whole *Table, reviewBelow float64) {
	at := st.cells[part][i]
	c, w := &t.Cells[i], &whole.Cells[at]
	switch {
	case st.owner[at] == [2]int{part, i}:
		c.Kind, c.Text, c.Confidence, c.Review, c.Reasons, c.Alternatives = w.Kind, w.Text, w.Confidence, w.Review, w.Reasons, w.Alternatives
	case st.Match.Of[at] >= 0:
		// A label that is printed once more, or not on this page.
		c.Kind = KindLabel
		if f := st.Match.Form; c.Text != "" {
			nameLabel(c, &st.parts[part].Cells[i].Reading, f.Wordings(f.Cells[st.Match.Of[at]].Text), reviewBelow)
			c.explain()
		}
	}
}

// doubtCut doubts the values beside a joint where a row is missing or too many:
// the page break may have cut a row in two.
func (st *Stack) doubtCut(whole *Table, reviewBelow float64) {
	for n := 1; n < len(st.parts); n++ {
		above, below := st.joint(n)
		if above.form < 0 || below.form < 0 || below.form-above.form == 1 && above.off+below.off == 0 {
			continue
		}
		for i := range whole.Records {
			r := &whole.Records[i]
			c := &whole.Cells[whole.indexAt(r.Cell)]
			if row := r.Cell[0]; row != st.Match.rows[above.form] && row != st.Match.rows[below.form] {
				continue
			}
			r.Confidence = min(r.Confidence, misplaced)
			r.Review = r.Confidence < reviewBelow
			if r.Review {
				r.Reasons = append(r.Reasons, "the page break may have cut its row in two")
			}
			c.Confidence, c.Review, c.Reasons = r.Confidence, r.Review, slices.Clone(r.Reasons)
		}
	}
}

// doubtSums flags a table most of whose sums over several parts fail: they may
// be parts of different ones.
func (st *Stack) doubtSums(whole *Table) {
	part := make(map[string]int) // of each key
	for _, r := range whole.Records {
		part[r.Key] = st.owner[whole.indexAt(r.Cell)][0]
	}
	failed, all := 0, 0
	for _, c := range whole.Checks {
		over := slices.ContainsFunc(c.Keys, func(k string) bool { return part[k] != part[c.Keys[0]] })
		if !over || c.Expected == 0 && c.Actual == 0 {
			continue
		}
		all++
		if !c.OK {
			failed++
		}
	}
	if 2*failed > all {
		whole.Review = true
		whole.Reasons = append(whole.Reasons, fmt.Sprintf("%d of %d sums over its parts do not hold: they may not belong together", failed, all))
	}
}
