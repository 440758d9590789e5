package worker

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A place is where one child is, or none.
type place struct {
	mu    sync.Mutex // for who looks at the child from outside
	child *Process
}

// ask calls f with the child, which is given so many pictures.
func (at *place) ask(ctx context.Context, pictures int, l Limits, f func(context.Context, *Process, Limits) error) error {
	before := at.child.read
	at.child.read += pictures
	err := f(ctx, at.child, l)
	if d := (*Death)(nil); errors.As(err, &d) {
		d.Before = before
	}
	return err
}

// note counts what became of a request and forgets a child that is gone.
func (p *Pool) note(at *place, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Peak = max(p.stats.Peak, at.child.peak.Load())
	if d := (*Death)(nil); errors.As(err, &d) {
		p.stats.Deaths[d.Kind]++
	}
	if at.child.gone() {
		at.set(nil)
	}
}

// bury puts another child in the place of one that ended while it had nothing to
// do, as the system's guard against want of memory may end it. One that never did
// anything is left out: another may end likewise, and is started when it is needed.
func (p *Pool) bury(at *place, c *Process) {
	if len(p.takeIdle(func(idle *place) bool { return idle == at && at.child == c })) == 0 {
		return // it is the business of who has the place
	}
	defer p.leave(at)
	at.set(nil)
	if c.read > 0 {
		_ = p.ready(p.ctx, at) // who needs one hears why there is none
	}
}

// worn tells whether a child had better be replaced.
func (p *Pool) worn(c *Process) bool {
	if c.read >= recycleAfter {
		return true
	}
	most := p.o.Limits.Memory
	return most > 0 && c.read >= grownAfter && c.memory() > min(int64(float64(most)*grownShare), grownBytes)
}

// ready makes sure that there is a child.
func (p *Pool) ready(ctx context.Context, at *place) error {
	if at.child != nil && (at.child.gone() || p.worn(at.child)) {
		at.end()
	}
	for try := 1; at.child == nil; try++ {
		c, err := startProcess(ctx, p.o.Command())
		if err == nil {
			at.set(c)
			p.mu.Lock()
			p.stats.Started++
			p.mu.Unlock()
			go func() {
				<-c.ended
				p.bury(at, c)
			}()
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if d := (*Death)(nil); !errors.As(err, &d) || try == startTries {
			return &StartError{err}
		}
		select {
		case <-time.After(time.Duration(try) * startPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// set puts a child in its place, or none where the last one has ended.
func (at *place) set(c *Process) {
	at.mu.Lock()
	if at.child != nil {
		at.child.pipe.Close()
	}
	at.child = c
	at.mu.Unlock()
}

// end ends the child that has nothing to do, if there is one.
func (at *place) end() {
	if c := at.child; c != nil {
		if !c.gone() {
			c.kill()
		}
		at.set(nil)
	}
}

// When a child is replaced while it has nothing to do: whatever leaks, leaks no
// further, and one that grew so would cost a picture its life sooner or later.
const (
	recycleAfter = 2000      // pictures
	grownBytes   = 512 << 20 // more than a child has that has nothing in hand and does not leak
	grownShare   = 2.0 / 3   // or so much of its limit
	grownAfter   = 20        // pictures, before which growth is the loading of what it needs
)

// How often it is tried to start a child, and how much longer each time until
// the next try: a system that is short of something may have it again by then.
const (
	startTries = 3
	startPause = 200 * time.Millisecond
)
