// Package markdown finds the pictures and tables of a report in Markdown, with
// the HTML in it, and puts tables in the place of pictures. It knows Markdown
// (with tables as GitHub has them) and leaves HTML to package htmlpage.
//
// It must not know forms, nor where a page came from.
package markdown

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/report/charset"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/htmlpage"
)

// MaxBytes bounds a report.
const MaxBytes = 8_000_000

// A Text is a report in Markdown.
type Text struct {
	text    *charset.Text
	source  []byte // in UTF-8
	content content.Content
	places  []place // of items
	outline content.Outline
	finder  content.Finder
	found   []found
	raw     [][2]int // HTML in it
}

// A place is where an item stands.
type place struct {
	from, to int
	block    bool   // it is all of a paragraph, or stands in one that nothing holds
	keep     string // its tag in HTML
}

type found struct {
	item content.Item
	place
}

// Parse reads a report.
func Parse(data []byte, finder content.Finder) (t *Text, err error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: a text of %d MB, where %d are allowed; cut it into parts", content.ErrTooLarge, len(data)/1_000_000, MaxBytes/1_000_000)
	}
	t = &Text{text: charset.Decode(data, ""), finder: finder}
	t.source = []byte(t.text.UTF8)
	t.content.MediaType, t.content.Charset = "text/markdown", t.text.Name
	defer func() {
		if v := recover(); v != nil {
			t, err = nil, fmt.Errorf("%w: it can't be taken apart (%v)", content.ErrDamaged, v)
		}
	}()
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(t.source))
	if err := ast.Walk(root, t.node); err != nil {
		return nil, err
	}
	if err := t.html(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(t.found, func(a, b found) int { return a.from - b.from })
	for _, f := range t.found {
		t.content.Items, t.places = append(t.content.Items, f.item), append(t.places, f.place)
	}
	t.content.Lines = t.outline.Lines()
	return t, nil
}

// Content says what is in the report.
func (t *Text) Content() *content.Content { return &t.content }

// node takes what is of use from a node of the text.
func (t *Text) node(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Heading:
		line := t.plain(n)
		if t.content.Title == "" {
			t.content.Title = line
		}
		t.outline.Line(line, true)
	case *ast.Paragraph, *ast.TextBlock:
		for line := range strings.SplitSeq(t.plain(n), "\n") {
			t.outline.Line(line, false)
		}
	case *extast.Table:
		t.table(n)
	case *ast.Image:
		t.picture(n)
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			s := n.Segments.At(i)
			t.raw = append(t.raw, [2]int{s.Start, s.Stop})
		}
	case *ast.HTMLBlock:
		for i := range n.Lines().Len() {
			s := n.Lines().At(i)
			t.raw = append(t.raw, [2]int{s.Start, s.Stop})
		}
		if n.HasClosure() {
			t.raw = append(t.raw, [2]int{n.ClosureLine.Start, n.ClosureLine.Stop})
		}
	}
	return ast.WalkContinue, nil
}

// plain is the text of a node, without its marks.
func (t *Text) plain(n ast.Node) string {
	var b strings.Builder
	cell := n.Kind() == extast.KindTableCell
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image:
			if cell {
				b.WriteString(content.Unread)
			}
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			s := n.Segment.Value(t.source)
			if n.IsRaw() {
				b.Write(s)
			} else {
				b.WriteString(html.UnescapeString(unescape(string(s))))
			}
			if n.HardLineBreak() || n.SoftLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.RawHTML:
			if n.Segments.Len() > 0 {
				s := n.Segments.At(0)
				b.WriteString(inCell(strings.ToLower(string(s.Value(t.source)))))
			}
		}
		return ast.WalkContinue, nil
	})
	return content.Clean(b.String())
}

// inCell is what a tag in a text stands for.
func inCell(tag string) string {
	name := strings.TrimLeft(tag, "<")
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	switch name {
	case "br":
		return "\n"
	case "sup", "sub":
		return content.Raised
	case "img", "s", "del", "strike":
		return content.Unread
	}
	return ""
}

// unescape takes the backslashes off that keep signs from being marks.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (t *Text) at(from int) string {
	return fmt.Sprintf("line %d", 1+bytes.Count(t.source[:min(from, len(t.source))], []byte("\n")))
}

// table adds a table of the text.
func (t *Text) table(n *extast.Table) {
	var rows [][]content.Cell
	from := n.Pos()
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var row []content.Cell
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			row = append(row, content.Cell{Text: t.plain(c), RowSpan: 1, ColSpan: 1})
		}
		rows = append(rows, row)
	}
	if g := content.NewGrid(rows); g != nil {
		t.found = append(t.found, found{content.Item{At: t.at(from), Heading: t.outline.Heading(), Table: g}, place{from: from, to: from}})
		t.outline.Past()
	}
}

