package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/series"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A result is what became of the pictures of a request.
type result struct {
	lines    [][]byte // a document each, in JSON, in the order of pictures and pages
	failures []Failure
	key      key // of all that it depends on
}

func (r *result) size() int64 {
	n := int64(overhead)
	for _, l := range r.lines {
		n += int64(len(l))
	}
	return n
}

// documents are those of the lines.
func (r *result) documents() ([]*tables.Document, error) {
	return parsed(r.lines)
}

// A reading is a request being read.
type reading struct {
	*Server
	ask
	place  *place
	hashes [][sha256.Size]byte // of the pictures' bytes
	busy   busyTime
	waited time.Duration
}

// busyTime is how long workers were busy with a request.
type busyTime struct {
	mu sync.Mutex
	d  time.Duration
}

func (b *busyTime) total() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.d
}

func (b *busyTime) add(d time.Duration) {
	b.mu.Lock()
	b.d += d
	b.mu.Unlock()
}

func (s *Server) newReading(a ask, p *place) *reading {
	r := &reading{Server: s, ask: a, place: p}
	for _, pic := range a.pictures {
		r.hashes = append(r.hashes, sha256.Sum256(pic.Data))
	}
	return r
}

// key names the answer to the whole request.
func (r *reading) key() key {
	parts := [][]byte{[]byte(r.Versions.key()), settingsKey(r.settings)}
	for i, pic := range r.pictures {
		parts = append(parts, []byte(pic.Name), r.hashes[i][:])
	}
	return keyOf(parts...)
}

func settingsKey(s worker.Settings) []byte { return fmt.Appendf(nil, "%v %s", s.ReviewBelow, s.Lang) }

// errWaited ends a request that waited for as long as it may.
var errWaited = errors.New("it waited too long")

// do does the work of a request, which ends when it has waited for too long
// without being begun.
func (r *reading) do(ctx context.Context, work func(*reading, context.Context) (outcome, error)) (outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if r.patience > 0 {
		late := time.AfterFunc(r.patience, func() {
			if r.place.waits() {
				cancel(errWaited)
			}
		})
		defer late.Stop()
	}
	out, err := r.guarded(ctx, work)
	if d := r.busy.total(); d > 0 {
		r.queue.took(d)
	}
	if errors.Is(err, errWaited) {
		err = newProblem(http.StatusServiceUnavailable, kindWaited, "no worker was free for %v; come again after Retry-After seconds", r.patience).after(r.queue.comeAgain())
	}
	return out, err
}

// guarded turns a panic into an error: a report must not cost the service its
// life.
func (r *reading) guarded(ctx context.Context, work func(*reading, context.Context) (outcome, error)) (out outcome, err error) {
	defer func() {
		if v := recover(); v != nil {
			r.Log.ErrorContext(ctx, "a mistake of the program", "panic", v, "stack", string(debug.Stack()))
			out, err = nil, fmt.Errorf("panic: %v", v)
		}
	}()
	return work(r, ctx)
}

// begun notes that a worker has begun with the request.
func (r *reading) begun() {
	if waited, first := r.place.begin(); first {
		r.waited = waited
		r.metrics.waited.Observe(waited.Seconds())
	}
}

// documents reads every picture, apart and then together what may go on from
// one to the next, as biaoge extract does with the pictures of a folder. The
// error is that of the request as a whole.
func (r *reading) documents(ctx context.Context) (outcome, error) {
	all, err := r.apart(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.together(ctx, all); err != nil {
		return nil, err
	}
	return r.gather(all)
}

// A got is what was read of one picture.
type got struct {
	lines   [][]byte // its documents
	problem *Problem // why it was not read, or not whole
}

// apart reads the pictures one by one, no more at a time than there are
// workers: another request has its turn before the rest of a long one.
func (r *reading) apart(ctx context.Context) ([]got, error) {
	all := make([]got, len(r.pictures))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	free := make(chan struct{}, max(1, r.Workers))
	var wg sync.WaitGroup
	for i := range r.pictures {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-free }()
			g, err := r.one(ctx, i)
			if err != nil {
				cancel(err)
			}
			all[i] = g
		})
	}
	wg.Wait()
	return all, context.Cause(ctx)
}

// one reads one picture. An error is none of the picture's fault and ends the
// request.
func (r *reading) one(ctx context.Context, i int) (g got, err error) {
	pic := r.pictures[i]
	answer, err := r.answered(ctx, keyOf([]byte("documents"), settingsKey(r.settings), r.hashes[i][:]), func(ctx context.Context, begun func()) (a answered, err error) {
		err = r.try(ctx, begun, r.settings, func(q worker.Request) error {
			docs, err := r.Pool.Documents(ctx, q, worker.Picture{Name: standardName, Data: pic.Data})
			a.docs, a.digest = docs.Data, []digest.Digest{docs.Digest}
			return err
		})
		return a, err
	})
	if err == nil && answer.failed != nil {
		err = answer.failed
	}
	if err != nil {
		p := problemOf(err)
		if ctx.Err() != nil || p.Retryable || p.Status == http.StatusInternalServerError && !errors.As(err, new(*worker.Failure)) {
			return g, err
		}
		g.problem = p
		return g, nil
	}
	if g.lines, err = linesOf(answer.docs); err != nil {
		return g, err
	}
	if g.problem, err = incomplete(g.lines[len(g.lines)-1]); err != nil {
		return g, err
	}
	g.lines, err = named(g.lines, pic.Name)
	return g, err
}

