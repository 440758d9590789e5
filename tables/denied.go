package tables

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Whether a label of a form is printed where it should be, though it is not read there.

// denies tells whether it is clearly read that a label, which the sheet does not name, is not printed
// where it should be: there stands another text, or none, and it is in no cell of others either.
func (p *placing) denies(label int) bool {
	at := p.match.Cells[label]
	if p.sheet.Cells[at].Reading.Confidence < clearly || p.mayBe(label) || p.parted(label) {
		return false
	}
	return p.table.Cells[at].Text != "" || !p.standsElsewhere(label)
}

// standsElsewhere tells whether a label stands in a cell with others, wherever that is, or in one that
// is no cell of the form.
func (p *placing) standsElsewhere(label int) bool {
	for i, c := range p.table.Cells {
		for _, w := range p.form.wordings()[label] {
			if (p.match.Of[i] < 0 || Fold(c.Text) != string(w)) && p.among(string(w), c.Text, &p.sheet.Cells[i].Reading) {
				return true
			}
		}
	}
	return false
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
	for _, w := range p.form.words() {
		if !strings.Contains(label, w) {
			text = strings.ReplaceAll(text, w, "")
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
	for _, w := range p.form.words() {
		begins = begins || strings.HasSuffix(before, w)
		ends = ends || strings.HasPrefix(after, w)
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
