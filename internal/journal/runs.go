package journal

import (
	"database/sql"
	"errors"
	"os"
	"time"
)

// suspectAfter is how many runs may die while they read a picture before it is
// read alone: it may be what kills them.
const suspectAfter = 3

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
