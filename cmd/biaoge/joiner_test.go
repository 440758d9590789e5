package main

import (
	"testing"

	"github.com/biaoge/biaoge"
)

// What was read apart stands where it cannot be read again, together.
func TestPicturesThatCannotBeReadAgain(t *testing.T) {
	var got []reading
	j := &joiner{ctx: t.Context(), c: &call{}, x: &biaoge.Extractor{}, each: func(r reading) error {
		got = append(got, r)
		return nil
	}}
	for _, name := range []string{"gone/1.png", "gone/2.png"} {
		j.held = append(j.held, reading{in: input{path: name}, docs: []*biaoge.Document{{Version: 1}}})
	}
	if err := j.flush(); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].docs) != 1 || len(got[1].docs) != 1 || got[0].err != nil || got[1].err != nil {
		t.Errorf("got %+v", got)
	}
}
