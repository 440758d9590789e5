package review

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/tables"
)

// showTable adds the grid of a whole table.
func (d *desk) showTable(out *Question, at storedTarget, docs, now []*tables.Document, c *corrected) {
	doc := page(docs, at.page)
	out.Crop = out.Whole
	if doc == nil {
		return
	}
	out.Outline = outline(doc, at.box)
	t := tableOf(now, at.page, at.table)
	if t == nil {
		// It was not found: the form that its labels are of is offered.
		for _, f := range d.forms {
			if slices.ContainsFunc(out.Reasons, func(r string) bool { return strings.Contains(r, f.ID) }) {
				out.Form, out.Grid = f.ID, FormGrid(f)
			}
		}
		if out.Grid == nil {
			out.Grid = &Grid{Rows: 2, Cols: 2, Cells: blankCells(2, 2)}
		}
		return
	}
	out.Outline = outlineOf(doc, t.Quad)
	out.Grid = gridOf(doc, t, func(key string) bool {
		if c == nil {
			return false
		}
		_, ok := c.People[results.Cell{Page: at.page, Table: at.table, Key: key}]
		return ok
	})
	out.Sums = d.sums(t, "")
}

// FormGrid is a form that nothing is filled in yet.
func FormGrid(f *tables.Form) *Grid {
	g := &Grid{Form: f.ID, Rows: f.Rows, Cols: f.Cols, Cells: []GridCell{}}
	for _, c := range f.Cells {
		cell := GridCell{TableCell: TableCell{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan), c.Text}, Kind: tables.KindLabel, Key: c.Key}
		if c.Key != "" {
			cell.Kind = tables.KindValue
		}
		g.Cells = append(g.Cells, cell)
	}
	return g
}

func blankCells(rows, cols int) (cells []GridCell) {
	for r := range rows {
		for c := range cols {
			cells = append(cells, GridCell{TableCell: TableCell{r, c, 1, 1, ""}, Kind: tables.KindValue})
		}
	}
	return cells
}

func gridOf(doc *tables.Document, t *tables.Table, person func(key string) bool) *Grid {
	g := &Grid{Rows: t.Rows, Cols: t.Cols, Cells: []GridCell{}}
	if t.Form != nil {
		g.Form = *t.Form
	}
	records := make(map[[2]int]*tables.Record, len(t.Records))
	for i := range t.Records {
		records[t.Records[i].Cell] = &t.Records[i]
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		cell := GridCell{TableCell: TableCell{c.Row, c.Col, max(1, c.RowSpan), max(1, c.ColSpan), c.Text}, Kind: c.Kind,
			Flagged: c.Review, Outline: outline(doc, c.Box)}
		if r := records[[2]int{c.Row, c.Col}]; r != nil {
			cell.Key, cell.Label = r.Key, strings.Join(r.Labels, " › ")
		}
		cell.Person = cell.Key != "" && person(cell.Key)
		g.Cells = append(g.Cells, cell)
	}
	return g
}

// showConflict sets the pictures side by side that claim one table.
func (d *desk) showConflict(out *Question, targets []storedTarget) error {
	out.Crop = out.Whole
	values := make(map[string]map[string]bool)
	for _, at := range targets {
		p, err := d.store.picture(at.picture)
		if err != nil {
			return err
		}
		docs, err := d.docs.of(p.path)
		if err != nil {
			return err
		}
		c, err := d.store.correct(p.sha256, docs, d.forms, 0)
		if err != nil {
			return err
		}
		if c != nil {
			docs = c.Documents
		}
		t := tableOf(docs, at.page, at.table)
		if t == nil {
			continue
		}
		for i := range t.Records {
			r := &t.Records[i]
			if values[r.Key] == nil {
				values[r.Key] = make(map[string]bool)
			}
			values[r.Key][r.Raw] = true
		}
		out.Sides = append(out.Sides, Side{Target: idOf(at.id), Picture: p.name, Page: at.page, Whole: cropURL(cropWhole, p.id, int64(at.page)),
			Grid: gridOf(page(docs, at.page), t, nobody), Differ: []string{}})
	}
	for i := range out.Sides {
		for _, c := range out.Sides[i].Grid.Cells {
			if c.Key != "" && len(values[c.Key]) > 1 {
				out.Sides[i].Differ = append(out.Sides[i].Differ, c.Key)
			}
		}
	}
	// What was answered since may have made the pictures say the same.
	out.moot = !slices.ContainsFunc(out.Sides, func(s Side) bool { return len(s.Differ) > 0 })
	return nil
}

// showLacking lists where a table may be that its report lacks.
func (d *desk) showLacking(out *Question, q *question, targets []storedTarget) (err error) {
	out.Crop = out.Whole
	if f := formOf(&tables.Table{Form: &q.form}, d.forms); f != nil {
		out.Grid = FormGrid(f)
	}
	for _, at := range targets {
		p, err := d.store.picture(at.picture)
		if err != nil {
			return err
		}
		side := Side{Target: idOf(at.id), Picture: p.name, Page: at.page, Whole: cropURL(cropWhole, p.id, int64(at.page)), Differ: []string{}}
		if at.table > 0 {
			docs, err := d.docs.of(p.path)
			if err != nil {
				return err
			}
			if t := tableOf(docs, at.page, at.table); t != nil {
				side.Grid, side.Outline = gridOf(page(docs, at.page), t, nobody), outlineOf(page(docs, at.page), t.Quad)
			}
		}
		out.Sides = append(out.Sides, side)
	}
	out.moot, err = d.store.found(q)
	return err
}

// nobody gave any of the values.
func nobody(string) bool { return false }

// outline is a box on the whole picture as the page shows it: turned so that
// its table stands upright; corners as shares of its sides.
func outline(d *tables.Document, b tables.Box) [4]tables.Point { return outlineOf(d, corners(b)) }

func outlineOf(d *tables.Document, quad [4]tables.Point) (out [4]tables.Point) {
	if d == nil || d.Source.Width == 0 || d.Source.Height == 0 {
		return out
	}
	for i, p := range quad {
		x, y := p[0]/float64(d.Source.Width), p[1]/float64(d.Source.Height)
		switch d.Image.Rotation {
		case 90:
			x, y = 1-y, x
		case 180:
			x, y = 1-x, 1-y
		case 270:
			x, y = y, 1-x
		}
		out[i] = tables.Point{x, y}
	}
	return out
}
