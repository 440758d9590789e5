package tables

import "slices"

// Where no rules bound the cells, a cell of a known form takes the room that
// the form gives it: a heading stands somewhere in the middle of the columns
// it is over, a value somewhere below.

// An area is a part of a sheet, its ends not included.
type area struct{ row, col, rowEnd, colEnd int }

func (a area) holds(row, col int) bool {
	return row >= a.row && row < a.rowEnd && col >= a.col && col < a.colEnd
}

// only finds the cell of an area that something is printed in, else its first.
// Of several labels it is the one that is most alike; of several values none
// is the one that is meant.
func (s *Sheet) only(in area, label bool, alike func(cell int) float64) (int, bool) {
	first, at, n := -1, -1, 0
	for i, c := range s.Cells {
		if !in.holds(c.Row, c.Col) {
			continue
		}
		if c.Row == in.row && c.Col == in.col {
			first = i
		}
		if c.Reading.Text == "" && c.Reading.Confidence > 0.5 {
			continue
		}
		n++
		if at < 0 || label && alike(i) > alike(at) {
			at = i
		}
	}
	switch {
	case n == 0:
		return first, first >= 0
	case n > 1 && !label:
		return -1, false
	case !label && !in.holds(s.Cells[at].Row+s.Cells[at].RowSpan-1, s.Cells[at].Col+s.Cells[at].ColSpan-1):
		return -1, false // it runs over into the next: they may be two values
	}
	return at, true
}

// fillAreas gives the cells of a form the room that it gives them, where
// nothing else is printed in it. The cells they take the place of are moved
// off the table.
func (t *Table) fillAreas(m *Match) {
	for fi, si := range m.Cells {
		fc := m.Form.Cells[fi]
		r, k := m.rows[fc.Row], m.cols[fc.Col]
		if si < 0 || r < 0 || k < 0 || t.Cells[si].Row < 0 {
			continue
		}
		in := area{r, k, end(m.rows, fc.Row+fc.RowSpan, t.Rows), end(m.cols, fc.Col+fc.ColSpan, t.Cols)}
		var others []int
		free := true
		for i := range t.Cells {
			c := &t.Cells[i]
			touches := c.Row < in.rowEnd && c.Row+c.RowSpan > in.row && c.Col < in.colEnd && c.Col+c.ColSpan > in.col && c.Row >= 0
			inside := in.holds(c.Row, c.Col) && in.holds(c.Row+c.RowSpan-1, c.Col+c.ColSpan-1)
			switch {
			case !touches:
			case !inside || i != si && (c.Text != "" || m.Of[i] >= 0):
				free = false
			case i != si:
				others = append(others, i)
			}
		}
		if !free {
			continue
		}
		c := &t.Cells[si]
		c.Row, c.Col, c.RowSpan, c.ColSpan = in.row, in.col, in.rowEnd-in.row, in.colEnd-in.col
		for _, i := range others {
			t.Cells[i].Row, t.Cells[i].Col = -1, -1
		}
	}
}

// withoutFilled drops the cells that others took the place of.
func (t *Table) withoutFilled() {
	t.Cells = slices.DeleteFunc(t.Cells, func(c Cell) bool { return c.Row < 0 })
	slices.SortStableFunc(t.Cells, func(a, b Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
}
