package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/biaoge/biaoge/internal/worker"
)

// try has the pool do something with a picture. If that costs a worker its life,
// it is done once more, behind what waits by then, by a new worker that does
// nothing else.
func (r *reading) try(ctx context.Context, begun func(), settings worker.Settings, do func(worker.Request) error) error {
	err := r.timed(begun, worker.Request{Settings: settings}, do)
	var d *worker.Death
	if !errors.As(err, &d) || errors.As(err, new(*worker.StartError)) {
		r.started(ctx, err)
		return err
	}
	r.Log.WarnContext(ctx, "a worker died", "kind", d.Kind, "error", d.Msg, "detail", d.Detail)
	r.heal()
	if d.Kind == worker.Timeout {
		return err // it would take as long again
	}
	r.metrics.again.Inc()
	err = r.timed(begun, worker.Request{Settings: settings, Fresh: true}, do)
	switch {
	case errors.As(err, new(*worker.StartError)):
		r.started(ctx, err)
	case errors.As(err, &d):
		r.Log.ErrorContext(ctx, "a picture cost its worker its life twice", "kind", d.Kind, "error", d.Msg, "detail", d.Detail)
	}
	r.heal()
	return err
}

// timed measures how long a worker is busy.
func (r *reading) timed(begun func(), q worker.Request, do func(worker.Request) error) error {
	var start time.Time
	done := func() {}
	q.Begin = func() error {
		start, done = time.Now(), r.queue.readOne()
		begun()
		return nil
	}
	err := do(q)
	done()
	if !start.IsZero() {
		took := time.Since(start)
		r.busy.add(took)
		r.metrics.read.Observe(took.Seconds())
	}
	return err
}

// started notices when no worker can be started.
func (s *Server) started(ctx context.Context, err error) {
	var start *worker.StartError
	if !errors.As(err, &start) {
		return
	}
	s.Log.LogAttrs(ctx, slog.LevelError, "no worker can be started", slog.String("error", start.Error()))
	s.broken.Store(true)
	s.heal()
}
