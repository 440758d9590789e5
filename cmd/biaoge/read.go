package main

import (
	"context"
	"errors"
	"sync"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/escape"
)

// A reading is what one input gave. A TIFF with a damaged page gives both the
// documents of the pages before it and an error.
type reading struct {
	in   input
	docs []*biaoge.Document
	err  error
}

// readAll extracts the inputs with so many workers and calls each in the
// order of the inputs. Neighbours whose tables may go on from one to the next
// are read once more, together. No more than two readings a worker are kept
// waiting, and maxSeries of those that go on, so memory does not grow with the
// number of inputs. It ends early when each
// returns an error, when ctx is done, or when a dependency is missing, since
// then no input can be read.
func readAll(ctx context.Context, c *call, x *biaoge.Extractor, inputs []input, workers int, each func(reading) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	type job struct {
		in   input
		done chan reading
	}
	jobs := make(chan job)
	order := make(chan chan reading, 2*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				j.done <- readOne(ctx, c, x, j.in)
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
				j.done <- reading{in, nil, ctx.Err()}
				return
			}
		}
	})

	var failed error
	j := &joiner{ctx: ctx, c: c, x: x, each: each}
	for done := range order {
		r := <-done
		switch {
		case failed != nil:
		case errors.Is(r.err, context.Canceled):
			// Its first pages may be finished, and inputs behind it too.
			r.err = nil
			if len(r.docs) > 0 {
				failed = j.add(r)
			}
		case errors.Is(r.err, biaoge.ErrDependency):
			failed = r.err
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

func readOne(ctx context.Context, c *call, x *biaoge.Extractor, in input) (r reading) {
	r.in = in
	f, err := open(ctx, c, in)
	if err != nil {
		r.err = err
		return r
	}
	defer f.Close()
	r.docs, r.err = x.ExtractPages(ctx, escape.Name(in.path), f)
	return r
}
