package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/worker"
)

// A received result is not acknowledged before the journal has it.
type received struct {
	result
	payload []byte
	msg     jetstream.Msg
	seq     uint64 // in the stream
	at      time.Time
}

// done takes a result out of NATS.
func (r *received) done(c *Conn) {
	_ = r.msg.Ack() // one that is not heard of comes again, and is dropped then
	if r.Object != "" {
		c.drop(r.Object)
	}
}

// whole gets what a result only names.
func (r *received) whole(ctx context.Context, c *Conn) error {
	if r.Object == "" {
		return nil
	}
	b, err := c.get(ctx, r.Object)
	if err != nil {
		return err
	}
	named := r.result
	r.payload, err = decode(b, &r.result)
	r.Key, r.Object = named.Key, named.Object
	return err
}

// prefetch is how many results come at a time.
const prefetch = 64

// hear takes results until the queue ends. Whatever is wrong with the consumer,
// it is made again.
func (q *Queue) hear() {
	for q.ctx.Err() == nil {
		consumer, err := q.c.results(q.ctx, q.ID)
		if err == nil {
			err = q.hearFrom(consumer)
		}
		if gone(err) {
			q.restore()
		}
		if wait(q.ctx, time.Second) != nil {
			return
		}
	}
}

func (q *Queue) hearFrom(consumer jetstream.Consumer) error {
	messages, err := consumer.Messages(jetstream.PullMaxMessages(prefetch), jetstream.PullHeartbeat(5*time.Second), jetstream.PullExpiry(30*time.Second))
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(q.ctx, messages.Stop)()
	for {
		msg, err := messages.Next()
		if err != nil {
			return err
		}
		r := &received{msg: msg, at: time.Now()}
		if r.payload, err = decode(msg.Data(), &r.result); err != nil {
			q.c.log.Warn("a result that is none is dropped", "error", err)
			_ = msg.Term()
			continue
		}
		if m, err := msg.Metadata(); err == nil {
			r.seq = m.Sequence.Stream
		}
		q.received(r)
	}
}

// received passes a result on to who asked for it, keeps it for who may ask
// later, or drops it where there was one already.
func (q *Queue) received(r *received) {
	q.mu.Lock()
	o, before := q.out[r.Key], q.seen.of(r.Key)
	switch {
	case o != nil:
		q.remove(o)
		q.seen.note(r)
	case before == nil:
		q.held[r.Key] = r
	}
	silent := o != nil && len(o.by) == 0
	q.mu.Unlock()
	if silent { // nobody said that it began, or the word was lost
		q.tell(batch.News{ID: o.ID, What: batch.Began})
	}
	switch {
	case o != nil:
		q.pass(o, r)
	case before != nil && before.seq == r.seq:
		// It came again, since it was not acknowledged: the journal had it not
		// yet, or NATS did not hear that it has.
		if before.noted.Load() {
			_ = r.msg.Ack()
		}
	case before != nil:
		q.second(before, r)
	}
}

// pass passes a result on. The journal's word takes it out of NATS.
func (q *Queue) pass(o *handed, r *received) {
	var a batch.Answer
	err := r.whole(q.ctx, q.c)
	if err == nil {
		a, err = r.answer(r.payload)
	}
	if err != nil {
		q.c.log.Warn("a result can't be had; its picture is read again", "error", err)
		r.done(q.c)
		q.count.lost.Add(1)
		q.tell(batch.News{ID: o.ID, What: batch.Lost})
		return
	}
	f := q.seenOf(r.Key)
	a.Noted = func() {
		if f != nil {
			f.noted.Store(true)
		}
		r.done(q.c)
		q.dropPictures(o)
	}
	q.tell(batch.News{ID: o.ID, What: batch.Done, Answer: a})
}

func (q *Queue) seenOf(key string) *first {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.seen.of(key)
}

// dropPictures takes a task's pictures out of the object store.
func (q *Queue) dropPictures(o *handed) {
	for _, p := range o.header.Pictures {
		if p.Object {
			q.c.drop(p.SHA256)
		}
	}
}

// second drops a second result of a task, and looks whether it says the same.
func (q *Queue) second(f *first, r *received) {
	if r.Hash != "" && f.hash != "" && r.Hash != f.hash {
		q.c.log.Error("two machines read the same picture differently; the first reading stays, and where their processors differ that may be why", "id", r.ID,
			"first", f.worker, "processor", f.processor, "second", r.Worker, "its_processor", r.Processor)
		q.count.differ.Add(1)
	}
	q.count.twice.Add(1)
	r.done(q.c)
}

// deadly answers for the readers that are gone, and takes the task away from
// whoever has it now.
func (q *Queue) deadly(o *handed) {
	if !q.forget(o) {
		return
	}
	q.count.deadly.Add(1)
	ctx, cancel := context.WithTimeout(q.ctx, dialTime)
	defer cancel()
	if s, err := q.c.js.Stream(ctx, tasksStream); err == nil {
		_ = s.DeleteMsg(ctx, o.seq)
	}
	q.tell(batch.News{ID: o.ID, What: batch.Done, Answer: batch.Answer{
		Err:   &worker.Death{Kind: worker.Crash, Msg: fmt.Errorf("%d machines were gone while they read it", deadlyAfter).Error()},
		Noted: func() {},
	}})
}
