package cluster

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/hub"
)

// hubs are three that are one cluster, in this process.
type hubs struct {
	*fixture
	options [3]hub.Options
	all     [3]*hub.Hub
}

func (f *fixture) cluster() *hubs {
	f.Helper()
	h := &hubs{fixture: f}
	var listen, routes []string
	var free []net.Listener
	for range 2 * len(h.all) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		f.must(err)
		free, listen = append(free, l), append(listen, l.Addr().String())
	}
	for _, l := range free {
		l.Close()
	}
	listen, routes = listen[:3], listen[3:]
	for i := range h.options {
		h.options[i] = hub.Options{Listen: listen[i], Store: f.TempDir(), Log: slog.New(slog.DiscardHandler),
			Cluster: []string{routes[i], routes[(i+1)%3], routes[(i+2)%3]}}
	}
	f.url, f.replicas = "nats://"+strings.Join(listen, ","), 3
	return h
}

func (h *hubs) start(i int) {
	h.Helper()
	var err error
	h.all[i], err = hub.Start(h.options[i])
	h.must(err)
}

// Three hubs keep everything three times: each may be gone for a while, one after
// the other, and the batch gives what one on one machine gives.
func TestEachOfThreeHubsMayBeGone(t *testing.T) {
	f := newFixture(t, 120, func(i int) string {
		if i == 17 {
			return fmt.Sprintf("0 %d large", i)
		}
		return fmt.Sprintf("40 %d", i)
	})
	h := f.cluster()
	for i := range h.all {
		h.start(i)
	}
	t.Cleanup(func() {
		for _, hub := range h.all {
			hub.Stop()
		}
	})
	f.reader(testVersions)
	f.reader(testVersions)
	done := make(chan struct{})
	struck := make(chan int, 1)
	go func() {
		n := 0
		defer func() { struck <- n }()
		for i := range h.all {
			select {
			case <-done:
				return
			case <-time.After(700 * time.Millisecond):
			}
			h.all[i].Stop()
			time.Sleep(300 * time.Millisecond)
			h.start(i)
			n++
		}
	}()
	out := filepath.Join(t.TempDir(), "out")
	q, err := f.run(t.Context(), out, true)
	close(done)
	n := <-struck
	f.must(err)
	f.same(out, 120)
	if q.count.differ.Load() > 0 || n == 0 {
		t.Errorf("%d results differ, %d hubs were gone", q.count.differ.Load(), n)
	}
	c := f.dial()
	for _, name := range []string{tasksStream, resultsStream} {
		s, err := c.js.Stream(t.Context(), name)
		f.must(err)
		if got := s.CachedInfo().Config.Replicas; got != 3 {
			t.Errorf("%s is kept %d times", name, got)
		}
	}
}
