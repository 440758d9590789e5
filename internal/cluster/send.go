package cluster

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
)

// Done sends an answer, and takes the task out of NATS when NATS has it. Its
// error says that this machine can't read; then the task is put back.
func (r *Reader) Done(t *batch.Task, a batch.Answer) error {
	h := r.hand(t)
	res, data, err := newResult(&h.task, a)
	if err != nil {
		return errors.Join(err, r.Lost(t))
	}
	res.Worker, res.Processor = r.name, r.processor
	if res.Death != nil {
		r.deaths.Add(1)
	}
	// The next one is taken while the answer is sent, but no more of them wait to
	// be sent than are read at once.
	r.sending <- struct{}{}
	h.leave()
	h.leave = func() {}
	r.sent.Go(func() {
		defer func() { <-r.sending }()
		sent := r.send(h, &res, data)
		r.drop(t)
		if sent {
			_ = h.msg.Ack()
			r.read.Add(1)
		}
	})
	return nil
}

// sendAtEnd is how long a reader that was told to end tries to send its last
// answers to a hub that does not take them. Others read these pictures then.
const sendAtEnd = 30 * time.Second

// send puts a result into NATS, and tries until it can.
func (r *Reader) send(h *hand, res *result, data []byte) (sent bool) {
	var said time.Time
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		err := r.sendOnce(h, res, data)
		if err == nil {
			return true
		}
		if !full(err) && !errors.Is(err, errCrowded) && time.Since(said) > sayEvery && pause > firstPause {
			r.Log.Warn("the hub takes no results; it is tried again until it does: look whether it runs, and whether its disk is full", "error", err)
			said = time.Now()
		}
		r.Log.Debug("a result is not taken yet", "error", err)
		if wait(r.patience, pause) != nil {
			return false
		}
	}
}

func (r *Reader) sendOnce(h *hand, res *result, data []byte) error {
	b, err := encode(res, data)
	if err != nil {
		return err
	}
	if len(b) > inlineBytes {
		name := result{ID: res.ID, Key: res.Key, Worker: res.Worker, Processor: res.Processor, Hash: res.Hash, Object: hashOf(b)}
		if err := r.c.put(r.patience, name.Object, b, objectsBytes); err != nil {
			return err
		}
		if b, err = encode(name, nil); err != nil {
			return err
		}
	}
	_, err = r.c.publish(r.patience, resultsSubject+h.Batch, b)
	return err
}

// bytesOf is a value as JSON.
func bytesOf(v any) []byte {
	b, _ := json.Marshal(v) // of types that can always be written
	return b
}
