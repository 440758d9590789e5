// Package results writes what is made of all documents of a batch: a table of
// every value, one of every report, and a summary.
//
// It goes through the journal in the order of reports and pictures: through each
// report once to find which of its tables are claimed by several pictures, and
// once more to write its values. A few pictures are in memory at a time, and of
// the others what they claim. What it writes depends on the
// pictures alone, not on the order or the number of runs in which they were
// read; only the part of the summary named run tells of those.
//
// It must not know how documents were read.
package results

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// Options say what to write.
type Options struct {
	Place    batch.Place
	Journal  *journal.Journal
	Forms    []*tables.Form   // in whose order the columns of a report come
	Language message.Language // of summary.html
	Pictures string           // the folder that they are in; empty where that is no folder
	Pattern  string           // by which pictures belong to reports; empty where folders say it
	Reports  bool             // the input is reports, not pictures
	CSV      bool
	NoBOM    bool
	Parquet  bool
	// Look says what a picture looks like: its fingerprint and a small copy
	// in JPEG. Alike compares fingerprints.
	Look  func(path string) (fingerprint string, thumb []byte, err error)
	Alike func(a, b string) bool
	Run   RunInfo
	// Answers are those of a review; nil where there was none. Review is
	// where one is served.
	Answers Answers
	Review  string
}

// Damaged lists pictures whose documents are gone or can't be read: they have
// to be read again.
type Damaged struct{ IDs []int64 }

func (d *Damaged) Error() string {
	return fmt.Sprintf("%d documents are damaged or gone", len(d.IDs))
}

