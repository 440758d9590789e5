package review

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/sqlite"
)

// format is the version of the tables in the file.
const format = 1

const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE reviewers (
	id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
	token TEXT NOT NULL -- made once, so that an open page goes on after a restart
);
CREATE TABLE pictures (
	id INTEGER PRIMARY KEY,
	path BLOB NOT NULL UNIQUE, name TEXT NOT NULL, report TEXT NOT NULL, sha256 TEXT NOT NULL,
	doc TEXT NOT NULL,         -- hash of the documents that its questions were made of
	audit REAL NOT NULL,       -- the share of values that was drawn when they were
	flagged INTEGER NOT NULL,  -- whether they have flags
	fingerprint TEXT NOT NULL DEFAULT '',
	leased_by INTEGER NOT NULL DEFAULT 0, leased_until INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX pictures_sha256 ON pictures (sha256);
CREATE INDEX pictures_report ON pictures (report);
CREATE TABLE looks ( -- flagged tables by what they say, to find one picture at two sizes
	hash TEXT NOT NULL, picture INTEGER NOT NULL REFERENCES pictures, page INTEGER NOT NULL, tbl INTEGER NOT NULL,
	PRIMARY KEY (hash, picture, page, tbl)
) WITHOUT ROWID;
CREATE TABLE questions (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	picture INTEGER NOT NULL REFERENCES pictures,
	place BLOB NOT NULL,      -- report and path, by which questions are ordered
	rank REAL NOT NULL,       -- order within the picture
	kind TEXT NOT NULL, mode TEXT NOT NULL, why TEXT NOT NULL DEFAULT '',
	form TEXT NOT NULL DEFAULT '', key TEXT NOT NULL DEFAULT '', reading TEXT NOT NULL DEFAULT '',
	confidence REAL NOT NULL DEFAULT 0,
	reasons TEXT NOT NULL DEFAULT '[]', -- in English words
	causes TEXT NOT NULL DEFAULT '[]',  -- the same as codes
	draw REAL NOT NULL DEFAULT 0,       -- of an audit: its place in the draw
	reviewer INTEGER NOT NULL DEFAULT 0, -- whom it is for; 0 for everybody
	parent INTEGER NOT NULL DEFAULT 0,   -- the carpet it was an exception in
	gone INTEGER NOT NULL DEFAULT 0,     -- its cell is no longer there
	covered INTEGER NOT NULL DEFAULT 0,  -- the question about its whole table that was answered
	settled INTEGER NOT NULL DEFAULT 0,  -- number of the answer that settled it
	outcome TEXT NOT NULL DEFAULT '',    -- what the answers come to
	settlers TEXT NOT NULL DEFAULT ''    -- who gave them
);
CREATE INDEX questions_open ON questions (place, rank, id) WHERE settled = 0 AND gone = 0 AND covered = 0;
CREATE INDEX questions_picture ON questions (picture);
CREATE INDEX questions_parent ON questions (parent) WHERE parent <> 0;
CREATE INDEX questions_lacking ON questions (reading, key) WHERE why = 'lacks';
CREATE TABLE targets (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	question INTEGER NOT NULL REFERENCES questions,
	picture INTEGER NOT NULL REFERENCES pictures,
	sha256 TEXT NOT NULL, page INTEGER NOT NULL,
	tbl INTEGER NOT NULL,                        -- of its page, from 1; 0 for one that was not found
	row INTEGER NOT NULL, col INTEGER NOT NULL,  -- -1 for a whole table
	x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL, h REAL NOT NULL,
	copy INTEGER NOT NULL DEFAULT 0              -- of another target, in a copy of its picture
);
CREATE INDEX targets_copy ON targets (copy) WHERE copy <> 0;
CREATE INDEX targets_question ON targets (question);
CREATE INDEX targets_place ON targets (sha256, page, tbl, row, col);
CREATE TABLE answers (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	undoes TEXT,                -- the answer that this row takes back
	question INTEGER NOT NULL REFERENCES questions,
	reviewer INTEGER NOT NULL REFERENCES reviewers,
	at INTEGER NOT NULL,        -- nanoseconds since 1970, as all times here
	ms INTEGER NOT NULL,        -- how long the person took
	mode TEXT NOT NULL, shown TEXT NOT NULL, answer TEXT NOT NULL,
	before TEXT NOT NULL, after TEXT NOT NULL, -- the outcome
	version INTEGER NOT NULL, became INTEGER NOT NULL
);
CREATE INDEX answers_question ON answers (question);
CREATE INDEX answers_reviewer ON answers (reviewer, seq);
CREATE TRIGGER answers_stay BEFORE UPDATE ON answers BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END;
CREATE TRIGGER answers_kept BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'an answer is never removed'); END;
CREATE TABLE standing ( -- each reviewer's last answer that was not taken back
	question INTEGER NOT NULL, reviewer INTEGER NOT NULL, seq INTEGER NOT NULL, mode TEXT NOT NULL, answer TEXT NOT NULL,
	PRIMARY KEY (question, reviewer)
) WITHOUT ROWID;
CREATE TABLE later (question INTEGER NOT NULL, reviewer INTEGER NOT NULL, PRIMARY KEY (question, reviewer)) WITHOUT ROWID;
`

// open is the condition that a question q waits for an answer.
const open = "q.settled = 0 AND q.gone = 0 AND q.covered = 0"

// A Store is an open review.sqlite. Several processes may use it at a time.
type Store struct {
	w, r  *sql.DB
	mu    sync.Mutex // one writer at a time, in order, without busy waiting
	agree int        // how many must say the same
	audit float64    // share of the values that are not flagged
	known float64    // share of the values that two keyed alike
}

// Rules say how answers are weighed.
type Rules struct {
	Agree int     // how many reviewers must say the same: 1 or 2
	Audit float64 // share of values that were not flagged that are asked for all the same
	Known float64 // share of values that two persons keyed alike that are asked for again
}

// ErrFormat means that another version of the program wrote the file.
var ErrFormat = errors.New("the answers were written by another version of biaoge; use that version")

// readers is how many questions to the file are answered at a time.
const readers = 4

// Open opens the file at a path, and makes it where there is none. Zero rules
// are those of the last review.
func Open(path string, rules *Rules) (*Store, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	query := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"20000"},
		"_txlock": {"immediate"}, "mode": {"rw"},
	}
	s := new(Store)
	if s.w, err = sqlite.Open(path, query, 1); err != nil {
		return nil, err
	}
	if s.r, err = sqlite.Open(path, query, readers); err != nil {
		s.w.Close()
		return nil, err
	}
	if err := errors.Join(s.prepare(), s.obey(rules)); err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *Store) prepare() error {
	return s.tx(func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		switch version {
		case format:
			return nil
		case 0:
			if _, err := tx.Exec(schema); err != nil {
				return err
			}
			id := make([]byte, 9)
			rand.Read(id)
			_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d; INSERT INTO meta VALUES ('id', '%s')", format, base64.RawURLEncoding.EncodeToString(id)))
			return err
		}
		return ErrFormat
	})
}

// obey takes the rules on, and weighs all answers anew where another number of
// reviewers must agree than before.
func (s *Store) obey(rules *Rules) error {
	agree, audit, known := s.number("agree", 1), s.number("audit", 0), s.number("known", 0)
	s.agree, s.audit, s.known = int(agree), audit, known
	if rules == nil {
		return nil
	}
	s.agree, s.audit, s.known = rules.Agree, rules.Audit, rules.Known
	return s.tx(func(tx *sql.Tx) error {
		for key, v := range map[string]float64{"agree": float64(s.agree), "audit": s.audit, "known": s.known} {
			if _, err := tx.Exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, strconv.FormatFloat(v, 'g', -1, 64)); err != nil {
				return err
			}
		}
		if int(agree) == s.agree {
			return nil
		}
		ids, err := numbers(tx, "SELECT DISTINCT question FROM standing")
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := s.settle(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) number(key string, otherwise float64) float64 {
	if v, err := strconv.ParseFloat(s.meta(key), 64); err == nil {
		return v
	}
	return otherwise
}

// meta is a note about the whole file, empty where there is none.
func (s *Store) meta(key string) (v string) {
	s.r.QueryRow("SELECT value FROM meta WHERE key = ?", key).Scan(&v)
	return v
}

func (s *Store) setMeta(key, value string) error {
	return s.tx(func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
		return err
	})
}

// Close closes the file.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close()) }

// tx runs f in a transaction; when it returns without error, what f wrote is
// on the disk.
func (s *Store) tx(f func(*sql.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx, err := s.w.Begin()
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// numbers returns the whole numbers that a query finds.
func numbers(tx *sql.Tx, query string, args ...any) (all []int64, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// A Reviewer is a person who answers.
type Reviewer struct {
	ID    int64
	Name  string
	Token string
}

// tokenBytes is how much chance is in a token: 192 bits.
const tokenBytes = 24

// Reviewer returns the reviewer of a name, and makes one where there is none.
func (s *Store) Reviewer(name string) (r Reviewer, err error) {
	err = s.tx(func(tx *sql.Tx) error {
		token := make([]byte, tokenBytes)
		rand.Read(token)
		if _, err := tx.Exec("INSERT OR IGNORE INTO reviewers (name, token) VALUES (?, ?)", name, base64.RawURLEncoding.EncodeToString(token)); err != nil {
			return err
		}
		return tx.QueryRow("SELECT id, name, token FROM reviewers WHERE name = ?", name).Scan(&r.ID, &r.Name, &r.Token)
	})
	return r, err
}

// errNoRows is what a query says that finds nothing.
var errNoRows = sql.ErrNoRows

// now is the time of a row.
func now() int64 { return time.Now().UnixNano() }
