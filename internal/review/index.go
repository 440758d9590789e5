package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"sync/atomic"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/tables"
)

// An Index makes questions of a batch's documents, in the order in which they
// are asked, and again of those that have changed. It runs beside the answers.
type Index struct {
	Store   *Store
	Place   batch.Place
	Journal *journal.Journal
	// Look says what a picture looks like, and Alike whether two are the same
	// one at two sizes; nil where nobody can tell.
	Look  func(ctx context.Context, path string) (fingerprint string, err error)
	Alike func(a, b string) bool
	// Damaged is told of documents that can't be read.
	Damaged func(path string, err error)

	running atomic.Bool
	seen    atomic.Int64
}

// Running reports whether questions are still being made, and how many
// pictures have been gone through.
func (x *Index) Running() (bool, int64) { return x.running.Load(), x.seen.Load() }

// Start says beforehand that Run is about to be called.
func (x *Index) Start() { x.running.Store(true) }

// known reports whether the questions of a picture are those of its documents.
func (x *Index) known(p *journal.Picture) (bool, error) {
	var doc, sha256, report string
	var audit float64
	err := x.Store.r.QueryRow("SELECT doc, sha256, audit, report FROM pictures WHERE path = ?", []byte(p.Path)).Scan(&doc, &sha256, &audit, &report)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return doc == p.DocSHA256 && sha256 == p.SHA256 && audit >= x.Store.audit && report == p.Report, err
}

// store stores a picture and its questions.
func (x *Index) store(tx *sql.Tx, f *found) error {
	place := placeOf(f.Report, f.Path)
	var id int64
	var before string
	err := tx.QueryRow("SELECT id, sha256 FROM pictures WHERE path = ?", []byte(f.Path)).Scan(&id, &before)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r, err := tx.Exec("INSERT INTO pictures (path, name, report, sha256, doc, audit, flagged, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			[]byte(f.Path), f.Name, f.Report, f.SHA256, f.DocSHA256, x.Store.audit, f.Digest.Review(), f.print)
		if err != nil {
			return err
		}
		if id, err = r.LastInsertId(); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		if err := x.again(tx, id, place, f); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE pictures SET report = ?, sha256 = ?, doc = ?, audit = ?, flagged = ?, fingerprint = ? WHERE id = ?",
			f.Report, f.SHA256, f.DocSHA256, x.Store.audit, f.Digest.Review(), f.print, id); err != nil {
			return err
		}
	}
	twins, err := x.twins(tx, id, f)
	if err != nil {
		return err
	}
	for i := range f.doubts {
		if err := add(tx, id, place, f, &f.doubts[i], twins); err != nil {
			return err
		}
	}
	return nil
}

// add stores a question, or adds its targets to one that is there already:
// about the same bytes, or about the same picture at another size.
func add(tx *sql.Tx, picture int64, place []byte, f *found, d *doubt, twins map[[2]int]twin) error {
	var rest []spot
	for _, at := range d.spots {
		question, of, err := asked(tx, f.SHA256, at, twins)
		if err != nil {
			return err
		}
		if question == 0 {
			rest = append(rest, at)
			continue
		}
		if err := target(tx, question, picture, f.SHA256, at, of); err != nil {
			return err
		}
	}
	if len(rest) == 0 {
		return nil
	}
	mode := d.mode
	if mode == ModeCarpet && len(rest) == 1 {
		mode = ModeConfirm
		if d.confidence < blindBelow {
			mode = ModeKey
		}
	}
	asks := *d
	asks.mode = mode
	question, err := ask(tx, picture, place, &asks)
	if err != nil {
		return err
	}
	for _, at := range rest {
		if err := target(tx, question, picture, f.SHA256, at, 0); err != nil {
			return err
		}
	}
	return nil
}

// placeOf is where a picture's questions stand in the order of all.
func placeOf(report, path string) []byte { return []byte(report + "\x00" + path) }

// ask stores the question that a doubt is, without its targets.
func ask(tx *sql.Tx, picture int64, place []byte, d *doubt) (id int64, err error) {
	reasons, err := json.Marshal(append([]string{}, d.reasons...))
	if err != nil {
		return 0, err
	}
	causes, err := json.Marshal(append([]tables.Cause{}, d.causes...))
	if err != nil {
		return 0, err
	}
	r, err := tx.Exec("INSERT INTO questions (picture, place, rank, kind, mode, why, form, key, reading, confidence, reasons, causes, draw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		picture, place, d.rank, d.kind, d.mode, d.why, d.form, d.key, d.reading, d.confidence, string(reasons), string(causes), d.draw)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func target(tx *sql.Tx, question, picture int64, sha256 string, at spot, of int64) error {
	_, err := tx.Exec(`INSERT INTO targets (question, picture, sha256, page, tbl, row, col, x, y, w, h, copy) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
		WHERE NOT EXISTS (SELECT 1 FROM targets WHERE question = ?1 AND picture = ?2 AND page = ?4 AND tbl = ?5 AND row = ?6 AND col = ?7)`,
		question, picture, sha256, at.page, at.table, at.row, at.col, at.box[0], at.box[1], at.box[2], at.box[3], of)
	return err
}

// asked finds a question about a spot and its target there, 0 where there is
// none.
func asked(tx *sql.Tx, sha256 string, at spot, twins map[[2]int]twin) (id, of int64, err error) {
	const query = `SELECT q.id, coalesce(nullif(t.copy, 0), t.id) FROM targets t JOIN questions q ON q.id = t.question
		WHERE t.sha256 = ? AND t.page = ? AND t.tbl = ? AND t.row = ? AND t.col = ? AND q.gone = 0 AND q.why NOT IN ('known', 'except', 'asked', 'lacks') AND q.kind <> 'conflict'`
	err = tx.QueryRow(query+" LIMIT 1", sha256, at.page, at.table, at.row, at.col).Scan(&id, &of)
	if errors.Is(err, sql.ErrNoRows) {
		other, ok := twins[[2]int{at.page, at.table}]
		if !ok {
			return 0, 0, nil
		}
		// What was answered before the twin came was answered without it.
		err = tx.QueryRow(query+" AND q.settled = 0 AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.question = q.id) LIMIT 1",
			other.sha256, other.page, other.table, at.row, at.col).Scan(&id, &of)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return id, of, err
}

// A storedTarget is a target as the store has it.
type storedTarget struct {
	id, question, picture int64
	kind                  string // of its question
	copy                  int64  // the target whose copy it is; 0 for none
	sha256                string
	spot
}

func targetsOf(db querier, where string, args ...any) (all []storedTarget, err error) {
	rows, err := db.Query("SELECT id, question, (SELECT kind FROM questions q WHERE q.id = question), picture, sha256, page, tbl, row, col, x, y, w, h, copy FROM targets WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t storedTarget
		if err := rows.Scan(&t.id, &t.question, &t.kind, &t.picture, &t.sha256, &t.page, &t.table, &t.row, &t.col, &t.box[0], &t.box[1], &t.box[2], &t.box[3], &t.copy); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
