package hub

import (
	"github.com/nats-io/nats-server/v2/server"
	"github.com/prometheus/client_golang/prometheus"
)

// Register registers what a hub tells of itself.
func (h *Hub) Register(r prometheus.Registerer) {
	for name, of := range map[string]struct {
		help string
		n    func(*server.Varz, *server.JSInfo) float64
	}{
		"biaoge_hub_connections":    {"Coordinators and machines that read, connected here.", func(v *server.Varz, _ *server.JSInfo) float64 { return float64(v.Connections) }},
		"biaoge_hub_in_bytes":       {"Bytes that came in.", func(v *server.Varz, _ *server.JSInfo) float64 { return float64(v.InBytes) }},
		"biaoge_hub_out_bytes":      {"Bytes that went out.", func(v *server.Varz, _ *server.JSInfo) float64 { return float64(v.OutBytes) }},
		"biaoge_hub_memory_bytes":   {"Memory of the hub.", func(v *server.Varz, _ *server.JSInfo) float64 { return float64(v.Mem) }},
		"biaoge_hub_stored_bytes":   {"Bytes on the disk, of all streams.", func(_ *server.Varz, j *server.JSInfo) float64 { return float64(j.Store) }},
		"biaoge_hub_messages":       {"Messages in all streams.", func(_ *server.Varz, j *server.JSInfo) float64 { return float64(j.Messages) }},
		"biaoge_hub_slow_consumers": {"Connections that were closed since they took too slowly.", func(v *server.Varz, _ *server.JSInfo) float64 { return float64(v.SlowConsumers) }},
	} {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: of.help}, func() float64 {
			s := h.server()
			v, err := s.Varz(nil)
			if err != nil {
				return 0
			}
			j, err := s.Jsz(nil)
			if err != nil {
				return 0
			}
			return of.n(v, j)
		}))
	}
}
