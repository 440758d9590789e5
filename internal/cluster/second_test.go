package cluster

import (
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/worker"
)

// newQueue is the queue of a batch B, without anybody who reads.
func newQueue(t *testing.T) (*fixture, *Conn, *Queue) {
	t.Helper()
	f := newFixture(t, 0, nil)
	c := f.dial()
	q, err := c.Open(t.Context(), Batch{ID: "B", Versions: testVersions})
	f.must(err)
	t.Cleanup(func() { f.must(q.Close(true)) })
	return f, c, q
}

// small is a task of one picture.
func small(id int64) *batch.Task {
	return &batch.Task{ID: id, Pictures: []worker.Picture{{Name: "a", Data: []byte("x")}}}
}

// A second answer is dropped; where it differs it is counted, and both machines
// and their processors are named.
func TestASecondAnswerIsDroppedAndCountedWhereItDiffers(t *testing.T) {
	f, c, q := newQueue(t)
	pic := small(3)
	f.must(q.Put(t.Context(), pic))
	send := func(text, by string) {
		m := q.task(pic)
		res, data, err := newResult(m, batch.Answer{Documents: []worker.Documents{{Data: []byte(text)}}})
		f.must(err)
		res.Worker, res.Processor = by, "cpu of "+by
		b, err := encode(res, data)
		f.must(err)
		_, err = c.js.Publish(t.Context(), resultsSubject+"B", b)
		f.must(err)
	}
	send("one", "first")
	send("one", "second")
	send("two", "third")
	for _, want := range []batch.What{batch.Began, batch.Done} {
		n, err := q.News(t.Context())
		f.must(err)
		if n.What != want || n.ID != 3 {
			t.Fatalf("%+v, want %v", n, want)
		}
		if n.What == batch.Done {
			if string(n.Documents[0].Data) != "one" {
				t.Errorf("got %q", n.Documents[0].Data)
			}
			n.Noted()
		}
	}
	f.until(func() bool { return q.count.twice.Load() == 2 })
	if n := q.count.differ.Load(); n != 1 {
		t.Errorf("%d differ", n)
	}
	for _, want := range []string{"first=first", `processor="cpu of first"`, "second=third", `its_processor="cpu of third"`} {
		if !strings.Contains(f.log.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, f.log)
		}
	}
	f.until(func() bool {
		s, err := c.js.Stream(t.Context(), resultsStream)
		f.must(err)
		return s.CachedInfo().State.Msgs == 0
	})
}

// A picture that several machines were gone with counts as what they died of.
func TestADeadlyPictureCountsAsWhatMachinesDiedOf(t *testing.T) {
	f, c, q := newQueue(t)
	pic := small(3)
	f.must(q.Put(t.Context(), pic))
	for _, w := range []string{"a", "a", "b", "c", "d"} {
		b, err := encode(began{q.task(pic).Key, w}, nil)
		f.must(err)
		f.must(c.nc.Publish(beganSubject+"B", b))
	}
	for _, want := range []batch.What{batch.Began, batch.Done} {
		n, err := q.News(t.Context())
		f.must(err)
		if n.What != want {
			t.Fatalf("%+v, want %v", n, want)
		}
		if d, ok := n.Err.(*worker.Death); want == batch.Done && (!ok || !strings.Contains(d.Msg, "3 machines were gone")) {
			t.Errorf("got %v", n.Err)
		}
	}
	s, err := c.js.Stream(t.Context(), tasksStream)
	f.must(err)
	if n := s.CachedInfo().State.Msgs; n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}

// A machine that may not read for one batch reads for another.
func TestAMachineRefusedByOneBatchReadsForAnother(t *testing.T) {
	f, c, q := newQueue(t)
	kv, err := c.workers(t.Context())
	f.must(err)
	for name, batch := range map[string]string{"a": "A", "b": "B"} {
		_, err := kv.Put(t.Context(), name, bytesOf(Worker{Name: name, Slots: 2, RefusedBy: map[string]string{batch: "another program"}}))
		f.must(err)
	}
	f.until(func() bool { return len(q.Workers()) == 2 })
	if all := q.Workers(); all[0].Refused != "" || all[1].Refused != "another program" || q.Slots() != 2 {
		t.Errorf("%d slots of %+v", q.Slots(), all)
	}
}

// A full window makes Put wait and loses nothing.
func TestAFullWindowMakesPutWait(t *testing.T) {
	f, c, q := newQueue(t)
	s, err := c.js.Stream(t.Context(), tasksStream)
	f.must(err)
	few := s.CachedInfo().Config
	few.MaxMsgs = 2
	_, err = c.js.UpdateStream(t.Context(), few)
	f.must(err)
	put := make(chan error, 3)
	for i := range 3 {
		go func() {
			put <- q.Put(t.Context(), small(int64(i+1)))
		}()
	}
	f.must(<-put)
	f.must(<-put)
	select {
	case err := <-put:
		t.Fatalf("the third was put as well: %v", err)
	default:
	}
	consumer, err := c.readers(t.Context())
	f.must(err)
	msg, err := next(t.Context(), consumer)
	f.must(err)
	f.must(msg.Ack())
	f.must(<-put)
}
