package batch

import (
	"bytes"
	"context"
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

// extract has a child read a picture: alone means one that is new and reads
// nothing else, and that the picture is quarantined if it costs that its life.
// The result says dropped where the run ends instead.
func (r *run) extract(f fetched, alone bool) result {
	p := f.Picture
	dropped := result{Picture: p, dropped: true}
	var start time.Time
	begin := func() error {
		start = time.Now()
		err := r.Journal.Start(p)
		r.Monitor.spent(start)
		start = time.Now()
		return r.diskStop(err)
	}
	docs, err := r.Pool.Documents(r.inHand, worker.Request{Fresh: alone, Begin: begin}, worker.Picture{Name: p.Name, Data: f.data})
	if !start.IsZero() {
		p.Took = time.Since(start)
		r.Monitor.busy.Add(int64(p.Took))
	}
	if err == nil {
		r.well(f.data)
		p.Digest = docs.Digest
		read(p)
		return result{Picture: p, docs: docs.Data}
	}
	fail, death, stop := r.sort(err)
	switch {
	case stop != nil:
		r.stop(stop)
		return dropped
	case fail != nil:
		p.State, p.Kind, p.Error, p.Detail = journal.Failed, fail.Kind, fail.Message, ""
		if fail.Kind != worker.KindInternal {
			r.well(nil)
		} else if r.internalStreak(fail) {
			return dropped
		}
		return result{Picture: p}
	}
	p.Kind, p.Error, p.Detail = death.Kind, r.advised(death), death.Detail
	if alone {
		p.State = journal.Quarantined
		return result{Picture: p, data: f.data}
	}
	p.State = journal.Retry
	if r.deathStreak(death) {
		return dropped
	}
	return result{Picture: p}
}

// sort says what an error of the pool means: that the picture is at fault, that
// it cost a child its life, or that the run can't go on.
func (r *run) sort(err error) (fail *worker.Failure, death *worker.Death, stop error) {
	var s *Stop
	var unstarted *worker.StartError
	errors.As(err, &fail)
	errors.As(err, &death)
	switch {
	case r.inHand.Err() != nil:
		stop = context.Cause(r.inHand)
	case errors.As(err, &s):
		stop = s
	case fail != nil && fail.Kind == worker.KindDependency:
		stop = &Stop{fail.Message, ErrDependency}
	case errors.As(err, &unstarted) && death != nil:
		stop = &Stop{err.Error() + "; biaoge doctor may say why", err}
	case unstarted != nil:
		stop = &Stop{err.Error(), err}
	case fail == nil && death == nil:
		stop = &Stop{"talking to a worker failed: " + err.Error() + "; run again to go on", err}
	}
	return fail, death, stop
}

// advised is what a death says and what may be done about it.
func (r *run) advised(d *worker.Death) string {
	if r.Advice == nil {
		return d.Msg
	}
	return d.Msg + r.Advice(d)
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
		good = blank()
	}
	_, err := r.Pool.Documents(r.inHand, worker.Request{}, worker.Picture{Name: "trial", Data: good})
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
