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
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/biaoge/biaoge/internal/digest"
)

// A State is what became of a picture.
type State string

// The states. A picture goes from Pending over Taken and Running to one of the
// last four, or to Retry and from there on.
const (
	Pending     State = "pending"     // waits for its turn
	Taken       State = "taken"       // a run has it in hand
	Running     State = "running"     // a worker reads it
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

// suspectAfter is how many runs may die while they read a picture before it is
// read alone: it may be what kills them.
const suspectAfter = 3

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

// Versions are what a reading depends on beside the picture.
type Versions struct {
	Program  string `json:"program"`
	Forms    string `json:"forms"`    // a hash of all form files
	Models   string `json:"models"`   // likewise of the recognisers' data
	Settings string `json:"settings"` // flags that change what is read
}

// A Run is one run of a batch.
type Run struct {
	ID       int64     `json:"id"`
	Versions Versions  `json:"versions"`
	Started  time.Time `json:"started"`
	Beat     time.Time `json:"beat"`
	Ended    time.Time `json:"ended,omitzero"`
	PID      int       `json:"pid"`
	Host     string    `json:"host"`
	Workers  int       `json:"workers"`
	Finished int64     `json:"finished"`
	Outcome  string    `json:"outcome,omitempty"`
	Cause    string    `json:"cause,omitempty"`
}

// The outcomes of a run. One that was killed has none.
const (
	OutcomeDone    = "done"
	OutcomeStopped = "stopped"
)

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

// ErrFormat means that another version of the program wrote the file.
var ErrFormat = errors.New("the journal was written by another version of biaoge")

// ErrEarlier means that an earlier version wrote the file; Create brings it up to
// date.
var ErrEarlier = errors.New("the journal was written by an earlier version of biaoge")

// ErrDamaged means that the file is no journal any more, or not a whole one.
var ErrDamaged = errors.New("the journal is damaged")

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
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxIdleTime(0)
	// In a container there may be nowhere to put a temporary file.
	if _, err := db.Exec("PRAGMA temp_store = MEMORY"); err != nil {
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

// said adds what was being done, and turns SQLite's word for a full disk into
// the system's, so that callers need know one.
func said(doing string, err error) error {
	if err == nil {
		return nil
	}
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch {
		case se.Code == sqlite3.ErrFull, se.SystemErrno == syscall.ENOSPC, se.SystemErrno == syscall.EDQUOT:
			err = fmt.Errorf("%w (%w)", syscall.ENOSPC, err)
		case se.Code == sqlite3.ErrCorrupt, se.Code == sqlite3.ErrNotADB:
			err = fmt.Errorf("%w (%w)", ErrDamaged, err)
		case se.Code == sqlite3.ErrReadonly:
			err = fmt.Errorf("%w (%w)", syscall.EROFS, err)
		case se.Code == sqlite3.ErrPerm, se.Code == sqlite3.ErrCantOpen:
			err = fmt.Errorf("%w (%w)", fs.ErrPermission, err)
		case se.Code == sqlite3.ErrIoErr:
			err = fmt.Errorf("%w (%w)", syscall.EIO, err)
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
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

// Begin begins a run. Pictures that a run which died had in hand wait again,
// those that were in hand each time several runs died wait to be read alone.
func (j *Journal) Begin(v Versions, workers int) error {
	host, _ := os.Hostname()
	now := time.Now().UnixNano()
	err := j.tx(func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT OR IGNORE INTO versions (program, forms, models, settings) VALUES (?, ?, ?, ?)", v.Program, v.Forms, v.Models, v.Settings); err != nil {
			return err
		}
		if err := tx.QueryRow("SELECT id FROM versions WHERE program = ? AND forms = ? AND models = ? AND settings = ?", v.Program, v.Forms, v.Models, v.Settings).Scan(&j.version); err != nil {
			return err
		}
		err := tx.QueryRow("SELECT version FROM runs ORDER BY id DESC LIMIT 1").Scan(&j.last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		r, err := tx.Exec("INSERT INTO runs (version, started, beat, pid, host, workers) VALUES (?, ?, ?, ?, ?, ?)", j.version, now, now, os.Getpid(), host, workers)
		if err != nil {
			return err
		}
		if j.run, err = r.LastInsertId(); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE pictures SET interrupted = interrupted + 1,
			state = CASE WHEN interrupted + 1 >= ? THEN 'retry' ELSE 'pending' END WHERE state = 'running'`, suspectAfter); err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE pictures SET state = 'pending' WHERE state = 'taken'")
		return err
	})
	return said("beginning a run in the journal", err)
}

// Version is the number the journal gives the versions of this run; Last that
// of the run before, 0 where there was none.
func (j *Journal) Version() int64 { return j.version }
func (j *Journal) Last() int64    { return j.last }

// Inherit has what lies in the output folder without this journal knowing of it
// count as made by this run's versions.
func (j *Journal) Inherit() { j.last = j.version }

// Beat notes that the run is alive and how many pictures it has finished.
func (j *Journal) Beat(finished int64) error {
	return said("writing the journal", j.exec("UPDATE runs SET beat = ?, finished = ? WHERE id = ?", time.Now().UnixNano(), finished, j.run))
}

// End ends the run.
func (j *Journal) End(finished int64, outcome, cause string) error {
	now := time.Now().UnixNano()
	err := j.tx(func(tx *sql.Tx) error {
		// What a run that ends in good order had in hand was not its death.
		if _, err := tx.Exec("UPDATE pictures SET state = 'pending' WHERE state IN ('taken', 'running')"); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE runs SET beat = ?, ended = ?, finished = ?, outcome = ?, cause = ? WHERE id = ?", now, now, finished, outcome, cause, j.run)
		return err
	})
	return said("ending the run in the journal", err)
}

// Runs returns all runs, the latest first.
func (j *Journal) Runs() ([]Run, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.db.Query(`SELECT r.id, v.program, v.forms, v.models, v.settings, r.started, r.beat, coalesce(r.ended, 0), r.pid, r.host, r.workers, r.finished, r.outcome, r.cause
		FROM runs r JOIN versions v ON v.id = r.version ORDER BY r.id DESC`)
	if err != nil {
		return nil, said("reading the journal", err)
	}
	defer rows.Close()
	var runs []Run
	for rows.Next() {
		var r Run
		var started, beat, ended int64
		if err := rows.Scan(&r.ID, &r.Versions.Program, &r.Versions.Forms, &r.Versions.Models, &r.Versions.Settings, &started, &beat, &ended, &r.PID, &r.Host, &r.Workers, &r.Finished, &r.Outcome, &r.Cause); err != nil {
			return nil, said("reading the journal", err)
		}
		r.Started, r.Beat, r.Ended = at(started), at(beat), at(ended)
		runs = append(runs, r)
	}
	return runs, said("reading the journal", rows.Err())
}

func at(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// A Sighting is a file found in IN.
type Sighting struct {
	Path, Name, Report string
	Size, MTime        int64
	State              State // Pending, or what is known of it without opening it
	Kind, Error        string
}

// See takes note of files found. A new one waits for its turn; one that is
// known stays what it is, but whether it has changed since is noted.
func (j *Journal) See(all []Sighting) (added int, err error) {
	err = j.tx(func(tx *sql.Tx) error {
		var before, after int
		if err := tx.QueryRow("SELECT coalesce(max(id), 0) FROM pictures").Scan(&before); err != nil {
			return err
		}
		s, err := tx.Prepare(`INSERT INTO pictures (path, name, report, size, mtime, state, kind, error, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET seen = excluded.seen, report = excluded.report,
				changed = changed OR size <> excluded.size OR mtime <> excluded.mtime,
				size = excluded.size, mtime = excluded.mtime,
				-- A file that could not be opened, or was gone, may be readable by now, and the other way round.
				state = CASE WHEN excluded.state <> 'pending' AND state NOT IN ('done', 'quarantined') THEN excluded.state
					WHEN state = 'failed' AND kind IN ('unreadable', 'vanished') OR state = 'skipped' AND kind IN ('link', 'special') THEN excluded.state ELSE state END,
				kind = CASE WHEN excluded.state <> 'pending' AND state NOT IN ('done', 'quarantined') THEN excluded.kind ELSE kind END,
				error = CASE WHEN excluded.state <> 'pending' AND state NOT IN ('done', 'quarantined') THEN excluded.error ELSE error END`)
		if err != nil {
			return err
		}
		defer s.Close()
		for _, f := range all {
			if _, err := s.Exec([]byte(f.Path), f.Name, f.Report, f.Size, f.MTime, string(f.State), f.Kind, f.Error, j.run); err != nil {
				return err
			}
		}
		if err := tx.QueryRow("SELECT coalesce(max(id), 0) FROM pictures").Scan(&after); err != nil {
			return err
		}
		added = after - before
		return nil
	})
	return added, said("writing the journal", err)
}

// Refresh makes pictures wait again that have changed since they were read, or
// were read by other versions than this run's.
func (j *Journal) Refresh() error {
	return said("writing the journal", j.exec(`UPDATE pictures SET state = 'pending' WHERE seen = ? AND (changed OR version <> ?) AND state IN ('done', 'skipped', 'failed', 'quarantined') AND kind NOT IN ('link', 'special')`, j.run, j.version))
}

// RetryFailed makes pictures wait again that failed or are quarantined.
func (j *Journal) RetryFailed() error {
	return said("writing the journal", j.exec("UPDATE pictures SET state = 'pending' WHERE state IN ('failed', 'quarantined') AND seen = ?", j.run))
}

// Requeue makes pictures wait again, whatever became of them.
func (j *Journal) Requeue(ids ...int64) error {
	err := j.tx(func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec("UPDATE pictures SET state = 'pending' WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
	return said("writing the journal", err)
}

// Group writes the reports of all pictures anew.
func (j *Journal) Group(report func(path string) string) error {
	const step = 5000
	for last := int64(0); ; {
		err := j.tx(func(tx *sql.Tx) error {
			rows, err := tx.Query("SELECT id, path, report FROM pictures WHERE id > ? ORDER BY id LIMIT ?", last, step)
			if err != nil {
				return err
			}
			defer rows.Close()
			change := make(map[int64]string)
			n := 0
			for rows.Next() {
				var path []byte
				var old string
				if err := rows.Scan(&last, &path, &old); err != nil {
					return err
				}
				n++
				if r := report(string(path)); r != old {
					change[last] = r
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			if n == 0 {
				return sql.ErrNoRows
			}
			for id, r := range change {
				if _, err := tx.Exec("UPDATE pictures SET report = ? WHERE id = ?", r, id); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return said("writing the journal", err)
		}
	}
}

const columns = "id, path, name, report, size, mtime, state, changed, kind, error, detail, sha256, attempts, interrupted, version, trying, started, finished, took, doc_size, doc_sha256, digest, chain"

func scan(rows *sql.Rows) (p Picture, err error) {
	var path []byte
	var started, finished, took int64
	var dig string
	err = rows.Scan(&p.ID, &path, &p.Name, &p.Report, &p.Size, &p.MTime, &p.State, &p.Changed, &p.Kind, &p.Error, &p.Detail, &p.SHA256, &p.Attempts, &p.Interrupted, &p.Version, &p.Trying, &started, &finished, &took, &p.DocSize, &p.DocSHA256, &dig, &p.Chain)
	p.Path, p.Started, p.Finished, p.Took = string(path), at(started), at(finished), time.Duration(took)*time.Millisecond
	if err == nil && dig != "" {
		err = json.Unmarshal([]byte(dig), &p.Digest)
	}
	return p, err
}

func (j *Journal) query(query string, args ...any) ([]Picture, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	s, err := j.stmt(query)
	if err != nil {
		return nil, err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Picture
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Take hands out the next pictures that wait, at most n.
func (j *Journal) Take(n int) (all []Picture, err error) {
	err = j.tx(func(tx *sql.Tx) error {
		rows, err := tx.Query("UPDATE pictures SET state = 'taken' WHERE id IN (SELECT id FROM pictures WHERE state = 'pending' ORDER BY id LIMIT ?) RETURNING "+columns, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := scan(rows)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return rows.Err()
	})
	slices.SortFunc(all, func(a, b Picture) int { return cmp.Compare(a.ID, b.ID) })
	return all, said("taking pictures from the journal", err)
}

// Retries are the pictures that wait to be read alone.
func (j *Journal) Retries() ([]Picture, error) {
	all, err := j.query("SELECT " + columns + " FROM pictures WHERE state = 'retry' ORDER BY id")
	return all, said("taking pictures from the journal", err)
}

// Start notes that a worker is given a picture.
func (j *Journal) Start(p *Picture) error {
	p.State, p.Started, p.Trying = Running, time.Now(), j.version
	p.Attempts++
	err := j.exec("UPDATE pictures SET state = 'running', attempts = ?, trying = ?, started = ? WHERE id = ?",
		p.Attempts, p.Trying, p.Started.UnixNano(), p.ID)
	return said("writing the journal", err)
}

// Finish notes what became of pictures, all or none of them.
func (j *Journal) Finish(all []*Picture) error {
	err := j.tx(func(tx *sql.Tx) error {
		s, err := tx.Prepare(`UPDATE pictures SET state = ?, changed = 0, kind = ?, error = ?, detail = ?, sha256 = ?, attempts = ?, version = ?, trying = ?,
			finished = ?, took = ?, doc_size = ?, doc_sha256 = ?, digest = ?, review = ?, chain = '' WHERE id = ?`)
		if err != nil {
			return err
		}
		defer s.Close()
		for _, p := range all {
			dig := ""
			if p.State == Done {
				b, err := json.Marshal(&p.Digest)
				if err != nil {
					return err
				}
				dig = string(b)
			}
			p.Finished = time.Now()
			if p.State.Final() {
				p.Version, p.Trying = j.version, j.version
			}
			if _, err := s.Exec(string(p.State), p.Kind, p.Error, p.Detail, p.SHA256, p.Attempts, p.Version, p.Trying,
				p.Finished.UnixNano(), p.Took.Milliseconds(), p.DocSize, p.DocSHA256, dig, p.State == Done && p.Digest.Review(), p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return said("writing the journal", err)
}

// Join notes what pictures gave that were read together, after each was read
// apart: all of them or none.
func (j *Journal) Join(all []*Picture) error {
	err := j.tx(func(tx *sql.Tx) error {
		for _, p := range all {
			dig, err := json.Marshal(&p.Digest)
			if err != nil {
				return err
			}
			if _, err := tx.Exec("UPDATE pictures SET chain = ?, doc_size = ?, doc_sha256 = ?, digest = ?, review = ? WHERE id = ?",
				p.Chain, p.DocSize, p.DocSHA256, string(dig), p.Digest.Review(), p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return said("writing the journal", err)
}

// Known finds a picture with the same bytes that this run's versions have been
// through with.
func (j *Journal) Known(sha256 string) (p Picture, ok bool, err error) {
	all, err := j.query("SELECT "+columns+" FROM pictures WHERE sha256 = ? AND sha256 <> '' AND version = ? AND NOT changed AND state IN ('done', 'skipped', 'failed', 'quarantined') ORDER BY path LIMIT 1", sha256, j.version)
	if err != nil || len(all) == 0 {
		return p, false, said("reading the journal", err)
	}
	return all[0], true, nil
}

// A Document is what the journal says of a document on the disk.
type Document struct {
	ID   int64
	Path string // of the picture
	Size int64
}

// Documents returns the documents that should be on the disk, so many after
// the one with an id.
func (j *Journal) Documents(after int64, n int) ([]Document, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.db.Query("SELECT id, path, doc_size FROM pictures WHERE state = 'done' AND id > ? ORDER BY id LIMIT ?", after, n)
	if err != nil {
		return nil, said("reading the journal", err)
	}
	defer rows.Close()
	var all []Document
	for rows.Next() {
		var d Document
		var path []byte
		if err := rows.Scan(&d.ID, &path, &d.Size); err != nil {
			return nil, said("reading the journal", err)
		}
		d.Path = string(path)
		all = append(all, d)
	}
	return all, said("reading the journal", rows.Err())
}

// Counts are how many pictures are in which state.
type Counts struct {
	States  map[State]int64
	Flagged int64 // done, with something to review
	Partly  int64 // done, but for some pages
	Stale   int64 // read by other versions than the latest run's, or changed since
}

// Total is the number of all pictures that count: files that are none do not.
func (c Counts) Total() int64 {
	n := int64(0)
	for s, k := range c.States {
		if s != Skipped {
			n += k
		}
	}
	return n
}

// Left is the number of pictures still to be read.
func (c Counts) Left() int64 {
	return c.States[Pending] + c.States[Taken] + c.States[Running] + c.States[Retry]
}

// Count counts the pictures.
func (j *Journal) Count() (Counts, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := Counts{States: make(map[State]int64)}
	rows, err := j.db.Query(`SELECT state, count(*), sum(review AND state = 'done'), sum(error <> '' AND state = 'done'), sum(state IN ('done', 'failed', 'quarantined') AND (changed OR version NOT IN (0, (SELECT version FROM runs ORDER BY id DESC LIMIT 1)))) FROM pictures GROUP BY state`)
	if err != nil {
		return c, said("reading the journal", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s State
		var n, flagged, partly, stale int64
		if err := rows.Scan(&s, &n, &flagged, &partly, &stale); err != nil {
			return c, said("reading the journal", err)
		}
		c.States[s] = n
		c.Flagged += flagged
		c.Partly += partly
		c.Stale += stale
	}
	return c, said("reading the journal", rows.Err())
}

// Each calls f with every picture in the order of reports and paths.
func (j *Journal) Each(ctx context.Context, f func(*Picture) error) error {
	return j.each(ctx, "ORDER BY report, path", f)
}

// EachIn calls f with every picture in one of the states, ordered by path.
func (j *Journal) EachIn(ctx context.Context, states []State, f func(*Picture) error) error {
	in := ""
	for i, s := range states {
		if i > 0 {
			in += ", "
		}
		in += "'" + string(s) + "'"
	}
	return j.each(ctx, "WHERE state IN ("+in+") ORDER BY path", f)
}

// each reads in steps, so that f may use the journal and memory stays flat.
func (j *Journal) each(ctx context.Context, clause string, f func(*Picture) error) error {
	ids, err := j.ids(ctx, clause)
	if err != nil {
		return said("reading the journal", err)
	}
	for step := range slices.Chunk(ids, 500) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		list, err := json.Marshal(step)
		if err != nil {
			return err
		}
		all, err := j.query("SELECT "+columns+" FROM pictures WHERE id IN (SELECT value FROM json_each(?))", string(list))
		if err != nil {
			return said("reading the journal", err)
		}
		byID := make(map[int64]*Picture, len(all))
		for i := range all {
			byID[all[i].ID] = &all[i]
		}
		for _, id := range step {
			if p := byID[id]; p != nil {
				if err := f(p); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (j *Journal) ids(ctx context.Context, clause string) ([]int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.db.QueryContext(ctx, "SELECT id FROM pictures "+clause)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Pictures returns all pictures in one of the states, ordered by path.
func (j *Journal) Pictures(states []State) (all []Picture, err error) {
	err = j.EachIn(context.Background(), states, func(p *Picture) error {
		all = append(all, *p)
		return nil
	})
	return all, err
}

// Forget makes a picture wait as if nobody had ever read it.
func (j *Journal) Forget(id int64) error {
	return said("writing the journal", j.exec("UPDATE pictures SET state = 'pending', attempts = 0, version = 0, trying = 0, sha256 = '', doc_size = 0, doc_sha256 = '', digest = '' WHERE id = ?", id))
}

// Slowest returns the pictures that took longest.
func (j *Journal) Slowest(n int) ([]Picture, error) {
	all, err := j.query("SELECT "+columns+" FROM pictures WHERE took > 0 ORDER BY took DESC, path LIMIT ?", n)
	return all, said("reading the journal", err)
}

// A Copy is a picture whose bytes others have too.
type Copy struct {
	SHA256, Name, Report string
}

// Copies returns all pictures that share their bytes with another one, ordered
// by the first path of those that do and then by path.
func (j *Journal) Copies() ([]Copy, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	rows, err := j.db.Query(`SELECT p.sha256, p.name, p.report FROM pictures p
		JOIN (SELECT sha256, min(path) AS first FROM pictures WHERE sha256 <> '' AND state = 'done' GROUP BY sha256 HAVING count(*) > 1) g ON g.sha256 = p.sha256
		WHERE p.state = 'done' ORDER BY g.first, p.path`)
	if err != nil {
		return nil, said("reading the journal", err)
	}
	defer rows.Close()
	var all []Copy
	for rows.Next() {
		var c Copy
		if err := rows.Scan(&c.SHA256, &c.Name, &c.Report); err != nil {
			return nil, said("reading the journal", err)
		}
		all = append(all, c)
	}
	return all, said("reading the journal", rows.Err())
}
