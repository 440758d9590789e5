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
//
// A context that ends is noticed between the stages of layout and before each
// cell that is read; WithMaxPixels and WithMaxCells bound what a picture may ask
// for. What OpenCV and Tesseract do in one call is not interrupted, and the memory
// that their C code takes is not bounded. So the biaoge command reads pictures in
// processes of their own, which can be ended: a program that is sent pictures by
// strangers had better do likewise, or send them to biaoge serve.
//
// This package is the public face and nothing else: how a picture becomes a
// document is in package internal/extract.
package biaoge

import (
	"context"
	"io"
	"math"

	"github.com/biaoge/biaoge/internal/extract"
	"github.com/biaoge/biaoge/internal/picture"
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
	ErrDependency  = extract.ErrDependency
	ErrClosed      = extract.ErrClosed
	ErrInternal    = extract.ErrInternal // a mistake of the program
)

// An Option changes how an Extractor works.
type Option func(*options)

type options struct{ extract.Options }

// WithWorkers sets how many pictures may be read at the same time; each costs
// a set of recognisers, about 80 MB. The default is 1.
func WithWorkers(n int) Option { return func(o *options) { o.Workers = max(1, n) } }

// WithForms adds forms to those that are embedded; one with the same id
// replaces the embedded one.
func WithForms(forms ...*tables.Form) Option {
	return func(o *options) { o.Forms = append(o.Forms, forms...) }
}

// WithLanguage sets Tesseract's language or languages for text that is no
// number, such as chi_sim+eng. The default is chi_sim.
func WithLanguage(lang string) Option { return func(o *options) { o.Language = lang } }

// WithReviewBelow sets the probability below which a value is flagged for a
// person to look at.
func WithReviewBelow(p float64) Option { return func(o *options) { o.ReviewBelow = p } }

// WithDebug writes for each picture the straightened page with rules, cells,
// readings and flags drawn on it to a folder.
func WithDebug(dir string) Option { return func(o *options) { o.DebugDir = dir } }

// WithMaxPixels refuses pages of more pixels, width × height, with ErrTooLarge.
// The default is 100,000,000.
func WithMaxPixels(n int64) Option { return func(o *options) { o.MaxPixels = max(1, n) } }

// WithMaxCells refuses pages whose tables have more cells, with ErrTooLarge, once
// the tables are found and before they are read. The default is any number: a
// cell of no known form costs some milliseconds.
func WithMaxCells(n int) Option { return func(o *options) { o.MaxCells = max(1, n) } }

// WithWarmStart has New start the recognisers beside what the caller does next,
// instead of with the first picture. It is for programs that read one at once.
func WithWarmStart() Option { return func(o *options) { o.Warm = true } }

// An Extractor reads pictures. It is safe for concurrent use; calls beyond the
// number of workers wait for one to be free.
type Extractor struct{ engine *extract.Engine }

// New makes an extractor. It fails with ErrDependency where Tesseract's language
// data is missing or damaged. Recognisers start when they are first needed, which
// takes two tenths of a second.
func New(opts ...Option) (*Extractor, error) {
	o := options{extract.Defaults()}
	for _, f := range opts {
		f(&o)
	}
	engine, err := extract.New(o.Options)
	if err != nil {
		return nil, err
	}
	return &Extractor{engine}, nil
}

// Extract reads one picture, of a TIFF the first page. A picture without a
// table gives a document without tables, which is no error.
func (x *Extractor) Extract(ctx context.Context, r io.Reader) (*Document, error) {
	docs, err := x.engine.Read(ctx, 1, extract.Input{Reader: r})
	if len(docs[0]) == 0 {
		return nil, err
	}
	return docs[0][0], err
}

// ExtractPages reads every page of a picture. Path is what the documents call
// it; nothing is opened by that name. Where a page cannot be read, the
// documents of those before it are returned with the error.
func (x *Extractor) ExtractPages(ctx context.Context, path string, r io.Reader) ([]*Document, error) {
	docs, err := x.engine.Read(ctx, math.MaxInt, extract.Input{Path: path, Reader: r})
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
	ins := make([]extract.Input, len(pictures))
	for i, in := range pictures {
		ins[i] = extract.Input(in)
	}
	return x.engine.Read(ctx, math.MaxInt, ins...)
}

// Probe glances at the first page of a picture: how many tables there are and
// which known forms, and nothing of what is in them. It takes a part of the time
// of Extract, for a caller who decides by it whether to read the picture.
func (x *Extractor) Probe(ctx context.Context, r io.Reader) (tables.Probe, error) {
	return x.engine.Probe(ctx, extract.Input{Reader: r})
}

// ReviewBelow is an extractor that flags values of less than another
// probability, and shares the recognisers of this one: closing either closes
// both.
func (x *Extractor) ReviewBelow(p float64) *Extractor {
	return &Extractor{x.engine.Flagging(p)}
}

// MayContinue tells from what was read of two pictures whether the last table
// of the first may go on as the first of the second, so that ExtractSeries may
// make more of them. It is quick, and errs on the side of yes.
func (x *Extractor) MayContinue(before, after *Document) bool {
	return x.engine.MayContinue(before, after)
}

// Close frees the recognisers once the calls under way have ended; calls that
// come later fail with ErrClosed.
func (x *Extractor) Close() error { return x.engine.Close() }
