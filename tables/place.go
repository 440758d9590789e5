package tables

import (
	"slices"
	"strings"
	"unicode/utf8"
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
// that it stands where the form has it.
const misplaced = 0.9

// A placing tells which of a form's values surely stand on the sheet where the
// alignment put them.
type placing struct {
	form  *Form
	match *Match
	table *Table
	sheet *Sheet
	named []bool // for each label of the form: the sheet has its words there

	deny map[int]bool // of labels that were asked for: denied

	strange []Cell // that the form does not know
	shaky   bool   // much of the form is missing, and may be among what is strange
}

// much is the share of a form's values that are missing, and of the sheet's
// cells that are strange, from which what was aligned may be, too.
const much = 0.1

func newPlacing(t *Table, s *Sheet, m *Match) *placing {
	p := &placing{form: m.Form, match: m, table: t, sheet: s, named: make([]bool, len(m.Form.Cells))}
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
	if !p.sure(fi, ofRows) {
		return Because("row_label_differs"), true
	}
	if !p.sure(fi, ofColumns) {
		return Because("column_label_differs"), true
	}
	if !p.grouped(fi, ofRows) {
		return Because("row_label_differs"), true
	}
	if !p.grouped(fi, ofColumns) {
		return Because("column_label_differs"), true
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
	if inner < 0 || !p.denied(inner) {
		return false
	}
	text := []rune(Fold(p.sheet.Cells[p.match.Cells[inner]].Reading.Text))
	return len(text) > 0 && !piece(text)(p.form.wordings()[inner])
}

// denied tells whether it is clearly read that a label is not printed where it should be: there
// stands another text, or none, and it is in no cell of others either.
func (p *placing) denied(label int) bool {
	denied, known := p.deny[label]
	if !known {
		if p.deny == nil {
			p.deny = map[int]bool{}
		}
		denied = p.denies(label)
		p.deny[label] = denied
	}
	return denied
}

func (p *placing) denies(label int) bool {
	at := p.match.Cells[label]
	if at < 0 || p.named[label] || p.sheet.Cells[at].Reading.Confidence < clearly || p.mayBe(label) || p.parted(label) {
		return false
	}
	return p.table.Cells[at].Text != "" || !p.standsElsewhere(label)
}

// standsElsewhere tells whether a label stands in a cell with others, wherever that is, or in one that is no cell
// of the form.
func (p *placing) standsElsewhere(label int) bool {
	for i, c := range p.table.Cells {
		own := slices.Contains(p.match.Cells, i)
		for _, w := range p.form.wordings()[label] {
			if (!own || Fold(c.Text) != string(w)) && p.among(string(w), c.Text, &p.sheet.Cells[i].Reading) {
				return true
			}
		}
	}
	return false
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
	return !slices.ContainsFunc(p.outer(fi, a), p.denied)
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

// mayBe tells whether a label may be printed where it should be, though it is not read there:
// other labels are read in one cell with it, or no more than its beginning is read, or other
// characters where its picture allows it as well.
func (p *placing) mayBe(label int) bool {
	for _, i := range p.inRoom(label) {
		text, r := Fold(p.table.Cells[i].Text), &p.sheet.Cells[i].Reading
		for _, w := range p.form.wordings()[label] {
			if p.among(string(w), p.table.Cells[i].Text, r) || utf8.RuneCountInString(text) > 1 && strings.HasPrefix(string(w), text) || i == p.match.Cells[label] && r.allows(string(w), behind) {
				return true
			}
		}
	}
	return false
}

// parted tells whether a label is in several cells with others, or its beginning is in one.
func (p *placing) parted(label int) bool {
	in := p.inRoom(label)
	var all strings.Builder
	for _, i := range in {
		all.WriteString(Fold(p.table.Cells[i].Text))
	}
	return slices.ContainsFunc(p.form.wordings()[label], func(w []rune) bool {
		return len(in) > 1 && strings.Contains(p.withoutOthers(string(w), all.String()), string(w)) ||
			slices.ContainsFunc(in, func(i int) bool {
				own := p.withoutOthers(string(w), Fold(p.table.Cells[i].Text))
				return utf8.RuneCountInString(own) > 1 && strings.HasPrefix(string(w), own)
			})
	})
}

// inRoom are the cells with print in the room of a label.
func (p *placing) inRoom(label int) (in []int) {
	rows, cols := p.room(label)
	for i, c := range p.table.Cells {
		if c.Text != "" && c.Row < rows.to && c.Row+c.RowSpan > rows.from && c.Col < cols.to && c.Col+c.ColSpan > cols.from {
			in = append(in, i)
		}
	}
	return in
}

// withoutOthers is a text without the labels of the form that are no part of one of them.
func (p *placing) withoutOthers(label, text string) string {
	for _, w := range slices.Concat(p.form.wordings()...) {
		if !strings.Contains(label, string(w)) {
			text = strings.ReplaceAll(text, string(w), "")
		}
	}
	return text
}

// among tells whether a label stands in a text with others. In a text that is read clearly it
// begins and ends where a line or another label does: in a longer word it is no label.
func (p *placing) among(label, text string, r *Reading) bool {
	before, after, found := strings.Cut(Fold(text), label)
	if !found || r.Confidence < clearly {
		return found
	}
	begins, ends := before == "", after == ""
	lines := strings.Split(text, "\n")
	for i := range lines {
		begins = begins || Fold(strings.Join(lines[:i], "")) == before
		ends = ends || Fold(strings.Join(lines[i:], "")) == after
	}
	for _, w := range slices.Concat(p.form.wordings()...) {
		begins = begins || strings.HasSuffix(before, string(w))
		ends = ends || strings.HasPrefix(after, string(w))
	}
	return begins && ends
}

// room is the rows and columns of the sheet between those that the form has before and after a
// label, whatever is printed in them; none where the sheet has not its row or not its column.
func (p *placing) room(label int) (rows, cols stretch) {
	c, m := &p.form.Cells[label], p.match
	within := func(lines []int, from, to, n int) stretch {
		if !slices.ContainsFunc(lines[from:to], func(i int) bool { return i >= 0 }) {
			return stretch{}
		}
		return stretch{1 + slices.Max(append(lines[:from:from], -1)), end(lines, to, n)}
	}
	return within(m.rows, c.Row, c.Row+c.RowSpan, p.table.Rows), within(m.cols, c.Col, c.Col+c.ColSpan, p.table.Cols)
}
