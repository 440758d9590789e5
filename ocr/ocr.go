// Package ocr turns pictures of text into readings: a text, how sure its reader is of it,
// and what else it may be. It joins the evidence of several readers into one probability.
//
// There are four readers, and a Reader holds a set of them. The line reader (package
// linenet) is a small net of our own, which reads all lines of a picture in one go and
// knows the characters that forms are made of. The reader of glyphs, of the same package, tells
// 9,248 characters by their pictures alone. The reader of all print (package textnet)
// knows 18,708 characters, or, as the quick reader, 6,904 at a quarter of the cost.
// Tesseract reads any text, at a hundred times the line reader's cost.
//
// It must not know cells, forms or sums.
package ocr

import (
	"context"
	"errors"
	"fmt"
	"image"
	"runtime/debug"
	"strings"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/ocr/textnet"
)

// A Reading is what Tesseract made of a picture of text.
type Reading struct {
	Text       string
	Confidence float64 // the reader's own, between 0 and 1; not calibrated
}

// A Reader is one set of recognisers. It serves one goroutine at a time.
type Reader struct {
	net    *linenet.Net
	glyphs *linenet.Net // from its first use on, as print
	print  *textnet.Net
	text   client
	digits client
}

// digitHeight and textHeight are the ink heights, in pixels, at which
// Tesseract does best on numbers and on Chinese.
const (
	digitHeight = 36
	textHeight  = 34
)

// NewReader makes a reader. Lang is Tesseract's language for text, or several, such as
// chi_sim+eng; numbers are read with eng. It returns an error that wraps ErrMissing where
// a language is not installed. Tesseract itself starts when it is first asked, which takes
// one or two tenths of a second; where it does not start, that call returns an error that
// wraps ErrStart. Prepare has it start before.
func NewReader(lang string) (*Reader, error) {
	dir, err := tessdataDir(lang)
	if err != nil {
		return nil, err
	}
	digitsDir, err := tessdataDir("eng")
	if err != nil {
		return nil, err
	}
	net, err := linenet.New()
	if err != nil {
		return nil, fmt.Errorf("loading the line reader: %w", err)
	}
	return &Reader{
		net:    net,
		text:   client{dir: dir, lang: lang, height: textHeight},
		digits: client{dir: digitsDir, lang: "eng", height: digitHeight, only: "0123456789+-.,/%"},
	}, nil
}

// Prepare starts, beside what the caller does next, the recogniser that nearly
// every table needs: that of numbers.
func (r *Reader) Prepare() { r.digits.prepare() }

// Close frees the recognisers, of which one may still be starting.
func (r *Reader) Close() error {
	var err error
	if r.print != nil {
		err = r.print.Close()
	}
	if r.glyphs != nil {
		err = errors.Join(err, r.glyphs.Close())
	}
	return errors.Join(err, r.net.Close(), r.text.Close(), r.digits.Close())
}

// Lines reads lines with the line reader; the posteriors are in the order of the lines. It
// returns the error of ctx when that ends.
func (r *Reader) Lines(ctx context.Context, lines []linenet.Line) ([]*linenet.Posterior, error) {
	return r.net.Read(ctx, lines)
}

// Glyphs is Lines with the reader of glyphs, which is loaded with those of all print at the
// first call of any.
func (r *Reader) Glyphs(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	if err := r.openPrint(); err != nil {
		return nil, err
	}
	return r.glyphs.Read(ctx, lines)
}

// Print is Lines with the reader of all print.
func (r *Reader) Print(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	if err := r.openPrint(); err != nil {
		return nil, err
	}
	return r.print.Read(ctx, lines)
}

// Glance is Print with the quick reader of all print, which costs a quarter as much.
func (r *Reader) Glance(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	if err := r.openPrint(); err != nil {
		return nil, err
	}
	return r.print.ReadQuick(ctx, lines)
}

// PrintAgain has the reader of all print read lines that it was not sure of another
// time, drawn otherwise.
func (r *Reader) PrintAgain(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	if err := r.openPrint(); err != nil {
		return nil, err
	}
	return r.print.ReadWide(ctx, lines)
}

// openPrint loads the readers of all print and that of glyphs, when one is first asked.
func (r *Reader) openPrint() (err error) {
	if r.print != nil {
		return nil
	}
	// What finding the tables left behind goes before the nets come, so
	// that a process never has room for both.
	debug.FreeOSMemory()
	if r.glyphs == nil {
		if r.glyphs, err = linenet.NewGlyphs(); err != nil {
			return fmt.Errorf("loading the reader of glyphs: %w", err)
		}
	}
	if r.print, err = textnet.New(); err != nil {
		r.print = nil
		return fmt.Errorf("loading the reader of all print: %w", err)
	}
	return nil
}

// Width is how wide a line is as the line reader scales it, in pixels: what reading it
// costs.
func (r *Reader) Width(l linenet.Line) int { return r.net.Width(l) }

// Text reads lines of any text with Tesseract, one after the other, and joins them by
// newlines. The lines are pictures that Crop made; height is the usual height of a line's
// ink in them, in pixels. It returns the error of ctx when that ends.
func (r *Reader) Text(ctx context.Context, lines []*image.Gray, height float64) (Reading, error) {
	return r.read(ctx, &r.text, lines, height)
}

// Digits is Text for a number: digits, signs, points, slashes and per cent.
func (r *Reader) Digits(ctx context.Context, lines []*image.Gray, height float64) (Reading, error) {
	return r.read(ctx, &r.digits, lines, height)
}

func (r *Reader) read(ctx context.Context, c *client, lines []*image.Gray, height float64) (Reading, error) {
	if err := ctx.Err(); err != nil {
		return Reading{}, err
	}
	t, err := c.started()
	if err != nil {
		return Reading{}, err
	}
	var texts []string
	conf := 1.0
	for _, l := range lines {
		if err := ctx.Err(); err != nil {
			return Reading{}, err
		}
		got, err := t.line(l, height)
		if err != nil {
			return Reading{}, err
		}
		texts = append(texts, got.Text)
		conf = min(conf, got.Confidence)
	}
	return Reading{Text: strings.Join(texts, "\n"), Confidence: conf}, nil
}
