package server

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// keepJobs is how long a job is kept after its end.
const keepJobs = 15 * time.Minute

// longestPoll is the longest that ?wait= waits: proxies end what is silent for
// longer.
const longestPoll = time.Minute

// The states of a job.
const (
	jobWaiting = "waiting"
	jobRunning = "running"
	jobDone    = "done"
	jobFailed  = "failed"
)

// A job is a request that nobody waits for.
type job struct {
	id      string
	formats []format
	reading *reading
	cancel  context.CancelFunc
	over    chan struct{} // closed at its end

	mu      sync.Mutex
	out     outcome
	problem *Problem
	fetched bool // somebody has seen the end
}

// jobs are those waiting, running, and kept. They hold room in the queue: those
// kept for their results, so that callers who never fetch any are told to come
// again, and memory is bounded.
type jobs struct {
	mu   sync.Mutex
	all  map[string]*job
	keep time.Duration
}

func newJobs() *jobs { return &jobs{all: make(map[string]*job), keep: keepJobs} }

func (j *jobs) len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.all)
}

func (j *jobs) find(id string) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all[id]
}

// remove forgets a job; it reports whether this call did.
func (j *jobs) remove(id string) (*job, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job, ok := j.all[id]
	delete(j.all, id)
	return job, ok
}

// unseen are jobs that have ended and whose callers do not know yet.
func (j *jobs) unseen() (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, job := range j.all {
		job.mu.Lock()
		if !job.fetched {
			n++
		}
		job.mu.Unlock()
	}
	return n
}

// jobState is how a job stands, as callers see it.
type jobState struct {
	ID      string   `json:"id"`
	State   string   `json:"state"`
	Result  string   `json:"result"`
	Problem *Problem `json:"problem,omitempty"`
}

func (j *job) path() string { return "/v1/jobs/" + j.id }

func (j *job) state() jobState {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := jobState{ID: j.id, State: jobRunning, Result: j.path() + "/result", Problem: j.problem}
	switch {
	case j.problem != nil:
		s.State = jobFailed
	case j.out != nil:
		s.State = jobDone
	case j.reading.place.waits():
		s.State = jobWaiting
	}
	return s
}

// startJob does a task that the caller does not wait for.
func (s *Server) startJob(w http.ResponseWriter, r *http.Request, t task, rd *reading) {
	ctx, cancel := context.WithCancel(detached(r.Context()))
	j := &job{id: randomHex(16), formats: t.formats, reading: rd, cancel: cancel, over: newSignal()}
	s.jobs.mu.Lock()
	s.jobs.all[j.id] = j
	s.jobs.mu.Unlock()
	go s.runJob(ctx, j, t)

	w.Header().Set("Location", j.path())
	w.Header().Set("Retry-After", s.tellWait())
	if prefersAsync(r) {
		w.Header().Set("Preference-Applied", "respond-async")
	}
	s.writeJSON(w, r, http.StatusAccepted, j.state())
}

// tellWait is when it makes sense to look for a job.
func (s *Server) tellWait() string {
	return strconv.Itoa(max(1, seconds(s.queue.comeAgain())))
}

// runJob does the work of a job, and keeps what came of it.
func (s *Server) runJob(ctx context.Context, j *job, t task) {
	defer j.cancel()
	out, err := j.reading.do(ctx, t.work)
	j.mu.Lock()
	size := int64(overhead)
	if err != nil {
		p := *problemOf(err)
		p.RequestID = traceIn(ctx).id
		j.problem = &p
	} else {
		j.out = out
		size = out.size()
	}
	j.mu.Unlock()
	j.reading.pictures = nil
	j.reading.place.hold(size) // in the place of its pictures
	s.Log.InfoContext(ctx, "job ended", "job", j.id[:8], "state", j.state().State)
	j.reading.place.leave()
	close(j.over)
	if s.jobs.find(j.id) == nil {
		j.reading.place.drop() // it was deleted meanwhile
		return
	}
	time.AfterFunc(s.jobs.keep, func() { s.forget(j.id) })
}

// forget removes a job that has ended.
func (s *Server) forget(id string) {
	if j, ok := s.jobs.remove(id); ok {
		j.reading.place.drop()
	}
}

// job is GET /v1/jobs/{id}.
func (s *Server) job(w http.ResponseWriter, r *http.Request) {
	j, ok := s.jobOf(w, r)
	if !ok {
		return
	}
	if v := r.URL.Query().Get("wait"); v != "" {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || !(n >= 0) {
			s.fail(w, r, malformed("wait=%s is no number of seconds", quoted(v)))
			return
		}
		late := time.NewTimer(min(longestPoll, time.Duration(math.Min(n, longestPoll.Seconds())*float64(time.Second))))
		defer late.Stop()
		select {
		case <-j.over:
		case <-late.C:
		case <-r.Context().Done():
			return
		}
	}
	state := j.state()
	switch state.State {
	case jobFailed:
		j.seen()
	case jobWaiting, jobRunning:
		w.Header().Set("Retry-After", s.tellWait())
	}
	s.writeJSON(w, r, http.StatusOK, state)
}

func (j *job) seen() {
	j.mu.Lock()
	j.fetched = true
	j.mu.Unlock()
}

// jobOf finds the job that an address names, or says that there is none.
func (s *Server) jobOf(w http.ResponseWriter, r *http.Request) (*job, bool) {
	j := s.jobs.find(r.PathValue("id"))
	if j == nil {
		s.fail(w, r, newProblem(http.StatusNotFound, kindNotFound, "there is no such job, or no more: jobs are kept for %v after their end, and not over a restart of the service; send the pictures again", s.jobs.keep))
	}
	return j, j != nil
}

// result is GET /v1/jobs/{id}/result.
func (s *Server) result(w http.ResponseWriter, r *http.Request) {
	j, ok := s.jobOf(w, r)
	if !ok {
		return
	}
	select {
	case <-j.over:
	default:
		p := newProblem(http.StatusConflict, kindNotReady, "the job is not done yet; ask for it at %s?wait=30", j.path()).after(s.queue.comeAgain())
		p.Retryable = true
		s.fail(w, r, p)
		return
	}
	if j.problem != nil {
		j.seen()
		s.fail(w, r, j.problem)
		return
	}
	f, problem := negotiate(r, j.formats)
	if problem != nil {
		s.fail(w, r, problem)
		return
	}
	s.answer(w, r, j.out, f)
	j.seen()
}

// deleteJob is DELETE /v1/jobs/{id}.
func (s *Server) deleteJob(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.jobOf(w, r); !ok {
		return
	}
	if j, ok := s.jobs.remove(r.PathValue("id")); ok {
		j.cancel()
		select {
		case <-j.over:
			j.reading.place.drop()
		default: // its end drops it
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// newJob is POST /v1/jobs.
func (s *Server) newJob(w http.ResponseWriter, r *http.Request) {
	switch of := r.URL.Query().Get("of"); of {
	case "", "extract":
		s.do(w, r, extractTask, true)
	case "report":
		s.do(w, r, reportTask, true)
	default:
		s.refuse(w, r, malformed("of=%s: it is extract or report", quoted(of)))
	}
}
