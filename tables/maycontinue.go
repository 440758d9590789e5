package tables

import (
	"math"
	"slices"
	"strings"
)

// LacksEnd tells whether the last values of a form were not found: it may go on
// elsewhere.
func (m *Match) LacksEnd() bool { return m.Form.lacksEnd(m.has) }

// LacksBeginning tells whether the first values of a form were not found: it
// may have begun elsewhere.
func (m *Match) LacksBeginning() bool { return m.Form.lacksBeginning(m.has) }

func (m *Match) has(cell int) bool { return m.Cells[cell] >= 0 }

// valueRows are the first row of a form and the last that have values.
func (f *Form) valueRows() (first, last int) {
	first, last = -1, -1
	for _, c := range f.Cells {
		if c.Key == "" {
			continue
		}
		if first < 0 || c.Row < first {
			first = c.Row
		}
		last = max(last, c.Row)
	}
	return first, last
}

// lacksEnd tells whether none of the values of a form's last row is there, and
// lacksBeginning whether none of its first is.
func (f *Form) lacksEnd(has func(cell int) bool) bool {
	_, last := f.valueRows()
	return f.lacks(last, has)
}

func (f *Form) lacksBeginning(has func(cell int) bool) bool {
	first, _ := f.valueRows()
	return f.lacks(first, has)
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

// MayBePart tells whether a table may be part of one that a page break cut. Form is
// the id of the form it is, empty for none; records is how many of the form's values
// were found. A form may be a part if values are missing, any other table always.
func MayBePart(form string, records int, forms []*Form) bool {
	f := formByID(form, forms)
	return f == nil || records != f.values()
}

// MayContinue tells from two documents that were read apart whether the last table of
// the first may go on as the first table of the second. It may where a form lacks its
// end or its beginning, or where both tables are no known form and have the same
// columns and headings. Whether it does, only reading both pictures together tells.
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
		return a != nil && a.lacksEnd(before.hasRecord(a)) || b != nil && b.lacksBeginning(after.hasRecord(b))
	}
	above, below := sheetOf(before), sheetOf(after)
	if Resembles(above, forms) != "" || Resembles(below, forms) != "" {
		return true
	}
	return !OwnHeading(before.Caption, after.Caption) && Alone(above, nil).Continue(below, nil, false, nil) != nil
}

// OwnHeading tells whether the heading above a table is its own: there is one, it is
// not that of the table before it, and it does not say that the table goes on (续).
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
