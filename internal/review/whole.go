package review

import (
	"database/sql"
	"errors"
)

// wholeTable finds the question about the table that a question is of, or
// about one of its page that was not found, and makes it where there is none.
// Such a question is asked of nobody else until it is answered.
func (s *Store) wholeTable(id string, missing bool) (*question, error) {
	var out *question
	err := s.tx(func(tx *sql.Tx) error {
		q, err := s.question(tx, id)
		if err != nil {
			return err
		}
		if q.kind == KindTable && !missing {
			out = q
			return nil
		}
		targets, err := targetsOf(tx, "question = ? AND copy = 0", q.id)
		if err != nil {
			return err
		}
		if len(targets) == 0 {
			return errNoQuestion
		}
		at := targets[0]
		if missing {
			at.table = 0
		}
		var found int64
		err = tx.QueryRow(`SELECT q.id FROM targets t JOIN questions q ON q.id = t.question WHERE t.sha256 = ? AND t.page = ? AND t.tbl = ? AND q.kind = 'table'
			AND q.why <> 'lacks' AND (q.gone = 0 OR q.why = 'asked') AND (t.tbl <> 0 OR q.settled = 0) LIMIT 1`, at.sha256, at.page, at.table).Scan(&found)
		if errors.Is(err, sql.ErrNoRows) {
			found, err = s.askTable(tx, q, at, missing)
		}
		if err != nil {
			return err
		}
		out, err = s.question(tx, idOf(found))
		return err
	})
	return out, err
}

func (s *Store) askTable(tx *sql.Tx, q *question, at storedTarget, missing bool) (int64, error) {
	form := q.form
	if missing {
		form = ""
	}
	r, err := tx.Exec(`INSERT INTO questions (picture, place, rank, kind, mode, why, form, gone) SELECT picture, place, ?, ?, ?, ?, ?, 1 FROM questions WHERE id = ?`,
		rankTable, KindTable, ModeTable, whyAsked, form, q.id)
	if err != nil {
		return 0, err
	}
	id, err := r.LastInsertId()
	if err != nil {
		return 0, err
	}
	// Copies of the picture go with it.
	_, err = tx.Exec(`INSERT INTO targets (question, picture, sha256, page, tbl, row, col, x, y, w, h) SELECT DISTINCT ?, picture, sha256, page, ?, -1, -1, 0, 0, 0, 0
		FROM targets WHERE question = ? AND page = ? AND sha256 = ?`, id, at.table, q.id, at.page, at.sha256)
	return id, err
}
