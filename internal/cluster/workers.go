package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/biaoge/biaoge/internal/journal"
)

// A Worker is a machine that reads, as others see it.
type Worker struct {
	Name      string           `json:"name"`
	Host      string           `json:"host"`
	Processor string           `json:"processor"`
	Slots     int              `json:"slots"`
	Busy      int              `json:"busy"`
	Versions  journal.Versions `json:"versions"` // of what it read last
	Started   time.Time        `json:"started"`
	Beat      time.Time        `json:"beat"`
	Read      int64            `json:"read"`   // pictures and series, of all batches
	Deaths    int64            `json:"deaths"` // of its children
	Rate      float64          `json:"pictures_per_second"`
	Refused   string           `json:"refused,omitempty"` // why it may not read for the batch that looks

	RefusedBy map[string]string `json:"refused_by,omitempty"` // the same by batch, as it says itself
}

// mostRefused is for how many batches it is known that they are not read here.
const mostRefused = 64

// mayRead tells whether this machine reads like the batch. It says once of each
// batch why not.
func (r *Reader) mayRead(h *hand) error {
	own, batch := h.tools.Versions, h.Versions
	r.versions.Store(&own)
	var err error
	switch {
	case own.Program != batch.Program:
		err = fmt.Errorf("this machine has another program (%s) than the batch (%s); install the same version here", own.Program, batch.Program)
	case own.Forms != batch.Forms:
		err = fmt.Errorf("this machine has other forms (%s) than the batch (%s); install the same version here", own.Forms, batch.Forms)
	case own != batch:
		err = fmt.Errorf("this machine has other models (%s) than the batch (%s); install the same version of biaoge and of Tesseract's data here", own.Models, batch.Models)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		delete(r.refused, h.Batch)
		return nil
	}
	if r.refused[h.Batch] == "" {
		if len(r.refused) == mostRefused {
			clear(r.refused) // those that are still there come again
		}
		r.Log.Error("refused: "+err.Error(), "batch", h.Batch)
	}
	r.refused[h.Batch] = err.Error()
	return err
}

// describe is this machine as others see it.
func (r *Reader) describe() Worker {
	host, _ := os.Hostname()
	w := Worker{
		Name: r.name, Host: host, Processor: r.processor, Slots: r.Slots, Started: r.started, Beat: time.Now(),
		Read: r.read.Load(), Deaths: r.deaths.Load(),
	}
	w.Rate = float64(w.Read) / time.Since(r.started).Seconds()
	if v := r.versions.Load(); v != nil {
		w.Versions = *v
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w.Busy = len(r.hands)
	w.RefusedBy = maps.Clone(r.refused)
	return w
}

// present says that this machine is there, until ctx ends.
func (r *Reader) present(ctx context.Context) {
	say := func(leave bool) error {
		ctx, cancel := context.WithTimeout(context.Background(), dialTime)
		defer cancel()
		kv, err := r.c.workers(ctx)
		switch {
		case err != nil:
		case leave:
			err = kv.Delete(ctx, r.name)
		default:
			_, err = kv.Put(ctx, r.name, bytesOf(r.describe()))
		}
		return err
	}
	for {
		pause := inProgress
		if say(false) != nil { // before the first batch, or while the hub is gone
			pause = time.Second
		}
		if wait(ctx, pause) != nil {
			_ = say(true) // who is not heard of is forgotten soon
			return
		}
	}
}

// watch keeps the list of who reads.
func (q *Queue) watch() {
	told := make(map[string]bool)
	for {
		if all, err := q.c.present(q.ctx); err == nil {
			for i := range all {
				all[i].Refused, all[i].RefusedBy = all[i].RefusedBy[q.ID], nil
			}
			q.workers.Store(&all)
			for _, w := range all {
				if w.Refused != "" && !told[w.Name] {
					q.c.log.Warn("a machine may not read: "+w.Refused, "worker", w.Name)
					told[w.Name] = true
				}
			}
		}
		if wait(q.ctx, inProgress/2) != nil {
			return
		}
	}
}

func (c *Conn) present(ctx context.Context) ([]Worker, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	kv, err := c.workers(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := kv.ListKeys(ctx)
	if err != nil {
		return nil, err
	}
	all := []Worker{}
	for key := range keys.Keys() {
		e, err := kv.Get(ctx, key)
		if err != nil {
			continue // it has gone meanwhile
		}
		var w Worker
		if json.Unmarshal(e.Value(), &w) == nil {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b Worker) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// Workers are the machines that read, as far as they were heard of lately.
func (q *Queue) Workers() []Worker {
	if all := q.workers.Load(); all != nil {
		return *all
	}
	return nil
}

// Slots is how many pictures these read at once, without those that may not.
func (q *Queue) Slots() (n int) {
	for _, w := range q.Workers() {
		if w.Refused == "" {
			n += w.Slots
		}
	}
	return n
}
