package server

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A key says what an answer depends on: bytes and settings. Versions are those
// of the running program.
type key [sha256.Size]byte

// keyOf hashes parts so that none can pass for two.
func keyOf(parts ...[]byte) (k key) {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	h.Sum(k[:0])
	return k
}

// An answered is what is known of one picture, or of a series.
type answered struct {
	docs   []byte // one document a line, as worker.Marshal writes them
	each   []int  // of a series: how many bytes of docs each picture has
	digest []digest.Digest
	probe  tables.Probe
	failed *worker.Failure // the picture is at fault, and will be the next time
}

func (a *answered) size() int64 { return int64(len(a.docs)) + overhead }

// The packer and the unpacker of answers that are remembered: a tenth of their
// bytes is left, so that memory hardly grows while answers gather. One that is
// quick does nearly as much as one that takes ten times as long. They are made for
// the first answer: every command has this package in it, and most never serve.
var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true)) // fails for options out of range alone
		return e
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil) // likewise
		return d
	})
)

// packed is what is remembered of it: the documents packed, and no digest, which
// has been counted.
func (a *answered) packed() *answered {
	small := *a
	small.digest = nil
	if len(a.docs) > 0 {
		small.docs = slices.Clone(packer().EncodeAll(a.docs, nil))
	}
	return &small
}

// unpacked is what it was before it was packed, without its digest.
func (a *answered) unpacked() (*answered, error) {
	if len(a.docs) == 0 {
		return a, nil
	}
	whole := *a
	var err error
	whole.docs, err = unpacker().DecodeAll(a.docs, nil)
	return &whole, err
}

// overhead is what an answer takes beside its documents, about.
const overhead = 1 << 10

// Flights make each answer once, however many ask for it at the same time, and
// remember the last ones.
type flights struct {
	mu     sync.Mutex
	flying map[key]*flight

	known map[key]*list.Element // of *memory
	order list.List             // the latest used first
	held  int64                 // bytes
	most  int64
}

// A memory is an answer that is remembered.
type memory struct {
	key
	*answered // packed
}

// A flight is an answer being made.
type flight struct {
	begun  chan struct{} // closed when a worker begins
	done   chan struct{}
	answer *answered
	err    error

	waiters int
	cancel  context.CancelFunc
}

func newFlights(most int64) *flights {
	return &flights{flying: make(map[key]*flight), known: make(map[key]*list.Element), most: most}
}

// Where an answer came from.
const (
	fromReading = "read"
	fromFlight  = "shared"
	fromMemory  = "remembered"
)

// get returns the answer of a key: remembered, or made by make, which calls
// begun when a worker begins. Whoever asks for the same meanwhile shares it;
// when all of them have gone, make's context ends. The begun given is called for
// each of them, at once if the answer is remembered.
func (f *flights) get(ctx context.Context, k key, begun func(), make func(ctx context.Context, begun func()) (*answered, error)) (*answered, string, error) {
	f.mu.Lock()
	if e, ok := f.known[k]; ok {
		f.order.MoveToFront(e)
		f.mu.Unlock()
		begun()
		a, err := e.Value.(*memory).unpacked()
		return a, fromMemory, err
	}
	fl, shared := f.flying[k]
	from := fromFlight
	if !shared {
		from = fromReading
		fl = f.start(k, make)
	}
	fl.waiters++
	f.mu.Unlock()
	defer f.leave(k, fl)
	start := fl.begun
	for {
		select {
		case <-start:
			begun()
			start = nil
		case <-fl.done:
			return fl.answer, from, fl.err
		case <-ctx.Done():
			return nil, from, context.Cause(ctx)
		}
	}
}

// start begins a flight. The lock is held.
func (f *flights) start(k key, make func(context.Context, func()) (*answered, error)) *flight {
	ctx, cancel := context.WithCancel(context.Background())
	fl := &flight{begun: newSignal(), done: newSignal(), cancel: cancel}
	f.flying[k] = fl
	go func() {
		defer cancel()
		answer, err := make(ctx, sync.OnceFunc(func() { close(fl.begun) }))
		var kept *answered
		if err == nil {
			kept = answer.packed()
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		fl.answer, fl.err = answer, err
		if f.flying[k] == fl {
			delete(f.flying, k)
		}
		if err == nil {
			f.remember(k, kept)
		}
		close(fl.done)
	}()
	return fl
}

func newSignal() chan struct{} { return make(chan struct{}) }

// leave ends a flight that nobody waits for any more.
func (f *flights) leave(k key, fl *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl.waiters--
	if fl.waiters == 0 {
		// Who comes now must not share the end of it.
		if f.flying[k] == fl {
			delete(f.flying, k)
		}
		fl.cancel()
	}
}

// remember keeps an answer and forgets those not asked for longest. The lock is
// held.
func (f *flights) remember(k key, a *answered) {
	if _, ok := f.known[k]; ok || a.size() > f.most {
		return
	}
	f.known[k] = f.order.PushFront(&memory{k, a})
	f.held += a.size()
	for f.held > f.most {
		e := f.order.Back()
		m := f.order.Remove(e).(*memory)
		delete(f.known, m.key)
		f.held -= m.size()
	}
}

// bytes are held by what is remembered.
func (f *flights) bytes() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}
