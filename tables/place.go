package tables

import (
	"slices"
)

// An axis says whether cells are looked at by their rows or by their columns.
type axis int

const (
	ofRows axis = iota
	ofColumns
)

// A stretch is the rows, or the columns, that a cell covers, half open.
type stretch struct{ from, to int }

func (s stretch) size() int { return s.to - s.from }

// stretches are the rows and the columns that a cell covers: first those of the
// axis, then the others.
func (a axis) stretches(row, col, rowSpan, colSpan int) (own, other stretch) {
	rows, cols := stretch{row, row + rowSpan}, stretch{col, col + colSpan}
	if a == ofColumns {
		return cols, rows
	}
	return rows, cols
}

// misplaced is the greatest probability of a value whose labels do not tell
// that it stands where the form has it. On pictures of six programs that nothing was
// fitted on, 98 % of some 1,700 such values were right (biaoge evaluate says it of what
// is given this probability).
const misplaced = 0.98

// incomplete is the greatest probability of a value of which a part may be missing, or too much. Set by
// hand.
const incomplete = 0.9

// A placing tells which of a form's values surely stand on the sheet where the
// alignment put them.
type placing struct {
	form  *Form
	match *Match
	table *Table
	sheet *Sheet
	named []bool // for each label of the form: the sheet has its words there
	deny  []bool // likewise: it is clearly read that it is not printed where it should be

	strange []Cell // that the form does not know
	shaky   bool   // much of the form is missing, and may be among what is strange
}

// much is the share of a form's values that are missing, and of the sheet's
// cells that are strange, from which what was aligned may be, too.
const much = 0.1

func newPlacing(t *Table, s *Sheet, m *Match) *placing {
	p := &placing{form: m.Form, match: m, table: t, sheet: s, named: make([]bool, len(m.Form.Cells)), deny: make([]bool, len(m.Form.Cells))}
	for i, c := range m.Form.Cells {
		if si := m.Cells[i]; c.Key == "" && si >= 0 {
			text := Fold(t.Cells[si].Text)
			p.named[i] = slices.ContainsFunc(m.Form.Wordings(c.Text), func(w string) bool { return Fold(w) == text })
			p.deny[i] = !p.named[i] && p.denies(i)
		}
	}
	for _, i := range m.Strange {
		p.strange = append(p.strange, t.Cells[i])
	}
	missing, found := len(m.Form.missing(m)), len(t.Records)
	p.shaky = float64(missing) > much*float64(missing+found) && float64(len(p.strange)) > much*float64(len(t.Cells))
	return p
}

// doubt says why a value of the form may stand elsewhere; doubted is false if
// its row and its column are sure.
func (p *placing) doubt(fi int) (why Cause, doubted bool) {
	if p.shaky {
		return Because("form_scattered"), true
	}
	for _, placed := range []func(fi int, a axis) bool{p.sure, p.grouped} {
		if !placed(fi, ofRows) {
			return Because("row_label_differs"), true
		}
		if !placed(fi, ofColumns) {
			return Because("column_label_differs"), true
		}
	}
	// Of a blank, nothing but its place is known.
	if p.table.Cells[p.match.Cells[fi]].Text == "" {
		if !p.labelled(fi, ofRows) || !p.labelled(fi, ofColumns) {
			return Because("blank_label_differs"), true
		}
		if !p.fills(fi, ofRows) || !p.fills(fi, ofColumns) {
			return Because("blank_small"), true
		}
	}
	if p.besideStrange(fi) {
		return Because("beside_stranger"), true
	}
	return Cause{}, false
}

// besideStrange tells whether something is printed right beside a value, in its
// row, that is no part of the form.
func (p *placing) besideStrange(fi int) bool {
	v := p.table.Cells[p.match.Cells[fi]]
	return slices.ContainsFunc(p.strange, func(c Cell) bool {
		return c.Text != "" && c.Row < v.Row+v.RowSpan && v.Row < c.Row+c.RowSpan && (c.Col == v.Col+v.ColSpan || c.Col+c.ColSpan == v.Col)
	})
}

// onForm is where a cell of the form stands on it, and onSheet where on the sheet.
func (p *placing) onForm(fi int, a axis) (own, other stretch) {
	c := &p.form.Cells[fi]
	return a.stretches(c.Row, c.Col, c.RowSpan, c.ColSpan)
}

func (p *placing) onSheet(fi int, a axis) (own, other stretch) {
	c := &p.table.Cells[p.match.Cells[fi]]
	return a.stretches(c.Row, c.Col, c.RowSpan, c.ColSpan)
}

// sure tells whether the row (or column) of a value is known: by its label, or, where that
// can't be read, because the nearest known ones before and after it leave no other place for
// those between.
func (p *placing) sure(fi int, a axis) bool {
	if p.labelled(fi, a) {
		return true
	}
	if p.relabelled(fi, a) {
		return false
	}
	before, after := p.next(fi, a, -1), p.next(fi, a, 1)
	return before != elsewhere && after != elsewhere && (before == inPlace || after == inPlace)
}

