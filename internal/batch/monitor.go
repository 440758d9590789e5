package batch

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Monitor is where a run leaves how far it is, for whoever wants to show it.
type Monitor struct {
	What string // what is read: OfReports, or empty for pictures; set before it begins

	phase    atomic.Value // string
	known    atomic.Bool  // whether all files have been found
	total    atomic.Int64
	done     atomic.Int64
	flagged  atomic.Int64
	failed   atomic.Int64
	skipped  atomic.Int64
	finished atomic.Int64 // in this run
	copies   atomic.Int64 // of those, not read because a picture with the same bytes was
	memory   atomic.Int64 // bytes all processes have now
	peak     atomic.Int64 // bytes a worker had at most
	overhead atomic.Int64 // nanoseconds spent on the journal and on writing
	busy     atomic.Int64 // nanoseconds that workers had a picture in hand
	reading  atomic.Int64 // nanoseconds that they could have had one
}

// Results notes that the results are being written.
func (m *Monitor) Results() { m.phase.Store(PhaseResults) }

// What a run reads; the zero value is pictures.
const OfReports = "reports"

// The phases of a run.
const (
	PhaseReading  = "reading"
	PhaseAlone    = "reading alone what cost a worker its life"
	PhaseTogether = "reading together what may go on from picture to picture"
	PhaseResults  = "writing results"
)

// A Snapshot is how far a run is.
type Snapshot struct {
	What     string // what is read: OfReports, or empty for pictures
	Phase    string
	Known    bool          // whether Total is final
	Total    int64         // pictures
	Done     int64         // with a document
	Flagged  int64         // of those, with something to review
	Failed   int64         // quarantined ones included
	Skipped  int64         // files that are no pictures
	Finished int64         // pictures this run is through with
	Copies   int64         // of those, not read because a picture with the same bytes was
	Memory   int64         // bytes all processes of the run have now
	Peak     int64         // bytes a worker had at most
	Overhead time.Duration // spent on the journal and on writing, beside the workers
	Busy     float64       // part of the time that workers had a picture in hand
}

// Left is the number of pictures still to be read.
func (s Snapshot) Left() int64 { return max(0, s.Total-s.Done-s.Failed) }

// Snapshot returns how far the run is.
func (m *Monitor) Snapshot() Snapshot {
	phase, _ := m.phase.Load().(string)
	busy := 0.0
	if n := m.reading.Load(); n > 0 {
		// Machines are known some seconds after they have begun to read.
		busy = min(1, float64(m.busy.Load())/float64(n))
	}
	return Snapshot{
		What: m.What, Phase: phase, Known: m.known.Load(), Total: m.total.Load(), Done: m.done.Load(), Flagged: m.flagged.Load(),
		Failed: m.failed.Load(), Skipped: m.skipped.Load(), Finished: m.finished.Load(), Copies: m.copies.Load(),
		Memory: m.memory.Load(), Peak: m.peak.Load(), Overhead: time.Duration(m.overhead.Load()), Busy: busy,
	}
}

// countSlots adds up the time that all who read could have had a picture in hand,
// until stop is called.
func (r *run) countSlots() (stop func()) {
	slots := func() int { return r.Workers }
	if r.Slots != nil {
		slots = r.Slots
	}
	before := time.Now()
	add := func() {
		now := time.Now()
		r.Monitor.reading.Add(int64(now.Sub(before)) * int64(slots()))
		before = now
	}
	over := make(chan struct{})
	var counting sync.WaitGroup
	counting.Go(func() {
		t := time.NewTicker(time.Second)
		defer t.Stop()
		for {
			select {
			case <-t.C: // who reads may come and go
				add()
			case <-over:
				add()
				return
			}
		}
	})
	return func() { close(over); counting.Wait() }
}

// spent adds the time since a moment to what the run costs beside reading.
func (m *Monitor) spent(since time.Time) { m.overhead.Add(int64(time.Since(since))) }

func raise(a *atomic.Int64, n int64) {
	for {
		old := a.Load()
		if n <= old || a.CompareAndSwap(old, n) {
			return
		}
	}
}
