package batch

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/journal"
)

// storeAtOnce is how many results are noted in one transaction.
const storeAtOnce = 64

// store writes results until there are no more, many at a time where there are
// many.
func (r *run) store(results <-chan result) {
	for res := range results {
		group := []result{res}
	more:
		for len(group) < storeAtOnce {
			select {
			case res, ok := <-results:
				if !ok {
					break more
				}
				group = append(group, res)
			default:
				break more
			}
		}
		start := time.Now()
		err := r.storeGroup(group)
		r.Monitor.spent(start)
		if err != nil {
			r.stop(r.diskStop(err))
		}
	}
}

// storeGroup writes the documents of some results and notes them in the
// journal, then those of the copies that waited for them. What can't be written
// is not noted, and waits for the next run.
func (r *run) storeGroup(group []result) error {
	var failed error
	for len(group) > 0 {
		written, err := r.write(group, failed != nil)
		failed = errors.Join(failed, err)
		all := make([]*journal.Picture, len(written))
		for i := range written {
			all[i] = written[i].Picture
		}
		if len(all) > 0 {
			r.tallyMu.Lock()
			err := r.Journal.Finish(all)
			if err == nil {
				for _, res := range written {
					r.tell(res)
				}
			}
			r.tallyMu.Unlock()
			if err != nil {
				failed = errors.Join(failed, err)
				written = nil
			}
			for _, res := range written {
				res.answer.noted()
			}
		}
		var copies []result
		for _, res := range group {
			for _, p := range r.land(res.Picture) {
				if slices.ContainsFunc(written, func(w result) bool { return w.Picture == res.Picture }) {
					copies = append(copies, result{Picture: p, copyOf: res.Picture})
				}
			}
		}
		group = copies
	}
	return failed
}

// writeAtOnce is how many documents are written at a time: a disk brings many to
// rest together in little more than the time that it takes for one.
const writeAtOnce = 16

// write writes what results leave on the disk beside the journal, and returns
// those that may be noted. After one that fails, as on a disk that is full, no
// more are begun.
func (r *run) write(group []result, failed bool) ([]result, error) {
	type outcome struct {
		written bool
		err     error
	}
	outcomes := make([]outcome, len(group))
	var stop atomic.Bool
	stop.Store(failed)
	next := make(chan int)
	var writers sync.WaitGroup
	for range min(writeAtOnce, len(group)) {
		writers.Go(func() {
			for i := range next {
				if group[i].dropped || stop.Load() {
					continue
				}
				again, err := r.storeOne(&group[i])
				if err != nil {
					stop.Store(true)
				}
				outcomes[i] = outcome{err == nil && !again, err}
			}
		})
	}
	for i := range group {
		next <- i
	}
	close(next)
	writers.Wait()
	var written []result
	var err error
	for i, o := range outcomes {
		err = cmp.Or(err, o.err) // the first says it all
		if o.written {
			written = append(written, group[i])
		}
	}
	return written, err
}

// storeOne writes what a result leaves on the disk beside the journal. Again
// means that it came to nothing and the picture has to be read after all.
func (r *run) storeOne(res *result) (again bool, err error) {
	p := res.Picture
	if res.copyOf != nil {
		if err := r.copyResult(res); err != nil {
			// The other document has just been removed or damaged.
			r.Log.Warn("a document is gone from the output folder; its picture is read again", "picture", res.copyOf.Name)
			return true, r.Journal.Requeue(p.ID, res.copyOf.ID)
		}
	}
	name := r.Place.Document(p.Path)
	p.Chain = ""
	if p.State != journal.Done {
		// A document of what the picture was before would be taken for one of
		// what it is now.
		if p.State.Final() && p.DocSize > 0 {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return false, err
			}
			p.DocSize, p.DocSHA256 = 0, ""
		}
		if p.State == journal.Quarantined {
			return false, r.quarantine(p, res.data)
		}
		return false, nil
	}
	if p.Attempts > 1 {
		r.release(p) // where it may be from an earlier run
	}
	if err := r.killers(p, res.deaths); err != nil {
		return false, err
	}
	p.DocSize, p.DocSHA256 = int64(len(res.docs)), hash(res.docs)
	if res.keep {
		return false, nil
	}
	err = r.Place.Write(name, res.docs)
	if errors.Is(err, syscall.ENAMETOOLONG) {
		p.State, p.Kind, p.Error = journal.Failed, "name", "its path is too long for a document beside it; move it further up"
		p.DocSize, p.DocSHA256 = 0, ""
		err = nil
	}
	return false, err
}

// quarantine keeps a copy of a picture that no worker survives, and why.
func (r *run) quarantine(p *journal.Picture, data []byte) error {
	name := r.Place.Quarantine(p.Path)
	if data != nil {
		if r.Reports != nil {
			r.release(p) // a folder of its pictures may be in the way
		}
		if err := r.Place.Write(name, data); err != nil && !errors.Is(err, syscall.ENAMETOOLONG) {
			return err
		}
	}
	err := r.Place.Write(name+".error.json", quarantineNote(p.Name, p.SHA256, p.Kind, p.Error))
	if errors.Is(err, syscall.ENAMETOOLONG) {
		return nil
	}
	return err
}

// tell counts a result and says so where it is none to be glad of.
func (r *run) tell(res result) {
	m, p := r.Monitor, res.Picture
	if p.State == journal.Retry {
		r.Log.Warn("read again later, alone", "picture", p.Name, "kind", p.Kind, "error", p.Error)
		return
	}
	m.finished.Add(1)
	if res.copyOf != nil {
		m.copies.Add(1)
	}
	switch p.State {
	case journal.Done:
		m.done.Add(1)
		if p.Digest.Review() {
			m.flagged.Add(1)
		}
		if p.Error != "" {
			what := "not all pages could be read"
			if r.Reports != nil {
				what = "not all pictures in it could be read"
			}
			r.Log.Warn(what, "picture", p.Name, "kind", p.Kind, "error", p.Error)
		}
		r.Log.Debug("read", "picture", p.Name, "ms", p.Took.Milliseconds(), "tables", len(p.Digest.Tables))
	case journal.Skipped:
		m.skipped.Add(1)
		m.total.Add(-1)
		r.Log.Debug("skipped", "file", p.Name, "kind", p.Kind)
	case journal.Failed:
		m.failed.Add(1)
		r.Log.Warn("not read", "picture", p.Name, "kind", p.Kind, "error", p.Error)
	case journal.Quarantined:
		m.failed.Add(1)
		r.Log.Error("quarantined", "picture", p.Name, "kind", p.Kind, "error", p.Error)
	}
}
