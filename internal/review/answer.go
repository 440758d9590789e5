package review

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Submission is an answer on its way in.
type Submission struct {
	ID       string // given by the page, so that it may send it twice
	Question string
	Version  int // of the question that the person saw
	Mode     string
	Shown    string // the reading that was shown, as it was
	Answer   Answer
	MS       int64 // how long the person took
}

// A Receipt says that an answer is on the disk.
type Receipt struct {
	Version int `json:"version"`
	Left    int `json:"left"`
	Later   int `json:"later"` // of these, put off
}

// A Stale answer was given to a version of the question that is past.
type Stale struct {
	Yours   Answer
	Theirs  *Answer // nil where what was said has been taken back since
	Version int
}

func (e *Stale) Error() string { return "somebody else has answered meanwhile" }

// A question as the store has it.
type question struct {
	id, picture     int64
	kind, mode, why string
	form, key       string
	reading         string
	reasons, causes string
	confidence      float64
	reviewer        int64
	gone            bool
	settled         int64
	outcome         string
	settlers        string
}

const questionColumns = "q.id, q.picture, q.kind, q.mode, q.why, q.form, q.key, q.reading, q.reasons, q.causes, q.confidence, q.reviewer, q.gone, q.settled, q.outcome, q.settlers"

func (q *question) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&q.id, &q.picture, &q.kind, &q.mode, &q.why, &q.form, &q.key, &q.reading, &q.reasons, &q.causes, &q.confidence, &q.reviewer, &q.gone, &q.settled, &q.outcome, &q.settlers)
}

// A querier is a database or a transaction.
type querier interface {
	QueryRow(query string, args ...any) *sql.Row
	Query(query string, args ...any) (*sql.Rows, error)
}

var errNoQuestion = &RequestError{404, "there is no such question"}

func (s *Store) question(db querier, id string) (*question, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, errNoQuestion
	}
	q := new(question)
	err = q.scan(db.QueryRow("SELECT "+questionColumns+" FROM questions q WHERE id = ?", n))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoQuestion
	}
	return q, err
}

// laterText is what a row says that puts a question off.
var laterText = `{"later":true}`

// version is how many rows a reviewer may know of, and one. While others'
// answers are kept from them, these do not count.
func (s *Store) version(db querier, q *question, reviewer int64) (n int, err error) {
	all := s.agree < 2 || q.settled != 0 || q.reviewer != 0
	err = db.QueryRow("SELECT count(*) + 1 FROM answers WHERE question = ? AND answer <> ? AND (? OR reviewer = ?)", q.id, laterText, all, reviewer).Scan(&n)
	return n, err
}

