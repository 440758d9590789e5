package tables

import "strings"

// maxHeader is how many rows of headings a table has at most.
const maxHeader = 4

// headerRows judges how many of the first rows of a table that is no known
// form are headings: one, and more where cells span rows or columns of the
// head, but none that has values. Whether the words of a row are headings or
// entries is not told by what they look like.
func headerRows(t *Table) int {
	if t.Rows == 0 {
		return 0
	}
	first := t.Rows // the first row with a value
	for _, c := range t.Cells {
		if c.Kind == KindValue && c.Row < first && !(c.Row < maxHeader && year(c.Text) && allYears(t, c.Row)) {
			first = c.Row
		}
	}
	return min(t.spannedHead(), first)
}

// spannedHead is how many rows the first heading has by its spans: a title
// over all columns, headings of groups, and cells that span rows.
func (t *Table) spannedHead() int {
	n := 1
	for row := 0; row < n && row < maxHeader; row++ {
		for _, c := range t.Cells {
			if c.Row != row || c.Text == "" {
				continue
			}
			n = max(n, min(c.Row+c.RowSpan, maxHeader))
			if c.ColSpan > 1 && c.Row == row && c.Row+c.RowSpan < t.Rows {
				// What it spans is named in the row below.
				n = max(n, min(c.Row+c.RowSpan+1, maxHeader))
			}
		}
	}
	return min(n, t.Rows)
}

// year reports whether a text is a year, which may be a heading.
func year(text string) bool {
	s := strings.TrimSuffix(Fold(text), "年")
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) && strings.Trim(s, "0123456789") == ""
}

// allYears reports whether all values of a row are years.
func allYears(t *Table, row int) bool {
	for _, c := range t.Cells {
		if c.Row == row && c.Kind == KindValue && !year(c.Text) {
			return false
		}
	}
	return true
}
