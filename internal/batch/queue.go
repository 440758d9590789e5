package batch

import (
	"context"
	"time"

	"github.com/biaoge/biaoge/internal/worker"
)

// A Task is what somebody is to read: a picture, or several together.
type Task struct {
	ID       int64 // of its first picture in the journal; 0 for a trial
	Pictures []worker.Picture
	Alone    bool // by a new child that reads nothing else
}

// An Answer is what became of a task.
type Answer struct {
	Documents []worker.Documents // of each picture
	Err       error              // one of those that a worker.Pool has for a request
	Took      time.Duration      // of the reading alone
	Noted     func()             // to be called when the journal has it; nil where nobody waits for that
}

// noted says that the journal has the answer.
func (a *Answer) noted() {
	if a.Noted != nil {
		a.Noted()
	}
}

// News is what a run hears of a task that it has handed out.
type News struct {
	ID   int64
	What What
	Answer
}

// What has happened to a task.
type What int

const (
	Began What = iota // somebody reads it
	Done              // there is an answer
	Lost              // whoever had it is gone; it has to be handed out again
)

// A Queue is where a run hands out what is to be read, and hears what became of
// it. The journal stays the only truth: a queue may lose everything, and what it
// had is handed out again. Both methods may be called by many at once.
type Queue interface {
	// Put hands out a task. It waits while as many are out as there may be.
	Put(ctx context.Context, t *Task) error
	// News waits for the next news of any task.
	News(ctx context.Context) (News, error)
}

// Work is the other end of a queue, for those who read.
type Work interface {
	// Take waits for a task.
	Take(ctx context.Context) (*Task, error)
	// Began says that the reading of a task begins, Done what became of it, and
	// Lost that nobody reads it after all.
	Began(t *Task) error
	Done(t *Task, a Answer) error
	Lost(t *Task) error
}
