package main

import (
	"context"
	"errors"
	"math"

	"github.com/biaoge/biaoge/internal/cluster"
	"github.com/biaoge/biaoge/internal/worker"
)

var workCommand = command{
	name:    "work",
	summary: "read pictures that batches on other machines hand out over a hub",
	args:    "nats://HOST[,HOST…]",
	help: `
Takes pictures from a hub (biaoge hub, or any NATS server with JetStream), reads
them, and sends back what is on them. It needs no folder and keeps nothing. Forms
and settings come with the batch; the program and Tesseract's data must be those
of the machine that runs biaoge batch --hub, or it says so and reads nothing.

SIGTERM or Ctrl-C ends it after the pictures in hand, with code 0; a second one
at once. docs/cluster.md tells the rest.`,
	example: `
biaoge work nats://10.0.0.1
biaoge work nats://10.0.0.1,10.0.0.2,10.0.0.3 --creds hub.creds --jobs 8`,
	run:     runWork,
	service: true,
}

func runWork(ctx context.Context, c *call) error {
	var read readFlags
	var to hubFlags
	read.defineJobs(c.flags)
	read.defineMemory(c.flags)
	to.define(c.flags)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("work takes the address of a hub, such as nats://10.0.0.1")
	}
	if err := errors.Join(read.check(), checkHub(args[0])); err != nil {
		return err
	}
	log := newLog(c.stderr, "text")
	conn, err := cluster.Dial(ctx, cluster.Options{URL: args[0], Creds: to.creds, CA: to.ca, Name: "biaoge work", Log: log})
	if err != nil {
		return err
	}
	defer conn.Close()
	slots, limits := read.share(math.MaxInt)
	if err := tryChild(ctx, &read, limits); err != nil {
		return err
	}
	r := conn.NewReader(cluster.ReaderConfig{Slots: slots, Log: log, Open: func(s cluster.Settings, forms string) (*cluster.Tools, error) {
		return openTools(read, s, forms, slots, limits)
	}})
	end, err := serveMetrics(ctx, to.metrics, r.Register)
	if err != nil {
		return err
	}
	defer end()
	log.Info("waiting for pictures", "hub", args[0], "jobs", slots, "memory_mb", limits.Memory>>20)
	return ownFault(r.Run(ctx))
}

// tryChild finds out whether a child can read here, before any picture is taken.
func tryChild(ctx context.Context, read *readFlags, limits worker.Limits) error {
	pool := read.pool(1, limits)
	defer pool.Close(ended)
	if err := pool.Warm(ctx); err != nil {
		return startError(err)
	}
	return nil
}

// openTools makes what reads as a batch on another machine wants it.
func openTools(read readFlags, s cluster.Settings, forms string, slots int, limits worker.Limits) (*cluster.Tools, error) {
	read.lang, read.reviewBelow, read.forms = s.Lang, s.ReviewBelow, forms
	if err := read.check(); err != nil {
		return nil, err
	}
	own, err := loadForms(forms)
	if err != nil {
		return nil, err
	}
	versions, err := read.versions(own)
	if err != nil {
		return nil, err
	}
	limits.Time = s.Time
	return &cluster.Tools{Pool: read.pool(slots, limits), Versions: versions}, nil
}

// ownFault is why this machine can't read, with its exit code.
func ownFault(err error) error {
	if err == nil {
		return nil
	}
	return startError(err)
}

// formSources are the files of a batch's own forms.
func formSources(dir string) (all cluster.Forms, err error) {
	own, err := loadForms(dir)
	for _, f := range own {
		all = append(all, f.Source())
	}
	return all, err
}
