package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
)

// A fetched picture has been read from the disk.
type fetched struct {
	*journal.Picture
	data  []byte
	leave func() // for when the bytes are no longer needed
}

// A result is what became of a picture.
type result struct {
	*journal.Picture
	docs    []byte           // to be written; nil where nothing is
	keep    bool             // the document on the disk is the one
	copyOf  *journal.Picture // whose outcome it shares
	data    []byte           // of a picture that is quarantined
	deaths  []ReportDeath    // of pictures in a report
	dropped bool             // was not read; waits again
	answer  Answer           // of who read it, to be told when the journal has it
}

// read runs the stages until every picture has been through them, or the run
// is stopped.
func (r *run) read() {
	jobs := make(chan *journal.Picture)
	ready := make(chan fetched, r.Workers)
	results := make(chan result, r.Workers) // few: what is in it is lost to a kill

	var find, fetch, extract, store sync.WaitGroup
	// What waits for news must hear of the end, too.
	defer context.AfterFunc(r.ctx, func() { r.mu.Lock(); r.fresh.Broadcast(); r.mu.Unlock() })()
	if !r.walked {
		find.Go(r.walk)
	}
	find.Go(func() { r.hand(jobs) })
	for range max(r.Workers, r.Ahead) {
		fetch.Go(func() {
			for p := range jobs {
				if r.ctx.Err() == nil {
					r.fetch(p, ready, results)
				}
			}
		})
		extract.Go(func() {
			for f := range ready {
				res := result{Picture: f.Picture, dropped: true}
				if r.ctx.Err() == nil {
					res = r.extract(f, false)
				}
				f.leave()
				results <- res
			}
		})
	}
	store.Go(func() { r.store(results) })
	find.Wait()
	fetch.Wait()
	close(ready)
	extract.Wait()
	close(results)
	store.Wait()
}

// takeAtOnce is how many pictures are taken from the journal at a time.
const takeAtOnce = 64

// hand hands out what waits in the journal.
func (r *run) hand(jobs chan<- *journal.Picture) {
	defer close(jobs)
	for r.ctx.Err() == nil {
		// Whether more will come must be known before looking for the last
		// ones, not after.
		r.mu.Lock()
		last := r.walked
		r.mu.Unlock()
		start := time.Now()
		all, err := r.Journal.Take(takeAtOnce)
		r.Monitor.spent(start)
		if err != nil {
			r.stop(r.diskStop(err))
			return
		}
		for i := range all {
			select {
			case jobs <- &all[i]:
			case <-r.ctx.Done():
				return
			}
		}
		if len(all) == 0 {
			if last {
				return
			}
			r.mu.Lock()
			if !r.walked && r.ctx.Err() == nil {
				r.fresh.Wait()
			}
			r.mu.Unlock()
		}
	}
}

// fetch reads a picture's bytes and sends it on to be extracted, unless that
// is not needed.
func (r *run) fetch(p *journal.Picture, ready chan<- fetched, results chan<- result) {
	leave := r.room.enter(p.Size)
	data, err := r.load(p)
	if err != nil {
		leave()
		if res, ok := r.notRead(p, err); ok {
			results <- res
		}
		return
	}
	res, next, err := r.shortcut(p)
	if err != nil {
		leave()
		r.stop(r.diskStop(err))
		return
	}
	if next == extractIt {
		ready <- fetched{p, data, leave}
		return
	}
	leave()
	if next == storeIt {
		results <- res
	}
}

// load reads a picture's bytes and hashes them.
func (r *run) load(p *journal.Picture) ([]byte, error) {
	ctx := r.ctx
	if r.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Time, &intake.Error{Kind: intake.Unreadable, Msg: fmt.Sprintf("reading the file took longer than %v; check the disk or network it is on", r.Time)})
		defer cancel()
	}
	data, err := r.Folder.Read(ctx, p.Path, r.Bytes)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	p.SHA256 = hex.EncodeToString(sum[:])
	return data, nil
}

// notRead is the result of a picture whose bytes can't be had, unless it is
// not the picture's fault.
func (r *run) notRead(p *journal.Picture, err error) (result, bool) {
	if r.ctx.Err() != nil {
		return result{}, false
	}
	if stop := r.outOfReach(err); stop != nil {
		r.stop(stop)
		return result{}, false
	}
	var e *intake.Error
	if !errors.As(err, &e) {
		e = &intake.Error{Kind: intake.Unreadable, Msg: err.Error()}
	}
	p.State, p.Kind, p.Error, p.Detail = stateOf(e.Kind), e.Kind, e.Msg, ""
	if (e.Kind == intake.Vanished || e.Kind == intake.Unreadable) && r.unreadableStreak(e) {
		return result{}, false
	}
	return result{Picture: p}, true
}

// outOfReach is the Stop of a run for which it is no picture's fault that its
// bytes can't be had: the disk is full, or all of the input is gone. It is nil
// where it may be the picture's.
func (r *run) outOfReach(err error) error {
	if full(err) != nil {
		return r.diskStop(err)
	}
	var e *intake.Error
	if errors.As(err, &e) && e.Kind != intake.Vanished && e.Kind != intake.Unreadable {
		return nil
	}
	if gone := r.Folder.Gone(); gone != nil {
		return &Stop{"the input folder is gone (" + gone.Error() + "); bring it back and run again to go on", gone}
	}
	return nil
}
