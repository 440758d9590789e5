package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// A task is what a route does with the pictures that it is sent.
type task struct {
	formats []format // the default first
	most    int      // pictures; 0 for what the service allows
	report  bool     // the first of them is a report, the others lie beside it
	work    func(*reading, context.Context) (outcome, error)
}

var (
	extractTask = task{formats: formats, work: (*reading).documents}
	probeTask   = task{formats: formats[:1], most: 1, work: (*reading).probe}
)

// extract is POST /v1/extract.
func (s *Server) extract(w http.ResponseWriter, r *http.Request) {
	s.do(w, r, extractTask, prefersAsync(r))
}

// probe is POST /v1/probe.
func (s *Server) probe(w http.ResponseWriter, r *http.Request) { s.do(w, r, probeTask, false) }

// do takes a request in and does its task: now, or as a job.
func (s *Server) do(w http.ResponseWriter, r *http.Request, t task, asJob bool) {
	f, problem := negotiate(r, t.formats)
	if problem != nil {
		s.refuse(w, r, problem)
		return
	}
	begun := time.Now()
	rd, problem := s.receive(w, r, t, asJob)
	switch {
	case problem != nil: // also where the body broke off: the other half may still be open
		s.refuse(w, r, problem)
		return
	case asJob:
		s.startJob(w, r, t, rd)
		return
	}
	defer rd.place.drop()
	defer rd.place.leave()
	received := rd.place.received()
	out, err := rd.do(r.Context(), t.work)
	note(w, slog.Float64("receive_ms", ms(received.Sub(begun))), slog.Float64("wait_ms", ms(rd.waited)), slog.Float64("read_ms", ms(rd.busy.total())))
	switch {
	case r.Context().Err() != nil:
		told(w, newProblem(statusGone, kindGone, "the caller hung up"))
		return
	case err != nil:
		s.fail(w, r, problemOf(err))
		return
	}
	s.answer(w, r, out, f)
	if busy := rd.busy.total(); len(rd.pictures) == 1 && busy > 0 {
		s.metrics.added.Observe((time.Since(received) - rd.waited - busy).Seconds())
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// prefersAsync says whether the caller would rather not wait (RFC 7240).
func prefersAsync(r *http.Request) bool {
	for _, v := range r.Header.Values("Prefer") {
		for p := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(p), "respond-async") {
				return true
			}
		}
	}
	return false
}

// receive lets a request in and takes its pictures, asking first what costs
// least.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, t task, asJob bool) (*reading, *Problem) {
	var a ask
	var problem *Problem
	if a.settings, problem = s.settingsOf(r.URL.Query()); problem != nil {
		return nil, problem
	}
	if a.patience, problem = s.patienceOf(r); problem != nil {
		return nil, problem
	}
	if asJob {
		a.patience = 0
	}
	if r.ContentLength > s.MaxBytes {
		return nil, tooManyBytes(s.MaxBytes)
	}
	p, problem := s.queue.enter(max(0, r.ContentLength))
	if problem != nil {
		return nil, problem
	}
	most := s.MaxPictures
	if t.most > 0 {
		most = t.most
	}
	if t.report {
		most++
		a.dropPictures = r.URL.Query().Get("drop_pictures") == "true"
	}
	problem = a.take(r, s.newBody(w, r, p), most)
	note(w, slog.Int("pictures", len(a.pictures)), slog.Int64("bytes", p.held()))
	if problem != nil {
		p.leave()
		p.drop()
		return nil, problem
	}
	return s.newReading(a, p), nil
}
