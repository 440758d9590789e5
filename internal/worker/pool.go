package worker

import (
	"context"
	"errors"
	"maps"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// Options say what a pool is made of.
type Options struct {
	Workers int              // how many children at most; 1 at least
	Command func() *exec.Cmd // makes one that calls Serve
	Limits  Limits           // of a request that has none of its own
}

// A Pool has child processes do what is asked, each one thing at a time. They
// are started when they are first needed, or by Warm. Requests that find all
// of them busy wait, and have their turn in the order in which they came. It is
// safe for concurrent use.
//
// A request ends with one of these errors, and the pool repeats none that a child
// has begun with:
//
//	*Failure      the picture is at fault, or something is not installed; the child goes on
//	*Death        it cost its child its life; the next request gets another child.
//	              One that ended before it began counts for nothing: another is asked
//	*StartError   no child could be started; wraps a *Failure or a *Death
//	ErrClosed     the pool was closed before it was done
//	ctx's cause   nobody wants it any more; its child was killed, so that its core is free at once
type Pool struct {
	o     Options
	ctx   context.Context // of all that is done; ends with Close
	abort context.CancelCauseFunc

	mu      sync.Mutex
	idle    []*place      // those with a child come last and are taken first
	waiting []chan *place // requests, the first come first
	closed  bool
	drained chan struct{} // closed when all places are idle after Close
	stats   Stats         // without what is counted when asked for
	places  []*place
}

// NewPool makes a pool. It starts nothing.
func NewPool(o Options) *Pool {
	o.Workers = max(1, o.Workers)
	p := &Pool{o: o, drained: make(chan struct{})}
	p.ctx, p.abort = context.WithCancelCause(context.Background())
	p.stats.Deaths = make(map[string]int)
	for range o.Workers {
		p.places = append(p.places, new(place))
	}
	p.idle = slices.Clone(p.places)
	return p
}

// ErrClosed is the error of requests that a closed pool does not do any more.
var ErrClosed = errors.New("the pool of workers is closed")

// A StartError says that no child could be started, so that it is no picture's
// fault.
type StartError struct{ Err error }

func (e *StartError) Error() string { return "the workers can't start: " + e.Err.Error() }
func (e *StartError) Unwrap() error { return e.Err }

// A Request says how something is done.
type Request struct {
	Settings
	Limits *Limits // nil for those of the pool

	// Fresh asks for a new child that reads nothing else before or after. The
	// other children go on.
	Fresh bool

	// Begin, where there is one, is called when a child is ready to begin.
	// Its error ends the request.
	Begin func() error

	pictures int // how many it is about, each with its limit of time; 0 is 1
}

// do calls f with a child, when there is one free for the request.
func (p *Pool) do(ctx context.Context, r Request, f func(context.Context, *Process, Limits) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(context.Cause(p.ctx)) })()
	at, err := p.enter(ctx)
	if err != nil {
		return err
	}
	defer p.leave(at)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r.Fresh {
		at.end()
		defer at.end()
	}
	if err := p.ready(ctx, at); err != nil {
		return err
	}
	if r.Begin != nil {
		if err := r.Begin(); err != nil {
			return err
		}
	}
	limits, n := p.o.Limits, max(1, r.pictures)
	if r.Limits != nil {
		limits = *r.Limits
	}
	limits.Time *= time.Duration(n)
	err = at.ask(ctx, n, limits, f)
	if d := (*Death)(nil); errors.As(err, &d) && !at.child.began.Load() && d.Kind != Timeout {
		// It ended before it looked at what it was given, so that was not why.
		at.set(nil)
		if err := p.ready(ctx, at); err != nil {
			return err
		}
		err = at.ask(ctx, n, limits, f)
	}
	p.note(at, err)
	return err
}

