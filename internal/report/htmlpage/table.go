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

// gridOf makes a grid of a table as a browser shows it.
func gridOf(n *html.Node) *content.Grid {
	var head, body, foot [][][]content.Cell
	var caption string
	var loose [][]content.Cell // rows that are in no group
	var layout string
	cells, links := 0, 0
	add := func(n *html.Node) []content.Cell {
		row := []content.Cell{}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || c.DataAtom != atom.Td && c.DataAtom != atom.Th || hidden(c) {
				continue
			}
			text := content.Clean(textOf(c))
			if text != "" {
				cells++
				if linked(c) == text {
					links++
				}
			}
			switch {
			case layout != "":
			case contains(c, atom.Table):
				layout = "another table stands in it"
			case contains(c, atom.Form) || contains(c, atom.Input) || contains(c, atom.Select) || contains(c, atom.Iframe):
				layout = "fields to fill in stand in it"
			case text == content.Unread:
				layout = "pictures stand in it"
			}
			row = append(row, content.Cell{Text: text, RowSpan: spanOf(c, "rowspan"), ColSpan: spanOf(c, "colspan")})
		}
		return row
	}
	group := func(n *html.Node) (rows [][]content.Cell) {
		for r := n.FirstChild; r != nil; r = r.NextSibling {
			if r.Type == html.ElementNode && r.DataAtom == atom.Tr && !hidden(r) {
				rows = append(rows, add(r))
			}
		}
		return rows
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || hidden(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			caption = strings.ReplaceAll(content.Clean(textOf(c)), "\n", " ")
		case atom.Thead:
			head = append(head, group(c))
		case atom.Tbody:
			body = append(body, group(c))
		case atom.Tfoot:
			foot = append(foot, group(c))
		case atom.Tr:
			loose = append(loose, add(c))
		}
	}
	if len(loose) > 0 {
		body = append(body, loose)
	}
	var rows [][]content.Cell
	for _, groups := range [][][][]content.Cell{head, body, foot} {
		for _, g := range groups {
			rows = append(rows, bounded(g)...)
		}
	}
	g := content.NewGrid(rows)
	if g == nil {
		return nil
	}
	role := strings.ToLower(attr(n, "role"))
	switch {
	case layout != "":
	case role == "presentation" || role == "none":
		layout = "it says that it lays the page out"
	case cells > 0 && links == cells:
		layout = "it holds nothing but links"
	}
	g.Caption, g.Layout = caption, layout
	return g
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
