package server

import (
	"bytes"
	"strings"
	"testing"
)

// An answer that is remembered is the same to the byte, and takes little room.
func TestARememberedAnswerIsTheSameToTheByte(t *testing.T) {
	p := new(fakePool)
	s := newTest(t, p)
	picture := strings.Repeat("the same words ", 2000)
	first := answerTo(t, s, post("/v1/extract", picture)).Body.Bytes()
	again := answerTo(t, s, post("/v1/extract", picture)).Body.Bytes()
	if !bytes.Equal(first, again) || len(first) < len(picture) || p.count() != 1 {
		t.Errorf("read %d times; %d bytes, then %d", p.count(), len(first), len(again))
	}
	if n := s.flights.bytes(); n == 0 || n > int64(len(first))/5 {
		t.Errorf("%d bytes are held for an answer of %d", n, len(first))
	}
}
