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

// stepSize is how many pictures are stored at once: an answer waits no longer
// than that takes.
const stepSize = 50

// A found picture is one whose questions are to be stored.
type found struct {
	*journal.Picture
	doubts []doubt
	looks  []look
	print  string // what it looks like, where that is known
}

// A look is a flagged table by what it says.
type look struct {
	hash        string
	page, table int
}

// Run makes the questions that are missing.
func (x *Index) Run(ctx context.Context) error {
	x.running.Store(true)
	defer x.running.Store(false)
	x.seen.Store(0)
	docs := &documents{place: x.Place}
	var step []found
	store := func() error {
		if len(step) == 0 {
			return nil
		}
		err := x.Store.tx(func(tx *sql.Tx) error {
			for i := range step {
				if err := x.store(tx, &step[i]); err != nil {
					return err
				}
			}
			return nil
		})
		step = step[:0]
		return err
	}
	var report []*journal.Picture
	changed := false
	settle := func() error {
		err := store()
		if err == nil && changed {
			err = x.conflicts(report, docs)
		}
		report, changed = report[:0], false
		return err
	}
	err := x.Journal.Each(ctx, func(p *journal.Picture) error {
		if len(report) > 0 && report[0].Report != p.Report {
			if err := settle(); err != nil {
				return err
			}
		}
		x.seen.Add(1)
		if p.State != journal.Done {
			return nil
		}
		report = append(report, p)
		known, err := x.known(p)
		if err != nil || known {
			return err
		}
		changed = true
		f := found{Picture: p}
		d, err := docs.read(x.Place.Document(p.Path))
		if err != nil {
			if x.Damaged != nil {
				x.Damaged(p.Name, err)
			}
			return nil
		}
		f.doubts = doubts(p.SHA256, d, x.Store.audit)
		for i := range p.Digest.Tables {
			if t := &p.Digest.Tables[i]; t.Hash != "" && t.Review > 0 {
				f.looks = append(f.looks, look{t.Hash, t.Page, t.Number})
			}
		}
		if len(f.looks) > 0 {
			if err := errors.Join(store(), x.look(ctx, &f)); err != nil {
				return err
			}
		}
		// The first ones are stored at once: somebody waits for them.
		if step = append(step, f); len(step) >= stepSize || x.seen.Load() < stepSize {
			return store()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return settle()
}

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
	place := append(append([]byte(f.Report), 0), f.Path...)
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
	if d.reasons == nil {
		d.reasons = []string{}
	}
	if d.causes == nil {
		d.causes = []tables.Cause{}
	}
	reasons, err := json.Marshal(d.reasons)
	if err != nil {
		return err
	}
	causes, err := json.Marshal(d.causes)
	if err != nil {
		return err
	}
	r, err := tx.Exec("INSERT INTO questions (picture, place, rank, kind, mode, why, form, key, reading, confidence, reasons, causes, draw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		picture, place, d.rank, d.kind, mode, d.why, d.form, d.key, d.reading, d.confidence, string(reasons), string(causes), d.draw)
	if err != nil {
		return err
	}
	question, err := r.LastInsertId()
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
		WHERE t.sha256 = ? AND t.page = ? AND t.tbl = ? AND t.row = ? AND t.col = ? AND q.gone = 0 AND q.why NOT IN ('known', 'except', 'asked') AND q.kind <> 'conflict'`
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

// A twin is a table of another picture that says the same and looks the same.
type twin struct {
	sha256      string
	page, table int
}

// twins finds for the flagged tables of a picture those of the same picture at
// another size, and notes its own.
func (x *Index) twins(tx *sql.Tx, id int64, f *found) (map[[2]int]twin, error) {
	twins := make(map[[2]int]twin)
	for _, l := range f.looks {
		if f.print != "" {
			t, print := twin{}, ""
			err := tx.QueryRow(sameSaying, l.hash, f.SHA256).Scan(new(int64), new([]byte), &t.sha256, &t.page, &t.table, &print)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
			if err == nil && x.Alike(f.print, print) {
				twins[[2]int{l.page, l.table}] = t
			}
		}
		if _, err := tx.Exec("INSERT OR IGNORE INTO looks VALUES (?, ?, ?, ?)", l.hash, id, l.page, l.table); err != nil {
			return nil, err
		}
	}
	return twins, nil
}

// sameSaying finds the first picture with a table that says the same.
const sameSaying = `SELECT p.id, p.path, p.sha256, l.page, l.tbl, p.fingerprint FROM looks l JOIN pictures p ON p.id = l.picture
	WHERE l.hash = ? AND p.sha256 <> ? ORDER BY p.id LIMIT 1`

// look takes the fingerprints of a picture and of those that say the same. One
// that can't be looked at is like none. It takes a moment and so is no part of
// a transaction.
func (x *Index) look(ctx context.Context, f *found) error {
	if x.Look == nil {
		return nil
	}
	for _, l := range f.looks {
		var id int64
		var path []byte
		var print string
		err := x.Store.r.QueryRow(sameSaying, l.hash, f.SHA256).Scan(&id, &path, new(string), new(int), new(int), &print)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if f.print == "" {
			if f.print, err = x.Look(ctx, f.Path); err != nil {
				f.print = ""
				return nil
			}
		}
		if print != "" {
			continue
		}
		if print, err = x.Look(ctx, string(path)); err != nil {
			continue
		}
		err = x.Store.tx(func(tx *sql.Tx) error {
			_, err := tx.Exec("UPDATE pictures SET fingerprint = ? WHERE id = ?", print, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// again makes room for the questions of a picture whose documents have
// changed. Questions that nobody answered are made anew. An answer stays where
// its cell still is, though it may have another place in the grid by now; where
// it is not, its question is gone.
func (x *Index) again(tx *sql.Tx, id int64, place []byte, f *found) error {
	if _, err := tx.Exec("DELETE FROM looks WHERE picture = ?", id); err != nil {
		return err
	}
	// Targets of this picture in questions that others share or that were
	// never answered go; what is left of the question stays with the others.
	if _, err := tx.Exec(`DELETE FROM targets WHERE picture = ? AND question IN (SELECT q.id FROM questions q WHERE q.kind <> 'conflict' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.question = q.id))`, id); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM questions WHERE picture = ? AND kind <> 'conflict' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.question = questions.id) AND NOT EXISTS (SELECT 1 FROM targets t WHERE t.question = questions.id)`, id); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE targets SET copy = 0 WHERE copy <> 0 AND NOT EXISTS (SELECT 1 FROM targets o WHERE o.id = targets.copy)"); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE questions SET place = ? WHERE picture = ?", place, id); err != nil {
		return err
	}
	docs, err := (&documents{place: x.Place}).read(x.Place.Document(f.Path))
	if err != nil {
		return err
	}
	old, err := targetsOf(tx, "picture = ?", id)
	if err != nil {
		return err
	}
	for _, t := range old {
		if t.table == 0 || t.sha256 != f.SHA256 || t.row < 0 {
			if t.sha256 != f.SHA256 {
				err = x.lose(tx, t)
			}
		} else if at, ok := refind(docs, t.spot); ok {
			_, err = tx.Exec("UPDATE targets SET tbl = ?, row = ?, col = ?, x = ?, y = ?, w = ?, h = ? WHERE id = ?",
				at.table, at.row, at.col, at.box[0], at.box[1], at.box[2], at.box[3], t.id)
		} else if err = x.lose(tx, t); err == nil {
			f.doubts = append(f.doubts, x.askAgain(tx, docs, t)...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lose takes a target out of its question, which is gone with its last one.
func (x *Index) lose(tx *sql.Tx, t storedTarget) error {
	var others int
	if err := tx.QueryRow("SELECT count(*) FROM targets WHERE question = ? AND id <> ?", t.question, t.id).Scan(&others); err != nil {
		return err
	}
	if others > 0 {
		_, err := tx.Exec("DELETE FROM targets WHERE id = ?", t.id)
		return err
	}
	_, err := tx.Exec("UPDATE questions SET gone = 1 WHERE id = ?", t.question)
	return err
}

// askAgain asks for a value that was answered and now stands elsewhere,
// whether it is flagged or not.
func (x *Index) askAgain(tx *sql.Tx, docs []*tables.Document, t storedTarget) []doubt {
	var key string
	if tx.QueryRow("SELECT key FROM questions WHERE id = ? AND settled <> 0", t.question).Scan(&key) != nil || key == "" {
		return nil
	}
	d := page(docs, t.page)
	if d == nil {
		return nil
	}
	for i := range d.Tables {
		tab := &d.Tables[i]
		for j := range tab.Records {
			r := &tab.Records[j]
			c := cellAt(tab, r.Cell[0], r.Cell[1])
			if r.Key != key || r.Review || c == nil { // a flagged one is asked for anyway
				continue
			}
			return []doubt{{kind: KindValue, mode: ModeKey, why: whyAgain, form: *tab.Form, key: key, reading: r.Raw, confidence: r.Confidence,
				rank: rankValue, spots: []spot{{t.page, i + 1, c.Row, c.Col, c.Box}}}}
		}
	}
	return nil
}

// refind finds the cell that lies where one lay before: each has its middle in
// the other.
func refind(docs []*tables.Document, at spot) (spot, bool) {
	d := page(docs, at.page)
	if d == nil {
		return spot{}, false
	}
	for i := range d.Tables {
		for j := range d.Tables[i].Cells {
			if c := &d.Tables[i].Cells[j]; holdsMiddle(c.Box, at.box) && holdsMiddle(at.box, c.Box) {
				return spot{at.page, i + 1, c.Row, c.Col, c.Box}, true
			}
		}
	}
	return spot{}, false
}

func holdsMiddle(a, b tables.Box) bool {
	x, y := b[0]+b[2]/2, b[1]+b[3]/2
	return x >= a[0] && x <= a[0]+a[2] && y >= a[1] && y <= a[1]+a[3]
}

// A storedTarget is a target as the store has it.
type storedTarget struct {
	id, question, picture int64
	copy                  int64 // the target whose copy it is; 0 for none
	sha256                string
	spot
}

func targetsOf(db querier, where string, args ...any) (all []storedTarget, err error) {
	rows, err := db.Query("SELECT id, question, picture, sha256, page, tbl, row, col, x, y, w, h, copy FROM targets WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t storedTarget
		if err := rows.Scan(&t.id, &t.question, &t.picture, &t.sha256, &t.page, &t.table, &t.row, &t.col, &t.box[0], &t.box[1], &t.box[2], &t.box[3], &t.copy); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
