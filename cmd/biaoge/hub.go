package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/biaoge/biaoge/internal/hub"
	"github.com/biaoge/biaoge/internal/malloc"
)

var hubCommand = command{
	name:    "hub",
	summary: "carry batches between machines; for those who run no NATS server",
	help: `
A NATS server with JetStream. biaoge batch --hub hands out pictures over it, and
biaoge work reads them. When it can take work it prints one line: listening on
nats://ADDRESS. Another address than loopback is taken only with --creds: a file
with a key, made where it does not exist; whoever has a copy gets in. Nothing is
lost when it is killed, or when its --store is lost.

SIGTERM or Ctrl-C ends it, with code 0. docs/cluster.md tells the rest.`,
	example: `
biaoge hub
biaoge hub --listen 10.0.0.1:4222 --creds hub.creds --store /var/lib/biaoge`,
	run:     runHub,
	service: true,
}

// hubMemory is what a hub has for all that it holds: below the 512 MB that it may
// have in all.
const hubMemory = 448 << 20

func runHub(ctx context.Context, c *call) error {
	malloc.Hold(hubMemory)
	var o hub.Options
	var metrics, cluster string
	fs := c.flags
	fs.StringVar(&o.Listen, "listen", "127.0.0.1:4222", "take connections at `HOST:PORT`")
	fs.StringVar(&o.Store, "store", "biaoge-hub", "keep in `DIR` what nobody has fetched yet, 1.1 GB at most")
	fs.StringVar(&o.Creds, "creds", "", "let in only who has the key in `FILE`; made where it does not exist")
	fs.StringVar(&o.Cert, "tls-cert", "", "speak TLS, with the certificate in `FILE`")
	fs.StringVar(&o.Key, "tls-key", "", "its key, in `FILE`")
	fs.StringVar(&cluster, "cluster", "", "be one of three hubs: `HOST:PORT,…` by which they reach one another,\nthis one's first")
	defineMetrics(fs, &metrics)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return usagef("hub takes no arguments; batch --hub and work are given its address")
	}
	if cluster != "" {
		o.Cluster = strings.Split(cluster, ",")
	}
	o.Log = newLog(c.stderr, "text")
	h, err := hub.Start(o)
	if errors.As(err, new(*hub.UsageError)) {
		return &exitError{exitUsage, err}
	}
	if err != nil {
		return err
	}
	defer h.Stop()
	end, err := serveMetrics(ctx, metrics, h.Register)
	if err != nil {
		return err
	}
	defer end()
	if _, err := fmt.Fprintf(c.stdout, "listening on nats://%s\n", h.Address); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
