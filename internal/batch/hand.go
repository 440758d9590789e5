package batch

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// A hand holds one child process, and gets another when that one dies.
type hand struct {
	*run
	child *worker.Process
	alone bool
}

func (h *hand) close() {
	if h.child != nil {
		h.child.Close()
		h.lost()
	}
}

// lost forgets a child that is gone.
func (h *hand) lost() {
	h.childMu.Lock()
	delete(h.children, h.child)
	h.childMu.Unlock()
	h.child = nil
}

// grownBytes is more than a child has that has nothing in hand and does not
// leak.
const grownBytes = 512 << 20

// ready makes sure that there is a child.
func (h *hand) ready() error {
	if c := h.child; c != nil {
		// One that has grown is replaced while it has nothing in hand; if its
		// memory comes from leaks, it would cost a picture sooner or later.
		grown := h.Limits.Memory > 0 && c.Read >= 20 && c.Memory() > min(h.Limits.Memory*2/3, grownBytes)
		if c.Read < recycleAfter && !grown {
			return nil
		}
		h.close()
	}
	for try := 1; ; try++ {
		child, err := worker.StartProcess(h.Worker(), h.Limits)
		if err == nil {
			h.child = child
			h.childMu.Lock()
			h.children[child] = true
			h.childMu.Unlock()
			return nil
		}
		var f *worker.Failure
		var d *worker.Death
		switch {
		case errors.As(err, &f) && f.Kind == worker.KindDependency:
			return &Stop{f.Message, ErrDependency}
		case errors.As(err, &f):
			return &Stop{"the workers can't start: " + f.Message, err}
		case errors.As(err, &d) && try < startsInARow && h.ctx.Err() == nil:
			time.Sleep(time.Duration(try) * 200 * time.Millisecond)
		default:
			if d != nil && d.Detail != "" {
				h.Log.Error("a worker's last words", "detail", d.Detail)
			}
			return &Stop{fmt.Sprintf("the workers can't start: %v; biaoge doctor may say why", err), err}
		}
	}
}

// extract has the child read a picture. The result says dropped where the run
// ends instead.
func (h *hand) extract(f fetched) result {
	p := f.Picture
	dropped := result{Picture: p, dropped: true}
	if err := h.ready(); err != nil {
		h.stop(err)
		return dropped
	}
	start := time.Now()
	err := h.Journal.Start(p)
	h.Monitor.spent(start)
	if err != nil {
		h.stop(h.diskStop(err))
		return dropped
	}
	start = time.Now()
	reply, docs, err := h.child.Documents(p.Name, f.data)
	p.Took = time.Since(start)
	h.Monitor.busy.Add(int64(p.Took))
	raise(&h.Monitor.peak, h.child.Peak)

	var fail *worker.Failure
	var death *worker.Death
	switch {
	case err == nil:
		h.well(f.data)
		p.Digest = reply.Digest
		read(p)
		return result{Picture: p, docs: docs}

	case errors.As(err, &fail):
		if fail.Kind == worker.KindDependency {
			h.stop(&Stop{fail.Message, ErrDependency})
			return dropped
		}
		p.State, p.Kind, p.Error, p.Detail = journal.Failed, fail.Kind, fail.Message, ""
		if fail.Kind == worker.KindInternal {
			if h.internalStreak(h, fail) {
				return dropped
			}
		} else {
			h.well(nil)
		}
		return result{Picture: p}

	case errors.As(err, &death):
		h.lost()
		p.Kind, p.Error, p.Detail = death.Kind, death.Msg, death.Detail
		if h.alone {
			p.State = journal.Quarantined
			return result{Picture: p, data: f.data}
		}
		p.State = journal.Retry
		if h.deathStreak(h, death) {
			return dropped
		}
		return result{Picture: p}
	}
	h.stop(&Stop{"talking to a worker failed: " + err.Error() + "; run again to go on", err})
	return dropped
}

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
func (r *run) deathStreak(h *hand, d *worker.Death) bool {
	r.healthMu.Lock()
	defer r.healthMu.Unlock()
	r.deaths++
	if r.deaths < deathsInARow {
		return false
	}
	if r.good == nil && d.Kind == worker.Timeout {
		return r.systemic(fmt.Sprintf("the first %d pictures all took too long: %s", r.deaths, d.Msg), d)
	}
	if err := r.tryOut(h); err != nil {
		return r.systemic(fmt.Sprintf("the last %d pictures failed the same way, and so does one that is sound: %s", r.deaths, err), err)
	}
	r.deaths = 0
	return false
}

// internalStreak does the same for mistakes of the program that cost nothing
// but the picture.
func (r *run) internalStreak(h *hand, f *worker.Failure) bool {
	r.healthMu.Lock()
	defer r.healthMu.Unlock()
	r.internal++
	if r.internal < internalInARow {
		return false
	}
	if err := r.tryOut(h); err != nil {
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
func (r *run) tryOut(h *hand) error {
	if err := h.ready(); err != nil {
		return err
	}
	good := r.good
	if good == nil {
		good = blank()
	}
	_, _, err := h.child.Documents("trial", good)
	if errors.As(err, new(*worker.Death)) {
		h.lost()
	}
	return err
}

// blank is a picture of an empty sheet: nothing is on it, and to read that is
// the least that must work.
func blank() []byte {
	m := image.NewGray(image.Rect(0, 0, 200, 200))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}
