package review

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
)

// A stand is what one reviewer says of a question at the end.
type stand struct {
	reviewer, seq int64
	name, mode    string
	answer        Answer
}

func stands(tx *sql.Tx, question int64) (all []stand, err error) {
	rows, err := tx.Query("SELECT s.reviewer, s.seq, r.name, s.mode, s.answer FROM standing s JOIN reviewers r ON r.id = s.reviewer WHERE s.question = ? ORDER BY s.seq", question)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var st stand
		var text string
		if err := rows.Scan(&st.reviewer, &st.seq, &st.name, &st.mode, &text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(text), &st.answer); err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	return all, rows.Err()
}

// modeImport is how an answer was given that came from another review.
const modeImport = "import"

// verdict weighs what reviewers say. Where one is enough, the last one counts;
// where two must agree, it needs two who say the same, and no other two who
// say something else. What another review had settled is settled.
func (s *Store) verdict(all []stand, q *question) (winners []stand) {
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	if s.agree < 2 || q.reviewer != 0 || last.mode == modeImport {
		return []stand{last}
	}
	said := make(map[string][]stand)
	for _, st := range all {
		key := st.answer.same()
		said[key] = append(said[key], st)
	}
	for _, group := range said {
		if len(group) < s.agree {
			continue
		}
		if winners != nil {
			return nil
		}
		winners = group
	}
	return winners
}

// settle works out what the answers to a question come to, and what follows
// from it, and returns the outcome.
func (s *Store) settle(tx *sql.Tx, id int64) (string, error) {
	q, err := s.question(tx, idOf(id))
	if err != nil {
		return "", err
	}
	all, err := stands(tx, id)
	if err != nil {
		return "", err
	}
	var outcome Answer
	var settled int64
	text, by := "", ""
	if winners := s.verdict(all, q); winners != nil {
		last := slices.MaxFunc(winners, func(a, b stand) int { return cmp.Compare(a.seq, b.seq) })
		outcome, settled = last.answer, last.seq
		b, err := marshal(outcome)
		if err != nil {
			return "", err
		}
		var names []string
		for _, w := range winners {
			names = append(names, w.name)
		}
		text, by = string(b), strings.Join(names, ", ")
	}
	gone := q.gone
	if q.why == whyAsked {
		gone = len(all) == 0 // nobody doubted it but the one who asked
	}
	if _, err := tx.Exec("UPDATE questions SET settled = ?, outcome = ?, settlers = ?, gone = ? WHERE id = ?", settled, text, by, gone, id); err != nil {
		return "", err
	}
	if err := compareAnew(tx, id); err != nil {
		return "", err
	}
	switch {
	case q.mode == ModeCarpet:
		err = s.exceptions(tx, q, outcome.Except)
	case q.kind == KindTable:
		err = cover(tx, q, settled != 0, outcome.Table)
	case settled != 0 && q.why != whyKnown && len(all) > 1:
		err = s.remember(tx, q, all)
	}
	return text, err
}

// byItself is what covers a question that answers to others about its pictures
// have settled.
const byItself = -1

// closeQuestion closes a question that other answers have settled: about a conflict
// that is none any more, or a table that its report does not lack any more.
func (s *Store) closeQuestion(question int64) error {
	return s.tx(func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE questions SET covered = ? WHERE id = ? AND settled = 0", byItself, question)
		return err
	})
}

// compareAnew opens the questions again that may not be settled by others any
// more, since an answer about a picture of theirs has changed.
func compareAnew(tx *sql.Tx, question int64) error {
	_, err := tx.Exec(`UPDATE questions SET covered = 0 WHERE covered = ? AND id IN
		(SELECT c.question FROM targets t JOIN targets c ON c.sha256 = t.sha256 WHERE t.question = ?)`, byItself, question)
	return err
}

// cover closes the questions about the cells of a table that a person has gone
// through as a whole, or opens them again.
func cover(tx *sql.Tx, q *question, settled bool, t *TableAnswer) error {
	_, err := tx.Exec("UPDATE questions SET covered = 0 WHERE covered = ?", q.id)
	if err != nil || !settled || q.why == whyLacks && t.Target == "" {
		return err
	}
	_, err = tx.Exec(`UPDATE questions SET covered = ? WHERE settled = 0 AND covered = 0 AND kind IN ('value', 'label') AND id IN
		(SELECT c.question FROM targets t JOIN targets c ON c.sha256 = t.sha256 AND c.page = t.page AND c.tbl = t.tbl WHERE t.question = ? AND t.tbl > 0 AND (? = '' OR t.id = ?))`, q.id, q.id, t.Target, t.Target)
	return err
}

