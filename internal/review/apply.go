package review

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/tables"
)

// nobodyReads is why a value stays flagged that a person could not read.
var nobodyReads = tables.Because("person_unreadable")

// An outcome is what the answers to a question come to, about one target.
type outcome struct {
	kind, why, settlers string
	answer              Answer
	at                  storedTarget
	time                int64 // when it was settled
}

// elsewhere reports whether an outcome says nothing of its target: of those
// where a table may be that its report lacks, it is at another one, or none.
func (o *outcome) elsewhere() bool {
	return o.why == whyLacks && (o.answer.Table == nil || o.answer.Table.Target != idOf(o.at.id))
}

// outcomes returns what was settled about the pictures with a hash, the first
// settled first; of a reviewer, where one is given, also what they said that
// is not settled.
func (s *Store) outcomes(db querier, sha256 string, who int64) (all []outcome, err error) {
	rows, err := db.Query(`SELECT q.kind, q.why, q.settlers, coalesce(a.at, 0), CASE WHEN q.settled <> 0 THEN q.outcome ELSE st.answer END, t.id, t.question, t.picture, t.sha256, t.page, t.tbl, t.row, t.col, t.x, t.y, t.w, t.h, t.copy
		FROM targets t JOIN questions q ON q.id = t.question LEFT JOIN standing st ON st.question = q.id AND st.reviewer = ? AND q.settled = 0
		LEFT JOIN answers a ON a.seq = q.settled
		WHERE t.sha256 = ? AND q.gone = 0 AND q.why <> 'known' AND (q.settled <> 0 OR st.seq IS NOT NULL) ORDER BY coalesce(nullif(q.settled, 0), st.seq), t.id`, who, sha256)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	done := make(map[[5]int64]bool)
	for rows.Next() {
		var o outcome
		var text string
		t := &o.at
		if err := rows.Scan(&o.kind, &o.why, &o.settlers, &o.time, &text, &t.id, &t.question, &t.picture, &t.sha256, &t.page, &t.table, &t.row, &t.col, &t.box[0], &t.box[1], &t.box[2], &t.box[3], &t.copy); err != nil {
			return nil, err
		}
		// Copies of a picture have a target each, at the same place.
		at := [5]int64{t.question, int64(t.page), int64(t.table), int64(t.row), int64(t.col)}
		if done[at] {
			continue
		}
		done[at] = true
		if err := json.Unmarshal([]byte(text), &o.answer); err != nil {
			return nil, err
		}
		if o.elsewhere() {
			continue
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// Correct takes the answers about a picture into copies of its documents; nil
// where there are none.
func (s *Store) Correct(sha256 string, docs []*tables.Document, forms []*tables.Form) (*results.Corrected, error) {
	c, err := s.correct(sha256, docs, forms, 0)
	if c == nil {
		return nil, err
	}
	return &c.Corrected, nil
}

// Has reports whether anything was settled about the pictures with a hash.
func (s *Store) Has(sha256 string) (has bool, err error) {
	err = s.r.QueryRow("SELECT EXISTS (SELECT 1 FROM targets t JOIN questions q ON q.id = t.question WHERE t.sha256 = ? AND q.settled <> 0 AND q.gone = 0 AND q.why <> 'known')", sha256).Scan(&has)
	return has, err
}

// Forms are those of the tables that persons went through or keyed.
func (s *Store) Forms() (all []string, err error) {
	rows, err := s.r.Query("SELECT DISTINCT outcome ->> 'form' FROM questions WHERE kind = 'table' AND settled <> 0 AND gone = 0 AND outcome ->> 'form' IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f string
		if err := rows.Scan(&f); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// A corrected picture is being put together.
type corrected struct{ results.Corrected }

func (s *Store) correct(sha256 string, docs []*tables.Document, forms []*tables.Form, who int64) (*corrected, error) {
	all, err := s.outcomes(s.r, sha256, who)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := &corrected{results.Corrected{People: make(map[results.Cell]results.Person), Answered: make(map[[2]int]int), Choices: make(map[[2]int]string)}}
	for _, d := range docs {
		c.Documents = append(c.Documents, clone(d))
	}
	touched := make(map[[2]int]bool)
	for _, o := range all {
		at := [2]int{o.at.page, o.at.table}
		switch o.kind {
		case KindConflict:
			c.Choices[at] = o.answer.Choice.Picture
			continue
		case KindTable:
			at[1] = c.table(o, forms)
		default:
			c.cell(o)
		}
		touched[at] = true
	}
	for at := range touched {
		t := tableOf(c.Documents, at[0], at[1])
		if t == nil || t.Form == nil {
			continue
		}
		if i := slices.IndexFunc(forms, func(f *tables.Form) bool { return f.ID == *t.Form }); i >= 0 {
			t.Checks = forms[i].Check(t.Records)
		}
		for key, p := range c.People {
			if key.Page == at[0] && key.Table == at[1] && p.Unreadable {
				c.Answered[at]++
			}
		}
	}
	return c, nil
}

// clone copies a document as far as answers change it.
func clone(d *tables.Document) *tables.Document {
	out := *d
	out.Tables = slices.Clone(d.Tables)
	for i := range out.Tables {
		t := &out.Tables[i]
		t.Cells, t.Records, t.Checks = slices.Clone(t.Cells), slices.Clone(t.Records), slices.Clone(t.Checks)
	}
	return &out
}

// cell takes the answer about one cell in.
func (c *corrected) cell(o outcome) {
	if slices.Contains(o.answer.Except, idOf(cmp.Or(o.at.copy, o.at.id))) {
		return
	}
	text, ok := o.answer.text()
	t := tableOf(c.Documents, o.at.page, o.at.table)
	if !ok || t == nil {
		return
	}
	cell := cellAt(t, o.at.row, o.at.col)
	if cell == nil {
		return
	}
	was := cell.Text
	cell.Text, cell.Alternatives = text, nil
	if !o.answer.Unreadable {
		cell.Confidence, cell.Review, cell.Reasons, cell.Causes = 1, false, nil, nil
	}
	r := t.RecordAt(o.at.row, o.at.col)
	if r == nil {
		return
	}
	key := results.Cell{Page: o.at.page, Table: o.at.table, Key: r.Key}
	p := results.Person{Reviewer: o.settlers, MachineRaw: r.Raw, Unreadable: o.answer.Unreadable}
	if before, ok := c.People[key]; ok {
		p.MachineRaw = before.MachineRaw
	} else if was != r.Raw {
		p.MachineRaw = r.Raw
	}
	c.People[key] = p
	r.Raw = text
	r.Value, r.Unit, _ = tables.ParseValue(text)
	if o.answer.Unreadable {
		r.Review = true
		if len(r.Reasons) == 0 {
			r.Causes = []tables.Cause{nobodyReads}
			r.Reasons = tables.InWords(r.Causes)
		}
		return
	}
	r.Confidence, r.Review, r.Causes = 1, false, nil
	r.Reasons = tables.InWords(nil)
}

// table takes a whole table in and returns its number.
func (c *corrected) table(o outcome, forms []*tables.Form) int {
	d := page(c.Documents, o.at.page)
	if d == nil {
		return o.at.table
	}
	number := o.at.table
	old := tableOf(c.Documents, o.at.page, number)
	a := o.answer.Table
	if old == nil {
		if a.Form == nil && len(a.Cells) == 0 {
			return number // there is none
		}
		d.Tables = append(d.Tables, tables.Table{Quad: corners(o.at.box), Cells: []tables.Cell{}, Records: []tables.Record{}, Checks: []tables.Check{}})
		number = len(d.Tables)
		old = &d.Tables[number-1]
	}
	before := make(map[string]string)
	for i := range old.Records {
		before[old.Records[i].Key] = old.Records[i].Raw
	}
	for key, p := range c.People {
		if key.Page == o.at.page && key.Table == number {
			before[key.Key] = p.MachineRaw
			delete(c.People, key)
		}
	}
	t := build(old, a, forms)
	*old = t
	for i := range t.Records {
		r := &t.Records[i]
		c.People[results.Cell{Page: o.at.page, Table: number, Key: r.Key}] = results.Person{Reviewer: o.settlers, MachineRaw: before[r.Key], Unreadable: r.Review}
	}
	return number
}

// corners are those of an upright box.
func corners(b tables.Box) [4]tables.Point {
	return [4]tables.Point{{b[0], b[1]}, {b[0] + b[2], b[1]}, {b[0] + b[2], b[1] + b[3]}, {b[0], b[1] + b[3]}}
}

// build makes a table of what a person says is printed. The form's cells are
// found in it as they are in what the program reads.
func build(old *tables.Table, a *TableAnswer, forms []*tables.Form) tables.Table {
	if len(a.Cells) == 0 { // the grid is as it was; no form is printed
		t := *old
		t.Form, t.FormConfidence, t.Records, t.Checks, t.Review, t.Reasons, t.Causes = nil, 0, []tables.Record{}, []tables.Check{}, false, nil, nil
		for i := range t.Cells {
			t.Cells[i].Review, t.Cells[i].Reasons, t.Cells[i].Causes = false, nil, nil
		}
		return t
	}
	s := &tables.Sheet{Rows: a.Rows, Cols: a.Cols, Quad: old.Quad, Caption: old.Caption}
	for i := range a.Cols + 1 {
		s.Edges = append(s.Edges, float64(i)/float64(max(1, a.Cols)))
	}
	for _, c := range a.Cells {
		cell := tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Reading: tables.Reading{Text: c.Raw, Confidence: 1}}
		if was := cellAt(old, c.Row, c.Col); was != nil {
			cell.Box = was.Box
		}
		s.Cells = append(s.Cells, cell)
	}
	var m *tables.Match
	if i := slices.IndexFunc(forms, func(f *tables.Form) bool { return a.Form != nil && f.ID == *a.Form }); i >= 0 {
		if m = tables.Exact(s, forms[i]); m == nil {
			m = tables.MatchForm(s, forms[i:i+1])
		}
	}
	t := tables.Build(s, m, 0)
	t.Review, t.Reasons, t.Causes, t.Confidence = false, nil, nil, 1
	if t.Form == nil {
		t.Form = a.Form // a person says so, though none of its labels is there
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		c.Confidence, c.Review, c.Reasons, c.Causes = 1, false, nil, nil
	}
	for i := range t.Records {
		r := &t.Records[i]
		r.Confidence, r.Review, r.Causes = 1, false, nil
		r.Reasons = tables.InWords(nil)
		if strings.Contains(r.Raw, unreadable) {
			r.Review, r.Value, r.Unit, r.Causes = true, nil, nil, []tables.Cause{nobodyReads}
			r.Reasons = tables.InWords(r.Causes)
		}
	}
	return t
}
