package ocr

import (
	"errors"
	"fmt"
	"sync"

	"github.com/otiai10/gosseract/v2"
)

// ErrStart is returned where Tesseract does not start with data that is there.
var ErrStart = errors.New("a recogniser does not start")

// A client is Tesseract with the languages that it has for one kind of text. It
// starts when it is first asked, or beside what goes before that.
type client struct {
	dir, lang string
	height    int    // of the text that it does best on, pixels
	only      string // the characters it may read; empty for all

	once sync.Once
	t    *tesseract
	err  error
}

// started waits until the client has started.
func (c *client) started() (*tesseract, error) {
	c.once.Do(func() {
		vars := map[gosseract.SettableVariable]string{
			"tessedit_pageseg_mode": "7", // one line of text
			// Crop has made the ink dark already; what reads badly as it is would
			// be read twice more, light on dark and again as it is.
			"tessedit_do_invert": "0",
			"debug_file":         "/dev/null",
		}
		if c.only != "" {
			vars["tessedit_char_whitelist"] = c.only
		}
		if c.t, c.err = newTesseract(c.dir, c.lang, c.height, vars); c.err != nil {
			c.err = fmt.Errorf("%w: Tesseract with %s from %s: %w; install its data again", ErrStart, c.lang, c.dir, c.err)
		}
	})
	return c.t, c.err
}

// prepare has the client start beside what the caller does next.
func (c *client) prepare() { go c.started() }

// Close frees the client; one that was never asked does not start any more.
func (c *client) Close() error {
	c.once.Do(func() {})
	if c.t == nil {
		return nil
	}
	return c.t.Close()
}
