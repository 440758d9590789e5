package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/tables"
)

// A Question is what the page is given of one.
type Question struct {
	ID           string          `json:"id"`
	Version      int             `json:"version"`
	Mode         string          `json:"mode"`
	Kind         string          `json:"kind"`
	Key          string          `json:"key"`
	Picture      string          `json:"picture"`
	Page         int             `json:"page"`
	Crop         string          `json:"crop"`
	Reading      string          `json:"reading"`
	Reasons      []string        `json:"reasons"`
	Targets      []string        `json:"targets"`
	Report       string          `json:"report"`
	Form         string          `json:"form"`
	Table        int             `json:"table"` // of the page, from 1; 0 for one that was not found
	Confidence   float64         `json:"confidence"`
	Causes       []tables.Cause  `json:"causes"` // the reasons as codes
	Chinese      []string        `json:"reasons_zh"`
	Alternatives []string        `json:"alternatives"`
	Labels       []Label         `json:"labels"`          // that lead to it, as printed
	Sums         []Sum           `json:"sums"`            // that it stands in
	Whole        string          `json:"whole"`           // the whole picture
	Outline      [4]tables.Point `json:"outline"`         // of the cell on it, as shares of its sides
	Spots        []Spot          `json:"spots,omitempty"` // of a carpet, one a target
	Grid         *Grid           `json:"grid,omitempty"`  // of a whole table
	Sides        []Side          `json:"sides,omitempty"` // of a conflict, or where a table may be that its report lacks

	moot bool // other answers have settled it since
}

// A Label is a heading of the value's row or column.
type Label struct {
	Of   string `json:"of"` // row or column
	Text string `json:"text"`
	Crop string `json:"crop"`
}

// A Spot is where one of many like cells is.
type Spot struct {
	Labels  []Label         `json:"labels"`
	Outline [4]tables.Point `json:"outline"`
}

// A Sum is one that a form says must hold, as far as it is known.
type Sum struct {
	Rule       string   `json:"rule"`
	Sum        []Part   `json:"sum"`
	Equals     []Part   `json:"equals"`
	Difference *float64 `json:"difference"` // what is printed as total, less what the parts add up to; nil where one is no number
}

// A Part is one value in a sum.
type Part struct {
	Key   string   `json:"key"`
	Label string   `json:"label"`
	Raw   string   `json:"raw"`
	Value *float64 `json:"value"`
}

// A Grid is a table to be gone through or keyed.
type Grid struct {
	Form  string     `json:"form"`
	Rows  int        `json:"rows"`
	Cols  int        `json:"cols"`
	Cells []GridCell `json:"cells"`
}

// A GridCell is one cell of it.
type GridCell struct {
	TableCell
	Kind    string          `json:"kind"`
	Key     string          `json:"key,omitempty"`
	Label   string          `json:"label,omitempty"` // the labels that lead to a value
	Flagged bool            `json:"flagged,omitempty"`
	Person  bool            `json:"person,omitempty"` // what it says is a person's
	Outline [4]tables.Point `json:"outline"`
}

// A Side is one of the pictures of a conflict, or one where a table may be that
// its report lacks.
type Side struct {
	Target  string          `json:"target"`
	Picture string          `json:"picture"`
	Page    int             `json:"page"`
	Whole   string          `json:"whole"`
	Grid    *Grid           `json:"grid,omitempty"` // the table that was read there
	Differ  []string        `json:"differ"`         // keys whose values are not the same everywhere
	Outline [4]tables.Point `json:"outline"`        // of that table
}

// A picture as the store has it.
type picture struct {
	id                         int64
	path, name, report, sha256 string
}

func (s *Store) picture(id int64) (p picture, err error) {
	var path []byte
	err = s.r.QueryRow("SELECT id, path, name, report, sha256 FROM pictures WHERE id = ?", id).Scan(&p.id, &path, &p.name, &p.report, &p.sha256)
	p.path = string(path)
	return p, err
}

// A desk shows questions: it knows the documents and the forms beside the
// answers.
type desk struct {
	store *Store
	docs  *documents
	forms []*tables.Form
}

// show tells all that a page needs of a question.
func (d *desk) show(q *question, who Reviewer) (*Question, error) {
	version, err := d.store.version(d.store.r, q, who.ID)
	if err != nil {
		return nil, err
	}
	targets, err := targetsOf(d.store.r, "question = ? AND copy = 0", q.id)
	if err != nil || len(targets) == 0 {
		return nil, fmt.Errorf("question %d has no targets: %w", q.id, err)
	}
	first := targets[0]
	p, err := d.store.picture(first.picture)
	if err != nil {
		return nil, err
	}
	out := &Question{ID: idOf(q.id), Version: version, Mode: q.mode, Kind: q.kind, Key: q.key, Picture: p.name, Page: first.page,
		Crop: cropURL(cropCell, first.id), Reading: q.reading, Report: p.report, Form: q.form, Table: first.table, Confidence: q.confidence,
		Alternatives: []string{}, Labels: []Label{}, Sums: []Sum{}, Whole: cropURL(cropWhole, p.id, int64(first.page))}
	if err := json.Unmarshal([]byte(q.reasons), &out.Reasons); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(q.causes), &out.Causes); err != nil {
		return nil, err
	}
	out.Chinese = []string{}
	for _, c := range out.Causes {
		out.Chinese = append(out.Chinese, c.In(message.Chinese))
	}
	for _, t := range targets {
		out.Targets = append(out.Targets, idOf(t.id))
	}
	docs, err := d.docs.of(p.path)
	if err != nil {
		return nil, err
	}
	now := docs
	c, err := d.store.correct(p.sha256, docs, d.forms, who.ID)
	if err != nil {
		return nil, err
	}
	if c != nil {
		now = c.Documents
	}
	switch q.kind {
	case KindConflict:
		out.Reading = ""
		err = d.showConflict(out, targets)
	case KindTable:
		out.Reading = ""
		if q.why == whyLacks {
			err = d.showLacking(out, q, targets)
		} else {
			d.showTable(out, first, docs, now, c)
		}
	default:
		d.showCell(out, first, docs, now)
		if q.mode == ModeCarpet {
			out.Spots = spots(targets, docs)
		}
	}
	return out, err
}

