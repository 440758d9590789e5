package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
)

// A Batch is what a coordinator hands out.
type Batch struct {
	ID       string // the same in all runs of the batch
	Versions journal.Versions
	Settings Settings // but for Forms
	Forms    Forms
}

// A Queue is the coordinator's end of a batch: a batch.Queue.
type Queue struct {
	Batch
	c    *Conn
	news chan batch.News
	ctx  context.Context
	end  context.CancelFunc
	all  sync.WaitGroup
	poke chan struct{} // something may be lost

	putting chan struct{} // holds one value for each of those that may try to put at once

	mu   sync.Mutex
	out  map[string]*handed   // by key: what is handed out and has no answer yet
	held map[string]*received // by key: answers that came before anybody asked, of a run before this one
	seen *memory              // answers that were passed on

	epoch   time.Time // when the stream of tasks was made that is there now
	count   counts
	workers atomic.Pointer[[]Worker]
}

// counts are what a queue tells of itself in metrics.
type counts struct {
	handed, lost, twice, differ, deadly atomic.Int64
}

// A handed task is one that is out.
type handed struct {
	*batch.Task
	key     string
	seq     uint64    // in the stream; 0 while it is being put
	epoch   time.Time // of that stream
	missing int       // how often it was found to be neither there nor answered
	by      []string  // who has begun it, each once
	header  *task
	unwatch func() bool // the end of the run is not waited for any more; nil until it is
}

// putAtOnce is how many tasks are put at a time: more would only ask a full
// window more often.
const putAtOnce = 32

// Open begins to hand out the pictures of a batch. What an earlier run of it
// left is taken over: answers are kept until they are asked for.
func (c *Conn) Open(ctx context.Context, b Batch) (*Queue, error) {
	q := &Queue{
		Batch: b, c: c, news: make(chan batch.News, putAtOnce), poke: make(chan struct{}, 1), putting: make(chan struct{}, putAtOnce),
		out: make(map[string]*handed), held: make(map[string]*received), seen: newMemory(),
	}
	if len(b.Forms) > 0 {
		q.Settings.Forms = hashOf(b.Forms.encode())
	}
	if err := patiently(ctx, c.maybeLater, q.begin); err != nil {
		return nil, err
	}
	q.ctx, q.end = context.WithCancel(context.WithoutCancel(ctx))
	sub, err := c.nc.Subscribe(beganSubject+b.ID, q.began)
	if err != nil {
		q.end()
		return nil, err
	}
	context.AfterFunc(q.ctx, func() { _ = sub.Unsubscribe() })
	q.all.Go(q.hear)
	q.all.Go(q.reconcile)
	q.all.Go(q.watch)
	return q, nil
}

// begin makes what is needed in NATS. What an earlier run has out is put once
// more, when its turn comes.
func (q *Queue) begin(ctx context.Context) error {
	if err := q.c.ensure(ctx); err != nil {
		return err
	}
	s, err := q.c.js.Stream(ctx, tasksStream)
	if err != nil {
		return err
	}
	q.epoch = s.CachedInfo().Created
	if err := s.Purge(ctx, jetstream.WithPurgeSubject(tasksSubject+q.ID)); err != nil {
		return err
	}
	return q.putForms(ctx)
}

// Close ends the queue. Done says that nothing of the batch is needed any more.
func (q *Queue) Close(done bool) error {
	q.end()
	q.all.Wait()
	if !done {
		return nil
	}
	// Hubs of a cluster may have to agree first who leads, after one was gone.
	electing := func(err error) bool { return q.c.replicas > 1 && unanswered(err) }
	return patiently(context.Background(), electing, func(ctx context.Context) error {
		var failed error
		for stream, subject := range map[string]string{tasksStream: tasksSubject + q.ID, resultsStream: resultsSubject + q.ID} {
			s, err := q.c.js.Stream(ctx, stream)
			if err == nil {
				err = s.Purge(ctx, jetstream.WithPurgeSubject(subject))
			}
			failed = errors.Join(failed, err)
		}
		err := q.c.js.DeleteConsumer(ctx, resultsStream, "results-"+q.ID)
		if errors.Is(err, jetstream.ErrConsumerNotFound) { // it went at a try that was not answered
			err = nil
		}
		return errors.Join(failed, err)
	})
}

// task is the header of a message for a task.
func (q *Queue) task(t *batch.Task) *task {
	m := &task{Batch: q.ID, ID: t.ID, Alone: t.Alone, Settings: q.Settings, Versions: q.Versions}
	size := 0
	for _, p := range t.Pictures {
		size += len(p.Data)
		m.Pictures = append(m.Pictures, picture{Name: p.Name, SHA256: hashOf(p.Data), Size: len(p.Data)})
	}
	for i := range m.Pictures {
		m.Pictures[i].Object = len(m.Pictures) > 1 || size > inlineBytes
	}
	m.Key = keyOf(m)
	return m
}