// exceptions makes a question of each target that a carpet's answer leaves
// out, and takes back those that it no longer does.
func (s *Store) exceptions(tx *sql.Tx, q *question, except []string) error {
	if _, err := tx.Exec("UPDATE questions SET gone = 1 WHERE parent = ?", q.id); err != nil {
		return err
	}
	for _, target := range except {
		var child int64
		err := tx.QueryRow(`SELECT q.id FROM questions q JOIN targets t ON t.question = q.id JOIN targets o
			ON o.sha256 = t.sha256 AND o.page = t.page AND o.tbl = t.tbl AND o.row = t.row AND o.col = t.col WHERE q.parent = ? AND o.id = ?`, q.id, target).Scan(&child)
		switch {
		case err == nil:
			if _, err := tx.Exec("UPDATE questions SET gone = 0 WHERE id = ?", child); err != nil {
				return err
			}
			continue
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		r, err := tx.Exec(`INSERT INTO questions (picture, place, rank, kind, mode, why, form, key, reading, confidence, reasons, causes, parent)
			SELECT t.picture, q.place, q.rank, q.kind, ?, ?, q.form, '', q.reading, q.confidence, q.reasons, q.causes, q.id FROM questions q JOIN targets t ON t.question = q.id WHERE t.id = ?`,
			ModeKey, whyExcept, target)
		if err != nil {
			return err
		}
		if child, err = r.LastInsertId(); err != nil {
			return err
		}
		if err := copyTarget(tx, child, target); err != nil {
			return err
		}
	}
	return nil
}

// copyTarget gives a question the target of another one, with the same cell in
// copies of the picture.
func copyTarget(tx *sql.Tx, question int64, target string) error {
	r, err := tx.Exec(`INSERT INTO targets (question, picture, sha256, page, tbl, row, col, x, y, w, h)
		SELECT ?, picture, sha256, page, tbl, row, col, x, y, w, h FROM targets WHERE id = ?`, question, target)
	if err != nil {
		return err
	}
	id, err := r.LastInsertId()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO targets (question, picture, sha256, page, tbl, row, col, x, y, w, h, copy)
		SELECT ?, picture, sha256, page, tbl, row, col, x, y, w, h, ? FROM targets WHERE copy = ?`, question, id, target)
	return err
}

// remember asks again, later, for some of the values that two persons keyed
// alike: each reviewer once, to know how often they err.
func (s *Store) remember(tx *sql.Tx, q *question, all []stand) error {
	keyed := 0
	for _, st := range all {
		if st.mode == ModeKey && st.answer.Raw != nil {
			keyed++
		}
	}
	if q.kind != KindValue || q.mode != ModeKey || keyed < 2 || chance("known", q.id) >= s.known {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO questions (picture, place, rank, kind, mode, why, form, key, reading, confidence, reasons, causes, reviewer, parent)
		SELECT q.picture, q.place, 100, q.kind, q.mode, ?, q.form, q.key, q.reading, q.confidence, q.reasons, q.causes, r.id, q.id FROM questions q, reviewers r
		WHERE q.id = ? AND r.id IN (SELECT reviewer FROM standing) AND NOT EXISTS (SELECT 1 FROM questions k WHERE k.parent = q.id AND k.reviewer = r.id)`, whyKnown, q.id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO targets (question, picture, sha256, page, tbl, row, col, x, y, w, h)
		SELECT k.id, t.picture, t.sha256, t.page, t.tbl, t.row, t.col, t.x, t.y, t.w, t.h FROM questions k JOIN targets t ON t.question = k.parent
		WHERE k.parent = ? AND k.why = ? AND NOT EXISTS (SELECT 1 FROM targets o WHERE o.question = k.id)`, q.id, whyKnown)
	return err
}

// chance is a number from 0 up to 1 that depends on what is drawn and nothing
// else, so that a sample is the same each time.
func chance(what ...any) float64 {
	h := fnv.New64a()
	fmt.Fprintln(h, what...)
	x := h.Sum64()
	x ^= x >> 33 // FNV alone leaves the high bits of like texts alike
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return float64(x) / math.MaxUint64
}
