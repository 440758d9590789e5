// Package results writes what is made of all documents of a batch: a table of
// every value, one of every report, and a summary.
//
// It goes through the journal in the order of reports and pictures, one report
// at a time, and opens each document once. What it writes depends on the
// pictures alone, not on the order or the number of runs in which they were
// read; only the part of the summary named run tells of those.
package results

import (
	"context"
	"encoding/json"
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
	w := &writer{Options: o, sum: newSummary(), corrected: make(map[*journal.Picture]*Corrected)}
	if err := w.survey(ctx); err != nil {
		return nil, err
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	defer w.discard()
	var group []*journal.Picture
	err := o.Journal.Each(ctx, func(p *journal.Picture) error {
		if len(group) > 0 && group[0].Report != p.Report {
			if err := w.report(group); err != nil {
				return err
			}
			group = group[:0]
		}
		group = append(group, p)
		return nil
	})
	if err == nil && len(group) > 0 {
		err = w.report(group)
	}
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

	corrected map[*journal.Picture]*Corrected // of the report in hand
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

// survey finds out which keys there are, for the columns.
func (w *writer) survey(ctx context.Context) error {
	used := make(map[string]bool)
	err := w.Journal.EachIn(ctx, []journal.State{journal.Done}, func(p *journal.Picture) error {
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

// A claim is a picture's table that says to be its report's table of a form.
type claim struct {
	p        *journal.Picture
	t        *digest.Table
	conflict *tables.Cause
	dropped  bool // says the same as another one, or another one was chosen
	apart    bool // contradicts others, and a person says that all are right
}

// report writes one report, made of the pictures in it.
func (w *writer) report(group []*journal.Picture) error {
	r := row{report: group[0].Report, values: make(map[string]*tables.Record)}
	first := make(map[string]*journal.Picture)
	claims := make(map[string][]*claim)
	var families []string
	var order []*journal.Picture
	of := make(map[*journal.Picture][]*claim)
	if err := w.correct(group); err != nil {
		return err
	}
	for _, p := range group {
		w.sum.picture(p)
		if p.State == journal.Skipped {
			continue
		}
		r.pictures++
		if p.State == journal.Failed || p.State == journal.Quarantined {
			r.failed++
		}
		if p.State != journal.Done {
			continue
		}
		if f, ok := first[p.SHA256]; ok {
			r.duplicates++
			w.sum.duplicate(Duplicate{p.Name, f.Name, r.report, SameBytes})
			continue
		}
		first[p.SHA256] = p
		order = append(order, p)
		for i := range p.Digest.Tables {
			t := &p.Digest.Tables[i]
			w.sum.table(p, t)
			c := &claim{p: p, t: t}
			of[p] = append(of[p], c)
			if t.Records == 0 {
				continue
			}
			f := digest.Family(t.Form)
			if claims[f] == nil {
				families = append(families, f)
			}
			claims[f] = append(claims[f], c)
		}
	}
	for _, f := range families {
		if len(claims[f]) > 1 {
			if err := w.settle(&r, f, claims[f]); err != nil {
				return err
			}
		}
	}
	for _, p := range order {
		if err := w.values(&r, p, of[p]); err != nil {
			return err
		}
	}
	if r.pictures == 0 {
		return nil
	}
	w.sum.Reports++
	for _, o := range w.outs {
		if err := o.report(&r); err != nil {
			return err
		}
	}
	return nil
}

// compareAtMost bounds how many different claims to one table are compared
// value by value: where more pictures claim it, the grouping is wrong, and
// they are all reported.
const compareAtMost = 16

// settle decides between pictures that claim the same table of a report. Those
// that say the same count once and are named; parts of one table that share no
// value all count; the others contradict, and none of them is taken.
func (w *writer) settle(r *row, family string, all []*claim) error {
	same := make(map[string]*claim)
	var distinct []*claim
	for _, c := range all {
		f, ok := same[c.t.Hash]
		if !ok {
			same[c.t.Hash] = c
			distinct = append(distinct, c)
			continue
		}
		c.dropped = true
		if c.p == f.p {
			continue
		}
		r.duplicates++
		kind := SameValues
		if w.alike(c.p.Path, f.p.Path) {
			kind = SamePicture
		}
		w.sum.duplicate(Duplicate{c.p.Name, f.p.Name, r.report, kind})
	}
	if len(distinct) < 2 {
		return nil
	}
	which, err := Contradicting(len(distinct), func(i int) (map[string]bool, error) {
		docs, err := w.document(distinct[i].p)
		if err != nil {
			return nil, err
		}
		keys := make(map[string]bool)
		if t := find(docs, distinct[i].t); t != nil {
			for j := range t.Records {
				keys[t.Records[j].Key] = true
			}
		}
		return keys, nil
	})
	if err != nil {
		return err
	}
	var contra []*claim
	for _, i := range which {
		contra = append(contra, distinct[i])
	}
	if len(contra) == 0 || w.choose(contra) {
		return nil
	}
	r.conflicts++
	var names []string
	for _, c := range contra {
		n := c.p.Name
		if c.t.Page > 1 || c.t.Number > 1 {
			n += fmt.Sprintf(" (page %d, table %d)", c.t.Page, c.t.Number)
		}
		if len(names) < namesAtMost {
			names = append(names, n)
		}
	}
	w.sum.conflict(Conflict{r.report, family, names, len(contra)})
	few := names
	if len(few) > 4 {
		few = few[:4]
	}
	list := strings.Join(few, ", ")
	if len(contra) > len(few) {
		list += ", …"
	}
	why := tables.Because("claimed_by_several", len(contra), list)
	for _, c := range contra {
		c.conflict = &why
	}
	return nil
}

func overlap(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// alike says whether two pictures look like the same one.
func (w *writer) alike(a, b string) bool {
	if w.Look == nil {
		return false
	}
	x, _, err := w.Look(a)
	if err != nil {
		return false
	}
	y, _, err := w.Look(b)
	return err == nil && w.Alike(x, y)
}

// values writes the values of one picture.
func (w *writer) values(r *row, p *journal.Picture, claims []*claim) error {
	records := false
	for _, c := range claims {
		r.badChecks += len(c.t.Failed)
		records = records || c.t.Records > 0 && !c.dropped
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
	for _, c := range claims {
		t := find(docs, c.t)
		if t == nil || c.dropped {
			continue
		}
		values := make([]value, 0, len(t.Records))
		for i := range t.Records {
			v := value{r.report, p.Name, c.t.Page, c.t.Number, c.t.Form, &t.Records[i], c.conflict, w.by(p, c.t, t.Records[i].Key)}
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
		w.sum.note(&w.Options, p, c.t.Form, values, t.Checks)
	}
	return nil
}

// A document as far as results need it: to decode the cells as well would take
// twice as long.
type document struct {
	Source struct {
		Page int `json:"page"`
	} `json:"source"`
	Tables []tableOf `json:"tables"`
}

type tableOf struct {
	Form    *string         `json:"form"`
	Records []tables.Record `json:"records"`
	Checks  []tables.Check  `json:"checks"`
}

type table struct {
	Records []tables.Record
	Checks  []tables.Check
}

func find(docs []document, d *digest.Table) *table {
	for i := range docs {
		if max(1, docs[i].Source.Page) == d.Page && d.Number <= len(docs[i].Tables) {
			return &table{docs[i].Tables[d.Number-1].Records, docs[i].Tables[d.Number-1].Checks}
		}
	}
	return nil
}

// document reads the documents of a picture.
func (w *writer) document(p *journal.Picture) ([]document, error) {
	if c := w.corrected[p]; c != nil {
		return short(c.Documents), nil
	}
	docs, err := read[document](w.Place.Document(p.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errDamaged), err == nil && len(docs) != p.Digest.Pages:
		return nil, w.damage(p)
	}
	return docs, err
}

var errDamaged = errors.New("the document is damaged")

// read reads the documents of a file, or as much of each as T has.
func read[T any](name string) ([]T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var docs []T
	dec := json.NewDecoder(f)
	for dec.More() {
		var d T
		if dec.Decode(&d) != nil {
			return nil, errDamaged
		}
		docs = append(docs, d)
	}
	return docs, nil
}

func (w *writer) damage(p *journal.Picture) error {
	if !slices.Contains(w.damaged, p.ID) {
		w.damaged = append(w.damaged, p.ID)
	}
	return &Damaged{w.damaged}
}

// finish completes the summary and gives all files their names.
func (w *writer) finish(ctx context.Context) error {
	if err := w.foreign(); err != nil {
		return err
	}
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
func (w *writer) foreign() error {
	all, err := w.Journal.Copies()
	if err != nil {
		return err
	}
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
	return nil
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
