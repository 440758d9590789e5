package journal

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"slices"
	"time"
)

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
