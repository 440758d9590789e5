package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/worker"
)

// Metrics are what /metrics tells. Their names are in docs/service.md and are
// not changed.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by route and status
	seconds  *prometheus.HistogramVec // of a whole request, by route
	waited   prometheus.Histogram     // until the first picture of a request is begun
	read     prometheus.Histogram     // a picture, by a worker
	added    prometheus.Histogram     // to that by the service: queue and sending not counted
	answers  *prometheus.CounterVec   // pictures by where their answer came from
	values   *prometheus.CounterVec   // by form
	flagged  *prometheus.CounterVec
	again    prometheus.Counter
}

// readBuckets reach from a small clean table to the time limit.
var readBuckets = []float64{.05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30, 60, 120}

func (s *Server) newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "biaoge_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "biaoge_request_seconds", Help: "From a request's header to the end of its answer, by route.", Buckets: append([]float64{.001, .005, .01, .02}, readBuckets...)}, []string{"route"}),
		waited:   prometheus.NewHistogram(prometheus.HistogramOpts{Name: "biaoge_wait_seconds", Help: "How long a request waited for a worker to begin its first picture.", Buckets: append([]float64{.001, .005, .01, .02}, readBuckets...)}),
		read:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "biaoge_read_seconds", Help: "How long a worker read a picture.", Buckets: readBuckets}),
		added:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "biaoge_added_seconds", Help: "What the service itself took of a request: all but receiving the body, waiting for a worker and reading.", Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .5}}),
		answers:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "biaoge_answers_total", Help: "Pictures by where their answer came from: read, shared with another request in flight, or remembered."}, []string{"from"}),
		values:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "biaoge_values_total", Help: "Values read, by form."}, []string{"form"}),
		flagged:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "biaoge_values_flagged_total", Help: "Values that a person should look at, by form."}, []string{"form"}),
		again:    prometheus.NewCounter(prometheus.CounterOpts{Name: "biaoge_read_again_total", Help: "Pictures that cost a worker its life and were read once more."}),
	}
	gauge := func(name, help string, of func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, of))
	}
	m.registry.MustRegister(m.requests, m.seconds, m.waited, m.read, m.added, m.answers, m.values, m.flagged, m.again, deaths{s})
	gauge("biaoge_queue_requests", "Requests that wait for a worker.", func() float64 { return float64(s.queue.state().waiting) })
	gauge("biaoge_queue_requests_limit", "How many may wait.", func() float64 { return float64(s.Queue) })
	gauge("biaoge_queue_bytes", "Bytes held for requests and for results of jobs.", func() float64 { return float64(s.queue.state().bytes) })
	gauge("biaoge_queue_bytes_limit", "How many may be held.", func() float64 { return float64(s.QueueBytes) })
	gauge("biaoge_jobs", "Jobs that are waiting, running or kept.", func() float64 { return float64(s.jobs.len()) })
	gauge("biaoge_remembered_bytes", "Bytes of answers that are remembered.", func() float64 { return float64(s.flights.bytes()) })
	gauge("biaoge_workers", "Workers that may read at the same time.", func() float64 { return float64(s.Workers) })
	gauge("biaoge_workers_busy", "Workers that are reading.", func() float64 { return float64(s.Pool.Stats().Busy) })
	gauge("biaoge_workers_memory_bytes", "Memory of all workers.", func() float64 { return float64(s.Pool.Stats().Memory) })
	gauge("biaoge_ready", "1 while the service takes requests.", func() float64 {
		if s.ready() {
			return 1
		}
		return 0
	})
	v := s.Versions
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "biaoge_build_info", Help: "Always 1; the versions are in the labels.",
		ConstLabels: prometheus.Labels{"version": v.Program, "go": v.Go, "forms": v.Forms, "models": v.Models}})
	info.Set(1)
	m.registry.MustRegister(info)
	ours := prometheus.WrapRegistererWithPrefix("biaoge_", m.registry)
	ours.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// deaths collects what the pools count.
type deaths struct{ s *Server }

var deathsDesc = prometheus.NewDesc("biaoge_worker_deaths_total", "Workers that ended while they read, by kind.", []string{"kind"}, nil)

func (d deaths) Describe(c chan<- *prometheus.Desc) { c <- deathsDesc }
func (d deaths) Collect(c chan<- prometheus.Metric) {
	all := map[string]int{worker.Crash: 0, worker.Memory: 0, worker.Timeout: 0} // an alert would not see the first of a kind that was not there
	for _, stats := range []worker.Stats{d.s.Pool.Stats(), d.s.Reports.Stats()} {
		for kind, n := range stats.Deaths {
			all[kind] += n
		}
	}
	for kind, n := range all {
		c <- prometheus.MustNewConstMetric(deathsDesc, prometheus.CounterValue, float64(n), kind)
	}
}

// request counts a request that has been answered.
func (m *metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// count counts the values of a picture. The label of a table of no known form
// is empty, but such tables have no values by name.
func (m *metrics) count(d *digest.Digest) {
	for i := range d.Tables {
		if t := &d.Tables[i]; t.Form != "" {
			m.values.WithLabelValues(t.Form).Add(float64(t.Records))
			m.flagged.WithLabelValues(t.Form).Add(float64(min(t.Review, t.Records)))
		}
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
