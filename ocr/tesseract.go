package ocr

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>

// one_thread keeps OpenMP, if Tesseract was built with it, from starting
// threads for what the calling thread does.
static void one_thread(void) {
	void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_max_active_levels");
	if (set != NULL)
		set(0);
}

// gosseract sends the standard error of C to nowhere while a client starts, and
// with it, since that is file 2, what all of the process prints there. So C has
// another one for that time. It is never closed: some other thread may be
// printing.
static FILE *nowhere, *before;

static void aside(void) {
	if (nowhere == NULL && (nowhere = fopen("/dev/null", "ae")) == NULL)
		return;
	before = stderr;
	stderr = nowhere;
}

static void back(void) {
	if (before != NULL)
		stderr = before;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/otiai10/gosseract/v2"
)

// initTesseract serialises the start of clients, for the sake of the standard
// error of C.
var initTesseract sync.Mutex

// live counts the clients that are not closed.
var live atomic.Int64

// LiveClients returns how many Tesseract clients are open in this process.
func LiveClients() int { return int(live.Load()) }

// A tesseract is one client, for one goroutine at a time.
type tesseract struct {
	client *gosseract.Client
	height int // of the text it is given, pixels
	memory memory
}

// newTesseract starts a client. Variables must be set before the first
// recognition, which the page segmentation mode only survives as a variable.
func newTesseract(dir, lang string, height int, vars map[gosseract.SettableVariable]string) (*tesseract, error) {
	initTesseract.Lock()
	defer initTesseract.Unlock()
	C.aside()
	defer C.back()
	t := &tesseract{client: gosseract.NewClient(), height: height}
	live.Add(1)
	err := errors.Join(t.client.SetTessdataPrefix(dir), t.client.SetLanguage(strings.Split(lang, "+")...))
	for k, v := range vars {
		err = errors.Join(err, t.client.SetVariable(k, v))
	}
	if err == nil {
		// The first recognition does the real start.
		blank := image.NewGray(image.Rect(0, 0, 32, 32))
		for i := range blank.Pix {
			blank.Pix[i] = 255
		}
		_, err = t.lines(blank)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func (t *tesseract) Close() error {
	live.Add(-1)
	return t.client.Close()
}

// line recognises a line of text whose ink has that height in pixels.
func (t *tesseract) line(img *image.Gray, height float64) (Reading, error) {
	k := key(img, height)
	if r, ok := t.memory.get(k); ok {
		return r, nil
	}
	r, err := t.lines(scaled(img, height, t.height))
	if err != nil {
		return Reading{}, fmt.Errorf("reading with Tesseract: %w", err)
	}
	t.memory.put(k, r)
	return r, nil
}

// lines recognises a picture and returns its text with Tesseract's own
// confidence, between 0 and 1.
func (t *tesseract) lines(img *image.Gray) (Reading, error) {
	// Tesseract parts a line's few milliseconds among four threads, which
	// costs more than it saves, and three to five times as much where they
	// share a core. How many it may use is kept for each thread, and Go's
	// code moves between threads.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.one_thread()
	if err := t.client.SetImageFromBytes(pgm(img)); err != nil {
		return Reading{}, err
	}
	words, err := t.client.GetBoundingBoxes(gosseract.RIL_WORD)
	if err != nil {
		return Reading{}, err
	}
	var b strings.Builder
	conf := 1.0
	for _, w := range words {
		if w.Word == "" {
			continue
		}
		if s := b.String(); s != "" && spaced(s, w.Word) {
			b.WriteByte(' ')
		}
		b.WriteString(strings.TrimSpace(w.Word))
		conf = min(conf, w.Confidence/100)
	}
	if b.Len() == 0 {
		conf = 0
	}
	return Reading{Text: b.String(), Confidence: conf}, nil
}

// spaced reports whether a space stands between two words: there is none next
// to a Chinese character, where Tesseract's words are guesses.
func spaced(before, after string) bool {
	b, a := []rune(before), []rune(after)
	latin := func(r rune) bool { return r < 0x2000 && !unicode.IsSpace(r) }
	return latin(b[len(b)-1]) && latin(a[0])
}

// pgm encodes a picture the way that costs Tesseract nothing to decode.
func pgm(img *image.Gray) []byte {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := fmt.Appendf(make([]byte, 0, w*h+32), "P5\n%d %d\n255\n", w, h)
	for y := range h {
		out = append(out, img.Pix[y*img.Stride:y*img.Stride+w]...)
	}
	return out
}
