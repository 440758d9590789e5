package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// Tools are what reads as some settings say.
type Tools struct {
	Pool     *worker.Pool
	Versions journal.Versions
}

// A ReaderConfig says how a machine reads.
type ReaderConfig struct {
	Slots int // how many pictures at once
	// Open makes tools for settings; forms is a folder with the batch's own,
	// "" where there are none. It is called once for each settings.
	Open func(s Settings, forms string) (*Tools, error)
	// Hurry makes what is in hand end soon after the reading is told to end.
	// Without it, it is read to its end.
	Hurry bool
	Log   *slog.Logger
}

// A Reader takes tasks of all batches and reads them: a batch.Work.
type Reader struct {
	ReaderConfig
	c         *Conn
	name      string
	processor string
	started   time.Time

	alone sync.RWMutex // held by those who read, for themselves by who reads alone

	mu      sync.Mutex
	hands   map[*batch.Task]*hand
	tools   map[Settings]*Tools
	folders []string
	refused map[string]string // by batch: why it is not read here

	patience context.Context // how long an answer is tried to be sent
	sending  chan struct{}   // holds one value for each answer on its way
	sent     sync.WaitGroup

	read, deaths atomic.Int64
	versions     atomic.Pointer[journal.Versions]
}

// A hand holds a task while it is read.
type hand struct {
	task
	msg   jetstream.Msg
	tools *Tools
	leave func() // for when it is no longer read
	over  context.CancelFunc
	late  *time.Timer // until its time is over; nil before it is begun
}

// NewReader makes a reader.
func (c *Conn) NewReader(config ReaderConfig) *Reader {
	host, _ := os.Hostname()
	return &Reader{
		ReaderConfig: config, c: c, started: time.Now(), processor: processor(),
		name:  fmt.Sprintf("%s-%d-%s", plainName(host), os.Getpid(), rand.Text()[:6]),
		hands: make(map[*batch.Task]*hand), tools: make(map[Settings]*Tools), refused: make(map[string]string),
		sending: make(chan struct{}, max(1, config.Slots)),
	}
}

// plainName is a name of a machine as NATS takes it for a key.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

// processor is what this machine computes with.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, " \t:\n")
		}
	}
	return "unknown"
}

// Run reads until ctx ends, and then what it has in hand. Its error says why
// this machine can't read.
func (r *Reader) Run(ctx context.Context) error {
	taking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	hard := context.WithoutCancel(ctx)
	if r.Hurry {
		var end context.CancelFunc
		hard, end = batch.Linger(ctx)
		defer end()
	}
	var impatient context.CancelFunc
	r.patience, impatient = context.WithCancel(context.WithoutCancel(ctx))
	defer impatient()
	defer context.AfterFunc(hard, impatient)()
	defer context.AfterFunc(ctx, func() {
		if wait(r.patience, sendAtEnd) == nil {
			impatient()
		}
	})()
	present, away := context.WithCancel(context.WithoutCancel(ctx))
	var beside, reading sync.WaitGroup
	beside.Go(func() { r.present(present) })
	for range r.Slots {
		reading.Go(func() {
			for {
				t, err := r.Take(taking)
				if err != nil {
					return
				}
				if err := r.readOne(hard, t); err != nil {
					stop(err)
				}
			}
		})
	}
	reading.Wait()
	r.sent.Wait()
	away()
	beside.Wait()
	r.close()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(taking)
}

func (r *Reader) close() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	for _, t := range r.tools {
		t.Pool.Close(now)
	}
	for _, dir := range r.folders {
		os.RemoveAll(dir)
	}
}

func (r *Reader) readOne(ctx context.Context, t *batch.Task) error {
	h := r.hand(t)
	if t.Alone {
		h.tools.Pool.Rest() // all memory is for the one that is read
	}
	return batch.ReadOne(ctx, r, h.tools.Pool, t)
}

func (r *Reader) hand(t *batch.Task) *hand {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hands[t]
}

// How long a reader waits for a task before it asks again; and after a task that
// it may not read, until another reader gets that, and until it asks for one
// itself: much later, or it would be given the same again.
const (
	takeTime    = 3 * time.Second
	refuseDelay = time.Second
	refusePause = 10 * time.Second
)

// Take waits for a task that this machine may read.
func (r *Reader) Take(ctx context.Context) (*batch.Task, error) {
	var consumer jetstream.Consumer
	for ctx.Err() == nil {
		if consumer == nil {
			var err error
			if consumer, err = r.c.js.Consumer(ctx, tasksStream, readers); err != nil {
				consumer = nil // before the first batch, or while the hub is gone
				_ = wait(ctx, time.Second)
				continue
			}
		}
		asking := context.WithoutCancel(ctx)
		if r.Hurry { // what comes just then, another gets later
			asking = ctx
		}
		msg, err := next(asking, consumer)
		if err != nil {
			consumer = nil
			_ = wait(ctx, time.Second)
			continue
		}
		if msg == nil {
			continue
		}
		if t := r.accept(ctx, msg); t != nil {
			return t, nil
		}
	}
	return nil, context.Cause(ctx)
}

