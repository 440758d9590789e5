package review

import (
	"cmp"
	"database/sql"
	"errors"
	"io"

	"github.com/biaoge/biaoge/tables"
)

// Imported counts what became of answers from another review.
type Imported struct {
	Taken   int
	Kept    int // answered here already
	Unknown int // no such picture here, or no such cell on it
}

// Import takes over what was exported from another review, for the same
// pictures by their hashes, at the same places.
func (s *Session) Import(in io.Reader) (n Imported, err error) {
	docs := &documents{place: s.Place}
	err = readTruths(in, func(t *Truth) error {
		for i := range t.Tables {
			if err := s.take(t, &t.Tables[i], docs, &n); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func (s *Session) take(t *Truth, tab *TruthTable, all *documents, n *Imported) error {
	path, err := s.pathOf(t.SHA256)
	if errors.Is(err, sql.ErrNoRows) {
		n.Unknown += len(tab.Cells)
		return nil
	}
	if err != nil {
		return err
	}
	docs, err := all.of(path)
	if err != nil {
		return err
	}
	page := max(1, t.Page)
	here := tableOf(docs, page, tab.Table)
	if tab.Whole {
		return s.takeTable(t, tab, page, here, n)
	}
	carpets := make(map[int64][]TruthCell)
	for _, c := range tab.Cells {
		if err := checkText(c.Text); err != nil {
			return err
		}
		var cell *tables.Cell
		if here != nil {
			cell = cellAt(here, c.Row, c.Col)
		}
		if cell == nil || max(1, cell.RowSpan) != max(1, c.RowSpan) || max(1, cell.ColSpan) != max(1, c.ColSpan) {
			n.Unknown++
			continue
		}
		carpet, err := s.takeCell(t, page, tab.Table, here, cell, c, n)
		if err != nil {
			return err
		}
		if carpet != 0 {
			carpets[carpet] = append(carpets[carpet], c)
		}
	}
	for id, cells := range carpets {
		if err := s.takeCarpet(t, page, tab.Table, id, cells, n); err != nil {
			return err
		}
	}
	return nil
}

// answerOf is what another review says of a cell.
func answerOf(c TruthCell) Answer {
	switch {
	case c.Unreadable:
		return Answer{Unreadable: true}
	case c.Text == "":
		return Answer{Blank: true}
	}
	return Answer{Raw: &c.Text}
}

// takeCell takes the answer about one cell; that of a carpet only names it.
func (s *Session) takeCell(t *Truth, page, number int, here *tables.Table, cell *tables.Cell, c TruthCell, n *Imported) (carpet int64, err error) {
	who, err := s.Store.Reviewer(cmp.Or(c.By, modeImport))
	if err != nil {
		return 0, err
	}
	err = s.Store.tx(func(tx *sql.Tx) error {
		q := new(question)
		err := q.scan(tx.QueryRow("SELECT "+questionColumns+` FROM targets t JOIN questions q ON q.id = t.question WHERE t.sha256 = ? AND t.page = ? AND t.tbl = ? AND t.row = ? AND t.col = ?
			AND q.kind IN ('value', 'label') AND q.why <> 'known' AND (q.gone = 0 OR q.why = 'asked') ORDER BY q.parent DESC LIMIT 1`, t.SHA256, page, number, c.Row, c.Col))
		if errors.Is(err, sql.ErrNoRows) {
			q, err = s.askCell(tx, t.SHA256, page, number, here, cell)
		}
		switch {
		case err != nil:
			return err
		case q.settled != 0 && !q.gone:
			n.Kept++
			return nil
		case q.mode == ModeCarpet:
			carpet = q.id
			return nil
		}
		n.Taken++
		return s.enter(tx, who, q, answerOf(c))
	})
	return carpet, err
}

// enter adds an answer that another review gave.
func (s *Session) enter(tx *sql.Tx, who Reviewer, q *question, a Answer) error {
	version, err := s.Store.version(tx, q, who.ID)
	if err != nil {
		return err
	}
	_, err = s.Store.add(tx, who, q, Submission{Version: version, Mode: modeImport, Shown: q.reading, Answer: a.tidy(q.kind)}, version)
	return err
}

// askCell makes a question of a cell that nothing is doubted of here, to hold
// the answer.
func (s *Session) askCell(tx *sql.Tx, sha256 string, page, number int, here *tables.Table, cell *tables.Cell) (*question, error) {
	d := doubt{kind: KindLabel, mode: ModeKey, why: whyAsked, reading: cell.Text, confidence: cell.Confidence, rank: rankLabel}
	if here.Form != nil {
		d.form = *here.Form
	}
	if r := here.RecordAt(cell.Row, cell.Col); r != nil {
		d.kind, d.key, d.reading, d.confidence, d.rank = KindValue, r.Key, r.Raw, r.Confidence, rankValue
	}
	var picture int64
	var place []byte
	if err := tx.QueryRow("SELECT id, CAST(report AS BLOB) || x'00' || path FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", sha256).Scan(&picture, &place); err != nil {
		return nil, err
	}
	r, err := tx.Exec("INSERT INTO questions (picture, place, rank, kind, mode, why, form, key, reading, confidence, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
		picture, place, d.rank, d.kind, d.mode, d.why, d.form, d.key, d.reading, d.confidence)
	if err != nil {
		return nil, err
	}
	id, err := r.LastInsertId()
	if err != nil {
		return nil, err
	}
	if err := target(tx, id, picture, sha256, spot{page, number, cell.Row, cell.Col, cell.Box}, 0); err != nil {
		return nil, err
	}
	return s.Store.question(tx, idOf(id))
}

// takeCarpet answers a carpet of which every cell is known: with the text that
// most have, and each of the others for itself.
func (s *Session) takeCarpet(t *Truth, page, number int, id int64, cells []TruthCell, n *Imported) error {
	said := make(map[[2]int]TruthCell)
	count := make(map[string]int)
	most := cells[0]
	for _, c := range cells {
		said[[2]int{c.Row, c.Col}] = c
		if count[c.Text]++; count[c.Text] > count[most.Text] {
			most = c
		}
	}
	who, err := s.Store.Reviewer(cmp.Or(most.By, modeImport))
	if err != nil {
		return err
	}
	var rest []TruthCell
	err = s.Store.tx(func(tx *sql.Tx) error {
		targets, err := targetsOf(tx, "question = ? AND copy = 0", id)
		if err != nil {
			return err
		}
		var except []string
		for _, at := range targets {
			c, ok := said[[2]int{at.row, at.col}]
			if !ok || at.sha256 != t.SHA256 || at.table != number || at.page != page {
				n.Unknown += len(cells)
				return nil
			}
			if c.Text != most.Text {
				except, rest = append(except, idOf(at.id)), append(rest, c)
			}
		}
		q, err := s.Store.question(tx, idOf(id))
		if err != nil {
			return err
		}
		n.Taken += len(cells) - len(rest)
		a := answerOf(most)
		if len(except) > 0 {
			a = Answer{Raw: &most.Text, Except: except}
		}
		return s.enter(tx, who, q, a)
	})
	if err != nil {
		return err
	}
	for _, c := range rest {
		if _, err := s.takeCell(t, page, number, nil, nil, c, n); err != nil {
			return err
		}
	}
	return nil
}

// takeTable takes over a table that a person went through or keyed as a whole.
func (s *Session) takeTable(t *Truth, tab *TruthTable, page int, here *tables.Table, n *Imported) error {
	a := &TableAnswer{Form: tab.Form, Rows: tab.Rows, Cols: tab.Cols}
	by := modeImport
	for _, c := range tab.Cells {
		a.Cells = append(a.Cells, TableCell{c.Row, c.Col, c.RowSpan, c.ColSpan, c.Text})
		by = cmp.Or(c.By, by)
	}
	if err := a.check(); err != nil {
		return err
	}
	who, err := s.Store.Reviewer(by)
	if err != nil {
		return err
	}
	number := tab.Table
	if here == nil {
		number = 0
	}
	return s.Store.tx(func(tx *sql.Tx) error {
		q := new(question)
		err := q.scan(tx.QueryRow("SELECT "+questionColumns+` FROM targets t JOIN questions q ON q.id = t.question WHERE t.sha256 = ? AND t.page = ? AND t.tbl = ? AND q.kind = 'table'
			AND q.why <> 'lacks' AND (q.gone = 0 OR q.why = 'asked') LIMIT 1`, t.SHA256, page, number))
		if errors.Is(err, sql.ErrNoRows) {
			q, err = s.askWhole(tx, t.SHA256, page, number, tab.Form)
		}
		switch {
		case err != nil:
			return err
		case q.settled != 0 && !q.gone:
			n.Kept += len(tab.Cells)
			return nil
		}
		n.Taken += len(tab.Cells)
		return s.enter(tx, who, q, Answer{Table: a})
	})
}

func (s *Session) askWhole(tx *sql.Tx, sha256 string, page, number int, form *string) (*question, error) {
	var picture int64
	var place []byte
	if err := tx.QueryRow("SELECT id, CAST(report AS BLOB) || x'00' || path FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", sha256).Scan(&picture, &place); err != nil {
		return nil, err
	}
	name := ""
	if form != nil {
		name = *form
	}
	r, err := tx.Exec("INSERT INTO questions (picture, place, rank, kind, mode, why, form, gone) VALUES (?, ?, ?, ?, ?, ?, ?, 1)", picture, place, rankTable, KindTable, ModeTable, whyAsked, name)
	if err != nil {
		return nil, err
	}
	id, err := r.LastInsertId()
	if err != nil {
		return nil, err
	}
	if err := target(tx, id, picture, sha256, spot{page: page, table: number, row: -1, col: -1}, 0); err != nil {
		return nil, err
	}
	return s.Store.question(tx, idOf(id))
}
