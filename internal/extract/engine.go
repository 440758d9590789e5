// Package extract turns pictures into documents. One sentence is what it does,
// and stages.go is that sentence: decode, straighten, find the tables, read the
// cells, name the form, check the sums. What looks at a page again is around it:
// the way up (upright.go), a form whose table was missed (missed.go), what is no
// table after all (chance.go), a table that goes on on the next page (series.go).
//
// It must not know where a picture came from, how rules, characters and labels
// are told, nor what becomes of a document.
package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// What can be wrong besides the picture.
var (
	ErrDependency = errors.New("a dependency is missing")
	ErrClosed     = errors.New("the extractor is closed")
	ErrInternal   = errors.New("internal error") // a mistake of the program
)

// Options are how an Engine works.
type Options struct {
	Workers     int            // how many pictures may be read at the same time
	Forms       []*tables.Form // beside the embedded ones, or instead of those with their ids
	Language    string         // Tesseract's, for text that is no number
	ReviewBelow float64        // values with less than this probability are flagged
	DebugDir    string         // where drawings of the pages go; empty for none
	MaxPixels   int64          // of a page; 0 for what package picture allows
	MaxCells    int            // of the tables of a page; 0 for any number
	Warm        bool           // recognisers start at once, beside what goes on
}

// Defaults are the options that nobody has changed.
func Defaults() Options {
	return Options{Workers: 1, Language: "chi_sim", ReviewBelow: tables.DefaultReviewBelow}
}

// An Engine reads pictures. It is safe for concurrent use; calls beyond the
// number of workers wait for one to be free.
type Engine struct {
	o     Options
	forms []*tables.Form
	*kit
}

// A kit is the recognisers of an engine.
type kit struct {
	readers chan *ocr.Reader
	closing chan struct{}
	close   sync.Once
	closed  error
}

// New makes an engine. It fails with ErrDependency where Tesseract's language
// data is missing or damaged, which it looks at and does not load: recognisers
// start when they are needed. Where one does not start then, the error is the
// same.
func New(o Options) (*Engine, error) {
	e := &Engine{o: o, kit: &kit{readers: make(chan *ocr.Reader, o.Workers), closing: make(chan struct{})}}
	// Each worker is one thread: more would only slow its neighbours down.
	layout.SetThreads(1)
	for range o.Workers {
		r, err := ocr.NewReader(o.Language)
		if err != nil {
			e.o.Workers = len(e.readers)
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrDependency, err), e.Close())
		}
		if o.Warm {
			r.Prepare()
		}
		e.readers <- r
	}
	for _, f := range tables.EmbeddedForms() {
		if !slices.ContainsFunc(o.Forms, func(g *tables.Form) bool { return g.ID == f.ID }) {
			e.forms = append(e.forms, f)
		}
	}
	e.forms = append(e.forms, o.Forms...)
	return e, nil
}

// Flagging is an engine that flags values of less than another probability, and
// shares the recognisers of this one: closing either closes both.
func (e *Engine) Flagging(below float64) *Engine {
	other := *e
	other.o.ReviewBelow = below
	return &other
}

// An Input is a picture and what its documents call it.
type Input struct {
	Path   string
	Reader io.Reader
}

// Read reads pictures that follow one another, of each so many pages at most,
// and returns the documents of each. Where one cannot be read, the documents of
// those before it are returned with the error.
func (e *Engine) Read(ctx context.Context, most int, pictures ...Input) (docs [][]*tables.Document, err error) {
	docs = make([][]*tables.Document, len(pictures))
	s := &series{e: e}
	defer s.close()
	for i, in := range pictures {
		if err = s.pages(ctx, in, most, &docs[i]); err != nil {
			break
		}
	}
	if failed := s.end(ctx); err == nil {
		err = failed
	}
	if errors.Is(err, ocr.ErrStart) {
		err = fmt.Errorf("%w: %w", ErrDependency, err)
	}
	return docs, err
}

// MayContinue tells from what was read of two pictures whether the last table of
// the first may go on as the first of the second.
func (e *Engine) MayContinue(before, after *tables.Document) bool {
	return tables.MayContinue(before, after, e.forms)
}

// take waits for recognisers that are free.
func (e *Engine) take(ctx context.Context) (*ocr.Reader, error) {
	select {
	case <-e.closing:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-e.readers:
		return r, nil
	}
}

// Close frees the recognisers once the calls under way have ended; calls that
// come later fail with ErrClosed.
func (e *Engine) Close() error {
	e.close.Do(func() {
		close(e.closing)
		var errs []error
		for range e.o.Workers {
			errs = append(errs, (<-e.readers).Close())
		}
		e.closed = errors.Join(errs...)
	})
	return e.closed
}
