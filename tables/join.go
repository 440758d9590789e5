package tables

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Continue puts a sheet below a table, if the table goes on there; nil if it
// does not, or nothing tells for sure. Match is what the sheet matches alone.
//
// Two tables that are whole are never joined: where one of them is all of a
// form there is nothing to go on, and below a form there must be its next row.
// A table that is no known form goes on where its columns do and its headings
// are printed once more, or there are no others and its numbers go on in the
// same columns. Text tells that there is a paragraph between them: then nothing
// but the very next row of a form will do.
func (st *Stack) Continue(next *Sheet, match *Match, text bool, forms []*Form) *Stack {
	if st.Match.complete() || match.complete() || next.Open || st.parts[len(st.parts)-1].Open {
		return nil
	}
	long := stack(append(slices.Clone(st.parts), next))
	if long == nil {
		return nil
	}
	long.Match = MatchForm(long.whole, forms)
	switch {
	case long.Match != nil && (st.Match != nil || st.Parts() == 1) && long.formGoesOn(st.Match, match, text):
		return long
	case !text && long.Match == nil && st.Match == nil && match == nil && long.listGoesOn():
		// Its first part has the headings; those between are not needed, and
		// such tables go on for hundreds of pages.
		list := stack([]*Sheet{st.parts[0], next})
		if long.headings(len(long.parts)-1) != sameHeadings {
			why := Because("joined_unsure")
			list.Doubt = &why
		}
		return list
	}
	return nil
}

// LacksEnd tells whether the last values of a form were not found: it may go on
// elsewhere.
func (m *Match) LacksEnd() bool { return m.Form.lacks(m.Form.keyRow(true), m.has) }

// LacksBeginning tells whether the first values of a form were not found: it
// may have begun elsewhere.
func (m *Match) LacksBeginning() bool { return m.Form.lacks(m.Form.keyRow(false), m.has) }

func (m *Match) has(cell int) bool { return m.Cells[cell] >= 0 }

// keyRow is the first row of a form, or the last, that has values.
func (f *Form) keyRow(last bool) int {
	row := -1
	for _, c := range f.Cells {
		if c.Key != "" && (row < 0 || last && c.Row > row || !last && c.Row < row) {
			row = c.Row
		}
	}
	return row
}

// lacks tells whether none of the values of a row is there.
func (f *Form) lacks(row int, has func(cell int) bool) bool {
	for i, c := range f.Cells {
		if c.Key != "" && c.Row == row && has(i) {
			return false
		}
	}
	return true
}

// MayBePart tells whether a table may be part of one that is cut, going by the
// form it is, empty for none, and how many of its values were found: it is if
// some are missing, and may be if it is no known form.
func MayBePart(form string, records int, forms []*Form) bool {
	f := formByID(form, forms)
	return f == nil || records != f.values()
}

// MayContinue tells from two documents that were read apart whether the last
// table of the first may go on as the first of the second: a form that lacks
// its end or its beginning, or tables that are no known form and have the same
// columns and headings. Whether it does, only reading both together tells.
func MayContinue(first, second *Document, forms []*Form) bool {
	n := len(first.Tables) - 1
	if n < 0 || len(second.Tables) == 0 {
		return false
	}
	before, after := &first.Tables[n], &second.Tables[0]
	// Nothing tells how wide columns are on paper that is bent.
	if !first.Image.Dewarped && !second.Image.Dewarped && !sameColumns(before.edges(), after.edges()) {
		return false
	}
	if !before.mayBePart(forms) || !after.mayBePart(forms) {
		return false
	}
	a, b := before.formOf(forms), after.formOf(forms)
	if a != nil || b != nil {
		return a != nil && a.lacks(a.keyRow(true), before.hasRecord(a)) || b != nil && b.lacks(b.keyRow(false), after.hasRecord(b))
	}
	above, below := sheetOf(before), sheetOf(after)
	if Resembles(above, forms) != "" || Resembles(below, forms) != "" {
		return true
	}
	return !OwnHeading(before.Caption, after.Caption) && Alone(above, nil).Continue(below, nil, false, nil) != nil
}

// OwnHeading tells whether the heading above a table is neither that of the
// table before it nor says that it goes on.
func OwnHeading(before, heading string) bool {
	return heading != "" && !strings.Contains(heading, "续") && Fold(before) != Fold(heading)
}

// columnSlack is how far apart the lines between columns of two tables may be
// that are the same, of the table's width, by the boxes of their cells: these
// are upright on pictures that are not.
const columnSlack = 3 * edgeSlack

// sameColumns tells whether lines between columns may be those of parts of one
// table: each of the one with fewer is one of the other's, too.
func sameColumns(a, b []float64) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(x float64) bool {
		return !slices.ContainsFunc(b, func(y float64) bool { return math.Abs(x-y) <= columnSlack })
	})
}

