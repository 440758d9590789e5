package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"
)

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
	for step := range slices.Chunk(ids, step) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		all, err := j.byID(step)
		if err != nil {
			return err
		}
		if err := eachOf(all, f); err != nil {
			return err
		}
	}
	return nil
}

// eachOf calls f with every picture, each time with one of its own: whoever keeps
// it keeps no other.
func eachOf(all []Picture, f func(*Picture) error) error {
	for _, p := range all {
		if err := f(&p); err != nil {
			return err
		}
	}
	return nil
}

// step is how many pictures are in memory at a time.
const step = 500

// byID returns the pictures with these ids, in the same order.
func (j *Journal) byID(ids []int64) ([]Picture, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	all, err := j.query("SELECT p.* FROM json_each(?) e JOIN (SELECT "+columns+" FROM pictures) p ON p.id = e.value ORDER BY e.key", string(list))
	if err == nil && len(all) < len(ids) {
		err = errGone
	}
	return all, said("reading the journal", err)
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
