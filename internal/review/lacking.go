package review

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/tables"
)

// A habit is which tables the reports of a batch have. What most of them have
// is missed in the others.
type habit struct {
	all     int                       // reports with a table of a known form
	reports map[string]int            // of these, those with a form in some edition
	forms   map[string]map[string]int // tables by edition
	alike   map[string][]string       // reports by which forms they have
}

func newHabit() *habit {
	return &habit{reports: make(map[string]int), forms: make(map[string]map[string]int), alike: make(map[string][]string)}
}

// see counts the tables of one report.
func (h *habit) see(report []*journal.Picture) {
	has := make(map[string]bool)
	for _, p := range report {
		for i := range p.Digest.Tables {
			form := p.Digest.Tables[i].Form
			if form == "" {
				continue
			}
			f := digest.Family(form)
			if h.forms[f] == nil {
				h.forms[f] = make(map[string]int)
			}
			h.forms[f][form]++
			has[f] = true
		}
	}
	if len(report) == 0 {
		return
	}
	if len(has) > 0 {
		h.all++
	}
	for f := range has {
		h.reports[f]++
	}
	name := strings.Join(slices.Sorted(maps.Keys(has)), "\n")
	h.alike[name] = append(h.alike[name], report[0].Report)
}

// missed lists, of the reports that lack a table which most have, the forms
// that they lack.
func (h *habit) missed() map[string][]string {
	missed := make(map[string][]string)
	for _, f := range slices.Sorted(maps.Keys(h.reports)) {
		if 2*h.reports[f] <= h.all {
			continue
		}
		for has, reports := range h.alike {
			if slices.Contains(strings.Split(has, "\n"), f) {
				continue
			}
			for _, r := range reports {
				missed[r] = append(missed[r], f)
			}
		}
	}
	return missed
}

// edition is the one in which most tables of a form are.
func (h *habit) edition(family string) string {
	all := h.forms[family]
	return slices.MaxFunc(slices.Sorted(maps.Keys(all)), func(a, b string) int { return cmp.Compare(all[a], all[b]) })
}

// lacking asks for the tables that reports lack, and closes the questions
// about those that they do not lack any more.
func (x *Index) lacking(ctx context.Context, h *habit, docs *documents) error {
	missed := h.missed()
	asked := make(map[int64]bool)
	var report []*journal.Picture
	settle := func() error {
		if len(report) == 0 {
			return nil
		}
		for _, f := range missed[report[0].Report] {
			id, err := x.lack(report, h, f, docs)
			if err != nil {
				return err
			}
			asked[id] = true
		}
		report = report[:0]
		return nil
	}
	if len(missed) > 0 {
		err := x.Journal.Each(ctx, func(p *journal.Picture) error {
			if len(report) > 0 && report[0].Report != p.Report {
				if err := settle(); err != nil {
					return err
				}
			}
			if p.State == journal.Done && missed[p.Report] != nil {
				report = append(report, p)
			}
			return nil
		})
		if err := errors.Join(err, settle()); err != nil {
			return err
		}
	}
	return x.Store.tx(func(tx *sql.Tx) error {
		ids, err := numbers(tx, "SELECT id FROM questions WHERE why = 'lacks' AND gone = 0")
		if err != nil {
			return err
		}
		for _, id := range ids {
			if !asked[id] {
				if _, err := tx.Exec("UPDATE questions SET gone = 1 WHERE id = ?", id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// lookedThrough is how many pictures of a report are gone through for one
// table; in a larger one nobody would.
const lookedThrough = 40

// lack asks for one table of a report: where it is, and what it says. It
// returns the question, 0 where none is asked, since a picture's own question
// asks for it.
func (x *Index) lack(report []*journal.Picture, h *habit, family string, docs *documents) (int64, error) {
	spots, hinted, err := candidates(report, family, docs)
	if err != nil || hinted || len(spots) == 0 {
		return 0, err
	}
	why := tables.Because("report_lacks", h.edition(family), h.reports[family], h.all)
	var id int64
	err = x.Store.tx(func(tx *sql.Tx) error {
		first := spots[0].p
		picture, err := pictureAt(tx, first.Path)
		if err != nil {
			return err
		}
		err = tx.QueryRow("SELECT id FROM questions WHERE why = 'lacks' AND reading = ? AND key = ?", first.Report, family).Scan(&id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			place := placeOf(first.Report, first.Path)
			id, err = ask(tx, picture, place, &doubt{rank: rankLacks, kind: KindTable, mode: ModeTable, why: whyLacks, form: h.edition(family), key: family, reading: first.Report,
				reasons: []string{why.String()}, causes: []tables.Cause{why}})
			if err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if _, err := tx.Exec("UPDATE questions SET gone = 0 WHERE id = ? AND gone = 1", id); err != nil {
				return err
			}
		}
		for _, s := range spots {
			picture, err := pictureAt(tx, s.p.Path)
			if err != nil {
				return err
			}
			if err := target(tx, id, picture, s.p.SHA256, s.spot, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}

// A candidate is where a table may be that a report lacks.
type candidate struct {
	p *journal.Picture
	spot
}

// candidates lists the tables that are of no known form and the pages without
// one, and then all other pages of a report. Hinted says that a picture of it
// is asked about anyway, since labels of the form were seen there.
func candidates(report []*journal.Picture, family string, docs *documents) (all []candidate, hinted bool, err error) {
	var rest []candidate
	seen := make(map[string]bool)
	for _, p := range report {
		if seen[p.SHA256] {
			continue
		}
		seen[p.SHA256] = true
		them, err := docs.of(p.Path)
		if err != nil {
			continue // the batch makes it again; that it is damaged is told elsewhere
		}
		for _, d := range them {
			for _, w := range d.Warnings {
				if w.Code == "missed_form" && len(w.Args) > 0 && digest.Family(fmt.Sprint(w.Args[0])) == family {
					return nil, true, nil
				}
			}
			n := max(1, d.Source.Page)
			known := false
			for i := range d.Tables {
				if d.Tables[i].Form == nil {
					all = append(all, candidate{p, spot{n, i + 1, -1, -1, quadBox(&d.Tables[i])}})
				}
				known = known || d.Tables[i].Form != nil
			}
			page := candidate{p, spot{n, 0, -1, -1, tables.Box{0, 0, float64(d.Source.Width), float64(d.Source.Height)}}}
			switch {
			case known:
				rest = append(rest, page)
			case len(d.Tables) == 0:
				all = append(all, page)
			}
		}
	}
	all = append(all, rest...)
	return all[:min(len(all), lookedThrough)], false, nil
}

// found reports whether a table that a report lacked was keyed, or named, as
// an answer to another question.
func (s *Store) found(q *question) (there bool, err error) {
	err = s.r.QueryRow(`SELECT EXISTS (SELECT 1 FROM targets mine JOIN targets t ON t.sha256 = mine.sha256 JOIN questions o ON o.id = t.question
		WHERE mine.question = ?1 AND o.id <> ?1 AND o.kind = 'table' AND o.settled <> 0 AND o.gone = 0
		AND (o.outcome ->> 'form' = ?2 OR substr(o.outcome ->> 'form', 1, length(?2) + 1) = ?2 || '@')
		AND coalesce(o.outcome ->> 'target', t.id) = t.id)`, q.id, q.key).Scan(&there)
	return there, err
}
