// Package biaoge reads tables that were published as pictures.
//
// New makes an Extractor, and Extract reads one picture:
//
//	x, err := biaoge.New()
//	if err != nil { … }
//	defer x.Close()
//	doc, err := x.Extract(ctx, file)
//
// The document has every table of the picture as a grid of cells. A table that is
// printed on a known form also has records under the form's keys, and the sums that
// the form says must hold. Every text has the probability that it is exactly what is
// printed. No text is changed to make a sum fit: what is doubtful is flagged.
//
// A context that ends is noticed between stages and before each cell that is read.
// WithMaxPixels and WithMaxCells bound what a picture may ask for. Two things are not
// bounded: a call of OpenCV or Tesseract is not interrupted, nor is the memory that
// their C code takes limited. A program to which strangers send pictures should read
// them in a process of its own, as the biaoge command does, or send them to biaoge
// serve. docs/library.md tells how, and what a program that runs for long should set.
//
// This package is the public face. It must not know how a picture becomes a document:
// that is package internal/extract.
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

// What can be wrong with an input or an installation. The errors of New, Extract and
// their like wrap one of these, for errors.Is, or the error of a context that has
// ended. They say in words what went wrong and what to do about it.
var (
	ErrEmpty       = picture.ErrEmpty       // the input has no bytes
	ErrUnsupported = picture.ErrUnsupported // no picture, or of a format that is not read
	ErrDamaged     = picture.ErrDamaged     // a picture that cannot be decoded
	ErrTooLarge    = picture.ErrTooLarge    // more bytes, pixels or cells than are allowed
	ErrDependency  = extract.ErrDependency  // Tesseract or its data is missing or damaged
	ErrClosed      = extract.ErrClosed      // the Extractor was closed
	ErrInternal    = extract.ErrInternal    // a mistake of the program
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

// WithReviewBelow sets the probability, from 0 to 1, below which a value is flagged
// for a person to look at. The default is tables.DefaultReviewBelow.
func WithReviewBelow(p float64) Option { return func(o *options) { o.ReviewBelow = p } }

// WithDebug has an SVG written to a folder for each page: the page as it was
// straightened, with rules, cells, readings and flags drawn on it. The folder must be
// there; a drawing that cannot be written fails the call.
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
