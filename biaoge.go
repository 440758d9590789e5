// Package biaoge reads tables that were published as pictures.
//
// New makes an Extractor, Extract reads one picture:
//
//	x, err := biaoge.New()
//	if err != nil { … }
//	defer x.Close()
//	doc, err := x.Extract(ctx, file)
//
// The document has every table of the picture as a grid of cells, the records
// of those that are a known form, the sums the form says must hold, and for
// each value the probability that it is exactly what is printed. Nothing is
// ever changed to fit a sum: what is doubtful is flagged.
//
// OpenCV and Tesseract allocate with C's malloc, and glibc keeps the largest
// blocks that they free, in each of several arenas. A program that runs for long
// had better start with MALLOC_ARENA_MAX=4, MALLOC_MMAP_THRESHOLD_=33554432 and
// MALLOC_TRIM_THRESHOLD_=67108864, or call mallopt as package internal/malloc
// does for biaoge itself; GOGC=400 spares Go's collector work, too.
package biaoge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// A Document is everything read from one page of one picture.
type Document = tables.Document

// What can be wrong with an input or an installation. The errors that Extract
// and New return wrap one of these and say in words what went wrong and what
// to do about it.
var (
	ErrEmpty       = picture.ErrEmpty
	ErrUnsupported = picture.ErrUnsupported
	ErrDamaged     = picture.ErrDamaged
	ErrTooLarge    = picture.ErrTooLarge
	ErrDependency  = errors.New("a dependency is missing")
	ErrClosed      = errors.New("the extractor is closed")
	ErrInternal    = errors.New("internal error") // a mistake of the program
)

// An Option changes how an Extractor works.
type Option func(*options)

type options struct {
	workers     int
	forms       []*tables.Form
	lang        string
	reviewBelow float64
	debugDir    string
}

// WithWorkers sets how many pictures may be read at the same time; each costs
// a set of recognisers, about 80 MB. The default is 1.
func WithWorkers(n int) Option { return func(o *options) { o.workers = max(1, n) } }

// WithForms adds forms to those that are embedded; one with the same id
// replaces the embedded one.
func WithForms(forms ...*tables.Form) Option {
	return func(o *options) { o.forms = append(o.forms, forms...) }
}

// WithLanguage sets Tesseract's language or languages for text that is no
// number, such as chi_sim+eng. The default is chi_sim.
func WithLanguage(lang string) Option { return func(o *options) { o.lang = lang } }

// WithReviewBelow sets the probability below which a value is flagged for a
// person to look at.
func WithReviewBelow(p float64) Option { return func(o *options) { o.reviewBelow = p } }

// WithDebug writes for each picture the straightened page with rules, cells,
// readings and flags drawn on it to a folder.
func WithDebug(dir string) Option { return func(o *options) { o.debugDir = dir } }

// An Extractor reads pictures. It is safe for concurrent use; calls beyond the
// number of workers wait for one to be free.
type Extractor struct {
	o       options
	forms   []*tables.Form
	readers chan *ocr.Reader
	closing chan struct{}
	close   sync.Once
	closed  error
}

// New makes an extractor. It fails with ErrDependency where Tesseract or its
// language data is missing.
func New(opts ...Option) (*Extractor, error) {
	o := options{workers: 1, lang: "chi_sim", reviewBelow: tables.DefaultReviewBelow}
	for _, f := range opts {
		f(&o)
	}
	x := &Extractor{o: o, readers: make(chan *ocr.Reader, o.workers), closing: make(chan struct{})}
	for _, f := range tables.EmbeddedForms() {
		if !slices.ContainsFunc(o.forms, func(g *tables.Form) bool { return g.ID == f.ID }) {
			x.forms = append(x.forms, f)
		}
	}
	x.forms = append(x.forms, o.forms...)
	// Each worker is one thread: more would only slow its neighbours down.
	layout.SetThreads(1)
	for range o.workers {
		r, err := ocr.NewReader(o.lang)
		if err != nil {
			x.o.workers = len(x.readers)
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrDependency, err), x.Close())
		}
		x.readers <- r
	}
	return x, nil
}

// Extract reads one picture, of a TIFF the first page. A picture without a
// table gives a document without tables, which is no error.
func (x *Extractor) Extract(ctx context.Context, r io.Reader) (*Document, error) {
	docs, err := x.series(ctx, 1, Input{Reader: r})
	if len(docs[0]) == 0 {
		return nil, err
	}
	return docs[0][0], err
}

