package review

import (
	"database/sql"

	"github.com/biaoge/biaoge/tables"
)

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
	if _, err := tx.Exec(`DELETE FROM targets WHERE picture = ? AND question IN (SELECT q.id FROM questions q WHERE q.kind <> 'conflict' AND q.why <> 'lacks' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.question = q.id))`, id); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM questions WHERE picture = ? AND kind <> 'conflict' AND why <> 'lacks' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.question = questions.id) AND NOT EXISTS (SELECT 1 FROM targets t WHERE t.question = questions.id)`, id); err != nil {
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
		} else if at, ok := refind(docs, t); ok {
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
// the other, and both hold a value, or both a label.
func refind(docs []*tables.Document, at storedTarget) (spot, bool) {
	d := page(docs, at.page)
	if d == nil {
		return spot{}, false
	}
	for i := range d.Tables {
		for j := range d.Tables[i].Cells {
			c := &d.Tables[i].Cells[j]
			value := c.Kind == tables.KindValue || d.Tables[i].RecordAt(c.Row, c.Col) != nil
			if value == (at.kind == KindValue) && holdsMiddle(c.Box, at.box) && holdsMiddle(at.box, c.Box) {
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
