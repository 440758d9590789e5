package review

import (
	"context"
	"database/sql"
	"errors"

	"github.com/biaoge/biaoge/internal/journal"
)

// A habit, whether reports lack a table that most have, was looked for since
// the questions last changed: so a note of the store says.
const (
	habitNote = "habit"
	habitTold = "told"
)

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

// A pass goes over the pictures of a batch once and makes the questions that are
// missing.
type pass struct {
	*Index
	docs *documents
	step []found // whose questions are to be stored

	report  []*journal.Picture // those of the report that it is at, so far
	changed bool               // some of them have other documents than before

	habit *habit
	told  bool // the store's note says that the habit was looked for
}

// Run makes the questions that are missing.
func (x *Index) Run(ctx context.Context) error {
	x.running.Store(true)
	defer x.running.Store(false)
	x.seen.Store(0)
	p := &pass{Index: x, docs: &documents{place: x.Place}, habit: newHabit(), told: x.Store.meta(habitNote) == habitTold}
	if err := x.Journal.Each(ctx, func(next *journal.Picture) error { return p.picture(ctx, next) }); err != nil {
		return err
	}
	if err := errors.Join(p.endReport(), p.storeStep()); err != nil || p.told {
		return err
	}
	if err := x.lacking(ctx, p.habit, p.docs); err != nil {
		return err
	}
	return x.Store.setMeta(habitNote, habitTold)
}

// picture makes the questions of the next picture, where it has none yet.
func (x *pass) picture(ctx context.Context, p *journal.Picture) error {
	if len(x.report) > 0 && x.report[0].Report != p.Report {
		if err := x.endReport(); err != nil {
			return err
		}
	}
	x.seen.Add(1)
	if p.State != journal.Done {
		return nil
	}
	x.report = append(x.report, p)
	known, err := x.known(p)
	if err != nil || known {
		return err
	}
	x.changed = true
	f, err := x.questions(p)
	if err != nil {
		if x.Damaged != nil {
			x.Damaged(p.Name, err)
		}
		return nil
	}
	if len(f.looks) > 0 {
		if err := errors.Join(x.storeStep(), x.look(ctx, &f)); err != nil {
			return err
		}
	}
	// The first ones are stored at once: somebody waits for them.
	if x.step = append(x.step, f); len(x.step) >= stepSize || x.seen.Load() < stepSize {
		return x.storeStep()
	}
	return nil
}

// questions makes those of a picture's documents.
func (x *pass) questions(p *journal.Picture) (f found, err error) {
	d, err := x.docs.read(x.Place.Document(p.Path))
	if err != nil {
		return f, err
	}
	f = found{Picture: p, doubts: doubts(p.SHA256, d, x.Store.audit)}
	for i := range p.Digest.Tables {
		if t := &p.Digest.Tables[i]; t.Hash != "" && t.Review > 0 {
			f.looks = append(f.looks, look{t.Hash, t.Page, t.Number})
		}
	}
	return f, nil
}

// storeStep stores the pictures that were found since it last did.
func (x *pass) storeStep() error {
	if len(x.step) == 0 {
		return nil
	}
	err := x.Store.tx(func(tx *sql.Tx) error {
		for i := range x.step {
			if err := x.store(tx, &x.step[i]); err != nil {
				return err
			}
		}
		return nil
	})
	x.step = x.step[:0]
	return err
}

// endReport asks what the pictures of a report say of one another, once all
// were met.
func (x *pass) endReport() error {
	var err error
	if x.changed {
		err = x.conflicts(x.report, x.docs, x.storeStep)
	}
	if x.habit.see(x.report); err == nil && x.changed && x.told {
		x.told, err = false, x.Store.setMeta(habitNote, "")
	}
	x.report, x.changed = x.report[:0], false
	return err
}
