package review

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
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
			return stale(tx, who, q, sub.Answer, version)
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

// stale tells what was said before: what the answers came to, or else, where
// others' are kept from this person, their own answer, given in another tab.
func stale(tx *sql.Tx, who Reviewer, q *question, yours Answer, version int) error {
	e := &Stale{Yours: yours, Version: version}
	said := q.outcome
	if said == "" {
		err := tx.QueryRow("SELECT answer FROM standing WHERE question = ? AND reviewer = ?", q.id, who.ID).Scan(&said)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	if said != "" {
		e.Theirs = new(Answer)
		if err := json.Unmarshal([]byte(said), e.Theirs); err != nil {
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
		if ok = a.Table != nil; ok {
			if err := aim(tx, q, a.Table); err != nil {
				return err
			}
		}
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

// aim says of a table that a report lacks where it is: on the first picture,
// where the person did not say.
func aim(tx *sql.Tx, q *question, t *TableAnswer) error {
	if len(t.Cells) == 0 {
		t.Target = ""
	}
	if q.why != whyLacks {
		if t.Target != "" {
			return errAnswer("only of a table that a report lacks is it said where it is")
		}
		return nil
	}
	if len(t.Cells) == 0 {
		return nil
	}
	err := tx.QueryRow("SELECT id FROM targets WHERE question = ? AND copy = 0 AND (? = '' OR id = ?) ORDER BY id LIMIT 1", q.id, t.Target, t.Target).Scan(&t.Target)
	if errors.Is(err, sql.ErrNoRows) {
		return errAnswer("%q is no target of this question", t.Target)
	}
	return err
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
