package batch

import "context"

// A local queue is both ends in one process.
type local struct {
	tasks chan *Task
	news  chan News
}

func newLocal() *local {
	return &local{tasks: make(chan *Task), news: make(chan News)}
}

func (l *local) Put(ctx context.Context, t *Task) error {
	select {
	case l.tasks <- t:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *local) Take(ctx context.Context) (*Task, error) {
	select {
	case t := <-l.tasks:
		return t, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (l *local) News(ctx context.Context) (News, error) {
	select {
	case n := <-l.news:
		return n, nil
	case <-ctx.Done():
		return News{}, context.Cause(ctx)
	}
}

func (l *local) tell(n News) error { l.news <- n; return nil }

func (l *local) Began(t *Task) error          { return l.tell(News{ID: t.ID, What: Began}) }
func (l *local) Done(t *Task, a Answer) error { return l.tell(News{ID: t.ID, What: Done, Answer: a}) }
func (l *local) Lost(t *Task) error           { return l.tell(News{ID: t.ID, What: Lost}) }
