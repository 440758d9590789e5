package review

import (
	"encoding/json"

	"github.com/biaoge/biaoge/internal/digest"
)

// A Progress is what the page says of the whole review.
type Progress struct {
	ID        string   `json:"id"` // of the review, by which a page keeps what it has not sent yet
	Me        int64    `json:"me"`
	Reviewer  string   `json:"reviewer"`
	Left      int      `json:"left"`
	Later     int      `json:"later"`
	Answered  int      `json:"answered"` // questions that are settled
	Mine      int      `json:"mine"`     // answers of this reviewer that stand
	Open      int      `json:"open"`     // questions that are not settled
	Disagree  int      `json:"disagree"` // of these, those where answers differ
	Agree     int      `json:"agree"`
	Indexing  bool     `json:"indexing"`
	Indexed   int64    `json:"indexed"`   // pictures gone through since the start
	Audit     Share    `json:"audit"`     // values that were not flagged and yet wrong
	Errors    Share    `json:"errors"`    // of this reviewer, where two had keyed alike
	Undo      []string `json:"undo"`      // the reviewer's last answers, the last one first
	Unwritten int      `json:"unwritten"` // answers that results have not taken in
}

// undoable is how many answers a page that was closed can still take back.
const undoable = 100

// Progress tells how far a reviewer is.
func (s *Store) Progress(who Reviewer) (*Progress, error) {
	left, err := s.Left(who, Filter{})
	if err != nil {
		return nil, err
	}
	p := &Progress{ID: s.meta("id"), Me: who.ID, Reviewer: who.Name, Left: left.Left, Later: left.Later, Agree: s.agree, Undo: []string{}}
	for _, c := range []struct {
		into  *int
		query string
		args  []any
	}{
		{&p.Answered, "SELECT count(*) FROM questions WHERE settled <> 0 AND gone = 0 AND why <> 'known'", nil},
		{&p.Mine, "SELECT count(*) FROM standing WHERE reviewer = ?", []any{who.ID}},
		{&p.Open, "SELECT count(*) FROM questions q INDEXED BY questions_open WHERE " + open + " AND q.why <> 'known' AND (q.why <> 'audit' OR q.draw < ?)", []any{s.audit}},
		{&p.Disagree, "SELECT count(*) FROM questions q INDEXED BY questions_open WHERE " + open + " AND (SELECT count(*) FROM standing s WHERE s.question = q.id) > 1", nil},
		{&p.Unwritten, "SELECT count(*) FROM answers WHERE seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'written'), 0)", nil},
	} {
		if err := s.r.QueryRow(c.query, c.args...).Scan(c.into); err != nil {
			return nil, err
		}
	}
	if p.Audit, err = s.judged("q.why = 'audit' AND q.draw < ?", s.audit); err != nil {
		return nil, err
	}
	if p.Errors, err = s.ownErrors(who.ID); err != nil {
		return nil, err
	}
	p.Undo, err = s.lastAnswers(who)
	return p, err
}

// lastAnswers lists what a reviewer can take back.
func (s *Store) lastAnswers(who Reviewer) ([]string, error) {
	rows, err := s.r.Query("SELECT id FROM answers a WHERE reviewer = ? AND undoes IS NULL AND mode <> ? AND NOT EXISTS (SELECT 1 FROM answers u WHERE u.undoes = a.id AND u.question = a.question) ORDER BY seq DESC LIMIT ?", who.ID, modeImport, undoable)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := []string{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// judged says how often the program was wrong among questions that are
// settled.
func (s *Store) judged(where string, args ...any) (Share, error) {
	rows, err := s.r.Query("SELECT q.reading, q.outcome FROM questions q WHERE q.settled <> 0 AND q.gone = 0 AND "+where, args...)
	if err != nil {
		return Share{}, err
	}
	defer rows.Close()
	n, wrong := 0, 0
	for rows.Next() {
		var reading, text string
		if err := rows.Scan(&reading, &text); err != nil {
			return Share{}, err
		}
		right, ok := agrees(text, reading)
		if !ok {
			continue
		}
		if n++; !right {
			wrong++
		}
	}
	return share(wrong, n), rows.Err()
}

// agrees reports whether an outcome says that a reading is right; ok is false
// where it tells nothing, since nobody could read it.
func agrees(outcome, reading string) (right, ok bool) {
	var a Answer
	if json.Unmarshal([]byte(outcome), &a) != nil {
		return false, false
	}
	text, ok := a.text()
	if !ok || a.Unreadable {
		return false, false
	}
	said := Answer{Raw: &text}
	return said.same() == Answer{Raw: &reading}.same(), true
}

// ownErrors says how often a reviewer keyed otherwise what two persons had
// keyed alike.
func (s *Store) ownErrors(reviewer int64) (Share, error) {
	rows, err := s.r.Query("SELECT k.outcome, q.outcome FROM questions k JOIN questions q ON q.id = k.parent WHERE k.why = 'known' AND k.reviewer = ? AND k.settled <> 0 AND q.settled <> 0", reviewer)
	if err != nil {
		return Share{}, err
	}
	defer rows.Close()
	n, wrong := 0, 0
	for rows.Next() {
		var mine, both string
		if err := rows.Scan(&mine, &both); err != nil {
			return Share{}, err
		}
		var a, b Answer
		if json.Unmarshal([]byte(mine), &a) != nil || json.Unmarshal([]byte(both), &b) != nil {
			continue
		}
		if n++; a.same() != b.same() {
			wrong++
		}
	}
	return share(wrong, n), rows.Err()
}

// A Bin counts answered readings of like confidence.
type Bin struct {
	From, To float64
	Share
}

// Confidence says how often the program was right at each confidence, of what
// was asked.
func (s *Store) Confidence() (bins []Bin, err error) {
	for i, from := range digest.Edges {
		to := 1.0
		if i+1 < len(digest.Edges) {
			to = digest.Edges[i+1]
		}
		b := Bin{From: from, To: to}
		last := i+1 == len(digest.Edges)
		if b.Share, err = s.judged("q.kind IN ('value', 'label') AND q.mode <> 'carpet' AND q.why <> 'known' AND q.confidence >= ? AND (q.confidence < ? OR ?)", from, to, last); err != nil {
			return nil, err
		}
		bins = append(bins, b)
	}
	return bins, nil
}
