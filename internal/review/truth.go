package review

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/biaoge/biaoge/tables"
)

// A Truth is a line of truth.jsonl: what persons say is printed on a page.
type Truth struct {
	SHA256  string       `json:"sha256"`
	Path    string       `json:"path"`
	File    string       `json:"file"` // its last part, for programs that match by that
	Page    int          `json:"page"`
	Partial bool         `json:"partial"` // always true: cells that nobody answered are left out
	Tables  []TruthTable `json:"tables"`
}

// A TruthTable is a table of it.
type TruthTable struct {
	Form  *string     `json:"form"`            // the full id, null for no known form
	Table int         `json:"table"`           // its place among those of the page, from 1
	Whole bool        `json:"whole,omitempty"` // a person went through all of it
	Rows  int         `json:"rows,omitempty"`
	Cols  int         `json:"cols,omitempty"`
	Cells []TruthCell `json:"cells"`
}

// A TruthCell is a cell that a person answered.
type TruthCell struct {
	Row        int    `json:"row"`
	Col        int    `json:"col"`
	RowSpan    int    `json:"rowspan"`
	ColSpan    int    `json:"colspan"`
	Text       string `json:"text"`
	Key        string `json:"key,omitempty"`
	Audit      bool   `json:"audit,omitempty"`
	By         string `json:"by"`
	Unreadable bool   `json:"unreadable,omitempty"` // nobody knows what is printed; only in corrections.csv

	machine string
	kind    string
	box     tables.Box
	quad    [4]tables.Point
	at      time.Time
}

// truths calls f with what persons say of each page, in the order of reports
// and pictures; the same bytes once.
func (s *Session) truths(f func(*Truth, *tables.Document) error) error {
	rows, err := s.Store.r.Query(`SELECT DISTINCT p.sha256 FROM pictures p JOIN targets t ON t.picture = p.id JOIN questions q ON q.id = t.question
		WHERE q.settled <> 0 AND q.gone = 0 AND q.why <> 'known' AND q.kind <> 'conflict'`)
	if err != nil {
		return err
	}
	var hashes []string
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			rows.Close()
			return err
		}
		hashes = append(hashes, h)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	type first struct {
		p    picture
		hash string
	}
	var all []first
	for _, h := range hashes {
		var id int64
		if err := s.Store.r.QueryRow("SELECT id FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", h).Scan(&id); err != nil {
			return err
		}
		p, err := s.Store.picture(id)
		if err != nil {
			return err
		}
		all = append(all, first{p, h})
	}
	slices.SortFunc(all, func(a, b first) int { return strings.Compare(a.p.report+"\x00"+a.p.path, b.p.report+"\x00"+b.p.path) })
	docs := &documents{place: s.Place}
	for _, a := range all {
		d, err := docs.of(a.p.path)
		if err != nil {
			s.Log.Warn("a document can't be read", "picture", a.p.name, "error", err)
			continue
		}
		if err := s.truth(a.p, d, f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) truth(p picture, docs []*tables.Document, f func(*Truth, *tables.Document) error) error {
	outs, err := s.Store.outcomes(s.Store.r, p.sha256, 0)
	if err != nil {
		return err
	}
	c, err := s.Store.correct(p.sha256, docs, s.Forms, 0)
	if err != nil || c == nil {
		return err
	}
	for i, doc := range c.Documents {
		n := max(1, doc.Source.Page)
		t := &Truth{SHA256: p.sha256, Path: p.name, File: p.name[strings.LastIndexByte(p.name, '/')+1:], Page: n, Partial: true}
		for j := range doc.Tables {
			if tt := s.truthTable(outs, docs, doc, n, j+1); len(tt.Cells) > 0 {
				t.Tables = append(t.Tables, tt)
			}
		}
		if len(t.Tables) > 0 {
			if err := f(t, docs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// truthTable lists the cells of a table that persons answered, with the last
// word on each.
func (s *Session) truthTable(outs []outcome, docs []*tables.Document, now *tables.Document, page, number int) TruthTable {
	t := &now.Tables[number-1]
	out := TruthTable{Form: t.Form, Table: number, Cells: []TruthCell{}}
	was := tableOf(docs, page, number)
	answered := make(map[[2]int]outcome)
	for _, o := range outs {
		found := o.at.table == number || o.at.table == 0 && was == nil
		if o.at.page != page || !found {
			continue
		}
		switch o.kind {
		case KindTable:
			if len(o.answer.Table.Cells) == 0 {
				continue
			}
			out.Whole, out.Rows, out.Cols = true, t.Rows, t.Cols
			clear(answered)
			for _, c := range t.Cells {
				answered[[2]int{c.Row, c.Col}] = o
			}
		case KindValue, KindLabel:
			if _, ok := o.answer.text(); ok && !slices.Contains(o.answer.Except, idOf(cmp.Or(o.at.copy, o.at.id))) {
				answered[[2]int{o.at.row, o.at.col}] = o
			}
		}
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		o, ok := answered[[2]int{c.Row, c.Col}]
		if !ok {
			continue
		}
		cell := TruthCell{Row: c.Row, Col: c.Col, RowSpan: max(1, c.RowSpan), ColSpan: max(1, c.ColSpan), Text: c.Text, By: o.settlers,
			Audit: o.why == whyAudit, Unreadable: strings.Contains(c.Text, unreadable), kind: o.kind, box: c.Box, quad: t.Quad, at: time.Unix(0, o.time)}
		if r := t.RecordAt(c.Row, c.Col); r != nil {
			cell.Key = r.Key
		}
		if was != nil {
			if old := cellAt(was, c.Row, c.Col); old != nil {
				cell.machine = old.Text
			}
			if r := was.RecordAt(c.Row, c.Col); r != nil {
				cell.machine = r.Raw
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// readTruths reads what Export wrote as truth.jsonl or corrections.csv.
func readTruths(in io.Reader, f func(*Truth) error) error {
	r := bufio.NewReaderSize(in, 1<<20)
	if head, _ := r.Peek(3); string(head) == "\uFEFF" {
		r.Discard(3)
	}
	if head, _ := r.Peek(1); len(head) == 0 {
		return fmt.Errorf("the file is empty; give truth.jsonl or corrections.csv of another review")
	} else if head[0] != '{' {
		return readCorrections(r, f)
	}
	d := json.NewDecoder(r)
	for n := 1; d.More(); n++ {
		t := new(Truth)
		if err := d.Decode(t); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if t.SHA256 == "" {
			return fmt.Errorf("line %d: no sha256; give truth.jsonl or corrections.csv of another review", n)
		}
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
}
