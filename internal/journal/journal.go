// Package journal keeps the state of a batch run in one SQLite file: every
// picture with what became of it, and every run with its versions.
//
// It is the queue of a run as well as its memory. Whatever kills the program,
// the next run finds there what is done and what is not. A commit does not
// wait for the disk (WAL, synchronous=NORMAL): a process that dies loses
// nothing, and a machine that loses power loses at most the last moments'
// lines, never the file. A run that finds documents the journal does not know
// takes them over, so nothing is done twice either way.
package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/sqlite"
)

// A State is what became of a picture.
type State string

// The states. A picture goes from Pending over Taken and Running to one of the
// last four, or to Retry and from there on.
const (
	Pending     State = "pending"     // waits for its turn
	Taken       State = "taken"       // a run has it in hand, or has handed it out
	Running     State = "running"     // a worker has said that it reads it
	Retry       State = "retry"       // it cost a worker its life; will be read once more, alone
	Done        State = "done"        // its document is written
	Skipped     State = "skipped"     // it is no picture, and its name does not claim so
	Failed      State = "failed"      // it can't be read; Error says why
	Quarantined State = "quarantined" // it cost a worker its life twice
)

// Final says whether a run is through with a picture in this state.
func (s State) Final() bool {
	switch s {
	case Done, Skipped, Failed, Quarantined:
		return true
	}
	return false
}

// format is the version of the tables in the file. Those of version 1 had no
// chain.
const format = 2