// edges are where the lines between a table's columns are, as a share of its
// width, by the boxes of its cells. A box is never smaller than its cell, so
// the cells on either side of a line bound it.
func (t *Table) edges() []float64 {
	least, most := make([]float64, t.Cols+1), make([]float64, t.Cols+1)
	for i := range most {
		most[i] = 1
	}
	for _, c := range t.Cells {
		from, to := t.across(c.Box)
		least[c.Col] = max(least[c.Col], from)
		most[c.Col+c.ColSpan] = min(most[c.Col+c.ColSpan], to)
	}
	out := make([]float64, t.Cols+1)
	for i := 1; i < t.Cols; i++ {
		out[i] = (least[i] + most[i]) / 2
	}
	out[t.Cols] = 1
	return out
}

// across is how far a box reaches along the rows of a table, as a share of
// their length, whichever way up the table stands.
func (t *Table) across(b Box) (from, to float64) {
	side := func(p, q, r, s int) Point { // the mean of two sides that face each other
		return Point{(t.Quad[q][0] - t.Quad[p][0] + t.Quad[s][0] - t.Quad[r][0]) / 2, (t.Quad[q][1] - t.Quad[p][1] + t.Quad[s][1] - t.Quad[r][1]) / 2}
	}
	row, col := side(0, 1, 3, 2), side(0, 3, 1, 2)
	area := row[0]*col[1] - row[1]*col[0]
	from, to = math.Inf(1), math.Inf(-1)
	for _, corner := range [4]Point{{b[0], b[1]}, {b[0] + b[2], b[1]}, {b[0], b[1] + b[3]}, {b[0] + b[2], b[1] + b[3]}} {
		x, y := corner[0]-t.Quad[0][0], corner[1]-t.Quad[0][1]
		u := (x*col[1] - y*col[0]) / area
		from, to = min(from, u), max(to, u)
	}
	return from, to
}

func (t *Table) mayBePart(forms []*Form) bool {
	return t.Form == nil || MayBePart(*t.Form, len(t.Records), forms)
}

func (t *Table) formOf(forms []*Form) *Form {
	if t.Form == nil {
		return nil
	}
	return formByID(*t.Form, forms)
}

