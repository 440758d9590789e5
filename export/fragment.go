package export

import (
	"fmt"
	"html"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// Styles stand inline: a page that a fragment is put into has its own.
const (
	fragmentTable = "border-collapse:collapse;margin:.5em auto;background:#fff;color:#222;text-indent:0;line-height:1.4"
	fragmentCell  = "border:1px solid #888;padding:.2em .5em;text-align:center"
	fragmentLabel = fragmentCell + ";background:#f3f3f3;font-weight:normal"
	fragmentFlag  = ";background:#ffe08a;outline:2px solid #d08700;outline-offset:-2px"
	fragmentNote  = "margin:.2em 0;color:#a40000;text-indent:0;font-size:90%"
)

// Fragment is tables as HTML that can be put into any page, be it XHTML: styles
// inline, no scripts, flagged cells marked with their reasons. Picture is the tag of what
// they were read from, which is folded away below; empty leaves it out. It has
// no blank lines, so that it may stand in Markdown as well.
func Fragment(l message.Language, ts []*tables.Table, name, picture string) string {
	var b strings.Builder
	b.WriteString(`<div class="biaoge">`)
	for _, t := range ts {
		fragmentOf(&b, l, t)
	}
	if picture != "" {
		b.WriteString(Folded(l, name, picture))
	}
	b.WriteString("</div>")
	return b.String()
}

// Folded is an HTML element that hides a picture until somebody opens it. Name is what the
// picture is called, picture its tag.
func Folded(l message.Language, name, picture string) string {
	return fmt.Sprintf("<details style=\"text-indent:0\"><summary>%s</summary>%s</details>", html.EscapeString(Original(l, name)), picture)
}

// Original is what is written above the picture that a table was read from, in words. Name
// is what the picture is called.
func Original(l message.Language, name string) string { return l.Text("original picture %s", name) }

func fragmentOf(b *strings.Builder, l message.Language, t *tables.Table) {
	fmt.Fprintf(b, "<table style=%q", fragmentTable)
	if t.Form != nil {
		fmt.Fprintf(b, ` data-form="%s"`, html.EscapeString(*t.Form))
	}
	b.WriteString(">\n")
	if t.Caption != "" {
		fmt.Fprintf(b, "<caption>%s</caption>\n", html.EscapeString(t.Caption))
	}
	rows := make([][]*tables.Cell, t.Rows)
	for i := range t.Cells {
		rows[t.Cells[i].Row] = append(rows[t.Cells[i].Row], &t.Cells[i])
	}
	for _, row := range rows {
		b.WriteString("<tr>")
		for _, c := range row {
			fragmentCellOf(b, l, t, c)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>")
	for _, n := range Notes(l, t) {
		fmt.Fprintf(b, "\n<div style=%q>%s %s</div>", fragmentNote, flagMark, html.EscapeString(n))
	}
}

func fragmentCellOf(b *strings.Builder, l message.Language, t *tables.Table, c *tables.Cell) {
	name, style := "td", fragmentCell
	if c.Kind == tables.KindLabel {
		name, style = "th", fragmentLabel
	}
	why := ReasonsFor(l, t, c)
	if why != nil {
		style += fragmentFlag
	}
	fmt.Fprintf(b, "<%s style=%q", name, style)
	if c.RowSpan > 1 {
		fmt.Fprintf(b, ` rowspan="%d"`, c.RowSpan)
	}
	if c.ColSpan > 1 {
		fmt.Fprintf(b, ` colspan="%d"`, c.ColSpan)
	}
	if r := t.RecordAt(c.Row, c.Col); r != nil {
		fmt.Fprintf(b, ` data-key="%s"`, html.EscapeString(r.Key))
	}
	if why != nil {
		fmt.Fprintf(b, ` title="%s"`, html.EscapeString(strings.Join(why, l.Text("; "))))
	}
	text := strings.ReplaceAll(html.EscapeString(c.Text), "\n", "<br/>")
	if why != nil {
		text = strings.TrimSpace(text + " " + flagMark)
	}
	fmt.Fprintf(b, ">%s</%s>", text, name)
}