// Write writes everything. Files take their names when they are whole.
func Write(ctx context.Context, o Options) (*Summary, error) {
	w := &writer{Options: o, sum: newSummary(), shared: make(map[string]bool)}
	if err := w.survey(ctx); err != nil {
		return nil, err
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	defer w.discard()
	err := o.Journal.EachReport(ctx, nil, func(r *journal.Report) error { return w.report(ctx, r) })
	if err == nil && len(w.damaged) > 0 {
		err = &Damaged{w.damaged}
	}
	if err == nil {
		err = w.finish(ctx)
	}
	if err != nil {
		return nil, err
	}
	return w.sum, nil
}

type writer struct {
	Options
	sum     *Summary
	keys    []string // the columns of a report
	outs    []output
	damaged []int64

	copies []journal.Copy
	shared map[string]bool // the hashes of bytes that several pictures have
}

// An output is a file that values and reports are written to.
type output interface {
	record(*value) error
	report(*row) error
	commit() error
	discard()
}

// A value is one line of records.csv.
type value struct {
	report, picture string
	page, table     int
	form            string
	*tables.Record
	conflict *tables.Cause // why it is no part of its report's row, nil where it is
	by       Person        // who gave it; nobody where the program did
}

func (v *value) review() bool { return v.Review || v.conflict != nil }

func (v *value) reasons() []string {
	if v.conflict == nil {
		return v.Reasons
	}
	return append(slices.Clone(v.Reasons), v.conflict.String())
}

func (v *value) causes() []tables.Cause {
	if v.conflict == nil {
		return v.Causes
	}
	return append(slices.Clone(v.Causes), *v.conflict)
}

// A row is one line of reports.csv.
type row struct {
	report                                                     string
	pictures, failed, duplicates, conflicts, review, badChecks int
	values                                                     map[string]*tables.Record
}

// survey finds out which keys there are, for the columns, and what is there more
// than once.
func (w *writer) survey(ctx context.Context) error {
	var err error
	if w.copies, err = w.Journal.Copies(); err != nil {
		return err
	}
	for i := range w.copies {
		w.shared[w.copies[i].SHA256] = true
	}
	used := make(map[string]bool)
	err = w.Journal.EachIn(ctx, []journal.State{journal.Done}, func(p *journal.Picture) error {
		for i := range p.Digest.Tables {
			if t := &p.Digest.Tables[i]; t.Records > 0 {
				used[t.Form] = true
			}
		}
		return nil
	})
	if w.Answers != nil && err == nil {
		var keyed []string
		keyed, err = w.Answers.Forms()
		for _, f := range keyed {
			used[f] = true
		}
	}
	seen := make(map[string]bool)
	for _, f := range w.Forms {
		if !used[f.ID] {
			continue
		}
		for _, c := range f.Cells {
			if c.Key != "" && !seen[c.Key] {
				seen[c.Key] = true
				w.keys = append(w.keys, c.Key)
			}
		}
	}
	return err
}

func (w *writer) open() error {
	if w.CSV {
		c, err := newCSV(w.Place, w.keys, !w.NoBOM)
		if err != nil {
			return err
		}
		w.outs = append(w.outs, c)
	}
	if w.Parquet {
		p, err := newParquet(w.Place, w.keys)
		if err != nil {
			return err
		}
		w.outs = append(w.outs, p)
	}
	return nil
}

func (w *writer) discard() {
	for _, o := range w.outs {
		o.discard()
	}
}

// report writes one report, made of the pictures in it.
func (w *writer) report(ctx context.Context, pictures *journal.Report) error {
	r := row{values: make(map[string]*tables.Record)}
	all, err := w.claims(ctx, pictures, &r)
	if err != nil {
		return err
	}
	if err := w.settle(&r, all); err != nil {
		return err
	}
	next := all.claims
	err = w.each(ctx, pictures, func(p *counted) error {
		if p.State != journal.Done || p.of != "" {
			return nil
		}
		n := p.claimed()
		of := next[:n]
		next = next[n:]
		return w.values(&r, p, of)
	})
	if err != nil || r.report == "" { // files alone that are none of what is read
		return err
	}
	w.sum.Reports++
	for _, o := range w.outs {
		if err := o.report(&r); err != nil {
			return err
		}
	}
	return nil
}

// A counted picture is one of the report in hand.
type counted struct {
	*journal.Picture
	of        string     // the picture before it with the same bytes, which counts in its place
	corrected *Corrected // what persons said about it; nil where nobody said anything
}

// claimed is how many tables it claims.
func (p *counted) claimed() (n int) {
	for i := range p.Digest.Tables {
		if p.Digest.Tables[i].Records > 0 {
			n++
		}
	}
	return n
}

// each calls f with every picture of a report.
func (w *writer) each(ctx context.Context, pictures *journal.Report, f func(*counted) error) error {
	first := make(map[string]string) // by the hash of bytes that several pictures have
	return pictures.Each(ctx, func(of *journal.Picture) error {
		p := &counted{Picture: of}
		if p.State != journal.Done {
			return f(p)
		}
		if err := w.correct(p); err != nil {
			return err
		}
		if w.shared[p.SHA256] {
			if p.of = first[p.SHA256]; p.of == "" {
				first[p.SHA256] = p.Name
			}
		}
		return f(p)
	})
}

// pictureOf names the picture that a table was read from; empty for a real table
// of a report.
func pictureOf(p *journal.Picture, t *digest.Table) string {
	switch {
	case p.Digest.Report == nil:
		return p.Name
	case t.Picture == "":
		return ""
	}
	return p.Name + "/" + t.Picture
}

// nameOf names what people open to see a table: a picture, or the report that
// it stands in.
func nameOf(p *journal.Picture, t *digest.Table) string { return cmp.Or(pictureOf(p, t), p.Name) }

// values writes the values of one picture, going by what became of its claims.
func (w *writer) values(r *row, p *counted, claims []claim) error {
	records := false
	for i := range claims {
		records = records || !claims[i].dropped
	}
	for i := range p.Digest.Tables {
		r.badChecks += len(p.Digest.Tables[i].Failed)
	}
	if p.Digest.Review() {
		r.review++
	}
	if !records {
		return nil
	}
	docs, err := w.document(p)
	if err != nil {
		var d *Damaged
		if errors.As(err, &d) {
			return nil // all of them are found before the run is told
		}
		return err
	}
	for i := range p.Digest.Tables {
		of, c := &p.Digest.Tables[i], claim{} // one without values claims nothing
		if of.Records > 0 {
			c, claims = claims[0], claims[1:]
		}
		t := find(docs, of)
		if t == nil || c.dropped {
			continue
		}
		values := make([]value, 0, len(t.Records))
		for i := range t.Records {
			v := value{r.report, pictureOf(p.Picture, of), of.Page, of.Number, of.Form, &t.Records[i], c.conflict, p.by(of, t.Records[i].Key)}
			for _, o := range w.outs {
				if err := o.record(&v); err != nil {
					return err
				}
			}
			if c.conflict == nil && !c.apart {
				r.values[v.Key] = v.Record
			}
			values = append(values, v)
		}
		w.sum.note(&w.Options, p.Picture, of, values, t.Checks)
	}
	return nil
}

// finish completes the summary and gives all files their names.
func (w *writer) finish(ctx context.Context) error {
	w.foreign()
	if w.sum.ConflictCount > 0 {
		var err error
		if w.sum.Pattern, err = Suggest(ctx, w.Journal); err != nil {
			return err
		}
		if w.sum.Pattern == w.Pattern { // it is what parts them now
			w.sum.Pattern = ""
		}
	}
	if err := w.sum.complete(ctx, w.Options); err != nil {
		return err
	}
	for _, o := range w.outs {
		if err := o.commit(); err != nil {
			return err
		}
	}
	// A file of a format that is no longer asked for would be out of date.
	for _, stale := range []struct {
		name string
		kept bool
	}{
		{"records.csv", w.CSV}, {"reports.csv", w.CSV}, {"records.parquet", w.Parquet}, {"reports.parquet", w.Parquet},
	} {
		if !stale.kept {
			if err := os.Remove(w.Place.File(stale.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return w.sum.write(w.Options)
}

// foreign names pictures whose bytes another report has too.
func (w *writer) foreign() {
	all := w.copies
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].SHA256 == all[i].SHA256 {
			if all[j].Report != all[i].Report {
				w.sum.duplicate(Duplicate{all[j].Name, all[i].Name, all[j].Report, OtherReport})
			}
			j++
		}
		i = j
	}
}

// Folder is the report of a picture where nothing else is asked for: its
// folder, which may be an archive.
func Folder(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "."
	}
	return escape.Name(path[:i])
}