// Answer stores an answer. When it returns without error, the answer is on the
// disk. The same id again changes nothing; an answer to a version that is past
// is a *Stale.
func (s *Store) Answer(ctx context.Context, who Reviewer, sub Submission) (Receipt, error) {
	var version int
	err := s.tx(func(tx *sql.Tx) error {
		q, err := s.question(tx, sub.Question)
		if err != nil {
			return err
		}
		if done, err := repeated(tx, who, q, sub.ID); done || err != nil {
			if err == nil {
				version, err = s.version(tx, q, who.ID)
			}
			return err
		}
		sub.Answer = sub.Answer.tidy(q.kind)
		if err := s.fits(tx, q, sub.Answer); err != nil {
			return err
		}
		if version, err = s.version(tx, q, who.ID); err != nil {
			return err
		}
		if sub.Version != version && !sub.Answer.Later {
			return stale(q, sub.Answer, version)
		}
		version, err = s.add(tx, who, q, sub, version)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	left, err := s.Left(who, Filter{})
	return Receipt{version, left.Left, left.Later}, err
}

// repeated reports whether an answer of this id is stored already.
func repeated(tx *sql.Tx, who Reviewer, q *question, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	var question, reviewer int64
	err := tx.QueryRow("SELECT question, reviewer FROM answers WHERE id = ?", id).Scan(&question, &reviewer)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case question != q.id || reviewer != who.ID:
		return false, &RequestError{400, "another answer has that id"}
	}
	return true, nil
}

func stale(q *question, yours Answer, version int) error {
	e := &Stale{Yours: yours, Version: version}
	if q.outcome != "" {
		e.Theirs = new(Answer)
		if err := json.Unmarshal([]byte(q.outcome), e.Theirs); err != nil {
			return err
		}
	}
	return e
}

// fits refuses an answer that is none to this question.
func (s *Store) fits(tx *sql.Tx, q *question, a Answer) error {
	if a.Later {
		return nil
	}
	ok := false
	switch q.kind {
	case KindValue, KindLabel:
		_, ok = a.text()
	case KindTable:
		ok = a.Table != nil
	case KindConflict:
		ok = a.Choice != nil
	}
	if !ok {
		return errAnswer("it does not fit a question about a %s", q.kind)
	}
	for _, id := range a.Except {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM targets WHERE id = ? AND question = ? AND copy = 0", id, q.id).Scan(&n); err != nil {
			return err
		}
		if n == 0 || q.mode != ModeCarpet {
			return errAnswer("%q is no target of this question", id)
		}
	}
	if a.Choice != nil && a.Choice.Picture != "" {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM targets t JOIN pictures p ON p.id = t.picture WHERE t.question = ? AND p.name = ?", q.id, a.Choice.Picture).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return errAnswer("%q is none of the pictures", a.Choice.Picture)
		}
	}
	return nil
}

// add adds a row and draws the consequences.
func (s *Store) add(tx *sql.Tx, who Reviewer, q *question, sub Submission, version int) (int, error) {
	if sub.ID == "" {
		sub.ID = rand.Text()
	}
	text, err := marshal(sub.Answer)
	if err != nil {
		return 0, err
	}
	// The row is written before its consequences are known, and never again,
	// so these are worked out first, under the number it will have.
	var seq int64
	if err := tx.QueryRow("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'answers'), 0) + 1").Scan(&seq); err != nil {
		return 0, err
	}
	became := version
	after := q.outcome
	if sub.Answer.Later {
		_, err = tx.Exec("INSERT OR IGNORE INTO later VALUES (?, ?)", q.id, who.ID)
	} else {
		if _, err = tx.Exec("INSERT INTO standing VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, mode = excluded.mode, answer = excluded.answer", q.id, who.ID, seq, sub.Mode, string(text)); err == nil {
			after, err = s.settle(tx, q.id)
		}
	}
	if err != nil {
		return 0, err
	}
	insert := func(became int) error {
		_, err := tx.Exec("INSERT INTO answers VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			seq, sub.ID, q.id, who.ID, now(), sub.MS, sub.Mode, sub.Shown, string(text), q.outcome, after, sub.Version, became)
		return err
	}
	if sub.Answer.Later {
		return became, insert(became)
	}
	// Where it settles the question, all others' rows count from now on.
	fresh, err := s.question(tx, idOf(q.id))
	if err != nil {
		return 0, err
	}
	if became, err = s.version(tx, fresh, who.ID); err != nil {
		return 0, err
	}
	became++ // and this row
	return became, insert(became)
}

// Undo takes an answer back and names its question. Taking it back twice
// changes nothing.
func (s *Store) Undo(ctx context.Context, who Reviewer, id string) (Receipt, string, error) {
	var version int
	question := ""
	err := s.tx(func(tx *sql.Tx) error {
		var qid, reviewer, asked int64
		var undoes sql.NullString
		var text, mode string
		err := tx.QueryRow("SELECT question, reviewer, undoes, answer, mode, version FROM answers WHERE id = ?", id).Scan(&qid, &reviewer, &undoes, &text, &mode, &asked)
		if errors.Is(err, sql.ErrNoRows) || err == nil && (reviewer != who.ID || undoes.Valid) {
			return &RequestError{404, "you have given no such answer"}
		}
		if err != nil {
			return err
		}
		q, err := s.question(tx, idOf(qid))
		if err != nil {
			return err
		}
		question = idOf(q.id)
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM answers WHERE undoes = ?", id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return s.takeBack(tx, who, q, id, text == laterText, &version)
		}
		version, err = s.version(tx, q, who.ID)
		return err
	})
	if err != nil {
		return Receipt{}, "", err
	}
	left, err := s.Left(who, Filter{})
	return Receipt{version, left.Left, left.Later}, question, err
}

