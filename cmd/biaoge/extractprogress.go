package main

import (
	"io"
	"sync/atomic"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/progress"
)

// A tally is how far biaoge extract is with its inputs.
type tally struct {
	total                 int64
	done, flagged, failed atomic.Int64
}

// Snapshot returns how far it is.
func (t *tally) Snapshot() batch.Snapshot {
	s := batch.Snapshot{Phase: batch.PhaseReading, Known: true, Total: t.total, Done: t.done.Load(), Flagged: t.flagged.Load(), Failed: t.failed.Load()}
	s.Finished = s.Done + s.Failed
	return s
}

// count counts a reading.
func (t *tally) count(r reading) {
	if len(r.docs) == 0 {
		t.failed.Add(1)
		return
	}
	t.done.Add(1)
	if d := digest.Of(r.docs); d.Review() {
		t.flagged.Add(1)
	}
}

// showProgress shows on a terminal how far the reading of several inputs is,
// where nothing else is printed there meanwhile. What goes to standard error goes
// to the writer that it returns until stop is called.
func showProgress(c *call, t *tally, printing bool) (stderr io.Writer, stop func()) {
	width := widthOf(c.stderr)
	if width == nil || t.total < 2 || printing && isTerminal(c.stdout) {
		return c.stderr, func() {}
	}
	d := progress.New(c.stderr, false, width, oneLine, language)
	return d, d.Show(t)
}