func idOf(n int64) string { return strconv.FormatInt(n, 10) }

// showCell adds what stands around a value or label.
func (d *desk) showCell(out *Question, at storedTarget, docs, now []*tables.Document) {
	t, doc := tableOf(docs, at.page, at.table), page(docs, at.page)
	if t == nil {
		return
	}
	out.Outline = outline(doc, at.box)
	c := cellAt(t, at.row, at.col)
	if c == nil {
		return
	}
	for _, a := range c.Alternatives {
		if !slices.Contains(out.Alternatives, a.Text) && a.Text != out.Reading {
			out.Alternatives = append(out.Alternatives, a.Text)
		}
	}
	out.Labels = labels(at, t, c)
	if r := t.RecordAt(at.row, at.col); r != nil {
		out.Key = r.Key
		out.Sums = d.sums(tableOf(now, at.page, at.table), r.Key)
	}
}

// labels are those that lead to a value, as crops; none lead to a label, beside
// which only others stand.
func labels(at storedTarget, t *tables.Table, c *tables.Cell) []Label {
	all := []Label{}
	if c.Kind == tables.KindLabel && t.RecordAt(c.Row, c.Col) == nil {
		return all
	}
	for _, l := range []struct {
		of    string
		cells []*tables.Cell
	}{{"row", headsOf(t, c, true)}, {"column", headsOf(t, c, false)}} {
		for _, h := range l.cells {
			all = append(all, Label{l.of, h.Text, cropURL(cropPlace, at.picture, int64(at.page), int64(at.table), int64(h.Row), int64(h.Col))})
		}
	}
	return all
}

// spots are the cells of a carpet, each with what leads to it.
func spots(targets []storedTarget, docs []*tables.Document) (all []Spot) {
	for _, at := range targets {
		s := Spot{Labels: []Label{}, Outline: outline(page(docs, at.page), at.box)}
		if t := tableOf(docs, at.page, at.table); t != nil {
			if c := cellAt(t, at.row, at.col); c != nil {
				s.Labels = labels(at, t, c)
			}
		}
		all = append(all, s)
	}
	return all
}

// headsAtMost is how many labels of a row or column are shown: a form with more
// levels of them would fill the screen.
const headsAtMost = 4

// headsOf are the labels of a cell's row or column, the widest first: the
// nearest one, and those that border on one another beyond it.
func headsOf(t *tables.Table, c *tables.Cell, row bool) (heads []*tables.Cell) {
	var all []*tables.Cell
	for i := range t.Cells {
		l := &t.Cells[i]
		if l.Kind != tables.KindLabel || l.Text == "" || l == c {
			continue
		}
		beside := l.Col+l.ColSpan <= c.Col && l.Row <= c.Row && l.Row+l.RowSpan >= c.Row+c.RowSpan
		above := l.Row+l.RowSpan <= c.Row && l.Col <= c.Col && l.Col+l.ColSpan >= c.Col+c.ColSpan
		if row && beside || !row && above {
			all = append(all, l)
		}
	}
	from, to := func(l *tables.Cell) int { return l.Row }, func(l *tables.Cell) int { return l.Row + l.RowSpan }
	if row {
		from, to = func(l *tables.Cell) int { return l.Col }, func(l *tables.Cell) int { return l.Col + l.ColSpan }
	}
	slices.SortFunc(all, func(a, b *tables.Cell) int { return from(b) - from(a) })
	for i, l := range all {
		if i == headsAtMost || i > 0 && to(l) != from(all[i-1]) {
			break
		}
		heads = append(heads, l)
	}
	slices.Reverse(heads)
	return heads
}

// sums are those that a value stands in.
func (d *desk) sums(t *tables.Table, key string) []Sum {
	out := []Sum{}
	f := formOf(t, d.forms)
	if f == nil {
		return out
	}
	of := make(map[string]*tables.Record, len(t.Records))
	for i := range t.Records {
		of[t.Records[i].Key] = &t.Records[i]
	}
	for _, c := range f.Checks {
		if key != "" && !slices.Contains(c.Sum, key) && !slices.Contains(c.Equals, key) {
			continue
		}
		sum, ok := parts(c.Sum, of)
		equals, there := parts(c.Equals, of)
		if !ok || !there {
			continue
		}
		s := Sum{Rule: c.Rule, Sum: sum, Equals: equals}
		if off, ok := c.Off(func(key string) *tables.Record { return of[key] }); ok {
			s.Difference = &off
		}
		out = append(out, s)
	}
	return out
}

func formOf(t *tables.Table, forms []*tables.Form) *tables.Form {
	if t == nil || t.Form == nil {
		return nil
	}
	i := slices.IndexFunc(forms, func(f *tables.Form) bool { return f.ID == *t.Form })
	if i < 0 {
		return nil
	}
	return forms[i]
}

func parts(keys []string, of map[string]*tables.Record) (all []Part, ok bool) {
	for _, k := range keys {
		r := of[k]
		if r == nil {
			return nil, false
		}
		label := k
		if n := len(r.Labels); n > 0 {
			label = strings.Join(r.Labels, " › ")
		}
		all = append(all, Part{k, label, r.Raw, r.Value})
	}
	return all, true
}

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
