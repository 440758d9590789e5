package batch

import (
	"context"
	"errors"
	"sync"
)

// A desk is where a run asks for tasks to be done and waits for each.
type desk struct {
	queue Queue
	mu    sync.Mutex
	asked map[int64]*asked
}

// An asked task is one that somebody waits for.
type asked struct {
	news chan News
	gone chan struct{} // closed when nobody waits any more
}

// openDesk begins to hand out tasks: to the run's own children, unless there is
// another queue. The caller calls close when nothing is asked any more.
func (r *run) openDesk(beside *sync.WaitGroup) (close func()) {
	r.desk.asked = make(map[int64]*asked)
	reading, noMore := context.WithCancel(r.ctx)
	r.desk.queue = r.Queue
	if r.Queue == nil {
		own := newLocal()
		r.desk.queue = own
		beside.Go(func() { Read(reading, own, r.Pool, r.Workers) })
	}
	hearing, deaf := context.WithCancel(context.WithoutCancel(r.ctx))
	beside.Go(func() { r.desk.hear(hearing) })
	return func() { noMore(); deaf() }
}

// errLost is the error of a task that was lost when the run ended.
var errLost = errors.New("whoever had it is gone")

// ask hands out a task and waits for its answer, and hands it out again where it
// is lost. Began is called when somebody begins to read it. When ctx ends
// nothing more is handed out, but there is still an answer to wait for.
func (d *desk) ask(ctx context.Context, t *Task, began func()) (Answer, error) {
	a := &asked{make(chan News), make(chan struct{})}
	defer close(a.gone)
	d.mu.Lock()
	d.asked[t.ID] = a
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		delete(d.asked, t.ID)
		d.mu.Unlock()
	}()
	if err := d.queue.Put(ctx, t); err != nil {
		return Answer{}, err
	}
	for {
		switch n := <-a.news; n.What {
		case Began:
			began()
		case Done:
			return n.Answer, nil
		case Lost:
			if ctx.Err() != nil {
				return Answer{}, errLost
			}
			if err := d.queue.Put(ctx, t); err != nil {
				return Answer{}, err
			}
		}
	}
}

// hear passes on news to those who asked, until ctx ends. News that nobody waits
// for is of a task that is done.
func (d *desk) hear(ctx context.Context) {
	for {
		n, err := d.queue.News(ctx)
		if err != nil {
			return
		}
		d.mu.Lock()
		a := d.asked[n.ID]
		d.mu.Unlock()
		if a == nil {
			continue
		}
		select {
		case a.news <- n:
		case <-a.gone:
		}
	}
}
