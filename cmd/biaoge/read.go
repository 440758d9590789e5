package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A reader reads inputs in child processes.
type reader struct {
	c       *call
	pool    *worker.Pool
	workers int
	forms   func() ([]*tables.Form, error) // by which is told what may be part of a table
	close   func()                         // ends the children, whatever they do
}

// A reading is what one input gave. A TIFF with a damaged page gives both the
// documents of the pages before it and an error.
type reading struct {
	in   input
	size int64 // bytes
	docs []*biaoge.Document
	err  error
}

// newReader makes a reader for so many inputs, and starts its children while
// the caller goes on.
func (r *readFlags) newReader(ctx context.Context, c *call, inputs int) (*reader, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := r.makeDebug(); err != nil {
		return nil, err
	}
	workers, limits := r.share(inputs)
	x := &reader{c: c, pool: r.pool(workers, limits), workers: workers}
	x.forms = sync.OnceValues(func() ([]*tables.Form, error) { return knownForms(r.forms) })
	x.close = sync.OnceFunc(func() { x.pool.Close(ended) })
	go x.pool.Warm(ctx) // what goes wrong, the first request hears
	if r.forms != "" {
		if _, err := x.forms(); err != nil {
			x.close()
			return nil, err
		}
	}
	return x, nil
}

// all reads the inputs and calls each in the order of the inputs. Neighbours
// whose tables may go on from one to the next are read once more, together. No
// more than two readings a worker are kept waiting, and those of a series, so
// memory does not grow with the number of inputs. It ends early when each
// returns an error, when ctx is done, or when no child can be started or lacks
// something, since then no input can be read.
func (x *reader) all(ctx context.Context, inputs []input, each func(reading) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	type job struct {
		in   input
		done chan reading
	}
	jobs := make(chan job)
	order := make(chan chan reading, 2*x.workers)
	var wg sync.WaitGroup
	for range x.workers {
		wg.Go(func() {
			for j := range jobs {
				j.done <- x.one(ctx, j.in)
				if len(inputs) == 1 {
					// No other picture goes on with this one. A child's memory
					// takes as long to be cleared as its document to be printed.
					x.close()
				}
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		for _, in := range inputs {
			j := job{in, make(chan reading, 1)}
			select {
			case order <- j.done:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				j.done <- reading{in: in, err: ctx.Err()}
				return
			}
		}
	})

	var failed error
	j := newJoiner(ctx, x, each)
	for done := range order {
		r := <-done
		switch {
		case failed != nil:
		case errors.Is(r.err, context.Canceled): // inputs behind it may be finished
		case hopeless(r.err) != nil:
			failed = hopeless(r.err)
			cancel()
		default:
			if failed = j.add(r); failed != nil {
				cancel()
			}
		}
	}
	if err := j.flush(); failed == nil {
		failed = err
	}
	wg.Wait()
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

// one reads an input. One that costs a child its life is read once more by a new
// one where that may help.
func (x *reader) one(ctx context.Context, in input) reading {
	r := reading{in: in}
	data, err := x.load(ctx, in)
	if err != nil {
		r.err = err
		return r
	}
	r.size = int64(len(data))
	pic := worker.Picture{Name: escape.Name(in.path), Data: data}
	docs, err := x.pool.Documents(ctx, worker.Request{}, pic)
	if d := (*worker.Death)(nil); errors.As(err, &d) && d.Again() {
		docs, err = x.pool.Documents(ctx, worker.Request{Fresh: true}, pic)
	}
	if err != nil {
		r.err = err
		return r
	}
	if r.docs, r.err = worker.Unmarshal(docs.Data); r.err == nil && docs.Digest.Missing != "" {
		r.err = errors.New(docs.Digest.Missing)
	}
	return r
}

// load returns the bytes of an input, or so many that a child says that they
// are too many.
func (x *reader) load(ctx context.Context, in input) ([]byte, error) {
	f, err := open(ctx, x.c, in)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, largestFile+1))
}

// hopeless is what ends the program with an error that says that no input can
// be read, nil where other inputs may be.
func hopeless(err error) error {
	var f *worker.Failure
	var s *worker.StartError
	switch {
	case errors.As(err, &f) && f.Kind == worker.KindDependency:
		return &exitError{exitDependency, f}
	case errors.As(err, &s):
		return fmt.Errorf("%w; biaoge doctor may say why", s)
	}
	return nil
}

// starved tells whether a picture could not be read for want of memory, though
// no limit was asked for: then it is not the picture that is at fault.
func (r *readFlags) starved(err error) bool {
	d := (*worker.Death)(nil)
	return errors.As(err, &d) && d.Kind == worker.Memory && (d.Outside || r.memory == 0)
}

// deathAdvice is an error with what may be done about it where a child died.
func deathAdvice(err error) error {
	if d := (*worker.Death)(nil); errors.As(err, &d) {
		return fmt.Errorf("%w%s", err, advice(d))
	}
	return err
}
