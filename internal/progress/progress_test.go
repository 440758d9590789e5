package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/message"
)

func TestALineShowsHowFarItIs(t *testing.T) {
	s := batch.Snapshot{Phase: batch.PhaseReading, Total: 12345, Done: 1200, Failed: 34, Flagged: 56}
	if got, want := Line(message.English, s, 0), "1,234 of at least 12,345 pictures done, 11,111 left, 56 to review, 34 failed"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Known = true
	if got, want := Line(message.English, s, 2), "1,234 of 12,345 pictures done (9 %), 11,111 left, 56 to review, 34 failed, 2.0 a second, 93 min to go"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Phase = batch.PhaseResults
	if got := Line(message.English, s, 0.01); !strings.HasPrefix(got, "writing results: ") || !strings.Contains(got, "36 an hour, 308 h") {
		t.Errorf("%q", got)
	}
}

func TestASpanOfTimeIsSaidShortly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Millisecond: "0 s", 90 * time.Second: "90 s", 45 * time.Minute: "45 min", 7*time.Hour + 5*time.Minute: "7 h 05 min",
	} {
		if got := Span(message.English, d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// On a terminal a message takes the place of the line, which comes back below.
func TestAMessageTakesThePlaceOfTheLine(t *testing.T) {
	var b bytes.Buffer
	d := New(&b, false, func() int { return 20 }, func(s string) string { return strings.ReplaceAll(s, "\n", " ") }, message.English)
	d.draw(batch.Snapshot{Total: 3})
	d.Log().Warn("not read", "picture", "a\nb.png", "kind", "damaged", "error", "it ends early")
	if got, want := b.String(), "\r0 of at least 3 pi…\x1b[K\r\x1b[Kbiaoge: a b.png: not read: it ends early\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
