package cluster

import (
	"context"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// How often what is out is compared with what NATS has; how soon it is looked
// again where something is missing; and how often something must be missing to
// be lost: what was there a moment ago may have its result on the way.
const (
	reconcileEvery = time.Minute
	lookAgain      = 5 * time.Second
	missingTimes   = 2
	heldTime       = 10 * time.Minute // until an answer that nobody asks for is dropped
)

// reconcile hands out again what the journal has handed out and nobody has, at
// the start, every minute, and when the hub is back.
func (q *Queue) reconcile() {
	for pause := lookAgain; ; {
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-q.poke:
		case <-q.c.again:
			_ = wait(q.ctx, time.Second)
		case <-q.ctx.Done():
			t.Stop()
			return
		}
		t.Stop()
		pause = reconcileEvery
		if q.compare() {
			pause = lookAgain
		}
	}
}

// restore makes again what is missing in NATS, and has it compared soon.
func (q *Queue) restore() {
	ctx, cancel := context.WithTimeout(q.ctx, dialTime)
	defer cancel()
	if err := q.c.ensure(ctx); err != nil {
		return // it is tried again by whoever needs it
	}
	_ = q.putForms(ctx)
	select {
	case q.poke <- struct{}{}:
	default:
	}
}

// compare looks for what is out and not in NATS. It tells whether to look again
// soon.
func (q *Queue) compare() (again bool) {
	ctx, cancel := context.WithTimeout(q.ctx, dialTime)
	defer cancel()
	s, err := q.c.js.Stream(ctx, tasksStream)
	var info *jetstream.StreamInfo
	if err == nil {
		info, err = s.Info(ctx, jetstream.WithDeletedDetails(true))
	}
	if err != nil {
		if gone(err) {
			q.restore()
		}
		return true
	}
	waiting := q.resultsWaiting(ctx)
	q.mu.Lock()
	q.epoch = info.Created
	var lost []*handed
	seqs := make(map[uint64]*handed)
	for _, o := range q.out {
		if o.seq == 0 {
			continue
		}
		if there(info, o) && seqs[o.seq] == nil {
			seqs[o.seq], o.missing = o, 0
			continue
		}
		again = true
		if o.missing++; o.missing >= missingTimes && !waiting {
			lost = append(lost, o)
		}
	}
	q.dropHeld()
	q.mu.Unlock()
	if len(lost) > 0 {
		q.c.log.Warn("the hub has lost pictures; they are handed out again", "pictures", len(lost))
	}
	for _, o := range lost {
		q.lose(o)
	}
	return q.unstick(ctx, info) || again
}

// there tells whether a task is in the stream.
func there(info *jetstream.StreamInfo, o *handed) bool {
	s := info.State
	if !o.epoch.Equal(info.Created) || o.seq < s.FirstSeq || o.seq > s.LastSeq {
		return false
	}
	_, deleted := slices.BinarySearch(s.Deleted, o.seq)
	return !deleted
}

// resultsWaiting tells whether there are results in NATS that have not come yet.
func (q *Queue) resultsWaiting(ctx context.Context) bool {
	consumer, err := q.c.js.Consumer(ctx, resultsStream, "results-"+q.ID)
	return err == nil && consumer.CachedInfo().NumPending > 0
}

// dropHeld drops answers of an earlier run that nobody has asked for: their
// pictures have changed, or their documents were written already. The caller
// holds the mutex.
func (q *Queue) dropHeld() {
	for key, r := range q.held {
		if time.Since(r.at) > heldTime {
			delete(q.held, key)
			go r.done(q.c)
		}
	}
}

// unstick makes the consumer of tasks again where it gives out nothing though
// there is something, as happens after a hub has died.
func (q *Queue) unstick(ctx context.Context, info *jetstream.StreamInfo) (again bool) {
	if info.State.Msgs == 0 {
		return false
	}
	consumer, err := q.c.js.Consumer(ctx, tasksStream, readers)
	if err != nil {
		_, err = q.c.readers(ctx)
		return err != nil
	}
	c := consumer.CachedInfo()
	if c.NumPending > 0 || c.NumAckPending > 0 || c.Delivered.Stream < info.State.LastSeq {
		return false
	}
	q.c.log.Warn("the hub gives out no pictures though it has some; its consumer is made again", "pictures", info.State.Msgs)
	if err := q.c.js.DeleteConsumer(ctx, tasksStream, readers); err == nil {
		_, _ = q.c.readers(ctx)
	}
	return true
}
