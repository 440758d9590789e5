package main

import (
	"io"
	"slices"
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/biaoge/biaoge/tables"
)

// A place is that of a cell on the printed grid.
type place struct{ row, col, rowspan, colspan int }

func placeOf(c tables.Cell) place { return place{c.Row, c.Col, c.RowSpan, c.ColSpan} }

// A grid is the folded text of each cell of a printed table.
type grid map[place]string

// readTables reads the tables of a page.
func readTables(r io.Reader) ([]grid, error) {
	doc, err := html.Parse(r)
	if err != nil {
		return nil, err
	}
	var all []grid
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Table {
			all = append(all, gridOf(n))
		}
	}
	return all, nil
}

// gridOf places the cells of a table. Lines between columns in which no cell
// ends are none.
func gridOf(table *html.Node) grid {
	taken := make(map[[2]int]bool)
	var cells []place
	var texts []string
	row := -1
	for n := range table.Descendants() {
		switch n.DataAtom {
		case atom.Tr:
			row++
		case atom.Td, atom.Th:
			c := place{max(row, 0), 0, span(n, "rowspan"), span(n, "colspan")}
			for taken[[2]int{c.row, c.col}] {
				c.col++
			}
			for y := range c.rowspan {
				for x := range c.colspan {
					taken[[2]int{c.row + y, c.col + x}] = true
				}
			}
			cells, texts = append(cells, c), append(texts, tables.Fold(textOf(n)))
		}
	}
	var edges []int
	for _, c := range cells {
		edges = append(edges, c.col, c.col+c.colspan)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	out := make(grid, len(cells))
	for i, c := range cells {
		from, to := slices.Index(edges, c.col), slices.Index(edges, c.col+c.colspan)
		c.col, c.colspan = from, to-from
		out[c] = texts[i]
	}
	return out
}

func span(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if v, err := strconv.Atoi(a.Val); a.Key == key && err == nil && v > 0 {
			return v
		}
	}
	return 1
}

func textOf(n *html.Node) (text string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text += d.Data
		}
	}
	return text
}
