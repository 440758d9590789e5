package tables

import (
	"slices"
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
	begin := st.from[part]
	above.form, below.form = -1, -1
	for fr, row := range st.Match.rows {
		switch {
		case row < 0:
		case row < begin:
			above = jointRow{fr, begin - 1 - row}
		case below.form < 0:
			below = jointRow{fr, row - begin}
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