func (s *Store) takeBack(tx *sql.Tx, who Reviewer, q *question, id string, later bool, version *int) error {
	before := q.outcome
	var err error
	if *version, err = s.version(tx, q, who.ID); err != nil {
		return err
	}
	add := func(after string, became int) error {
		_, err := tx.Exec("INSERT INTO answers (id, undoes, question, reviewer, at, ms, mode, shown, answer, before, after, version, became) VALUES (?, ?, ?, ?, ?, 0, '', '', '', ?, ?, ?, ?)",
			"undo "+id, id, q.id, who.ID, now(), before, after, *version, became)
		return err
	}
	if later {
		if _, err := tx.Exec("DELETE FROM later WHERE question = ? AND reviewer = ?", q.id, who.ID); err != nil {
			return err
		}
		*version++
		return add(before, *version)
	}
	// What this person said before, and has not taken back, stands again.
	if _, err := tx.Exec("DELETE FROM standing WHERE question = ? AND reviewer = ?", q.id, who.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO standing SELECT question, reviewer, seq, mode, answer FROM answers a WHERE question = ? AND reviewer = ? AND undoes IS NULL AND answer <> ? AND id <> ?
		AND NOT EXISTS (SELECT 1 FROM answers u WHERE u.undoes = a.id) ORDER BY seq DESC LIMIT 1`, q.id, who.ID, laterText, id); err != nil {
		return err
	}
	after, err := s.settle(tx, q.id)
	if err != nil {
		return err
	}
	if err := add(after, *version+1); err != nil {
		return err
	}
	fresh, err := s.question(tx, idOf(q.id))
	if err != nil {
		return err
	}
	*version, err = s.version(tx, fresh, who.ID)
	return err
}

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
		err = cover(tx, id, settled != 0)
	case settled != 0 && q.why != whyKnown && len(all) > 1:
		err = s.remember(tx, q, all)
	}
	return text, err
}

// byItself is what covers a question about a conflict that answers about its
// pictures have settled.
const byItself = -1

// agreed closes the question about a conflict that is none any more.
func (s *Store) agreed(question int64) error {
	return s.tx(func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE questions SET covered = ? WHERE id = ? AND settled = 0", byItself, question)
		return err
	})
}

// compareAnew opens the conflicts again that may be some since an answer about
// a picture of theirs has changed.
func compareAnew(tx *sql.Tx, question int64) error {
	_, err := tx.Exec(`UPDATE questions SET covered = 0 WHERE covered = ? AND id IN
		(SELECT c.question FROM targets t JOIN targets c ON c.sha256 = t.sha256 WHERE t.question = ?)`, byItself, question)
	return err
}

// cover closes the questions about the cells of a table that a person has gone
// through as a whole, or opens them again.
func cover(tx *sql.Tx, id int64, settled bool) error {
	if !settled {
		_, err := tx.Exec("UPDATE questions SET covered = 0 WHERE covered = ?", id)
		return err
	}
	_, err := tx.Exec(`UPDATE questions SET covered = ? WHERE settled = 0 AND covered = 0 AND kind IN ('value', 'label') AND id IN
		(SELECT c.question FROM targets t JOIN targets c ON c.sha256 = t.sha256 AND c.page = t.page AND c.tbl = t.tbl WHERE t.question = ? AND t.tbl > 0)`, id, id)
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