// enter waits for a place, in turn.
func (p *Pool) enter(ctx context.Context) (*place, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	if n := len(p.idle); n > 0 {
		at := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return at, nil
	}
	turn := make(chan *place, 1)
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	select {
	case at := <-turn:
		if at == nil {
			return nil, ErrClosed
		}
		return at, nil
	case <-ctx.Done():
		p.mu.Lock()
		i := slices.Index(p.waiting, turn)
		if i >= 0 {
			p.waiting = slices.Delete(p.waiting, i, i+1)
		}
		p.mu.Unlock()
		if i < 0 { // it was its turn just now
			if at := <-turn; at != nil {
				p.leave(at)
			}
		}
		return nil, context.Cause(ctx)
	}
}

// leave gives a place to the next one who waits.
func (p *Pool) leave(at *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) > 0 {
		p.waiting[0] <- at
		p.waiting = p.waiting[1:]
		return
	}
	if at.child != nil {
		p.idle = append(p.idle, at)
	} else {
		p.idle = slices.Insert(p.idle, 0, at)
	}
	if p.closed && len(p.idle) == len(p.places) {
		close(p.drained)
	}
}

// Warm starts children in all places that have none and nothing to do, all at
// once, and waits until they are ready. Requests may come meanwhile. The error
// is that of one of those that can't be started.
func (p *Pool) Warm(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(context.Cause(p.ctx)) })()
	failed := make(chan error, len(p.places))
	var all sync.WaitGroup
	for _, at := range p.takeIdle(func(at *place) bool { return at.child == nil }) {
		all.Go(func() {
			defer p.leave(at)
			if err := p.ready(ctx, at); err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}

// Rest ends the children that have nothing to do. Others are started when they
// are needed.
func (p *Pool) Rest() {
	var all sync.WaitGroup
	for _, at := range p.takeIdle(func(at *place) bool { return at.child != nil }) {
		all.Go(func() {
			defer p.leave(at)
			at.end()
		})
	}
	all.Wait()
}

// takeIdle takes the places that are idle and fit.
func (p *Pool) takeIdle(fit func(*place) bool) []*place {
	p.mu.Lock()
	defer p.mu.Unlock()
	var taken, left []*place
	for _, at := range p.idle {
		if !p.closed && fit(at) {
			taken = append(taken, at)
		} else {
			left = append(left, at)
		}
	}
	p.idle = left
	return taken
}

// Close takes no more requests, those that wait get ErrClosed, and waits for
// those that are being done until ctx ends. Then it kills their children, and
// they get ErrClosed as well: the error is ctx's cause. All children are gone
// when it returns.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		for _, turn := range p.waiting {
			turn <- nil
		}
		p.waiting = nil
		if len(p.idle) == len(p.places) {
			close(p.drained)
		}
	}
	p.mu.Unlock()
	var err error
	select {
	case <-p.drained:
	default:
		select {
		case <-p.drained:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	p.abort(ErrClosed)
	<-p.drained
	var all sync.WaitGroup
	for _, at := range p.places {
		all.Go(at.end)
	}
	all.Wait()
	return err
}

// Stats are what a pool is doing and has done.
type Stats struct {
	Workers int   // places for children
	Busy    int   // of them that do something
	Waiting int   // requests that wait for one
	PIDs    []int // of the children there are
	Memory  int64 // bytes they have now, together
	Peak    int64 // bytes that one of them had at most

	Started int            // children, so far
	Deaths  map[string]int // of them while doing something, by kind
}

// Stats says what the pool is doing and has done.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	s := p.stats
	s.Workers, s.Busy, s.Waiting = len(p.places), len(p.places)-len(p.idle), len(p.waiting)
	s.Deaths = maps.Clone(s.Deaths)
	p.mu.Unlock()
	for _, at := range p.places {
		at.mu.Lock()
		if c := at.child; c != nil {
			s.PIDs = append(s.PIDs, c.cmd.Process.Pid)
			s.Memory += c.memory()
			s.Peak = max(s.Peak, c.peak.Load())
		}
		at.mu.Unlock()
	}
	return s
}
