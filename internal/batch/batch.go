// Package batch reads a folder of pictures into a folder of documents, and may
// be killed at any moment while it does.
//
// A run is a row of stages with a few pictures between them:
//
//	walk     finds files and notes them in the journal (walk.go)
//	fetch    takes the next ones, reads their bytes, and finds copies (stages.go, same.go)
//	extract  hands them out over a queue (queue.go) to whoever reads, which is
//	         a pool of child processes (reader.go), and judges what comes back
//	store    writes documents, each in one move, and then the journal (store.go)
//
// then the pictures that cost a child its life are read once more, one at a
// time with nothing else under way, and quarantined if it happens again
// (alone.go); those whose tables may go on from one to the next are read once
// more, together (join.go);
// and at the end package results writes what is made of all documents. Where the
// input is reports, each goes the way of a picture (report.go).
//
// The rule that makes it safe to kill: a document is on the disk under its
// name before the journal says so. What was in between is found by the next
// run, which takes over a whole document of the right picture and versions.
//
// It must not know pixels or how forms are told: it has package tables say what
// may be part of one.
package batch

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A Config says what to do.
type Config struct {
	Folder  *intake.Folder
	Place   Place
	Journal *journal.Journal // of a run that has begun

	Report  func(path string) string // the report that a picture belongs to
	Reports ReportReader             // nil where the input is pictures
	Forms   []*tables.Form           // by which is told what may be part of a table

	Workers int
	Pool    *worker.Pool               // of as many children
	Queue   Queue                      // to where else pictures are read; nil where only the pool reads
	Slots   func() int                 // how many pictures are read at once by all who read from that queue; nil for Workers
	Ahead   int                        // how many pictures may be out at once on that queue, where that is more than workers
	Room    int64                      // bytes of pictures that may be in memory; 0 for what workers of one machine need
	Advice  func(*worker.Death) string // what may be done about a death, to be said after it; may be nil
	Time    time.Duration              // how long it may take to read a file's bytes; 0 for no limit
	Bytes   int64                      // the largest file that is read

	Refresh     bool // read again what has changed or was read by other versions
	RetryFailed bool // read again what failed, or could be read in part only

	Log     *slog.Logger
	Monitor *Monitor
}

// Run reads all pictures that are not read yet. Its error is a *Stop, ctx's
// cause when it was told to end, or nil when every picture is through.
func Run(ctx context.Context, c Config) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{Config: c, ctx: ctx, stop: stop, flying: make(map[string][]*journal.Picture), room: newRoom(cmp.Or(c.Room, roomBytes))}
	r.fresh.L = &r.mu
	if err := errors.Join(c.Place.sweep(), c.Place.Load()); err != nil {
		return r.diskStop(err)
	}
	if err := r.count(); err != nil {
		return r.diskStop(err)
	}
	done := make(chan struct{})
	var beside sync.WaitGroup
	defer beside.Wait()
	defer close(done)
	beside.Go(func() { r.watch(done) })
	defer r.openDesk(&beside)()
	// A second round is only needed where documents were removed or damaged
	// while the first one ran.
	for range 3 {
		r.Monitor.phase.Store(PhaseReading)
		stop := r.countSlots()
		r.read()
		stop()
		r.Monitor.phase.Store(PhaseAlone)
		r.readAlone()
		r.Monitor.phase.Store(PhaseTogether)
		r.join()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := c.Journal.Count()
		if err != nil {
			return r.diskStop(err)
		}
		if n.Left() == 0 {
			return nil
		}
	}
	return &Stop{"documents keep disappearing from " + c.Place.Dir + "; find out what removes them and run again to go on", nil}
}

type run struct {
	Config
	ctx  context.Context
	stop context.CancelCauseFunc
	desk desk

	mu     sync.Mutex
	walked bool      // all files are in the journal
	fresh  sync.Cond // there may be new pictures in the journal

	tallyMu sync.Mutex // while the journal and the monitor change together

	flightMu sync.Mutex
	flying   map[string][]*journal.Picture // by the hash of pictures being read, others with the same bytes

	room *room
	health
}

// count sets the monitor to what earlier runs have done.
func (r *run) count() error {
	r.tallyMu.Lock()
	defer r.tallyMu.Unlock()
	n, err := r.Journal.Count()
	if err != nil {
		return err
	}
	m := r.Monitor
	m.total.Store(n.Total())
	m.done.Store(n.States[journal.Done])
	m.failed.Store(n.States[journal.Failed] + n.States[journal.Quarantined])
	m.skipped.Store(n.States[journal.Skipped])
	m.flagged.Store(n.Flagged)
	return nil
}

// watch notes how the run goes while it goes: in the journal, for biaoge
// status, and in the monitor.
func (r *run) watch(done <-chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	defer func() { raise(&r.Monitor.peak, r.Pool.Stats().Peak) }()
	for n := 0; ; n++ {
		children := r.Pool.Stats()
		r.Monitor.memory.Store(worker.MemoryOf(os.Getpid()) + children.Memory)
		raise(&r.Monitor.peak, children.Peak)
		if n%5 == 0 {
			// That the journal can't be written shows where it matters more.
			_ = r.Journal.Beat(r.Monitor.finished.Load())
		}
		select {
		case <-done:
			return
		case <-t.C:
		}
	}
}
