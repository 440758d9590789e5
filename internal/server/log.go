package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// A recorder is the answer of a request, and what the log says of it.
type recorder struct {
	http.ResponseWriter
	status  int
	sent    int64
	problem *Problem
	attrs   []slog.Attr
}

// sendTime is how long a caller may take to receive an answer.
const sendTime = time.Minute

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(sendTime))
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.sent += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// statusGone stands in the log and the metrics for a caller who hung up before
// there was an answer.
const statusGone = 499

// kindGone is the kind of such a request in the log. Nobody is told of it.
const kindGone = "gone"

// quiet routes are asked every few seconds by whatever looks after the service.
var quiet = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

// observe gives each request its names, and the log and the metrics what became
// of it.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		t := traceOf(r)
		r = r.WithContext(withTrace(r.Context(), t))
		w.Header().Set("X-Request-Id", t.id)
		w.Header().Set("Traceparent", t.parent)
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // that of the request before
		rec := &recorder{ResponseWriter: w}
		defer func() {
			v := recover()
			if v != nil && v != http.ErrAbortHandler {
				s.Log.ErrorContext(r.Context(), "a mistake of the program", "panic", v, "stack", string(debug.Stack()))
				if rec.status == 0 {
					s.fail(rec, r, newProblem(http.StatusInternalServerError, kindInternal, "a mistake of the program; the service's log has it under this request's id, please report it"))
				}
			}
			if rec.status == 0 {
				rec.status = statusGone
			}
			s.log(r, rec, time.Since(start))
			if v == http.ErrAbortHandler {
				panic(v)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// log writes the line of a request.
func (s *Server) log(r *http.Request, rec *recorder, took time.Duration) {
	_, route, _ := strings.Cut(r.Pattern, "/") // a pattern may begin with a method
	if route = "/" + route; route == "/" {
		route = "other"
	}
	s.metrics.request(route, rec.status, took)
	level := slog.LevelInfo
	switch {
	case rec.status >= 500 && rec.status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case quiet[route] && rec.status < 400:
		level = slog.LevelDebug
	}
	attrs := append([]slog.Attr{
		slog.String("method", r.Method), slog.String("route", route), slog.Int("status", rec.status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("sent", rec.sent),
	}, rec.attrs...)
	if p := rec.problem; p != nil {
		attrs = append(attrs, slog.String("kind", p.Kind))
		if p.cause != nil && !errors.Is(p.cause, errGone) {
			attrs = append(attrs, slog.String("error", p.cause.Error()))
		}
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// note adds to the line of a request.
func note(w http.ResponseWriter, attrs ...slog.Attr) {
	if rec, ok := w.(*recorder); ok {
		rec.attrs = append(rec.attrs, attrs...)
	}
}

// fail answers a request, whose body has been read, with a problem.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, p *Problem) {
	told(w, p)
	p.write(w, traceIn(r.Context()).id)
}

// told keeps a problem for the line of its request.
func told(w http.ResponseWriter, p *Problem) {
	if rec, ok := w.(*recorder); ok {
		rec.problem = p
	}
}

// detached is a context that outlives a request and has its names.
func detached(ctx context.Context) context.Context {
	return withTrace(context.Background(), traceIn(ctx))
}
