package tables

import (
	"regexp"
	"strings"
)

// Some misreadings are made of every copy alike, and then the sums hold all
// the same: no sum may speak for a value that may be one of them.

// maxAlike is the greatest probability of a value that may be misread like
// others of its table.
const maxAlike = 0.9

// thousands are numbers whose points may be the commas of thousands.
var thousands = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d{3})+$`)

// misreadAlike says in words how a value may be misread that others of its
// table may be misread like; it is empty if it is not likely.
func (t *Table) misreadAlike(text string, alternatives []Alternative) string {
	text = Fold(text)
	if thousands.MatchString(text) {
		comma := strings.ReplaceAll(text, ".", ",")
		for _, a := range alternatives {
			if Fold(a.Text) == comma {
				return "its point may be the comma of thousands"
			}
		}
	}
	if text == "7" || text == "1" {
		strokes, values := 0, 0
		for _, c := range t.Cells {
			if c.Kind == KindValue {
				values++
				if Fold(c.Text) == "/" {
					strokes++
				}
			}
		}
		if 2*strokes > values {
			return "most values of the table are strokes, and it may be one"
		}
	}
	return ""
}