const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE versions (
	id INTEGER PRIMARY KEY,
	program TEXT NOT NULL, forms TEXT NOT NULL, models TEXT NOT NULL, settings TEXT NOT NULL,
	UNIQUE (program, forms, models, settings)
);
CREATE TABLE runs (
	id INTEGER PRIMARY KEY,
	version INTEGER NOT NULL REFERENCES versions,
	started INTEGER NOT NULL, -- nanoseconds since 1970, as all times here
	beat INTEGER NOT NULL,    -- when it last said that it is alive
	ended INTEGER,            -- null while it runs, or when it was killed
	pid INTEGER NOT NULL, host TEXT NOT NULL, workers INTEGER NOT NULL,
	finished INTEGER NOT NULL DEFAULT 0, -- pictures it has finished
	outcome TEXT NOT NULL DEFAULT '',    -- done or stopped
	cause TEXT NOT NULL DEFAULT ''       -- of a stop
);
CREATE TABLE pictures (
	id INTEGER PRIMARY KEY,
	path BLOB NOT NULL UNIQUE,  -- below IN; bytes as they are
	name TEXT NOT NULL,         -- the same with what is no plain text escaped
	report TEXT NOT NULL,
	size INTEGER NOT NULL, mtime INTEGER NOT NULL,
	state TEXT NOT NULL,
	changed INTEGER NOT NULL DEFAULT 0, -- size or time differ from what was read
	kind TEXT NOT NULL DEFAULT '',      -- of what went wrong
	error TEXT NOT NULL DEFAULT '',
	detail TEXT NOT NULL DEFAULT '',    -- the last words of a worker that died of it
	sha256 TEXT NOT NULL DEFAULT '',
	attempts INTEGER NOT NULL DEFAULT 0,    -- how often a worker was given it
	interrupted INTEGER NOT NULL DEFAULT 0, -- how many runs died meanwhile
	version INTEGER NOT NULL DEFAULT 0,     -- of what read it
	trying INTEGER NOT NULL DEFAULT 0,      -- of what last began to
	seen INTEGER NOT NULL DEFAULT 0,        -- the last run that found it in IN
	started INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0,
	took INTEGER NOT NULL DEFAULT 0,        -- milliseconds in the worker
	review INTEGER NOT NULL DEFAULT 0,      -- whether something in it is flagged
	doc_size INTEGER NOT NULL DEFAULT 0, doc_sha256 TEXT NOT NULL DEFAULT '',
	digest TEXT NOT NULL DEFAULT '',
	chain TEXT NOT NULL DEFAULT ''          -- of the pictures it was read together with
);
CREATE INDEX pictures_waiting ON pictures (state, id) WHERE state IN ('pending', 'taken', 'running', 'retry');
CREATE INDEX pictures_sha256 ON pictures (sha256) WHERE sha256 <> '';
`

// A Picture is a line of the journal.
type Picture struct {
	ID          int64
	Path        string // bytes as they are
	Name        string // escaped
	Report      string
	Size        int64
	MTime       int64
	State       State
	Changed     bool
	Kind        string
	Error       string
	Detail      string
	SHA256      string
	Attempts    int
	Interrupted int
	Version     int64 // of the run that finished it
	Trying      int64 // of the run that last began it
	Started     time.Time
	Finished    time.Time
	Took        time.Duration
	DocSize     int64
	DocSHA256   string
	Digest      digest.Digest
	Chain       string // names the pictures it was read together with, empty where it was read apart
}

// A Journal is an open journal. It is safe for concurrent use.
type Journal struct {
	db      *sql.DB
	mu      sync.Mutex // SQLite writes one at a time anyway; this keeps them in order without busy waiting
	run     int64
	version int64
	last    int64 // version of the run before, 0 where there was none
	stmts   map[string]*sql.Stmt
}

// Create opens the journal at a path, and makes it where there is none.
func Create(path string) (*Journal, error) {
	j, err := open(path, url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"NORMAL"}, "_busy_timeout": {"10000"},
		"_txlock": {"immediate"}, "mode": {"rwc"},
	})
	if err != nil {
		return nil, err
	}
	var version int
	if err = j.db.QueryRow("PRAGMA user_version").Scan(&version); err == nil {
		switch version {
		case 0:
			err = j.tx(func(tx *sql.Tx) error {
				if _, err := tx.Exec(schema); err != nil {
					return err
				}
				_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", format))
				return err
			})
		case 1:
			err = j.tx(func(tx *sql.Tx) error {
				_, err := tx.Exec(fmt.Sprintf("ALTER TABLE pictures ADD COLUMN chain TEXT NOT NULL DEFAULT ''; PRAGMA user_version = %d", format))
				return err
			})
		case format:
		default:
			err = ErrFormat
		}
	}
	if err != nil {
		j.db.Close()
		return nil, said("opening the journal", err)
	}
	return j, nil
}

// Open opens the journal at a path to look at it, while a run writes to it or
// later, also where the folder can't be written to.
func Open(path string) (*Journal, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	j, err := open(path, url.Values{"mode": {"ro"}, "_busy_timeout": {"10000"}})
	if err != nil {
		return nil, err
	}
	var version int
	err = j.db.QueryRow("PRAGMA user_version").Scan(&version)
	if err != nil {
		// WAL needs a file of shared memory beside the journal, even to read.
		// On a read-only disk nobody writes, so the file alone will do.
		j.db.Close()
		if j, err = open(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}); err != nil {
			return nil, err
		}
		err = j.db.QueryRow("PRAGMA user_version").Scan(&version)
	}
	switch {
	case err != nil || version == format:
	case version == 1:
		err = ErrEarlier
	default:
		err = ErrFormat
	}
	if err != nil {
		j.db.Close()
		return nil, said("opening the journal", err)
	}
	return j, nil
}

func open(path string, query url.Values) (*Journal, error) {
	db, err := sqlite.Open(path, query, 1)
	if err != nil {
		return nil, err
	}
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, said("opening the journal", err)
	}
	return &Journal{db: db, stmts: make(map[string]*sql.Stmt)}, nil
}

// Close closes the journal, and folds what is beside it into the one file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.stmts {
		s.Close()
	}
	return said("closing the journal", j.db.Close())
}

// tx runs f in a transaction.
func (j *Journal) tx(f func(*sql.Tx) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	tx, err := j.db.Begin()
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// stmt prepares a statement once. The caller holds the mutex.
func (j *Journal) stmt(query string) (*sql.Stmt, error) {
	if s, ok := j.stmts[query]; ok {
		return s, nil
	}
	s, err := j.db.Prepare(query)
	if err == nil {
		j.stmts[query] = s
	}
	return s, err
}

func (j *Journal) exec(query string, args ...any) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	s, err := j.stmt(query)
	if err != nil {
		return err
	}
	_, err = s.Exec(args...)
	return err
}

// Meta returns a note about the whole journal, empty where there is none.
func (j *Journal) Meta(key string) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var v string
	err := j.db.QueryRow("SELECT value FROM meta WHERE key = ?", key).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, said("reading the journal", err)
}

// SetMeta writes such a note.
func (j *Journal) SetMeta(key, value string) error {
	return said("writing the journal", j.exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value))
}
