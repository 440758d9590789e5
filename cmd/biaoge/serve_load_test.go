package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/tables"
)

// form is a fake picture with a value, and so long to read.
func form(value string, millis int) fakePicture {
	return fakePicture{Form: appeals, Values: map[string]string{keyA: value}, Millis: millis}
}

// valueIn is the value that an answer has; empty if it is no document.
func valueIn(a *answer) string {
	var got struct{ Documents []tables.Document }
	if json.Unmarshal(a.body, &got) != nil || len(got.Documents) != 1 || len(got.Documents[0].Tables) != 1 {
		return ""
	}
	return got.Documents[0].Tables[0].Records[0].Raw
}

// More requests than may wait are told so at once, with when to come again; the
// others are answered.
func TestMoreRequestsThanMayWaitAreToldWhenToComeAgain(t *testing.T) {
	s := serve(t, "--workers", "1", "--queue", "2")
	var taken []<-chan *answer
	for i := range 3 {
		taken = append(taken, s.background(s.request("POST", "/v1/extract", bytes.NewReader(form(fmt.Sprint(i), 1500).bytes()))))
		s.eventually("one more inside", func() bool {
			return s.metric("biaoge_queue_requests")+s.metric("biaoge_workers_busy") == float64(i+1)
		})
	}
	for range 3 {
		start := time.Now()
		a := s.read(form("no room", 0))
		after, err := strconv.Atoi(a.Header.Get("Retry-After"))
		if p := a.problem(); a.StatusCode != 429 || p.Kind != "queue_full" || !p.Retryable || err != nil || after < 1 {
			t.Fatalf("%d %s, Retry-After %q", a.StatusCode, a.body, a.Header.Get("Retry-After"))
		}
		t.Logf("told after %v", time.Since(start))
	}
	for i, c := range taken {
		if got := valueIn(<-c); got != fmt.Sprint(i) {
			t.Errorf("answer %d has %q", i, got)
		}
	}
	if a := s.read(form("room again", 0)); valueIn(a) != "room again" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if n := s.metric(`biaoge_requests_total{route="/v1/extract",status="429"}`); n != 3 {
		t.Errorf("%v requests counted as refused", n)
	}
}

