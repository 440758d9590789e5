package biaoge_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/biaoge/biaoge"
)

// What a picture may ask for is the caller's to bound.
func TestWhatAPictureMayAskForIsTheCallersToBound(t *testing.T) {
	data, err := os.ReadFile("testdata/appeals.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		option biaoge.Option
		says   string // empty where it is read
	}{
		{biaoge.WithMaxPixels(90_000), "too large"},
		{biaoge.WithMaxPixels(91_000), ""},
		{biaoge.WithMaxCells(33), "its tables have 34 cells and 33 are allowed; cut it into parts"},
		{biaoge.WithMaxCells(34), ""},
	} {
		x, err := biaoge.New(c.option)
		if err != nil {
			t.Fatal(err)
		}
		_, err = x.Extract(t.Context(), bytes.NewReader(data))
		if (err != nil) != (c.says != "") || err != nil && (!errors.Is(err, biaoge.ErrTooLarge) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("want %q, got %v", c.says, err)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Extractors that flag at different probabilities share their recognisers.
func TestExtractorsThatFlagOtherwiseShareTheirRecognisers(t *testing.T) {
	data, err := os.ReadFile("testdata/appeals.jpg")
	if err != nil {
		t.Fatal(err)
	}
	x, err := biaoge.New()
	if err != nil {
		t.Fatal(err)
	}
	flagged := func(x *biaoge.Extractor) (n int) {
		t.Helper()
		doc, err := x.Extract(t.Context(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range doc.Tables[0].Records {
			if r.Review {
				n++
			}
		}
		return n
	}
	all := x.ReviewBelow(1)
	if some, every := flagged(x), flagged(all); some >= every || every != 15 {
		t.Errorf("%d and %d values are flagged", some, every)
	}
	if err := all.Close(); err != nil {
		t.Error(err)
	}
	if _, err := x.Extract(t.Context(), bytes.NewReader(data)); !errors.Is(err, biaoge.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