// picture adds a picture of the text.
func (t *Text) picture(n *ast.Image) {
	from := n.Pos()
	to := t.end(n)
	pic := t.finder.Find(string(n.Destination))
	p := place{from: from, to: to, keep: fmt.Sprintf(`<img src="%s" alt="%s" style="max-width:100%%">`, html.EscapeString(string(n.Destination)), html.EscapeString(t.alt(n)))}
	if parent := n.Parent(); parent != nil && parent.Kind() == ast.KindParagraph && parent.Parent() != nil && parent.Parent().Kind() == ast.KindDocument {
		p.block = true
	}
	t.found = append(t.found, found{content.Item{At: t.at(from), Heading: t.outline.Heading(), Picture: &pic}, p})
	t.outline.Past()
}

func (t *Text) alt(n *ast.Image) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b.WriteString(t.plain(c))
	}
	return b.String()
}

// end is where a picture ends that begins at ![: behind its address or the name
// of its reference.
func (t *Text) end(n *ast.Image) int {
	s, i := t.source, n.Pos()+2
	depth := 1
	for ; i < len(s) && depth > 0; i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			depth++
		case ']':
			depth--
		}
	}
	if i >= len(s) {
		return len(s)
	}
	switch {
	case s[i] == '(' && n.Reference == nil:
		return closing(s, i)
	case s[i] == '[' && n.Reference != nil:
		if e := bytes.IndexByte(s[i:], ']'); e >= 0 {
			return i + e + 1
		}
	}
	return i
}

// closing is behind the bracket that closes the one at i.
func closing(s []byte, i int) int {
	depth := 0
	for quote := byte(0); i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && depth == 1 && (s[i-1] == ' ' || s[i-1] == '\n' || s[i-1] == '\t'):
			quote = c
		case c == '<' && s[i-1] == '(':
			quote = '>'
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// html adds the pictures and tables of the HTML in the text: to HTML all else
// is blank, so that places stay.
func (t *Text) html() error {
	if len(t.raw) == 0 {
		return nil
	}
	page := bytes.Repeat([]byte{' '}, len(t.source))
	for _, r := range t.raw {
		copy(page[r[0]:r[1]], t.source[r[0]:r[1]])
	}
	p, err := htmlpage.Parse(page, htmlpage.Options{Charset: "utf-8", Finder: t.finder})
	if err != nil {
		return err
	}
	for i, item := range p.Content().Items {
		from, to, keep := p.Place(i)
		item.At = t.at(from)
		t.found = append(t.found, found{item, place{from: from, to: to, keep: keep}})
	}
	return nil
}

// Replace puts tables in the place of pictures.
func (t *Text) Replace(with map[int]content.Replacement) ([]byte, error) {
	var splices []charset.Splice
	for i, r := range with {
		p := t.places[i]
		if p.to == p.from || len(r.Tables) == 0 {
			continue
		}
		keep := p.keep
		if r.Drop {
			keep = ""
		}
		splices = append(splices, charset.Splice{From: p.from, To: p.to, With: t.inPlace(p, r, keep)})
	}
	slices.SortFunc(splices, func(a, b charset.Splice) int { return a.From - b.From })
	return t.text.Replace(splices), nil
}

// inPlace is what stands for a picture: a table of Markdown where that can be,
// HTML where cells span several or it stands within something else.
func (t *Text) inPlace(p place, r content.Replacement, keep string) string {
	if !p.block {
		return strings.ReplaceAll(export.Fragment(r.Language, r.Tables, r.Name, keep), "\n", "")
	}
	var b strings.Builder
	gap := func(edge bool) {
		if !edge {
			b.WriteString("\n\n")
		}
	}
	before := bytes.TrimRight(t.source[:p.from], " \t")
	gap(len(before) == 0 || bytes.HasSuffix(before, []byte("\n")) && (len(before) == 1 || bytes.HasSuffix(bytes.TrimRight(before[:len(before)-1], " \t\r"), []byte("\n"))))
	var plain []string
	for _, table := range r.Tables {
		text, ok := export.MarkdownTable(table)
		if !ok {
			plain = nil
			break
		}
		if table.Caption != "" {
			text = "**" + export.MarkdownText(table.Caption) + "**\n\n" + text
		}
		plain = append(plain, text)
	}
	if plain == nil {
		b.WriteString(export.Fragment(r.Language, r.Tables, r.Name, keep))
	} else {
		b.WriteString(strings.Join(plain, "\n"))
		if keep != "" {
			b.WriteString("\n" + export.Folded(r.Language, r.Name, keep))
		}
	}
	after := bytes.TrimLeft(t.source[p.to:], " \t\r")
	gap(len(after) == 0 || bytes.HasPrefix(after, []byte("\n")) && (len(after) == 1 || bytes.HasPrefix(bytes.TrimLeft(after[1:], " \t\r"), []byte("\n"))))
	return b.String()
}