// What a caller who was refused goes on sending is read and dropped, so that
// one who looks for the answer only when all is sent finds it.
func TestServeRefusesWithoutBreakingTheConnection(t *testing.T) {
	s := serve(t, "--max-bytes", "1000")
	for range 2 {
		a := s.post("/v1/extract", bytes.Repeat([]byte("x"), 4<<20))
		if a.StatusCode != 413 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
}

// A caller that waits longer than it wants to is told, and frees its place.
func TestACallerThatWaitsTooLongIsToldAndFreesItsPlace(t *testing.T) {
	s := serve(t, "--workers", "1")
	first := s.background(s.request("POST", "/v1/extract", bytes.NewReader(form("1", 1500).bytes())))
	s.eventually("a worker is busy", func() bool { return s.metric("biaoge_workers_busy") == 1 })
	a := s.read(form("2", 0), "Request-Timeout", "0.1")
	if p := a.problem(); a.StatusCode != 503 || p.Kind != "waited" || a.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if n := s.metric("biaoge_queue_requests"); n != 0 {
		t.Errorf("%v still wait", n)
	}
	if a := <-first; valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// A picture that takes longer than its limit is 504; its worker is gone by then.
func TestAPictureThatTakesTooLongIs504(t *testing.T) {
	s := serve(t, "--workers", "1", "--timeout", "300ms")
	before := s.children()
	a := s.read(fakePicture{Do: "hang"})
	if p := a.problem(); a.StatusCode != 504 || p.Kind != "timeout" || p.Retryable {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	for _, pid := range s.children() {
		if slices.Contains(before, pid) {
			t.Errorf("the worker %d is still there", pid)
		}
	}
	// Another one may take longer to start than a request waits here.
	s.eventually("the next picture is read", func() bool { return valueIn(s.read(form("1", 0))) == "1" })
	if n := s.metric(`biaoge_worker_deaths_total{kind="timeout"}`); n != 1 {
		t.Errorf("%v deaths counted", n)
	}
}

// A caller that hangs up frees the core: the one behind it is read.
func TestACallerThatHangsUpFreesTheCore(t *testing.T) {
	s := serve(t, "--workers", "1")
	ctx, hangUp := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		r := s.request("POST", "/v1/extract", bytes.NewReader(fakePicture{Do: "hang"}.bytes())).WithContext(ctx)
		_, err := s.client.Do(r)
		gone <- err
	}()
	s.eventually("a worker is busy", func() bool { return s.metric("biaoge_workers_busy") == 1 })
	behind := s.background(s.request("POST", "/v1/extract", bytes.NewReader(form("behind", 0).bytes())))
	s.eventually("one waits", func() bool { return s.metric("biaoge_queue_requests") == 1 })
	hangUp()
	start := time.Now()
	if err := <-gone; err == nil {
		t.Error("the one that hung up has an answer")
	}
	if a := <-behind; valueIn(a) != "behind" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	t.Logf("the core was free and the next picture read %v after the hang-up", time.Since(start))
	s.eventually("nothing is held", func() bool { return s.metric("biaoge_queue_bytes") == 0 })
}

// A picture that kills its worker waits behind the others and is read once more;
// if it does so again, it is 422, and nobody else notices.
func TestAPictureThatKillsItsWorkerTwiceIs422(t *testing.T) {
	s := serve(t, "--workers", "1")
	once := form("dies once", 0)
	once.Do = "once:" + filepath.Join(s.in, "died")
	blocker := s.background(s.request("POST", "/v1/extract", bytes.NewReader(form("blocks", 500).bytes())))
	s.eventually("a worker is busy", func() bool { return s.metric("biaoge_workers_busy") == 1 })

	var mu sync.Mutex
	var order []string
	var wg sync.WaitGroup
	for i, p := range []fakePicture{once, form("second", 100), form("third", 100)} {
		wg.Go(func() {
			a := <-s.background(s.request("POST", "/v1/extract", bytes.NewReader(p.bytes())))
			mu.Lock()
			order = append(order, valueIn(a))
			mu.Unlock()
		})
		s.eventually("one more waits", func() bool { return s.metric("biaoge_queue_requests") == float64(i+1) })
	}
	wg.Wait()
	<-blocker
	if got := strings.Join(order, ", "); got != "second, third, dies once" {
		t.Errorf("answered in the order: %s", got)
	}
	a := s.read(fakePicture{Do: "crash"})
	if p := a.problem(); a.StatusCode != 422 || p.Kind != "crash" || p.Retryable {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if n := s.metric(`biaoge_worker_deaths_total{kind="crash"}`); n != 3 {
		t.Errorf("%v deaths counted, want 3", n)
	}
}

// A picture that takes too much memory costs its worker and nobody else.
func TestAPictureThatTakesTooMuchMemoryCostsItsWorkerOnly(t *testing.T) {
	s := serve(t, "--workers", "2", "--memory", "200")
	eats := s.background(s.request("POST", "/v1/extract", bytes.NewReader(fakePicture{Do: "eat"}.bytes())))
	if a := s.read(form("1", 50)); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := <-eats; a.StatusCode != 422 || a.problem().Kind != "memory" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// Workers are killed at random under load: every request is answered, none
// wrong, none with another's answer. (make serve-kills does so with real ones.)
func TestKilledWorkersLoseNoRequest(t *testing.T) {
	s := serve(t, "--workers", "2")
	const kills, callers = 20, 6
	stop := make(chan struct{})
	var sent, answered, twice atomic.Int64
	go func() {
		defer close(stop)
		rnd := rand.New(rand.NewPCG(1, 2))
		for killed := 0; killed < kills; {
			// One that is killed three times while it starts can't be started, which callers are told:
			// who is killed was there ten answers ago, which take longer on a busy machine, as its start does.
			living, enough := s.children(), answered.Load()+10
			for answered.Load() < enough {
				time.Sleep(5 * time.Millisecond)
			}
			time.Sleep(time.Duration(150+rnd.IntN(200)) * time.Millisecond)
			living = slices.DeleteFunc(s.children(), func(pid int) bool { return !slices.Contains(living, pid) })
			if len(living) > 0 && syscall.Kill(living[rnd.IntN(len(living))], syscall.SIGKILL) == nil {
				killed++
			}
		}
	}()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				want := fmt.Sprint(sent.Add(1))
				a := <-s.background(s.request("POST", "/v1/extract", bytes.NewReader(form(want, 20).bytes())))
				answered.Add(1)
				switch {
				case a.StatusCode == 422: // killed both times it was read
					twice.Add(1)
				case valueIn(a) != want:
					t.Errorf("request %s: %d %s", want, a.StatusCode, a.body)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d kills, %d requests, %d of them killed twice", kills, sent.Load(), twice.Load())
	if twice.Load() > kills/4 {
		t.Errorf("%d requests, %d killed twice; the test says little", sent.Load(), twice.Load())
	}
}

// Told to end, the service takes no more, and finishes what it has.
func TestServeDrains(t *testing.T) {
	s := serve(t, "--workers", "2")
	var all []<-chan *answer
	for i := range 6 {
		all = append(all, s.background(s.request("POST", "/v1/extract", bytes.NewReader(form(fmt.Sprint(i), 400).bytes()))))
	}
	job := s.post("/v1/jobs", form("job", 400).bytes())
	s.eventually("all are inside", func() bool { return s.metric("biaoge_queue_requests") == 5 })
	s.must(s.cmd.Process.Signal(syscall.SIGTERM))
	s.eventually("it is not ready", func() bool { return s.get("/readyz").StatusCode == 503 })
	if a := s.get("/healthz"); a.StatusCode != 200 {
		t.Errorf("not alive while it ends: %d", a.StatusCode)
	}
	if a := s.read(form("late", 0)); a.StatusCode != 503 || a.problem().Kind != "draining" || a.Header.Get("Retry-After") == "" {
		t.Errorf("a late one: %d %s", a.StatusCode, a.body)
	}
	if a := s.get(job.Header.Get("Location") + "?wait=30"); !strings.Contains(string(a.body), `"done"`) {
		t.Errorf("the job: %d %s", a.StatusCode, a.body)
	}
	if a := s.get(job.Header.Get("Location") + "/result"); valueIn(a) != "job" {
		t.Errorf("the job's result: %d %s", a.StatusCode, a.body)
	}
	for i, c := range all {
		if a := <-c; valueIn(a) != fmt.Sprint(i) {
			t.Errorf("request %d: %d %s", i, a.StatusCode, a.body)
		}
	}
	s.wait(exitOK)
}

// Where that takes longer than --drain allows, the code says so.
func TestADrainThatRunsOutSaysSoByItsCode(t *testing.T) {
	s := serve(t, "--workers", "1", "--drain", "200ms")
	go s.client.Do(s.request("POST", "/v1/extract", bytes.NewReader(fakePicture{Do: "hang"}.bytes())))
	s.eventually("a worker is busy", func() bool { return s.metric("biaoge_workers_busy") == 1 })
	pids := s.children()
	s.end(exitFailure)
	if !strings.Contains(s.stderr.String(), "--drain") {
		t.Errorf("it does not say why: %s", s.stderr)
	}
	for _, pid := range pids {
		if syscall.Kill(pid, 0) == nil {
			t.Errorf("the worker %d is left behind", pid)
		}
	}
}

// Jobs are requests that nobody waits for.
func TestJobsAreRequestsThatNobodyWaitsFor(t *testing.T) {
	s := serve(t, "--workers", "1")
	type state struct{ ID, State, Result string }
	read := func(a *answer) (st state) {
		t.Helper()
		if err := json.Unmarshal(a.body, &st); err != nil {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		return st
	}
	a := s.post("/v1/jobs?of=extract", form("1", 500).bytes())
	at := a.Header.Get("Location")
	if st := read(a); a.StatusCode != 202 || at != "/v1/jobs/"+st.ID || st.Result != at+"/result" || a.Header.Get("Retry-After") == "" {
		t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	s.eventually("it is running", func() bool { return read(s.get(at)).State == "running" })
	if a := s.get(at + "/result"); a.StatusCode != 409 {
		t.Errorf("a result that is not there: %d %s", a.StatusCode, a.body)
	}
	waiting := s.read(form("2", 0), "Prefer", "respond-async")
	if waiting.StatusCode != 202 || waiting.Header.Get("Preference-Applied") != "respond-async" || read(waiting).State != "waiting" {
		t.Errorf("%d %v %s", waiting.StatusCode, waiting.Header, waiting.body)
	}
	if st := read(s.get(at + "?wait=30")); st.State != "done" {
		t.Errorf("after waiting: %+v", st)
	}
	result := s.get(at + "/result")
	if valueIn(result) != "1" {
		t.Errorf("%d %s", result.StatusCode, result.body)
	}
	if a := s.get(at+"/result", "If-None-Match", result.Header.Get("ETag")); a.StatusCode != http.StatusNotModified {
		t.Errorf("with its ETag: %d", a.StatusCode)
	}
	if a := s.get(at+"/result", "Accept", "text/csv"); !strings.HasPrefix(string(a.body), "path,page,") {
		t.Errorf("as CSV: %d %s", a.StatusCode, a.body)
	}
	if a := s.get(waiting.Header.Get("Location") + "?wait=30"); read(a).State != "done" {
		t.Errorf("the other: %s", a.body)
	}
	if a := s.send(s.request("DELETE", at, nil)); a.StatusCode != 204 {
		t.Errorf("DELETE: %d %s", a.StatusCode, a.body)
	}
	if a := s.get(at); a.StatusCode != 404 {
		t.Errorf("after DELETE: %d %s", a.StatusCode, a.body)
	}

	failed := s.post("/v1/jobs", fakePicture{Do: "damaged"}.bytes()).Header.Get("Location")
	if a := s.get(failed + "?wait=30"); read(a).State != "failed" || !strings.Contains(string(a.body), `"kind":"damaged"`) {
		t.Errorf("a damaged one: %s", a.body)
	}
	if a := s.get(failed + "/result"); a.StatusCode != 422 || a.problem().Kind != "damaged" {
		t.Errorf("the result of a damaged one: %d %s", a.StatusCode, a.body)
	}

	hangs := s.post("/v1/jobs", fakePicture{Do: "hang"}.bytes()).Header.Get("Location")
	s.eventually("a worker is busy", func() bool { return s.metric("biaoge_workers_busy") == 1 })
	s.send(s.request("DELETE", hangs, nil))
	start := time.Now()
	if a := s.read(form("3", 0)); valueIn(a) != "3" {
		t.Errorf("behind a deleted job: %d %s", a.StatusCode, a.body)
	}
	t.Logf("the core was free and the next picture read %v after DELETE", time.Since(start))
}

// Equal pictures are read once, at the same time or one after the other.
func TestServeReadsEqualPicturesOnce(t *testing.T) {
	s := serve(t, "--workers", "2")
	var all []<-chan *answer
	for range 5 {
		all = append(all, s.background(s.request("POST", "/v1/extract", bytes.NewReader(form("1", 300).bytes()))))
	}
	for _, c := range all {
		if a := <-c; valueIn(a) != "1" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
	s.read(form("1", 300))
	if n := s.metric("biaoge_read_seconds_count"); n != 1 {
		t.Errorf("read %v times", n)
	}
	if n := s.metric(`biaoge_values_total{form="` + appeals + `"}`); n != 1 {
		t.Errorf("%v values counted", n)
	}
}
