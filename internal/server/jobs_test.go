package server

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/worker"
)

// A job is forgotten some time after its end, and gives back what it held; until
// then its result counts among the bytes that are held.
func TestJobsAreForgotten(t *testing.T) {
	s := newTest(t, nil)
	s.jobs.keep = 3 * time.Second
	path := jobOf(t, s, "a")
	if held := s.queue.state().bytes; held < overhead {
		t.Errorf("a kept result holds %d bytes", held)
	}
	for until := time.Now().Add(30 * time.Second); s.jobs.len() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it is kept for longer")
		}
	}
	if w := answerTo(t, s, httptest.NewRequest("GET", path, nil)); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if q := s.queue.state(); q.bytes != 0 {
		t.Errorf("it still holds %+v", q)
	}
}

// Results that nobody fetches make callers wait, and not memory grow.
func TestJobsAreBounded(t *testing.T) {
	s := newTest(t, nil, func(c *Config) { c.QueueBytes = 20 * overhead })
	refused := 0
	for i := range 50 {
		w := answerTo(t, s, post("/v1/jobs", fmt.Sprint("picture ", i)))
		if w.Code == 429 {
			refused++
			continue
		}
		<-s.jobs.find(strings.TrimPrefix(w.Header().Get("Location"), "/v1/jobs/")).over
	}
	if n := s.jobs.len(); n > 20 || refused != 50-n || n == 0 {
		t.Errorf("%d jobs are kept, %d were refused", n, refused)
	}
}

// Retry-After follows the rate measured.
func TestRetryAfterFollowsTheRate(t *testing.T) {
	q := newQueue(100, 1<<20, 2)
	q.waiting = 40
	for range 200 {
		q.took(500 * time.Millisecond)
	}
	if d := q.comeAgain(); d < 4*time.Second || d > 6*time.Second {
		t.Errorf("half of 40 requests of half a second, by two workers, take %v", d)
	}
	for range 200 {
		q.took(4 * time.Second)
	}
	if d := q.comeAgain(); d < 38*time.Second || d > 42*time.Second {
		t.Errorf("of 4 seconds: %v", d)
	}
}

// A picture that nobody reads is waited for no longer than the request wants.
func TestAPictureIsWaitedForNoLongerThanTheRequestWants(t *testing.T) {
	pool := &fakePool{}
	s := newTest(t, pool, func(c *Config) { c.Pool = stuck{pool} })
	begun := time.Now()
	w := answerTo(t, s, post("/v1/extract", "a", "Request-Timeout", "0.05"))
	if p := problemIn(t, w); w.Code != 503 || p.Kind != kindWaited || w.Header().Get("Retry-After") == "" || time.Since(begun) > 10*time.Second {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A stuck pool never begins.
type stuck struct{ *fakePool }

func (stuck) Documents(ctx context.Context, _ worker.Request, _ worker.Picture) (d worker.Documents, err error) {
	<-ctx.Done()
	return d, context.Cause(ctx)
}
