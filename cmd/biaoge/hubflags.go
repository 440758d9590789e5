package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// hubFlags are the flags of commands that speak to a hub.
type hubFlags struct {
	creds   string
	ca      string
	metrics string
}

func (h *hubFlags) define(fs *flag.FlagSet) {
	fs.StringVar(&h.creds, "creds", "", "the credentials in `FILE`, for a hub that wants some")
	fs.StringVar(&h.ca, "tls-ca", "", "trust hubs whose certificates those in `FILE` have signed; implies TLS")
	defineMetrics(fs, &h.metrics)
}

func defineMetrics(fs *flag.FlagSet, at *string) {
	fs.StringVar(at, "metrics", "", "tell Prometheus how it goes at `ADDRESS`, HOST:PORT, under /metrics")
}

// checkHub refuses what is no address of a hub.
func checkHub(url string) error {
	for _, h := range strings.Split(url, ",") {
		if _, rest, ok := strings.Cut(h, "://"); ok {
			h = rest
		}
		if h == "" || strings.ContainsAny(h, "/ ") {
			return &exitError{exitUsage, fmt.Errorf("%s: that is no address of a hub; give nats://HOST or nats://HOST:PORT, several with commas between", url)}
		}
	}
	if scheme, _, ok := strings.Cut(url, "://"); !ok || scheme != "nats" && scheme != "tls" {
		return &exitError{exitUsage, fmt.Errorf("%s: that is no address of a hub; give nats://HOST or nats://HOST:PORT, several with commas between", url)}
	}
	return nil
}

// serveMetrics answers Prometheus until ctx ends, where an address is given.
func serveMetrics(ctx context.Context, address string, register ...func(prometheus.Registerer)) (end func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	registry := prometheus.NewRegistry()
	ours := prometheus.WrapRegistererWithPrefix("biaoge_", registry)
	ours.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, f := range register {
		f(registry)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("--metrics %s: %w; give HOST:PORT that is free", address, errors.Unwrap(err))}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go s.Serve(l)
	return func() { s.Close() }, nil
}
