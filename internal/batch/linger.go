package batch

import (
	"context"
	"time"
)

// linger is how long what is in hand may go on when a run is told to stop: most
// pictures are finished by then, and the run is over within a second. The others
// are read by the next run.
const linger = 400 * time.Millisecond

// Linger returns a context that ends a little later than ctx, for what is nearly
// done. The caller calls end when that is done.
func Linger(ctx context.Context) (later context.Context, end context.CancelFunc) {
	later, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(linger)
		defer t.Stop()
		select {
		case <-t.C:
			cancel(context.Cause(ctx))
		case <-later.Done():
		}
	})
	return later, func() { stop(); cancel(nil) }
}
