package server

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	rtmetrics "runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A Pool reads pictures; *worker.Pool is one.
type Pool interface {
	Documents(ctx context.Context, r worker.Request, pic worker.Picture) (worker.Documents, error)
	Series(ctx context.Context, r worker.Request, pictures []worker.Picture) ([]worker.Documents, error)
	Probe(ctx context.Context, r worker.Request, data []byte) (tables.Probe, error)
	Warm(ctx context.Context) error
	Stats() worker.Stats
}

// A ReportPool takes reports apart; *worker.Pool is one.
type ReportPool interface {
	OpenReport(ctx context.Context, r worker.Request, s *reports.Sent) (worker.Opened, error)
	MakeReport(ctx context.Context, r worker.Request, s *reports.Sent, readings []reports.Reading, m worker.Making) (made []byte, failed int, err error)
	Stats() worker.Stats
}

// A Config says what a service is made of.
type Config struct {
	Pool    Pool
	Workers int // of the pool

	Queue       int           // requests that may wait beside those being read
	QueueBytes  int64         // held for all requests and results
	MaxBytes    int64         // of one body
	MaxPictures int           // of one body
	Timeout     time.Duration // of the reading of one picture, which the pool holds it to; and of a request's waiting; 0 for none
	Drain       time.Duration // for what is in hand when the service is told to end

	Reports     ReportPool // takes reports apart
	ReviewBelow float64    // of native tables of reports, where a request has none; 0 for the default

	Token    Token
	Forms    []*tables.Form
	Versions Versions
	Language func(string) bool // whether a language of Tesseract's is installed
	Log      *slog.Logger
}

// A Server is the service.
type Server struct {
	Config
	queue   *queue
	flights *flights
	jobs    *jobs
	metrics *metrics

	broken  atomic.Bool // no worker could be started the last time
	healing atomic.Bool
	closed  context.Context // ends with the service
}

// rememberedShare of the bytes that may be held for requests is what may be
// held for answers, beside those.
const rememberedShare = 100

// Held is how many bytes a service holds at most that may hold so many for
// requests.
func Held(queueBytes int64) int64 { return queueBytes + queueBytes/rememberedShare }

// New makes a service that listens nowhere yet.
func New(c Config) *Server {
	c.Log = slog.New(traceHandler{c.Log.Handler()})
	s := &Server{Config: c, queue: newQueue(c.Queue, c.QueueBytes, c.Workers), flights: newFlights(c.QueueBytes / rememberedShare), jobs: newJobs(), closed: context.Background()}
	s.metrics = s.newMetrics()
	return s
}

// ready says whether the service takes work.
func (s *Server) ready() bool { return !s.broken.Load() && !s.queue.state().draining }

// heal starts workers in the place of those that died, so that the next request
// does not wait for one; while none can be started it tries again and again.
func (s *Server) heal() {
	if !s.healing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer s.healing.Store(false)
		for s.closed.Err() == nil {
			err := s.Pool.Warm(s.closed)
			if err == nil {
				if s.broken.CompareAndSwap(true, false) {
					s.Log.Info("workers start again")
				}
				return
			}
			if errors.Is(err, worker.ErrClosed) || s.closed.Err() != nil {
				return
			}
			s.broken.Store(true)
			s.Log.Error("no worker can be started", "error", err.Error())
			select {
			case <-time.After(later):
			case <-s.closed.Done():
			}
		}
	}()
}

// Time-outs and sizes of the connection itself.
const (
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	headerSize = 32 << 10
)

// seeTime is how long the service waits, once all is done, for callers of jobs
// to fetch what became of them.
const seeTime = 5 * time.Second

// ErrDrain is what Serve returns where the time for finishing what was in hand
// ran out.
var ErrDrain = errors.New("not all requests in hand were finished in the time that --drain allows")

// Serve answers requests until ctx ends, then finishes what is in hand. Ready
// is called when requests can be taken.
func (s *Server) Serve(ctx context.Context, listeners []*Listener, ready func()) error {
	closed, end := context.WithCancel(context.Background())
	defer end()
	s.closed = closed
	web := &http.Server{
		Handler:           s.handler(),
		BaseContext:       base,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
		ErrorLog:          log.New(connectionLog{s.Log}, "", 0),
	}
	failed := make(chan error, len(listeners))
	var all sync.WaitGroup
	for _, l := range listeners {
		all.Go(func() {
			if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		})
	}
	go s.tidy(closed)
	ready()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	if ended := s.drain(web); err == nil {
		err = ended
	}
	all.Wait()
	return err
}

// tidyAfter is how often a service that has nothing to do looks whether it has
// had something to do since it gave back memory.
const tidyAfter = 15 * time.Second

// tidy gives memory back to the system after a crowd has gone: a collector that
// waits for as much again to be used keeps it for as long as the service rests.
func (s *Server) tidy(ctx context.Context) {
	t := time.NewTicker(tidyAfter)
	defer t.Stop()
	var before uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		m := []rtmetrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		rtmetrics.Read(m)
		if now := m[0].Value.Uint64(); s.queue.state().inside == 0 && now-before > tidyBytes {
			runtime.GC() // what pools keep is garbage only when it has run twice
			debug.FreeOSMemory()
			before = now
		}
	}
}

// tidyBytes is how much has been allocated since that is worth it.
const tidyBytes = 1 << 20

// drain takes no new work and finishes what is in hand.
func (s *Server) drain(web *http.Server) error {
	s.queue.drain()
	q := s.queue.state()
	s.Log.Info("ending", "in_hand", q.inside, "waiting", q.waiting)
	ctx, cancel := context.WithTimeout(context.Background(), s.Drain)
	defer cancel()
	late := false
	select {
	case <-s.queue.empty:
	case <-ctx.Done():
		late = true
	}
	for until := time.Now().Add(seeTime); s.jobs.unseen() > 0 && time.Now().Before(until) && ctx.Err() == nil; {
		time.Sleep(seeTime / 100)
	}
	// Answers that are still being sent count as in hand, idle connections
	// do not.
	if err := web.Shutdown(ctx); err != nil {
		late = true
	}
	web.Close()
	if late {
		return ErrDrain
	}
	return nil
}

// A connectionLog takes what net/http says of connections that are no requests.
type connectionLog struct{ log *slog.Logger }

func (c connectionLog) Write(b []byte) (int, error) {
	c.log.Debug("connection", "error", strings.TrimSpace(string(b)))
	return len(b), nil
}