// ExtractPages reads every page of a picture. Path is what the documents call
// it; nothing is opened by that name. Where a page cannot be read, the
// documents of those before it are returned with the error.
func (x *Extractor) ExtractPages(ctx context.Context, path string, r io.Reader) ([]*Document, error) {
	docs, err := x.series(ctx, math.MaxInt, Input{path, r})
	return docs[0], err
}

// An Input is a picture and what the documents call it.
type Input struct {
	Path   string
	Reader io.Reader
}

// ExtractSeries reads pictures that follow one another like the pages of a
// report, so that a table may go on from one to the next. It returns the
// documents of each picture. Where one cannot be read, the documents of those
// before it are returned with the error.
func (x *Extractor) ExtractSeries(ctx context.Context, pictures ...Input) ([][]*Document, error) {
	return x.series(ctx, math.MaxInt, pictures...)
}

// series reads pictures that follow one another, of each so many pages at most.
func (x *Extractor) series(ctx context.Context, most int, pictures ...Input) (docs [][]*Document, err error) {
	docs = make([][]*Document, len(pictures))
	s := &series{x: x}
	defer s.close()
	for i, in := range pictures {
		if err = s.pages(ctx, in, most, &docs[i]); err != nil {
			break
		}
	}
	if failed := s.end(ctx); err == nil {
		err = failed
	}
	return docs, err
}

// look is the first half of the pipeline: straighten, find the tables, read
// them with the line reader, name the forms.
func (x *Extractor) look(ctx context.Context, reader *ocr.Reader, pic *picture.Page, doc *Document) (*sight, error) {
	s := &sight{doc: doc}
	if pic.Coloured {
		seen := *pic
		seen.Gray, s.stamps = layout.WithoutStamps(pic.Gray, pic.BGR())
		pic = &seen
	}
	v, err := x.view(ctx, reader, pic, 0)
	if err != nil {
		return nil, err
	}
	done := false
	defer func() {
		if !done {
			v.page.Close()
		}
	}()
	if len(v.tasks) > 0 && !v.known() && v.sense() < plain {
		if v, err = x.upend(ctx, reader, pic, v); err != nil {
			return nil, err
		}
	}
	if len(v.tasks) == 0 && v.page.Sideways {
		if v, err = x.stand(ctx, reader, pic, v); err != nil {
			return nil, err
		}
	}
	x.dropChance(v)
	s.view, done = v, true
	doc.Image = tables.Image{Rotation: s.page.Turn, Skew: s.page.Skew, Dewarped: s.page.Dewarped}
	warn(doc, s.page)
	warnOpen(doc, s.view)
	if s.missed != "" {
		doc.Warnings = append(doc.Warnings, tables.Warning{Code: "missed_form", Message: fmt.Sprintf("labels of %s are printed here, but its table was not found; nothing was read of it", s.missed)})
	}
	if len(s.stamps) > 0 {
		doc.Warnings = append(doc.Warnings, tables.Warning{Code: "stamp", Message: "a red seal was taken off the picture; what it may hide is flagged"})
	}
	return s, nil
}

// tell is the second half, for the tables as they are known by then: read the
// cells that need another reader, make records, check the sums. A form that
// goes on on another page is left to be built with its other parts.
func (x *Extractor) tell(ctx context.Context, s *sight) error {
	s.sheets, s.doc.Tables = make([]*tables.Sheet, len(s.tasks)), make([]tables.Table, len(s.tasks))
	for i, t := range s.tasks {
		m := s.matches[i]
		t.stamps, t.reviewBelow = s.stamps, x.o.reviewBelow
		if err := t.readAgain(ctx, m); err != nil {
			return err
		}
		t.doubtOpen(m)
		t.doubtCut()
		if s.forced {
			t.doubtAll(onlyLabels)
		}
		sheet := t.sheet()
		var err error
		if sheet.Caption, err = t.readCaption(ctx, m); err != nil {
			return err
		}
		s.sheets[i] = sheet
		if m == nil || m.Whole() {
			s.doc.Tables[i] = tables.Build(sheet, m, x.o.reviewBelow)
		}
		if m == nil {
			x.doubtUnknown(&s.doc.Tables[i], t, sheet)
		}
	}
	return nil
}

