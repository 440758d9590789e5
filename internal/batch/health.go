package batch

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/worker"
)

// How many pictures in a row may go wrong the same way before the run asks
// whether anything still works.
const (
	deathsInARow     = 10
	internalInARow   = 50
	unreadableInARow = 50
)

// Health notices when it is not the pictures: everything fails the same way.
type health struct {
	healthMu   sync.Mutex
	deaths     int // pictures that cost a worker its life since one went well
	internal   int // mistakes of the program since then
	unreadable int // files that could not be opened
	anyWell    bool
	good       []byte // a picture that went well, to try whether one still does
}

// canaryBytes is how large a picture may be to be kept for trying.
const canaryBytes = 4 << 20

// well notes that a picture went well; data is nil where it was refused in
// good order.
func (h *health) well(data []byte) {
	h.healthMu.Lock()
	defer h.healthMu.Unlock()
	h.deaths, h.internal, h.unreadable, h.anyWell = 0, 0, 0, true
	h.keep(data)
}

// sound notes a picture that went well in an earlier run.
func (h *health) sound(data []byte) {
	h.healthMu.Lock()
	defer h.healthMu.Unlock()
	h.keep(data)
}

func (h *health) keep(data []byte) {
	if data != nil && h.good == nil && len(data) <= canaryBytes {
		h.good = data
	}
}

// unreadableStreak stops the run where no file at all can be opened.
func (r *run) unreadableStreak(e *intake.Error) bool {
	r.healthMu.Lock()
	defer r.healthMu.Unlock()
	if e.Kind == intake.Vanished {
		return false
	}
	r.unreadable++
	if r.unreadable < unreadableInARow || r.anyWell && !isDisk(e) {
		return false
	}
	r.stop(&Stop{fmt.Sprintf("the last %d files can't be read: %s; run again to go on", r.unreadable, e.Msg), e})
	return true
}

// isDisk tells an error of the disk or network from one of rights.
func isDisk(e *intake.Error) bool { return e.Err != nil && !errors.Is(e.Err, fs.ErrPermission) }

// deathStreak stops the run where pictures that are sound cost a worker its
// life as well. A few that do so one after another may be all that is wrong
// with a folder, so it is tried out with one that is known to be sound.
func (r *run) deathStreak(d *worker.Death) bool {
	r.healthMu.Lock()
	defer r.healthMu.Unlock()
	r.deaths++
	if r.deaths < deathsInARow {
		return false
	}
	if r.good == nil && d.Kind == worker.Timeout {
		return r.systemic(fmt.Sprintf("the first %d pictures all took too long: %s", r.deaths, r.advised(d)), d)
	}
	if err := r.tryOut(); err != nil {
		return r.systemic(fmt.Sprintf("the last %d pictures failed the same way, and so does one that is sound: %s", r.deaths, err), err)
	}
	r.deaths = 0
	return false
}

// internalStreak does the same for mistakes of the program that cost nothing
// but the picture.
func (r *run) internalStreak(f *worker.Failure) bool {
	r.healthMu.Lock()
	defer r.healthMu.Unlock()
	r.internal++
	if r.internal < internalInARow {
		return false
	}
	if err := r.tryOut(); err != nil {
		return r.systemic(fmt.Sprintf("the last %d pictures failed the same way: %s", r.internal, f.Message), f)
	}
	r.internal = 0
	return false
}

// systemic stops the run for a reason that is no picture's. Those that seemed
// to be at fault are read alone by the next run, which does them no harm.
func (r *run) systemic(cause string, err error) bool {
	r.stop(&Stop{cause + "; run again to go on when that is put right", err})
	return true
}

// tryOut reads a picture that is sound.
func (r *run) tryOut() error {
	good := r.good
	if good == nil {
		good = worker.Blank()
	}
	answer, err := r.desk.ask(r.ctx, &Task{Pictures: []worker.Picture{{Name: "trial", Data: good}}}, func() {})
	answer.noted() // the journal has no trials
	return cmp.Or(err, answer.Err)
}
