package tables

// Exact matches a sheet that has the very grid of a form, as one has that was
// keyed on it, whatever its labels say; nil where it has another grid.
func Exact(s *Sheet, f *Form) *Match {
	if s.Rows != f.Rows || s.Cols != f.Cols || len(s.Cells) != len(f.Cells) {
		return nil
	}
	type place struct{ row, col, rows, cols int }
	at := make(map[place]int, len(s.Cells))
	for i, c := range s.Cells {
		at[place{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan)}] = i
	}
	m := &Match{Form: f, Confidence: 1, Agreement: 1, Of: make([]int, len(s.Cells))}
	for fi, c := range f.Cells {
		si, ok := at[place{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan)}]
		if !ok {
			return nil
		}
		m.Cells = append(m.Cells, si)
		m.Of[si] = fi
	}
	for i := range f.Rows {
		m.rows = append(m.rows, i)
	}
	for i := range f.Cols {
		m.cols = append(m.cols, i)
	}
	return m
}