// Put hands out a task, unless its answer has come already.
func (q *Queue) Put(ctx context.Context, t *batch.Task) error {
	m := q.task(t)
	o := &handed{Task: t, key: m.Key, header: m}
	q.mu.Lock()
	came := q.held[m.Key]
	delete(q.held, m.Key)
	q.out[m.Key] = o
	q.mu.Unlock()
	if came != nil {
		q.all.Go(func() { q.received(came) })
	} else if err := q.publish(ctx, o); err != nil {
		q.forget(o)
		return err
	}
	unwatch := context.AfterFunc(ctx, func() { q.giveUp(ctx, o) })
	q.mu.Lock()
	defer q.mu.Unlock()
	if o.unwatch = unwatch; q.out[o.key] != o {
		unwatch()
	}
	return nil
}

// giveUp waits no longer for a task when the run has ended; its answer waits for
// the next run.
func (q *Queue) giveUp(ctx context.Context, o *handed) {
	later, end := batch.Linger(ctx)
	defer end()
	select {
	case <-later.Done():
	case <-q.ctx.Done():
	}
	q.lose(o)
}

// forget takes a task back, and tells whether it was out.
func (q *Queue) forget(o *handed) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.out[o.key] != o {
		return false
	}
	q.remove(o)
	return true
}

// remove takes a task out of those that are out. The caller holds the mutex.
func (q *Queue) remove(o *handed) {
	delete(q.out, o.key)
	if o.unwatch != nil {
		o.unwatch()
	}
}

// lose says that nobody has a task any more.
func (q *Queue) lose(o *handed) {
	if q.forget(o) {
		q.count.lost.Add(1)
		q.tell(batch.News{ID: o.ID, What: batch.Lost})
	}
}

func (q *Queue) tell(n batch.News) {
	select {
	case q.news <- n:
	case <-q.ctx.Done():
	}
}

// News waits for the next news of any task.
func (q *Queue) News(ctx context.Context) (batch.News, error) {
	select {
	case n := <-q.news:
		return n, nil
	case <-ctx.Done():
		return batch.News{}, context.Cause(ctx)
	}
}

// How long Put waits until it tries again, at first and at most, and how often
// it says why.
const (
	firstPause = 20 * time.Millisecond
	mostPause  = 2 * time.Second
	sayEvery   = 30 * time.Second
)

// publish puts a message into the stream of tasks. It tries until it can, or until
// the task's answer is there: a try that was not heard of may have been taken.
func (q *Queue) publish(ctx context.Context, o *handed) error {
	select {
	case q.putting <- struct{}{}:
		defer func() { <-q.putting }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	var said time.Time
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		seq, err := q.publishOnce(ctx, o)
		if err == nil {
			q.count.handed.Add(1)
			q.mu.Lock()
			defer q.mu.Unlock()
			o.seq, o.epoch = seq, q.epoch
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !full(err) && !errors.Is(err, errCrowded) {
			if gone(err) {
				q.restore()
			}
			if time.Since(said) > sayEvery && pause > firstPause {
				q.c.log.Warn("the hub takes no pictures; it is tried again until it does: look whether it runs, and whether its disk is full", "error", err)
				said = time.Now()
			}
		}
		if err := wait(ctx, pause+time.Duration(rand.Int64N(int64(pause)))); err != nil {
			return err
		}
		if !q.isOut(o) {
			return nil
		}
	}
}

// isOut tells whether a task has no answer yet.
func (q *Queue) isOut(o *handed) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.out[o.key] == o
}

// gone tells whether an error says that a stream is not there.
func gone(err error) bool {
	return errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, jetstream.ErrStreamNotFound) ||
		errors.Is(err, jetstream.ErrBucketNotFound) || errors.Is(err, nats.ErrNoResponders)
}

func (q *Queue) publishOnce(ctx context.Context, o *handed) (seq uint64, err error) {
	var payload []byte
	for i, p := range o.header.Pictures {
		data := o.Pictures[i].Data
		if !p.Object {
			payload = data
			continue
		}
		if err := q.c.put(ctx, p.SHA256, data, pictureBytes); err != nil {
			return 0, err
		}
	}
	b, err := encode(o.header, payload)
	if err != nil {
		return 0, err
	}
	return q.c.publish(ctx, tasksSubject+q.ID, b)
}

// deadlyAfter is how many readers may be gone while they read a picture before
// it counts as what they died of: as many as runs on one machine.
const deadlyAfter = 3

// began hears that somebody reads a task. When it is the fourth, the others are
// gone: then the task is the likeliest cause.
func (q *Queue) began(msg *nats.Msg) {
	var b began
	if _, err := decode(msg.Data, &b); err != nil {
		return
	}
	q.mu.Lock()
	o := q.out[b.Key]
	if o == nil {
		q.mu.Unlock()
		return
	}
	known := false
	for _, w := range o.by {
		known = known || w == b.Worker
	}
	if !known {
		o.by = append(o.by, b.Worker)
	}
	n := len(o.by)
	q.mu.Unlock()
	switch {
	case n > deadlyAfter:
		q.deadly(o)
	case n == 1 && !known:
		q.tell(batch.News{ID: o.ID, What: batch.Began})
	}
}
