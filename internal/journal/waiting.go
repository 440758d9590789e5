package journal

import (
	"context"
	"database/sql"
	"errors"
)

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

// RetryFailed makes pictures wait again that failed, are quarantined, or could be
// read in part only.
func (j *Journal) RetryFailed() error {
	return said("writing the journal", j.exec("UPDATE pictures SET state = 'pending', version = 0, trying = 0 WHERE (state IN ('failed', 'quarantined') OR state = 'done' AND error <> '') AND seen = ?", j.run))
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
func (j *Journal) Group(ctx context.Context, report func(path string) string) error {
	const step = 5000
	for last := int64(0); ; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
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

// Forget makes a picture wait as if nobody had ever read it.
func (j *Journal) Forget(id int64) error {
	return said("writing the journal", j.exec("UPDATE pictures SET state = 'pending', attempts = 0, version = 0, trying = 0, sha256 = '', doc_size = 0, doc_sha256 = '', digest = '' WHERE id = ?", id))
}
