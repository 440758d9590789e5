package main

import (
	"testing"

	"github.com/biaoge/biaoge"
)

// What was read apart stands where it cannot be read again, together.
func TestWhatWasReadApartStandsWhereItCannotBeReadTogether(t *testing.T) {
	var got []reading
	j := newJoiner(t.Context(), &reader{c: &call{}}, func(r reading) error {
		got = append(got, r)
		return nil
	})
	var held []reading
	for _, name := range []string{"gone/1.png", "gone/2.png"} {
		held = append(held, reading{in: input{path: name}, docs: []*biaoge.Document{{Version: 1}}})
	}
	if err := j.pass(held); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].docs) != 1 || len(got[1].docs) != 1 || got[0].err != nil || got[1].err != nil {
		t.Errorf("got %+v", got)
	}
}
