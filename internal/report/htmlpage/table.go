package htmlpage

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/biaoge/biaoge/internal/report/content"
)

// table adds a table of the page and reports whether it looks like one of
// data, so that what stands in it is no heading of what follows.
func (w *walk) table(n *html.Node) bool {
	g := gridOf(n)
	if g == nil {
		return false
	}
	w.page.add(content.Item{At: w.at(n), Heading: w.outline.Heading(), Table: g}, w.start(n))
	return g.Layout == ""
}

// A tableReader reads the rows of a table as a browser shows them.
type tableReader struct {
	head, body, foot [][][]content.Cell // groups of rows
	caption          string

	layout       string // why the table is none of data; empty if it may be one
	cells, links int    // that have text, and of these those that are nothing but a link
}

// gridOf makes a grid of a table as a browser shows it.
func gridOf(n *html.Node) *content.Grid {
	var t tableReader
	t.read(n)
	g := content.NewGrid(t.rows())
	if g == nil {
		return nil
	}
	role := strings.ToLower(attr(n, "role"))
	switch {
	case t.layout != "":
	case role == "presentation" || role == "none":
		t.layout = "it says that it lays the page out"
	case t.cells > 0 && t.links == t.cells:
		t.layout = "it holds nothing but links"
	}
	g.Caption, g.Layout = t.caption, t.layout
	return g
}

// read takes the caption and the groups of rows of a table.
func (t *tableReader) read(n *html.Node) {
	var loose [][]content.Cell // rows that are in no group
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || hidden(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			t.caption = strings.ReplaceAll(content.Clean(textOf(c)), "\n", " ")
		case atom.Thead:
			t.head = append(t.head, t.group(c))
		case atom.Tbody:
			t.body = append(t.body, t.group(c))
		case atom.Tfoot:
			t.foot = append(t.foot, t.group(c))
		case atom.Tr:
			loose = append(loose, t.row(c))
		}
	}
	if len(loose) > 0 {
		t.body = append(t.body, loose)
	}
}

// rows are those of all groups: the head first and the foot last, wherever they
// are written.
func (t *tableReader) rows() (rows [][]content.Cell) {
	for _, groups := range [][][][]content.Cell{t.head, t.body, t.foot} {
		for _, g := range groups {
			rows = append(rows, bounded(g)...)
		}
	}
	return rows
}

// group reads the rows of a group.
func (t *tableReader) group(n *html.Node) (rows [][]content.Cell) {
	for r := n.FirstChild; r != nil; r = r.NextSibling {
		if r.Type == html.ElementNode && r.DataAtom == atom.Tr && !hidden(r) {
			rows = append(rows, t.row(r))
		}
	}
	return rows
}

// row reads the cells of a row.
func (t *tableReader) row(n *html.Node) []content.Cell {
	row := []content.Cell{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom != atom.Td && c.DataAtom != atom.Th || hidden(c) {
			continue
		}
		text := content.Clean(textOf(c))
		if text != "" {
			t.cells++
			if linked(c) == text {
				t.links++
			}
		}
		if t.layout == "" {
			t.layout = laysOut(c, text)
		}
		row = append(row, content.Cell{Text: text, RowSpan: spanOf(c, "rowspan"), ColSpan: spanOf(c, "colspan")})
	}
	return row
}

// laysOut says why a table with such a cell is none of data; empty if nothing in
// the cell says so.
func laysOut(cell *html.Node, text string) string {
	switch {
	case contains(cell, atom.Table):
		return "another table stands in it"
	case contains(cell, atom.Form) || contains(cell, atom.Input) || contains(cell, atom.Select) || contains(cell, atom.Iframe):
		return "fields to fill in stand in it"
	case text == content.Unread:
		return "pictures stand in it"
	}
	return ""
}

// bounded ends spans of rows with their group, as browsers do.
func bounded(rows [][]content.Cell) [][]content.Cell {
	for r, row := range rows {
		for i := range row {
			if c := &row[i]; c.RowSpan == 0 || c.RowSpan > len(rows)-r {
				c.RowSpan = len(rows) - r
			}
		}
	}
	return rows
}

// spanOf reads a span as browsers do: what is no number is 1; a 0 of rows goes
// on to the end.
func spanOf(n *html.Node, name string) int {
	s := strings.TrimSpace(attr(n, name))
	end := 0
	for end < len(s) && end < 7 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	v, err := strconv.Atoi(s[:end])
	if err != nil || v < 0 || v == 0 && name != "rowspan" {
		return 1
	}
	return v
}

func contains(n *html.Node, a atom.Atom) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && !hidden(c) && (c.DataAtom == a && !(a == atom.Input && attr(c, "type") == "hidden") || contains(c, a)) {
			return true
		}
	}
	return false
}

// linked is the text of an element that stands in links.
func linked(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || hidden(c) {
			continue
		}
		if c.DataAtom == atom.A && attr(c, "href") != "" {
			b.WriteString(textOf(c))
		} else {
			b.WriteString(linked(c))
		}
	}
	return content.Clean(b.String())
}
