package reading

import (
	"context"
	"testing"

	"github.com/biaoge/biaoge/ocr/linenet"
)

// A table of zeros on its side reads as one of 〇 or 二, and one of zeros, ones and
// eights reads the same upside down: what reads alike any way up must not make a
// picture seem to be the right way up.
func TestLegibleAsksWhatHasOneWayUp(t *testing.T) {
	for text, want := range map[string]int{"自然人": 1, "其他": 1, "人": 1, "3,470": 1, "〇": 0, "二": 0, "0": 0, "7": 0, "18986": 0, "": 0} {
		if n := legible(linenet.Candidate{Text: text}).Words; n != want {
			t.Errorf("%q counts as %d words, want %d", text, n, want)
		}
	}
}

// Where every 7 of a table is a slash by its shape, none is left in its group.
func TestAGroupMayBeEmpty(t *testing.T) {
	if err := new(Table).readGroup(context.Background(), nil); err != nil {
		t.Error(err)
	}
}