// next waits for one message, and returns nil where none comes.
func next(ctx context.Context, consumer jetstream.Consumer) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, takeTime)
	defer cancel()
	got, err := consumer.Fetch(1, jetstream.FetchContext(ctx))
	if err != nil {
		return nil, err
	}
	for msg := range got.Messages() {
		return msg, nil
	}
	err = got.Error()
	if errors.Is(err, jetstream.ErrNoMessages) || ctx.Err() != nil {
		err = nil
	}
	return nil, err
}

// accept makes a task of a message, unless it can't be read here or now: then it
// is put back.
func (r *Reader) accept(ctx context.Context, msg jetstream.Msg) *batch.Task {
	h := &hand{msg: msg}
	payload, err := decode(msg.Data(), &h.task)
	if err != nil {
		r.Log.Warn("a task that is none is dropped", "error", err)
		_ = msg.Term()
		return nil
	}
	var beating context.Context
	beating, h.over = context.WithCancel(context.Background())
	go h.beat(beating)
	t, err := r.prepare(h, payload)
	if err == nil {
		return t
	}
	h.over()
	r.Log.Debug("put back", "batch", h.Batch, "id", h.ID, "error", err)
	switch {
	case errors.Is(err, jetstream.ErrObjectNotFound):
		_ = msg.Term() // the coordinator sees that it is gone, and hands it out again
	default:
		_ = msg.NakWithDelay(refuseDelay)
		_ = wait(ctx, refusePause+time.Duration(mathrand.Int64N(int64(refusePause))))
	}
	return nil
}

// prepare gets what a task needs to be read.
func (r *Reader) prepare(h *hand, payload []byte) (*batch.Task, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if h.tools, err = r.open(ctx, h.Settings); err != nil {
		r.Log.Warn("a batch can't be read here now", "batch", h.Batch, "error", err)
		return nil, err
	}
	if err := r.mayRead(h); err != nil {
		return nil, err
	}
	t := &batch.Task{ID: h.ID, Alone: h.Alone}
	for _, p := range h.Pictures {
		data := payload
		if p.Object {
			if data, err = r.c.get(ctx, p.SHA256); err != nil {
				return nil, err
			}
		}
		t.Pictures = append(t.Pictures, worker.Picture{Name: p.Name, Data: data})
	}
	if h.Alone {
		r.alone.Lock()
		h.leave = r.alone.Unlock
	} else {
		r.alone.RLock()
		h.leave = r.alone.RUnlock
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hands[t] = h
	return t, nil
}

// open returns the tools for settings, made when they are first needed.
func (r *Reader) open(ctx context.Context, s Settings) (*Tools, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.tools[s]; t != nil {
		return t, nil
	}
	dir := ""
	if s.Forms != "" {
		var err error
		if dir, err = r.c.folder(ctx, s.Forms); err != nil {
			return nil, err
		}
		r.folders = append(r.folders, dir)
	}
	t, err := r.Open(s, dir)
	if err != nil {
		return nil, err
	}
	for _, other := range r.tools {
		go other.Pool.Rest() // one batch's children at a time
	}
	r.tools[s] = t
	return t, nil
}

// beat says that a task is being read, as long as it is.
func (h *hand) beat(ctx context.Context) {
	for wait(ctx, inProgress) == nil {
		_ = h.msg.InProgress()
	}
}

// Began says that the reading of a task begins.
func (r *Reader) Began(t *batch.Task) error {
	h := r.hand(t)
	// A child has its time; nobody waits longer than that for one.
	if h.Settings.Time > 0 {
		most := h.Settings.Time*time.Duration(len(h.Pictures)) + startTime
		h.late = time.AfterFunc(most, h.over)
	}
	b, err := encode(began{h.Key, r.name}, nil)
	if err == nil {
		_ = r.c.nc.Publish(beganSubject+h.Batch, b) // a word that is lost is made up for by the answer
	}
	return err
}

// startTime is how long a child may take to be ready, and to be killed.
const startTime = 90 * time.Second

// Lost puts a task back.
func (r *Reader) Lost(t *batch.Task) error {
	h := r.drop(t)
	_ = h.msg.Nak()
	return nil
}

// drop ends the reading of a task.
func (r *Reader) drop(t *batch.Task) *hand {
	r.mu.Lock()
	h := r.hands[t]
	delete(r.hands, t)
	r.mu.Unlock()
	h.over()
	if h.late != nil {
		h.late.Stop() // or it would be kept for as long as its picture might have taken
	}
	h.leave()
	return h
}
