package review

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/tables"
)

// A claim is a picture's table that says to be its report's table of a form.
type claim struct {
	p *journal.Picture
	t *digest.Table
}

// conflicts asks about the tables of a report that several pictures claim to
// be, with different values. It takes the claims as the results do. Where there
// may be several, it has what waits stored first.
func (x *Index) conflicts(report []*journal.Picture, docs *documents, store func() error) error {
	if len(report) == 0 {
		return nil
	}
	if len(report) == 1 && len(report[0].Digest.Tables) < 2 {
		return x.settled(report[0].Report, nil)
	}
	if err := store(); err != nil {
		return err
	}
	claims := make(map[string][]claim)
	var families []string
	seen := make(map[string]bool)
	for _, p := range report {
		if seen[p.SHA256] {
			continue
		}
		seen[p.SHA256] = true
		for i := range p.Digest.Tables {
			t := &p.Digest.Tables[i]
			f := digest.Family(t.Form)
			if t.Records == 0 || slices.ContainsFunc(claims[f], func(c claim) bool { return c.t.Hash == t.Hash }) {
				continue
			}
			if claims[f] == nil {
				families = append(families, f)
			}
			claims[f] = append(claims[f], claim{p, t})
		}
	}
	asked := make(map[string]bool)
	for _, f := range families {
		all := claims[f]
		if len(all) < 2 {
			continue
		}
		contra, err := results.Contradicting(len(all), func(i int) (map[string]bool, error) { return keysOf(docs, all[i]) })
		if err != nil {
			if x.Damaged != nil {
				x.Damaged(all[0].p.Report, err)
			}
			return nil
		}
		if len(contra) == 0 {
			continue
		}
		var them []claim
		for _, i := range contra {
			them = append(them, all[i])
		}
		name, err := x.conflict(f, them)
		if err != nil {
			return err
		}
		asked[name] = true
	}
	return x.settled(report[0].Report, asked)
}

func keysOf(docs *documents, c claim) (map[string]bool, error) {
	d, err := docs.of(c.p.Path)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]bool)
	if t := tableOf(d, c.t.Page, c.t.Number); t != nil {
		for i := range t.Records {
			keys[t.Records[i].Key] = true
		}
	}
	return keys, nil
}

// conflict asks about one table, unless that is done already, and returns what
// it is known by: who claims what.
func (x *Index) conflict(family string, them []claim) (string, error) {
	var parts, names []string
	for _, c := range them {
		parts = append(parts, fmt.Sprintf("%s/%d/%d/%s", c.p.SHA256, c.t.Page, c.t.Number, c.t.Hash))
		names = append(names, c.p.Name)
	}
	name := strings.Join(parts, " ")
	err := x.Store.tx(func(tx *sql.Tx) error {
		first := them[0].p
		picture, err := pictureAt(tx, first.Path)
		if err != nil {
			return err
		}
		place := placeOf(first.Report, first.Path)
		var id int64
		err = tx.QueryRow("SELECT id FROM questions WHERE picture = ? AND kind = 'conflict' AND reading = ?", picture, name).Scan(&id)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		why := tables.Because("claimed_by_several", len(them), strings.Join(names[:min(4, len(names))], ", "))
		id, err = ask(tx, picture, place, &doubt{rank: rankConflict, kind: KindConflict, mode: ModeTable, form: them[0].t.Form, key: family, reading: name,
			reasons: []string{why.String()}, causes: []tables.Cause{why}})
		if err != nil {
			return err
		}
		for _, c := range them {
			p, err := pictureAt(tx, c.p.Path)
			if err != nil {
				return err
			}
			if err := target(tx, id, p, c.p.SHA256, spot{page: c.t.Page, table: c.t.Number, row: -1, col: -1}, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return name, err
}

// settled closes the questions about conflicts of a report that are none any
// more.
func (x *Index) settled(report string, asked map[string]bool) error {
	rows, err := x.Store.r.Query("SELECT q.id, q.reading FROM questions q JOIN pictures p ON p.id = q.picture WHERE p.report = ? AND q.kind = 'conflict' AND q.gone = 0", report)
	if err != nil {
		return err
	}
	defer rows.Close()
	var past []int64
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		if !asked[name] {
			past = append(past, id)
		}
	}
	if err := rows.Err(); err != nil || len(past) == 0 {
		return err
	}
	return x.Store.tx(func(tx *sql.Tx) error {
		for _, id := range past {
			if _, err := tx.Exec("UPDATE questions SET gone = 1 WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}
