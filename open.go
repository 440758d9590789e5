package biaoge

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/biaoge/biaoge/tables"
)

// doubtOpen doubts the blank values of a form whose cells no rule bounds: what
// belongs there may have been put into another row.
func (t *task) doubtOpen(m *tables.Match) {
	if !t.grid.Open || m == nil {
		return
	}
	for i := range t.cells {
		c := &t.cells[i]
		if of := m.Of[i]; of < 0 || m.Form.Cells[of].Key == "" || c.reading.Text != "" {
			continue
		}
		c.reading.Confidence = min(c.reading.Confidence, doubtfulBlank)
		// A 0 leaves every sum as it is, so no sum speaks against it.
		c.reading.Alternatives = []tables.Alternative{{Text: "0", Confidence: 1 - doubtfulBlank}}
		c.reading.Reasons = append(c.reading.Reasons, "it looks blank, but no rules tell where its row ends")
	}
}

// dropChance takes out of a view what only looks like tables without rules. The
// lines of those are text above or below what is left.
func (x *Extractor) dropChance(v *view) {
	was := v.tasks
	v.drop(func(t *task, m *tables.Match) bool {
		return m == nil && t.chance() && tables.Resembles(t.sheet(), x.forms) == ""
	})
	if len(v.tasks) == len(was) {
		return
	}
	v.page.Columns = true
	for _, t := range was {
		if len(v.tasks) > 0 && t == v.tasks[0] {
			break
		}
		v.page.Above += t.grid.Rows
	}
	for i := len(was) - 1; i >= 0 && (len(v.tasks) == 0 || was[i] != v.tasks[len(v.tasks)-1]); i-- {
		v.page.Below += was[i].grid.Rows
	}
}

// chance tells whether what looks like a table without rules stands in rows and
// columns by chance: most of its cells are blank, or most of what is printed are
// parts of sentences and hardly any of it is a number, a date or the like.
func (t *task) chance() bool {
	const blank, prose, few = 0.55, 0.5, 0.2 // share of the cells; shares of what is printed
	const sentence, figure = 10, 3           // Chinese characters; a date has three
	if !t.grid.Open || t.unread {
		return false
	}
	long, printed, digits := 0, 0, 0
	for i := range t.cells {
		c := &t.cells[i]
		if len(c.crops) == 0 {
			continue
		}
		printed++
		switch n := han(c.reading.Text); {
		case n >= sentence:
			long++
		case n <= figure && strings.ContainsAny(c.reading.Text, "0123456789"):
			digits++
		}
	}
	n := float64(printed)
	return n < (1-blank)*float64(len(t.cells)) || float64(digits) <= few*n && float64(long) >= prose*n
}

// han counts the Chinese characters of a text.
func han(text string) (n int) {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// doubtCut flags what stands at a side of the table where print goes on.
func (t *task) doubtCut() {
	for i := range t.cells {
		if t.grid.Cells[i].Cut {
			t.cells[i].bound("print goes on beyond its side, where no rule is seen; it may be cut off")
		}
	}
}

// warnOpen says which tables have no rules around their cells, or not all.
func warnOpen(doc *Document, v *view) {
	for i, t := range v.tasks {
		if t.grid.Open {
			doc.Warnings = append(doc.Warnings, tables.Warning{Code: "no_rules", Message: fmt.Sprintf("table %d has no rules around its cells; its rows and columns were told by how the text is aligned", i+1)})
		}
		if n := t.grid.Recovered; n > 0 {
			doc.Warnings = append(doc.Warnings, tables.Warning{Code: "lost_rules", Message: fmt.Sprintf("%d rules of table %d cannot be seen; gaps in its text, or other rules that end there, tell where they were", n, i+1)})
		}
	}
}