func formByID(id string, forms []*Form) *Form {
	i := slices.IndexFunc(forms, func(f *Form) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return forms[i]
}

// values is how many values a form has.
func (f *Form) values() int {
	n := 0
	for _, c := range f.Cells {
		if c.Key != "" {
			n++
		}
	}
	return n
}

func (t *Table) hasRecord(f *Form) func(cell int) bool {
	return func(cell int) bool {
		return slices.ContainsFunc(t.Records, func(r Record) bool { return r.Key == f.Cells[cell].Key })
	}
}

// sheetOf is what a table looked like, as far as it still tells: columns are
// taken to be as wide as each other, since edges are only about right.
func sheetOf(t *Table) *Sheet {
	s := &Sheet{Rows: t.Rows, Cols: t.Cols}
	for i := range t.Cols + 1 {
		s.Edges = append(s.Edges, float64(i)/float64(t.Cols))
	}
	for _, c := range t.Cells {
		s.Cells = append(s.Cells, SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Reading: Reading{Text: c.Text, Confidence: c.Confidence}})
	}
	return s
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
func (st *Stack) formGoesOn(before, after *Match, text bool) bool {
	m := st.Match
	if n := m.found(); n <= before.found() || n <= after.found() {
		return false
	}
	if above, below := st.joint(len(st.parts) - 1); !meet(above, below) && (text || !nearlyMeet(above, below)) {
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

// meet tells whether no row is between.
func meet(above, below jointRow) bool {
	return above.form >= 0 && below.form == above.form+1 && above.off == 0 && below.off == 0
}

// nearlyMeet allows for a row that the page break cut: it is missing from the
// form, or printed on both pages.
func nearlyMeet(above, below jointRow) bool {
	return above.form >= 0 && below.form > above.form && below.form-above.form <= 2 && above.off <= 1 && below.off <= 1
}

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
		if len(text) == 0 || c.Row < st.again[part] {
			continue // headings that are printed again say nothing of the rows
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

// How the first rows of a part of a table that is no known form compare with
// the headings of its first part.
const (
	noHeadings    = iota
	otherHeadings // that are those of another table
	likeHeadings  // which may be the same, misread
	sameHeadings
)

// likeHeading is how alike the headings of two parts are at least, on average,
// that may be the same.
const likeHeading = 0.8

// headings compares the first rows of a part with the headings of the first.
// No form speaks for the two, so nothing that tells tables apart may differ: a
// digit, as of a year, or a unit.
func (st *Stack) headings(part int) int {
	p := st.parts[part]
	if st.again[part] == 0 {
		if p.headerRows() > 0 {
			return otherHeadings
		}
		return noHeadings
	}
	alike, all, same := 0.0, 0, true
	for i, c := range p.Cells {
		if c.Row >= st.again[part] {
			continue
		}
		a, b := Fold(st.whole.Cells[st.cells[part][i]].Reading.Text), Fold(c.Reading.Text)
		if telling(a) != telling(b) {
			return otherHeadings
		}
		// Characters that could not be read may be any.
		same = same && a == b && !strings.ContainsRune(b, utf8.RuneError)
		alike, all = alike+similarity([]rune(a), []rune(b)), all+1
	}
	switch {
	case same:
		return sameHeadings
	case alike >= likeHeading*float64(all):
		return likeHeadings
	}
	return otherHeadings
}

// telling are the characters of a heading that tell it from one of the same
// wording: its numbers and units; 人 is left out, since 入 is often read so.
func telling(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789〇一二三四五六七八九十百千万亿元件项个条次%", r) {
			return r
		}
		return -1
	}, s)
}

// headerRows is how many of the first rows of a sheet look like headings.
func (s *Sheet) headerRows() int {
	t := Build(s, nil, DefaultReviewBelow)
	return t.HeaderRows
}

// listGoesOn tells whether the last part of a stack that is no known form goes
// on with the one before it: they have the same columns, the rows are others,
// and either the headings are printed once more or there are none and in the
// columns of numbers there are numbers.
func (st *Stack) listGoesOn() bool {
	n := len(st.parts) - 1
	a, b := st.parts[n-1], st.parts[n]
	if len(a.Edges) != len(b.Edges) || b.Cols < minColumns || st.ended(n-1) || st.repeats(n) {
		return false
	}
	switch st.headings(n) {
	case sameHeadings, likeHeadings:
		return true
	case otherHeadings:
		return false
	}
	return st.numbersGoOn(n)
}

// numbersGoOn tells whether a part has numbers where the one before it has
// columns of numbers below their headings, and there are any.
func (st *Stack) numbersGoOn(part int) bool {
	a, b := st.parts[part-1], st.parts[part]
	head := st.again[part-1]
	if part == 1 {
		head = a.headerRows()
	}
	numbers := 0
	for col := range a.Cols {
		above, below := column(a, col, head), column(b, col, 0)
		named := head > 0 || part > 1
		for skipped := head; part == 1 && len(above) > 0 && skipped < maxHeader && !isNumber(above[0]); skipped++ {
			above, named = above[1:], true
		}
		if !named || !numeric(above, 2) {
			continue
		}
		switch {
		case numeric(below, 1):
			numbers++
		case !numeric(below, 0):
			return false
		}
	}
	return numbers > 0
}

// numeric tells whether texts are numbers or blank, and so many are numbers.
func numeric(texts []string, least int) bool {
	n := 0
	for _, s := range texts {
		switch {
		case isNumber(s):
			n++
		case s != "":
			return false
		}
	}
	return n >= least
}

func isNumber(s string) bool {
	v, _, ok := ParseValue(s)
	return ok && v != nil
}

// column are the texts of the cells of one column that are in no other, from a
// row on.
func column(s *Sheet, col, from int) []string {
	var out []string
	for _, c := range s.Cells {
		if c.Col == col && c.ColSpan == 1 && c.Row >= from {
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

// repeats tells whether most rows of a part are those of the parts before it:
// then it is not the rest of a table but another one, as of another year.
func (st *Stack) repeats(part int) bool {
	var before []string
	for i := range part {
		before = append(before, st.rows(i)...)
	}
	same, all := 0, 0
	for _, s := range st.rows(part) {
		if s == "" {
			continue
		}
		all++
		if slices.Contains(before, s) {
			same++
		}
	}
	return 2*same >= all
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
	part := make(map[string]int) // of each key
	for _, r := range whole.Records {
		part[r.Key] = st.owner[whole.indexAt(r.Cell)][0]
	}
	doubtSums(&whole, part)
	for n := range out {
		t := &out[n]
		t.Form, t.FormConfidence, t.Review = whole.Form, whole.FormConfidence, whole.Review
		t.Reasons, t.Causes = slices.Clone(whole.Reasons), slices.Clone(whole.Causes)
		if n == 0 {
			t.HeaderRows = min(whole.HeaderRows, t.Rows)
		}
		for i := range t.Cells {
			st.nameCell(t, n, i, &whole, reviewBelow)
		}
	}
	for _, r := range whole.Records {
		at := st.owner[whole.indexAt(r.Cell)]
		c := &out[at[0]].Cells[at[1]]
		r.Cell = [2]int{c.Row, c.Col}
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
		c.Kind, c.Text, c.Confidence, c.Alternatives = w.Kind, w.Text, w.Confidence, w.Alternatives
		c.Review, c.Reasons, c.Causes = w.Review, w.Reasons, w.Causes
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
		if meet(above, below) {
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
				r.Causes = append(r.Causes, Because("row_cut"))
				r.Reasons = InWords(r.Causes)
			}
			c.Confidence, c.Review = r.Confidence, r.Review
			c.Reasons, c.Causes = slices.Clone(r.Reasons), slices.Clone(r.Causes)
		}
	}
}

// doubtSums flags a table half of whose sums over several parts fail, or more:
// they may be parts of different ones. Part is that of each key.
func doubtSums(whole *Table, part map[string]int) {
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
	if all > 0 && 2*failed >= all {
		whole.Doubt(Because("parts_do_not_add_up", failed, all))
	}
}