// together reads once more what may be parts of one table, as much of it as a
// series may have. Where that fails, what was read apart stands.
func (r *reading) together(ctx context.Context, all []got) error {
	if len(all) < 2 {
		return nil
	}
	docs := make([][]*tables.Document, len(all))
	for i, g := range all {
		var err error
		if docs[i], err = parsed(g.lines); err != nil {
			return err
		}
	}
	parts := series.Splitter[int]{
		Follows: func(a, b int) (bool, error) {
			whole := all[a].problem == nil && all[b].problem == nil
			return whole && tables.MayContinue(docs[a][len(docs[a])-1], docs[b][0], r.Forms), nil
		},
		Size: func(i int) int64 { return int64(len(r.pictures[i].Data)) },
	}
	join := func(part []int) error {
		if len(part) < 2 {
			return nil
		}
		lines, err := r.series(ctx, part[0], part[len(part)-1]+1)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			r.Log.WarnContext(ctx, "pictures that may go on were not read together", "error", err.Error())
		}
		for i := range lines {
			all[part[i]].lines = lines[i]
		}
		return nil
	}
	for i := range all {
		ended, err := parts.Add(i)
		if err == nil {
			err = join(ended)
		}
		if err != nil {
			return err
		}
	}
	return join(parts.End())
}

// series reads pictures together.
func (r *reading) series(ctx context.Context, first, end int) ([][][]byte, error) {
	parts := [][]byte{[]byte("series"), settingsKey(r.settings)}
	for i := first; i < end; i++ {
		parts = append(parts, []byte(r.pictures[i].Name), r.hashes[i][:])
	}
	answer, err := r.answered(ctx, keyOf(parts...), func(ctx context.Context, begun func()) (a answered, err error) {
		err = r.try(ctx, begun, r.settings, func(q worker.Request) error {
			docs, err := r.Pool.Series(ctx, q, r.pictures[first:end])
			for _, d := range docs {
				a.docs, a.each, a.digest = append(a.docs, d.Data...), append(a.each, len(d.Data)), append(a.digest, d.Digest)
			}
			return err
		})
		return a, err
	})
	if err != nil {
		return nil, err
	}
	if answer.failed != nil {
		return nil, answer.failed
	}
	all := make([][][]byte, len(answer.each))
	rest := answer.docs
	for i, n := range answer.each {
		if all[i], err = linesOf(rest[:n]); err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return all, nil
}

// gather makes the result of what was read.
func (r *reading) gather(all []got) (outcome, error) {
	out := &result{failures: []Failure{}, key: r.key()}
	for i, g := range all {
		if g.problem != nil {
			out.failures = append(out.failures, Failure{r.pictures[i].Name, g.problem})
		}
		out.lines = append(out.lines, g.lines...)
	}
	if len(out.lines) == 0 {
		return nil, none(out.failures)
	}
	return out, nil
}

// none is the problem of a request of which nothing could be read.
func none(failures []Failure) *Problem {
	first := failures[0].Problem
	if len(failures) == 1 {
		return first
	}
	same := true
	for _, f := range failures {
		same = same && f.Problem.Kind == first.Kind
	}
	p := newProblem(http.StatusUnprocessableEntity, kindUnreadable, "none of the %d pictures could be read; failures says why", len(failures))
	if same {
		p = newProblem(first.Status, first.Kind, "none of the %d pictures could be read; of the first: %s", len(failures), first.Detail)
	}
	p.Failures = failures
	return p
}

// answered gets an answer of the pool, or one that is known. That a picture is
// at fault is an answer, too.
func (r *reading) answered(ctx context.Context, k key, ask func(ctx context.Context, begun func()) (answered, error)) (*answered, error) {
	names := traceIn(ctx)
	a, from, err := r.flights.get(ctx, k, r.begun, func(ctx context.Context, begun func()) (*answered, error) {
		a, err := ask(withTrace(ctx, names), begun)
		var f *worker.Failure
		if errors.As(err, &f) && kindStatus[f.Kind] != 0 {
			return &answered{failed: f}, nil
		}
		for i := range a.digest {
			r.metrics.count(&a.digest[i])
		}
		return &a, err
	})
	r.metrics.answers.WithLabelValues(from).Inc()
	return a, err
}
