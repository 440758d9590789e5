package server

import (
	"net/http"
	"sync"
	"time"
)

// A queue says who may come in: so many requests may wait beside those being
// read, and so many bytes may be held for all. It keeps no order; the pool
// does.
type queue struct {
	most      int   // requests that wait
	mostBytes int64 // held for requests, and for results of jobs
	workers   int

	mu       sync.Mutex
	waiting  int   // requests of which nothing has been read yet
	inside   int   // all requests that came in
	reading  int   // pictures being read
	bytes    int64 // held
	draining bool
	empty    chan struct{} // closed when draining and nobody is inside

	pace time.Duration // of a worker for one request, averaged over the last ones
}

func newQueue(most int, mostBytes int64, workers int) *queue {
	return &queue{most: most, mostBytes: mostBytes, workers: workers, pace: time.Second, empty: make(chan struct{})}
}

// A place is what a request holds of the queue.
type place struct {
	q       *queue
	bytes   int64
	waiting bool
	inside  bool
	since   time.Time // when it came in, then when it was received
}

// enter lets a request in that brings so many bytes, or says why not. A request
// that a free worker can begin at once finds room even where none may wait.
func (q *queue) enter(bytes int64) (*place, *Problem) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch free := max(0, q.workers-q.reading); {
	case q.draining:
		return nil, drainingProblem()
	case q.waiting >= q.most+free:
		return nil, newProblem(http.StatusTooManyRequests, kindQueueFull, "%d requests wait already; come again after Retry-After seconds", q.waiting).after(q.wait())
	case q.bytes > 0 && q.bytes+bytes > q.mostBytes:
		return nil, q.full()
	}
	q.waiting++
	q.inside++
	q.bytes += bytes
	return &place{q: q, bytes: bytes, waiting: true, inside: true, since: time.Now()}, nil
}

func drainingProblem() *Problem {
	return newProblem(http.StatusServiceUnavailable, kindDraining, "the service is ending; another one may take its place, come again after Retry-After seconds").after(later)
}

// full is the problem of a request for whose bytes there is no room.
func (q *queue) full() *Problem {
	return newProblem(http.StatusTooManyRequests, kindQueueFull, "there is no room for its bytes beside those of requests that wait; come again after Retry-After seconds").after(q.wait())
}

// share of the queue that will have been read when a caller who was refused had
// better come again: with all of it gone, workers might find nothing to do
// before callers are back.
const share = 2

// longestWait is the most that is told: rates change.
const longestWait = 2 * time.Minute

// wait is how long it will take to read half of what waits, going by the rate
// measured.
func (q *queue) wait() time.Duration {
	return min(longestWait, q.pace*time.Duration(q.waiting)/time.Duration(share*max(1, q.workers)))
}

// comeAgain is the same for who holds no lock.
func (q *queue) comeAgain() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wait()
}

// grow makes room for more bytes of a request, such as those of a body without
// a length. A request that is alone may hold what its own limit allows.
func (p *place) grow(bytes int64) *Problem {
	q := p.q
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.bytes > p.bytes && q.bytes+bytes > q.mostBytes {
		return q.full()
	}
	p.bytes += bytes
	q.bytes += bytes
	return nil
}

// held is how many bytes are held.
func (p *place) held() int64 {
	p.q.mu.Lock()
	defer p.q.mu.Unlock()
	return p.bytes
}

// hold changes how many bytes are held: a result takes the place of a body.
func (p *place) hold(bytes int64) {
	p.q.mu.Lock()
	defer p.q.mu.Unlock()
	p.q.bytes += bytes - p.bytes
	p.bytes = bytes
}

// waits says whether nothing of the request has been begun.
func (p *place) waits() bool {
	p.q.mu.Lock()
	defer p.q.mu.Unlock()
	return p.waiting
}

// received notes that all of a request has come: from now on it waits.
func (p *place) received() time.Time {
	p.q.mu.Lock()
	defer p.q.mu.Unlock()
	p.since = time.Now()
	return p.since
}

// begin notes that a request's first picture is being read, and returns how
// long it waited.
func (p *place) begin() (waited time.Duration, first bool) {
	p.q.mu.Lock()
	defer p.q.mu.Unlock()
	if !p.waiting {
		return 0, false
	}
	p.waiting = false
	p.q.waiting--
	return time.Since(p.since), true
}

// leave ends a request; what it holds stays held until drop.
func (p *place) leave() {
	q := p.q
	q.mu.Lock()
	defer q.mu.Unlock()
	if p.waiting {
		p.waiting = false
		q.waiting--
	}
	if p.inside {
		p.inside = false
		q.inside--
		q.ended()
	}
}

// drop gives back what was held.
func (p *place) drop() { p.hold(0) }

// ended tells who waits for the queue to be empty. The lock is held.
func (q *queue) ended() {
	if q.draining && q.inside == 0 {
		select {
		case <-q.empty:
		default:
			close(q.empty)
		}
	}
}

// drain lets nobody in any more.
func (q *queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.draining = true
	q.ended()
}

// readOne notes that a worker begins a picture; the function it returns, that
// it is done.
func (q *queue) readOne() (done func()) {
	q.mu.Lock()
	q.reading++
	q.mu.Unlock()
	return func() {
		q.mu.Lock()
		q.reading--
		q.mu.Unlock()
	}
}

// memory of the average pace: each request counts for so much of it.
const paceShare = 0.1

// took notes how long workers were busy with a request.
func (q *queue) took(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pace += time.Duration(paceShare * float64(d-q.pace))
}

// A queueState is how a queue is at a moment.
type queueState struct {
	waiting, reading, inside int
	bytes                    int64
	draining                 bool
}

func (q *queue) state() queueState {
	q.mu.Lock()
	defer q.mu.Unlock()
	return queueState{q.waiting, q.reading, q.inside, q.bytes, q.draining}
}
