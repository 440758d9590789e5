package review

import (
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/biaoge/biaoge/internal/digest"
)

// leaseTime is how long a picture is one reviewer's, from the last question
// of it that they were given; the contract sets it.
const leaseTime = 5 * time.Minute

// A Filter chooses among the questions. The zero filter takes all.
type Filter struct {
	Pictures string // a glob of pictures, or the name of a report or folder
	Form     string // an id, or a form without its edition
	Reason   string // words or a code in a reason
	Later    bool   // those put off, and no others
}

// ParseFilter says what an --only means: a form that questions are about, a
// glob or the name of a picture or report, or else a part of a reason.
func (s *Store) ParseFilter(only string) (f Filter, err error) {
	only = strings.TrimSpace(only)
	if only == "" {
		return f, nil
	}
	var n int
	err = s.r.QueryRow("SELECT EXISTS (SELECT 1 FROM questions WHERE form = ?1 OR substr(form, 1, length(?1) + 1) = ?1 || '@')", only).Scan(&n)
	if err != nil || n > 0 {
		return Filter{Form: only}, err
	}
	if strings.ContainsAny(only, "*?[{") {
		if !doublestar.ValidatePattern(only) {
			return f, &RequestError{400, "the glob " + only + " is no valid pattern"}
		}
		return Filter{Pictures: only}, nil
	}
	err = s.r.QueryRow("SELECT EXISTS (SELECT 1 FROM pictures WHERE report = ?1 OR name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '/')", only).Scan(&n)
	if err != nil || n > 0 {
		return Filter{Pictures: only}, err
	}
	if strings.Contains(only, "@") { // a form that no question is about
		return Filter{Form: only}, nil
	}
	return Filter{Reason: only}, nil
}

// where is the filter as a condition on a question q.
func (s *Store) where(f Filter) (clause string, args []any, err error) {
	switch {
	case f.Form != "":
		return " AND (q.form = ? OR substr(q.form, 1, ?) = ?)", []any{f.Form, len(digest.Family(f.Form)) + 1, f.Form + "@"}, nil
	case f.Reason != "":
		return ` AND (instr(lower(q.reasons), lower(?)) > 0 OR instr(q.causes, '"' || ? || '"') > 0)`, []any{f.Reason, f.Reason}, nil
	case f.Pictures == "":
		return "", nil, nil
	case !strings.ContainsAny(f.Pictures, "*?[{"):
		return " AND q.picture IN (SELECT id FROM pictures WHERE report = ? OR name = ? OR substr(name, 1, length(?) + 1) = ? || '/')",
			[]any{f.Pictures, f.Pictures, f.Pictures, f.Pictures}, nil
	}
	ids, err := s.matching(f.Pictures)
	return " AND q.picture IN (SELECT value FROM json_each(?))", []any{ids}, err
}

// matching lists the pictures that a glob takes, as a JSON list.
func (s *Store) matching(glob string) (string, error) {
	rows, err := s.r.Query("SELECT id, name FROM pictures")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	b.WriteByte('[')
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return "", err
		}
		p := name
		if !strings.Contains(glob, "/") {
			p = name[strings.LastIndexByte(name, '/')+1:]
		}
		if ok, _ := doublestar.Match(glob, p); ok {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.FormatInt(id, 10))
		}
	}
	b.WriteByte(']')
	return b.String(), rows.Err()
}

// forMe is the condition that an open question waits for a reviewer, given
// three times, and audits within the share that is drawn, given last.
const forMe = open + ` AND (q.reviewer = 0 OR q.reviewer = ?)
	AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.question = q.id AND s.reviewer = ?)
	AND (q.why <> 'audit' OR q.draw < ?)`

const putOff = "EXISTS (SELECT 1 FROM later l WHERE l.question = q.id AND l.reviewer = ?)"

// Next returns questions for a reviewer, in order, at most n, beginning after
// the one given where it is not empty. Their pictures are the reviewer's for a
// while; those of others come only when nothing else is left.
func (s *Store) Next(who Reviewer, f Filter, after string, n int) ([]*question, error) {
	clause, args, err := s.where(f)
	if err != nil {
		return nil, err
	}
	off := " AND NOT " + putOff
	if f.Later {
		off = " AND " + putOff
	}
	base := "SELECT " + questionColumns + " FROM questions q INDEXED BY questions_open WHERE " + forMe + off + clause
	all := append([]any{who.ID, who.ID, s.audit, who.ID}, args...)
	if after != "" {
		base += " AND (q.place, q.rank, q.id) > (SELECT place, rank, id FROM questions WHERE id = ?)"
		all = append(all, after)
	}
	const order = " ORDER BY q.place, q.rank, q.id LIMIT ?"
	const free = " AND NOT EXISTS (SELECT 1 FROM pictures p WHERE p.id = q.picture AND p.leased_until > ? AND p.leased_by <> ?)"
	found, err := s.questions(base+free+order, append(append([]any{}, all...), now(), who.ID, n)...)
	if err == nil && len(found) == 0 {
		found, err = s.questions(base+order, append(all, n)...)
	}
	if err != nil {
		return nil, err
	}
	return found, s.lease(who, found)
}

func (s *Store) questions(query string, args ...any) (all []*question, err error) {
	rows, err := s.r.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		q := new(question)
		if err := q.scan(rows); err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, rows.Err()
}

// lease makes the pictures of questions a reviewer's, where it is not so for
// most of the time already.
func (s *Store) lease(who Reviewer, all []*question) error {
	ids := make(map[int64]bool)
	for _, q := range all {
		ids[q.picture] = true
	}
	for id := range ids {
		var by, until int64
		if err := s.r.QueryRow("SELECT leased_by, leased_until FROM pictures WHERE id = ?", id).Scan(&by, &until); err != nil {
			return err
		}
		left := time.Duration(until - now())
		if left > 0 && (by != who.ID || left > leaseTime-time.Minute) {
			continue
		}
		err := s.tx(func(tx *sql.Tx) error {
			_, err := tx.Exec("UPDATE pictures SET leased_by = ?, leased_until = ? WHERE id = ?", who.ID, now()+int64(leaseTime), id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Counts are how many questions wait for a reviewer.
type Counts struct {
	Left  int // all of them
	Later int // of these, put off
}

// Left counts what waits for a reviewer.
func (s *Store) Left(who Reviewer, f Filter) (c Counts, err error) {
	clause, args, err := s.where(f)
	if err != nil {
		return c, err
	}
	err = s.r.QueryRow("SELECT count(*), coalesce(sum("+putOff+"), 0) FROM questions q INDEXED BY questions_open WHERE "+forMe+clause,
		append([]any{who.ID, who.ID, who.ID, s.audit}, args...)...).Scan(&c.Left, &c.Later)
	return c, err
}
