// Package ocr turns pictures of text into readings: a text, how sure its
// reader is of it, and what else it may be. It knows nothing of forms.
//
// There are two independent readers. The line reader (package linenet) is a
// small network of our own that reads a whole picture's lines in one go and
// knows the characters that forms are made of. Tesseract reads every text, at
// a hundred times the cost.
package ocr

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"

	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/otiai10/gosseract/v2"
)

// A Reading is what one reader made of a picture of text.
type Reading struct {
	Text       string
	Confidence float64 // the reader's own, between 0 and 1; not calibrated
}

// A Reader is one set of recognisers. It serves one goroutine at a time.
type Reader struct {
	net    *linenet.Net
	text   *tesseract
	digits *tesseract
}

// digitHeight and textHeight are the ink heights, in pixels, at which
// Tesseract does best on numbers and on Chinese.
const (
	digitHeight = 36
	textHeight  = 34
)

// NewReader starts the recognisers. Lang is a Tesseract language list for
// text, such as chi_sim. It returns an error that wraps ErrMissing where a
// language is not installed.
func NewReader(lang string) (_ *Reader, err error) {
	r := &Reader{}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	dir, err := tessdataDir(lang)
	if err != nil {
		return nil, err
	}
	digitsDir, err := tessdataDir("eng")
	if err != nil {
		return nil, err
	}
	if r.net, err = linenet.New(); err != nil {
		return nil, fmt.Errorf("loading the line reader: %w", err)
	}
	vars := map[gosseract.SettableVariable]string{
		"tessedit_pageseg_mode": "7", // one line of text
		// Crop has made the ink dark already; what reads badly as it is would
		// be read twice more, light on dark and again as it is.
		"tessedit_do_invert": "0",
		"debug_file":         "/dev/null",
	}
	if r.text, err = newTesseract(dir, lang, textHeight, vars); err != nil {
		return nil, err
	}
	vars["tessedit_char_whitelist"] = "0123456789+-.,/%"
	r.digits, err = newTesseract(digitsDir, "eng", digitHeight, vars)
	return r, err
}

// Close frees the recognisers.
func (r *Reader) Close() error {
	var errs []error
	if r.net != nil {
		errs = append(errs, r.net.Close())
	}
	if r.text != nil {
		errs = append(errs, r.text.Close())
	}
	if r.digits != nil {
		errs = append(errs, r.digits.Close())
	}
	return errors.Join(errs...)
}

// Lines reads lines with the line reader.
func (r *Reader) Lines(ctx context.Context, lines []linenet.Line) ([]*linenet.Posterior, error) {
	return r.net.Read(ctx, lines)
}

// Width is how much work a line is to the line reader.
func (r *Reader) Width(l linenet.Line) int { return r.net.Width(l) }

// Text reads lines of any text with Tesseract, one after the other; they are
// joined by newlines. Height is the usual height of a line's ink in pixels.
func (r *Reader) Text(ctx context.Context, lines []*image.Gray, height float64) (Reading, error) {
	return r.read(ctx, r.text, lines, height)
}

// Digits reads a number with Tesseract.
func (r *Reader) Digits(ctx context.Context, lines []*image.Gray, height float64) (Reading, error) {
	return r.read(ctx, r.digits, lines, height)
}

func (r *Reader) read(ctx context.Context, t *tesseract, lines []*image.Gray, height float64) (Reading, error) {
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
