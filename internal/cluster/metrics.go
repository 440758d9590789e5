package cluster

import "github.com/prometheus/client_golang/prometheus"

// Register registers what a queue tells of itself.
func (q *Queue) Register(r prometheus.Registerer) {
	gauge(r, "biaoge_hub_out", "Pictures and series that are handed out and have no answer.", func() float64 {
		q.mu.Lock()
		defer q.mu.Unlock()
		return float64(len(q.out))
	})
	gauge(r, "biaoge_hub_workers", "Machines that were heard of within 30 seconds.", func() float64 { return float64(len(q.Workers())) })
	for name, of := range map[string]struct {
		help string
		n    func() int64
	}{
		"biaoge_hub_handed_total": {"Pictures and series handed out.", q.count.handed.Load},
		"biaoge_hub_lost_total":   {"Of them, those that were lost, and handed out again while the run lasted.", q.count.lost.Load},
		"biaoge_hub_twice_total":  {"Results that came a second time and were dropped.", q.count.twice.Load},
		"biaoge_hub_differ_total": {"Of them, those that said something else than the first.", q.count.differ.Load},
		"biaoge_hub_deadly_total": {"Pictures that several machines were gone while they read.", q.count.deadly.Load},
	} {
		counter(r, name, of.help, of.n)
	}
}

// Register registers what a reader tells of itself.
func (r *Reader) Register(reg prometheus.Registerer) {
	gauge(reg, "biaoge_workers", "Pictures that may be read at the same time.", func() float64 { return float64(r.Slots) })
	gauge(reg, "biaoge_workers_busy", "Pictures that are in hand.", func() float64 {
		r.mu.Lock()
		defer r.mu.Unlock()
		return float64(len(r.hands))
	})
	counter(reg, "biaoge_read_total", "Pictures and series read.", r.read.Load)
	counter(reg, "biaoge_worker_deaths_total", "Child processes that ended while they read.", r.deaths.Load)
}

func gauge(r prometheus.Registerer, name, help string, of func() float64) {
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, of))
}

func counter(r prometheus.Registerer, name, help string, of func() int64) {
	r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(of()) }))
}

// A Tally is what a queue has counted.
type Tally struct {
	Handed, Lost, Twice, Differ, Deadly int64
}

// Tally says what the queue has counted so far.
func (q *Queue) Tally() Tally {
	c := &q.count
	return Tally{c.handed.Load(), c.lost.Load(), c.twice.Load(), c.differ.Load(), c.deadly.Load()}
}
