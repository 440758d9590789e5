package tables

import "slices"

// misplaced is the greatest probability of a value whose labels do not tell
// that it stands where the form has it.
const misplaced = 0.9

// A placing tells which of a form's values surely stand on the sheet where the
// alignment put them.
type placing struct {
	form  *Form
	match *Match
	table *Table
	named []bool // for each label of the form: the sheet has its words there

	strange []Cell // that the form does not know
	shaky   bool   // much of the form is missing, and may be among what is strange
}

// much is the share of a form's values that are missing, and of the sheet's
// cells that are strange, from which what was aligned may be, too.
const much = 0.1

func newPlacing(t *Table, m *Match) *placing {
	p := &placing{form: m.Form, match: m, table: t, named: make([]bool, len(m.Form.Cells))}
	for i, c := range m.Form.Cells {
		if si := m.Cells[i]; c.Key == "" && si >= 0 {
			text := Fold(t.Cells[si].Text)
			p.named[i] = slices.ContainsFunc(m.Form.Wordings(c.Text), func(w string) bool { return Fold(w) == text })
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
	if !p.sure(fi, true) {
		return Because("row_label_differs"), true
	}
	if !p.sure(fi, false) {
		return Because("column_label_differs"), true
	}
	// Of a blank, nothing but its place is known.
	if p.table.Cells[p.match.Cells[fi]].Text == "" {
		if !p.labelled(fi, true) || !p.labelled(fi, false) {
			return Because("blank_label_differs"), true
		}
		if !p.fills(fi, true) || !p.fills(fi, false) {
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

// sure tells whether the row (or column) of a value is known: by its label, or
// because the ones before and after it are known and leave no other place.
func (p *placing) sure(fi int, row bool) bool {
	if p.labelled(fi, row) {
		return true
	}
	before, after := p.next(fi, row, -1), p.next(fi, row, 1)
	return before != elsewhere && after != elsewhere && (before == inPlace || after == inPlace)
}

// labelled tells whether the innermost label of a value's row (or column) is
// where it should be. Without such a label in the form there is no doubt.
func (p *placing) labelled(fi int, row bool) bool {
	inner := p.inner(fi, row)
	if inner < 0 {
		return true
	}
	if !p.named[inner] {
		return false
	}
	label, value := p.table.Cells[p.match.Cells[inner]], p.table.Cells[p.match.Cells[fi]]
	// A value that reaches beyond its label's row or column may be two whose
	// rule was not seen.
	if row {
		return label.Row <= value.Row && label.Row+label.RowSpan >= value.Row+value.RowSpan
	}
	return label.Col <= value.Col && label.Col+label.ColSpan >= value.Col+value.ColSpan
}

// fills tells whether a value's cell is as high as the row of its innermost
// label (or as wide as its column), where it is on the form.
func (p *placing) fills(fi int, row bool) bool {
	inner := p.inner(fi, row)
	if inner < 0 {
		return true
	}
	fl, fv := p.form.Cells[inner], p.form.Cells[fi]
	label, value := p.table.Cells[p.match.Cells[inner]], p.table.Cells[p.match.Cells[fi]]
	if row {
		return fl.RowSpan != fv.RowSpan || label.RowSpan == value.RowSpan
	}
	return fl.ColSpan != fv.ColSpan || label.ColSpan == value.ColSpan
}

// inner is the innermost label of a value's row (or column) in the form, -1 if
// it has none.
func (p *placing) inner(fi int, row bool) int {
	v, inner, at := p.form.Cells[fi], -1, -1
	for i, c := range p.form.Cells {
		if c.Key != "" {
			continue
		}
		if row && c.Row <= v.Row && c.Row+c.RowSpan > v.Row && c.Col < v.Col && c.Col > at {
			inner, at = i, c.Col
		}
		if !row && c.Col <= v.Col && c.Col+c.ColSpan > v.Col && c.Row < v.Row && c.Row > at {
			inner, at = i, c.Row
		}
	}
	return inner
}

// A neighbour is whether the value beside another stands in its place.
type neighbour int

const (
	elsewhere neighbour = iota // or its own label does not tell
	none                       // the form has no value there
	inPlace
)

// next looks at the neighbour of a value in the next row (or column).
func (p *placing) next(fi int, row bool, step int) neighbour {
	v := p.form.Cells[fi]
	here := p.table.Cells[p.match.Cells[fi]]
	for i, c := range p.form.Cells {
		if c.Key == "" {
			continue
		}
		if row && (c.Row != v.Row+step || c.Col != v.Col) || !row && (c.Col != v.Col+step || c.Row != v.Row) {
			continue
		}
		si := p.match.Cells[i]
		if si < 0 || !p.labelled(i, row) {
			return elsewhere
		}
		there := p.table.Cells[si]
		if row && there.Row != here.Row+step || !row && there.Col != here.Col+step {
			return elsewhere
		}
		return inPlace
	}
	return none
}
