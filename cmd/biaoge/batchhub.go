package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/cluster"
	"github.com/biaoge/biaoge/internal/worker"
)

// batchHubFlags are the flags of a batch that others read.
type batchHubFlags struct {
	hubFlags
	hub      string
	replicas int
	own      countOrNone // --jobs, which may be none with a hub
}

func (h *batchHubFlags) define(fs *flag.FlagSet) {
	fs.Var(&h.own, "jobs", "read so many pictures at once (`N`; default: one for each core);\nwith --hub 0 leaves all of them to others")
	fs.StringVar(&h.hub, "hub", "", "hand out pictures over the hub at `URL`, nats://HOST[,HOST…], to biaoge work\non other machines (see docs/cluster.md)")
	fs.IntVar(&h.replicas, "replicas", 1, "keep what lies in the hub `N` times: 1, or 3 where three hubs are one")
	h.hubFlags.define(fs)
}

// check refuses what makes no sense, and says how many pictures are read here.
func (h *batchHubFlags) check() (jobs int, err error) {
	switch {
	case h.own.set && h.own.n < 0, h.own.set && h.own.n == 0 && h.hub == "":
		return 0, usagef("--jobs %d: give 1 or more", h.own.n)
	case h.hub == "" && (h.creds != "" || h.ca != "" || h.replicas != 1):
		return 0, usagef("--creds, --tls-ca and --replicas are for a hub; give --hub too")
	case h.replicas != 1 && h.replicas != 3:
		return 0, usagef("--replicas %d: it is 1 or 3", h.replicas)
	case h.hub == "":
		return h.own.n, nil
	}
	return h.own.n, checkHub(h.hub)
}

// readsNothing tells whether all pictures are left to others.
func (h *batchHubFlags) readsNothing() bool { return h.own.set && h.own.n == 0 }

// hubRoom is how many bytes of pictures may be handed out at once: they stay in
// memory until their documents are there, so that what is lost can be handed out
// again.
const hubRoom = 384 << 20

// A hubRun is a batch's way to who reads for it.
type hubRun struct {
	conn  *cluster.Conn
	queue *cluster.Queue
	all   sync.WaitGroup
	end   context.CancelFunc
	stop  context.CancelCauseFunc
}

// openHub begins to hand out pictures over a hub. What ends the run because of
// it is the cause of the context that it returns.
func (r *batchRun) openHub(ctx context.Context, config *batch.Config, limits worker.Limits) (context.Context, *hubRun, error) {
	h := new(hubRun)
	forms, err := formSources(r.forms)
	if err != nil {
		return ctx, nil, err
	}
	id, err := r.batchID()
	if err != nil {
		return ctx, nil, batch.DiskStop(r.out, err)
	}
	if h.conn, err = cluster.Dial(ctx, cluster.Options{URL: r.hub, Creds: r.creds, CA: r.ca, Replicas: r.replicas, Name: "biaoge batch", Log: r.log}); err != nil {
		return ctx, nil, err
	}
	h.queue, err = h.conn.Open(ctx, cluster.Batch{
		ID: id, Versions: r.reads, Forms: forms,
		Settings: cluster.Settings{Lang: r.lang, ReviewBelow: r.reviewBelow, Time: limits.Time},
	})
	if err != nil {
		h.conn.Close()
		return ctx, nil, err
	}
	config.Queue, config.Slots, config.Ahead, config.Room = h.queue, h.queue.Slots, cluster.MostTasks, hubRoom
	ctx, h.stop = context.WithCancelCause(ctx)
	reading, end := context.WithCancel(ctx)
	h.end = end
	h.all.Go(func() { r.noteWorkers(reading, h.queue) })
	if !r.readsNothing() {
		h.all.Go(func() { r.readHere(reading, h, config.Workers, limits) })
	}
	return ctx, h, nil
}

// close ends the handing out. A batch that is done leaves nothing in the hub.
func (h *hubRun) close(done bool) {
	if h == nil {
		return
	}
	h.end()
	h.all.Wait()
	_ = h.queue.Close(done) // what is left in a hub that is gone goes by its age
	h.conn.Close()
	h.stop(nil)
}

// register registers what a hub's queue tells of itself.
func (h *hubRun) register(r prometheus.Registerer) {
	if h != nil {
		h.queue.Register(r)
	}
}

// batchID is the batch's own name, the same in all its runs.
func (r *batchRun) batchID() (string, error) {
	const key = "batch"
	id, err := r.journal.Meta(key)
	if err == nil && id == "" {
		id = rand.Text()
		err = r.journal.SetMeta(key, id)
	}
	return id, err
}

// readHere reads as any other machine does.
func (r *batchRun) readHere(ctx context.Context, h *hubRun, slots int, limits worker.Limits) {
	reader := h.conn.NewReader(cluster.ReaderConfig{Slots: slots, Hurry: true, Log: r.log, Open: func(s cluster.Settings, forms string) (*cluster.Tools, error) {
		return openTools(r.readFlags, s, forms, slots, limits)
	}})
	err := reader.Run(ctx)
	var f *worker.Failure
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.As(err, &f) && f.Kind == worker.KindDependency:
		h.stop(&batch.Stop{Cause: f.Message, Err: batch.ErrDependency})
	default:
		h.stop(&batch.Stop{Cause: err.Error(), Err: err})
	}
}

// workersNote is where the journal has who reads, for biaoge status.
const workersNote = "workers"

// noteEvery is how often it is noted.
const noteEvery = 5 * time.Second

// noteWorkers notes who reads while the run is under way.
func (r *batchRun) noteWorkers(ctx context.Context, q *cluster.Queue) {
	t := time.NewTicker(noteEvery)
	defer t.Stop()
	for {
		if b, err := json.Marshal(q.Workers()); err == nil {
			_ = r.journal.SetMeta(workersNote, string(b)) // that the journal can't be written shows where it matters more
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}
