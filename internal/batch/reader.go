package batch

import (
	"context"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/worker"
)

// Read takes tasks and has the children of a pool read them, so many at once,
// until ctx ends. What is in hand by then may go on for a moment.
func Read(ctx context.Context, w Work, pool *worker.Pool, atOnce int) error {
	later, end := Linger(ctx)
	defer end()
	failed := make(chan error, atOnce)
	var readers sync.WaitGroup
	for range atOnce {
		readers.Go(func() {
			for {
				t, err := w.Take(ctx)
				if err == nil {
					err = ReadOne(later, w, pool, t)
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	readers.Wait()
	return <-failed
}

// ReadOne has a child of a pool read a task, and says what became of it. When ctx
// ends it is lost.
func ReadOne(ctx context.Context, w Work, pool *worker.Pool, t *Task) error {
	var a Answer
	var start time.Time
	request := worker.Request{Fresh: t.Alone, Begin: func() error {
		start = time.Now()
		return w.Began(t)
	}}
	if len(t.Pictures) == 1 {
		var d worker.Documents
		d, a.Err = pool.Documents(ctx, request, t.Pictures[0])
		a.Documents = []worker.Documents{d}
	} else {
		a.Documents, a.Err = pool.Series(ctx, request, t.Pictures)
	}
	if ctx.Err() != nil && a.Err != nil {
		return w.Lost(t)
	}
	if !start.IsZero() {
		a.Took = time.Since(start)
	}
	return w.Done(t, a)
}
