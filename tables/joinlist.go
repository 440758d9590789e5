package tables

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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
