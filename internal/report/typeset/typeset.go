// Package typeset sets tables of a form whose values are known, as editors and
// offices do: in HTML, Word and PDF. Tests and scores read what it made. It knows
// forms and nothing of how a report is read.
package typeset

import (
	"fmt"
	"html"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// A Table is a form filled in with values, by their keys.
type Table struct {
	Form   *tables.Form
	Values map[string]string
}

// Text is what stands in a cell.
func (t Table) Text(c tables.FormCell) string {
	if c.Key != "" {
		return t.Values[c.Key]
	}
	return c.Text
}

// HTML sets the table as an editor of web pages does.
func (t Table) HTML() string {
	var b strings.Builder
	b.WriteString("<table border=1>\n")
	row := -1
	for _, c := range t.Form.Cells {
		if c.Row != row {
			b.WriteString("<tr>\n")
			row = c.Row
		}
		fmt.Fprintf(&b, "<td rowspan=%d colspan=\"%d\"><p><span>%s</span></p></td>", c.RowSpan, c.ColSpan, html.EscapeString(t.Text(c)))
	}
	b.WriteString("</table>\n")
	return b.String()
}