// labelled tells whether the innermost label of a value's row (or column) is
// where it should be. Without such a label in the form there is no doubt.
func (p *placing) labelled(fi int, a axis) bool {
	inner := p.inner(fi, a)
	if inner < 0 {
		return true
	}
	if !p.named[inner] {
		return false
	}
	// A value that reaches beyond its label's row or column may be two whose
	// rule was not seen.
	label, _ := p.onSheet(inner, a)
	value, _ := p.onSheet(fi, a)
	return label.from <= value.from && label.to >= value.to
}

// relabelled tells whether another label is clearly read where the innermost one of a value's
// row (or column) should be. A piece of the label is no other, and neither is a blank.
func (p *placing) relabelled(fi int, a axis) bool {
	inner := p.inner(fi, a)
	if inner < 0 || !p.deny[inner] {
		return false
	}
	text := []rune(Fold(p.sheet.Cells[p.match.Cells[inner]].Reading.Text))
	return len(text) > 0 && !piece(text)(p.form.wordings()[inner])
}

// fills tells whether a value's cell is as high as the row of its innermost
// label (or as wide as its column), where it is on the form.
func (p *placing) fills(fi int, a axis) bool {
	inner := p.inner(fi, a)
	if inner < 0 {
		return true
	}
	formLabel, _ := p.onForm(inner, a)
	formValue, _ := p.onForm(fi, a)
	label, _ := p.onSheet(inner, a)
	value, _ := p.onSheet(fi, a)
	return formLabel.size() != formValue.size() || label.size() == value.size()
}

// inner is the innermost label of a value's row (or column) in the form, -1 if
// it has none.
func (p *placing) inner(fi int, a axis) int {
	row, before := p.onForm(fi, a)
	inner, at := -1, -1
	for i, c := range p.form.Cells {
		if c.Key != "" {
			continue
		}
		if own, other := p.onForm(i, a); own.from <= row.from && own.to > row.from && other.from < before.from && other.from > at {
			inner, at = i, other.from
		}
	}
	return inner
}

// A neighbour is what the values on one side of another tell of its place.
type neighbour int

const (
	elsewhere neighbour = iota // it may be another
	none                       // the form ends there, and the sheet with it
	inPlace
)

// next looks for the nearest value before or after another whose own label tells where it
// stands. All between must be there, each a row (or column) on, surely read, and beside what
// may be its label: where print is bad nothing may be read there, but no other words are.
func (p *placing) next(fi int, a axis, step int) neighbour {
	row, column := p.onForm(fi, a)
	here, across := p.onSheet(fi, a)
	for n := 1; ; n++ {
		i := p.valueAt(row.from+n*step, column.from, a)
		if i < 0 && p.ends(here.from+n*step, across, a) {
			return none
		}
		if i < 0 || p.match.Cells[i] < 0 {
			return elsewhere
		}
		if there, _ := p.onSheet(i, a); there.from != here.from+n*step {
			return elsewhere
		}
		if p.labelled(i, a) {
			return inPlace
		}
		if c := p.table.Cells[p.match.Cells[i]]; c.Text == "" || c.Confidence < clearly || !p.mayBeLabelled(i, a) {
			return elsewhere
		}
	}
}

// valueAt is the value of the form that begins at a row and column of it (or a column and
// row), -1 if it has none there.
func (p *placing) valueAt(from, other int, a axis) int {
	for i, c := range p.form.Cells {
		if own, across := p.onForm(i, a); c.Key != "" && own.from == from && across.from == other {
			return i
		}
	}
	return -1
}

// ends tells whether nothing stands in a row (or column) of the sheet beside a value but what
// the form has as a label, or whether the sheet ends before it.
func (p *placing) ends(at int, beside stretch, a axis) bool {
	for i, c := range p.table.Cells {
		own, across := a.stretches(c.Row, c.Col, c.RowSpan, c.ColSpan)
		if own.from != at || across.from >= beside.to || across.to <= beside.from {
			continue
		}
		if of := p.match.Of[i]; of < 0 || p.form.Cells[of].Key != "" {
			return false
		}
	}
	return true
}

// mayBeLabelled tells whether the innermost label of a value's row (or column) may be printed
// where it should be, though it is not read there.
func (p *placing) mayBeLabelled(fi int, a axis) bool {
	inner := p.inner(fi, a)
	return inner < 0 || p.mayBe(inner)
}

// grouped tells whether no heading over the innermost label of a value's row (or column) is
// denied. The same labels stand in several groups, which nothing but their headings tells
// apart.
func (p *placing) grouped(fi int, a axis) bool {
	return !slices.ContainsFunc(p.outer(fi, a), func(label int) bool { return p.deny[label] })
}

// outer are the labels over the innermost one of a value's row (or column) in the form, as far
// as no other value is between.
func (p *placing) outer(fi int, a axis) (labels []int) {
	inner := p.inner(fi, a)
	if inner < 0 {
		return nil
	}
	row, _ := p.onForm(fi, a)
	_, last := p.onForm(inner, a)
	since := 0 // where the nearest value before them ends
	for i, c := range p.form.Cells {
		switch own, other := p.onForm(i, a); {
		case own.from > row.from || own.to <= row.from || other.from >= last.from:
		case c.Key == "":
			labels = append(labels, i)
		default:
			since = max(since, other.to)
		}
	}
	return slices.DeleteFunc(labels, func(i int) bool {
		_, other := p.onForm(i, a)
		return other.from < since
	})
}