// doubtUnknown flags a table of no known form that may not be what it looks
// like.
func (x *Extractor) doubtUnknown(table *tables.Table, t *task, sheet *tables.Sheet) {
	if t.babble {
		doubt(table, "most of it does not look like writing; its rules may not have been found")
	}
	if t.page.Streaks {
		doubt(table, "a line over the whole picture was taken off, which may have been a rule of it")
	}
	if n := t.grid.Recovered; n > 0 {
		doubt(table, fmt.Sprintf("%d of its rules cannot be seen, and the gaps of its text may mislead", n))
	}
	if t.page.Broken {
		doubt(table, "rules of the picture are in pieces, and some of them may not have been found")
	}
	if t.grid.Open {
		doubt(table, "it has no rules, and how its text is aligned may mislead")
	}
	if near := tables.Resembles(sheet, x.forms); near != "" {
		doubt(table, "it may be "+near+", but too few of its labels were found")
	}
}

// doubt flags a table as a whole.
func doubt(t *tables.Table, reason string) {
	t.Review = true
	if !slices.Contains(t.Reasons, reason) { // a part may be joined on both sides
		t.Reasons = append(t.Reasons, reason)
	}
}

// warn says what the reader of a document should know about the picture.
func warn(doc *Document, page *layout.Page) {
	add := func(code, format string, args ...any) {
		doc.Warnings = append(doc.Warnings, tables.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if h := page.LineHeight; h > 0 && h < 9 {
		add("low_resolution", "the print is only %.0f pixels high; get the picture in a larger size if there is one", h)
	}
	if page.Turn != 0 {
		add("turned", "the picture was turned by %d degrees to be read", page.Turn)
	}
	if n := page.Figures; n > 0 {
		add("figures", "%d grids of rules were left out since what is in them looks like part of a drawing", n)
	}
	if page.Columns {
		add("columns", "some text stands in rows and columns, but not clearly enough to be taken for a table; nothing is given of it")
	}
	if page.Broken {
		add("broken_rules", "rules are in pieces, as a scanner leaves faint ones; some may be missing")
	}
	if page.Streaks {
		add("streak", "a line that runs over the whole picture, such as a fold of the paper, was taken off")
	}
	if page.Dewarped {
		add("dewarped", "perspective or bend was taken out of the picture; places are given on the original")
	}
}

// A view is a picture seen one way up: its tables, read by the line reader.
type view struct {
	page    *layout.Page
	tasks   []*task
	matches []*tables.Match
	missed  string // the known form whose labels it has where no table was found
	forced  bool   // its tables were but doubtfully ones, had labels of a form not been there
}

func (x *Extractor) view(ctx context.Context, reader *ocr.Reader, pic *picture.Page, turn int) (*view, error) {
	page, err := layout.Analyze(ctx, pic.Gray, turn)
	if err != nil {
		return nil, err
	}
	v, err := x.viewOf(ctx, reader, page)
	if err != nil || len(v.tasks) > 0 {
		return v, err
	}
	keep := false
	defer func() {
		if !keep {
			page.Close()
		}
	}()
	if v.missed, err = x.missedForm(ctx, reader, page); err != nil {
		return nil, err
	}
	if v.missed != "" {
		again, err := x.insist(ctx, reader, pic, turn)
		if again != nil || err != nil {
			return again, err
		}
	}
	keep = true
	return v, nil
}

// viewOf reads the tables of a page, and closes it where that fails.
func (x *Extractor) viewOf(ctx context.Context, reader *ocr.Reader, page *layout.Page) (*view, error) {
	done := false
	defer func() {
		if !done {
			page.Close()
		}
	}()
	v := &view{page: page}
	room := plenty
	for i := range page.Grids {
		t := newTask(page, &page.Grids[i], reader)
		if err := t.readLines(ctx, room); err != nil {
			return nil, err
		}
		room -= t.spent
		v.tasks = append(v.tasks, t)
		v.matches = append(v.matches, tables.MatchForm(t.sheet(), x.forms))
	}
	done = true
	return v, nil
}

// drop takes tables out of a view.
func (v *view) drop(out func(*task, *tables.Match) bool) {
	was := *v
	v.tasks, v.matches, v.page.Grids = nil, nil, nil
	for i, t := range was.tasks {
		if m := was.matches[i]; !out(t, m) {
			v.tasks, v.matches, v.page.Grids = append(v.tasks, t), append(v.matches, m), append(v.page.Grids, *t.grid)
		}
	}
	for i, t := range v.tasks {
		t.grid = &v.page.Grids[i]
	}
}

// Close frees the recognisers once the calls under way have ended; calls that
// come later fail with ErrClosed.
func (x *Extractor) Close() error {
	x.close.Do(func() {
		close(x.closing)
		var errs []error
		for range x.o.workers {
			errs = append(errs, (<-x.readers).Close())
		}
		x.closed = errors.Join(errs...)
	})
	return x.closed
}
