package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

type markdownWriter struct {
	w        io.Writer
	language message.Language
	begun    bool
}

func newMarkdown(w io.Writer, o Options) Writer { return &markdownWriter{w: w, language: o.Language} }

func (m *markdownWriter) Write(docs []*tables.Document) error {
	var b bytes.Buffer
	for _, d := range docs {
		if m.begun {
			b.WriteByte('\n')
		}
		m.begun = true
		markdown(&b, m.language, d)
	}
	_, err := m.w.Write(b.Bytes())
	return err
}

func (m *markdownWriter) Close() error { return nil }

// flagMark stands behind the text of a flagged cell where there are no
// colours.
const flagMark = "⚠"

func markdown(b *bytes.Buffer, l message.Language, d *tables.Document) {
	fmt.Fprintf(b, "## %s\n", inline(pageTitle(l, d)))
	if len(d.Tables) == 0 {
		fmt.Fprintf(b, "\n%s\n", l.Text("No table in this picture."))
	}
	for i := range d.Tables {
		t := &d.Tables[i]
		if t.Caption != "" {
			fmt.Fprintf(b, "\n**%s**\n", inline(t.Caption))
		}
		b.WriteByte('\n')
		markdownTable(b, l, t)
	}
}

// MarkdownTable is a table in Markdown, with notes below it on what is flagged;
// ok is false where it has cells that span several, which Markdown has not.
func MarkdownTable(t *tables.Table) (text string, ok bool) {
	for _, c := range t.Cells {
		if c.RowSpan > 1 || c.ColSpan > 1 {
			return "", false
		}
	}
	var b bytes.Buffer
	markdownTable(&b, message.English, t)
	return b.String(), true
}

func markdownTable(b *bytes.Buffer, l message.Language, t *tables.Table) {
	rows := make([][]string, t.Rows)
	for r := range rows {
		rows[r] = make([]string, t.Cols)
	}
	var notes []string
	for j := range t.Cells {
		c := &t.Cells[j]
		text := inline(c.Text)
		if why := ReasonsFor(l, t, c); why != nil {
			text = strings.TrimSpace(text + " " + flagMark)
			notes = append(notes, l.Text("row %[1]d, column %[2]d", c.Row+1, c.Col+1)+": "+inline(strings.Join(why, "; ")))
		}
		rows[c.Row][c.Col] = text
	}
	for r, row := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
		if r == 0 { // the dialect has exactly one heading row
			b.WriteString(strings.Repeat("| --- ", t.Cols) + "|\n")
		}
	}
	for _, n := range Notes(l, t) {
		notes = append(notes, inline(n))
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range notes {
		fmt.Fprintf(b, "- %s %s\n", flagMark, n)
	}
}

func checkText(l message.Language, c *tables.Check) string {
	if why := checkReason(l, c); why != "" {
		return c.Rule + ": " + why
	}
	return c.Rule + ": " + l.Text("the parts add up to %[1]s, printed is %[2]s", number(c.Expected), number(c.Actual))
}

var inlineEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "&", "&amp;", "[", `\[`, "~", `\~`, "\r", "", "\n", "<br>")

// MarkdownText is a text with its signs escaped, so that no program takes them for
// Markdown.
func MarkdownText(s string) string { return inline(s) }

// inline keeps a text from being taken for Markdown.
func inline(s string) string { return inlineEscapes.Replace(s) }
