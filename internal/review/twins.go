package review

import (
	"context"
	"database/sql"
	"errors"
)

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
