package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/malloc"
)

// Measuring happens in a process of its own, which has nothing else in its
// memory and can be held to one processor. Parent and child speak JSON lines:
// a list of pictures one way, what they cost the other.

// A round is what the child says of one list of pictures.
type round struct {
	Samples  []sample
	Opened   cost          // of biaoge.New; in the first one only
	Resident int64         // bytes kept after it
	Peak     int64         // bytes at most so far
	CPU      time.Duration // of the process so far
	Err      string
}

type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
	opened cost
}

func (b *bench) child(workers int, pinned bool) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	arg := fmt.Sprintf("-child=%d", workers)
	cmd := b.command(self, arg)
	if !pinned {
		cmd = exec.CommandContext(b.ctx, self, arg)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=2", "OMP_THREAD_LIMIT=1")
	}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, in: in, out: json.NewDecoder(out)}
	first, err := c.answer()
	if err != nil {
		c.close()
		return nil, err
	}
	c.opened = first.Opened
	return c, nil
}

func (c *child) read(pictures []string) (round, error) {
	if err := json.NewEncoder(c.in).Encode(pictures); err != nil {
		return round{}, err
	}
	return c.answer()
}

func (c *child) answer() (round, error) {
	var r round
	if err := c.out.Decode(&r); err != nil {
		return r, fmt.Errorf("the measured process: %w", err)
	}
	if r.Err != "" {
		return r, errors.New(r.Err)
	}
	return r, nil
}

func (c *child) close() {
	c.in.Close()
	c.cmd.Wait()
}

// serve is the child.
func serve(ctx context.Context, workers int) error {
	malloc.Tidy()    // as the program does
	malloc.Arenas(4) // which has a process for each worker
	out := json.NewEncoder(os.Stdout)
	t := begin()
	x, err := biaoge.New(biaoge.WithWorkers(workers))
	if err != nil {
		return err
	}
	defer x.Close()
	if err := out.Encode(round{Opened: t.end()}); err != nil {
		return err
	}
	in := json.NewDecoder(os.Stdin)
	for {
		var pictures []string
		if err := in.Decode(&pictures); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var r round
		if r.Samples, err = readAll(ctx, x, workers, pictures); err != nil {
			r.Err = err.Error()
		}
		r.CPU = cpuTime()
		// What waits for the garbage collector is no part of what is kept.
		debug.FreeOSMemory()
		r.Resident, r.Peak = memory()
		if err := out.Encode(r); err != nil {
			return err
		}
	}
}

func readAll(ctx context.Context, x *biaoge.Extractor, workers int, pictures []string) ([]sample, error) {
	samples, errs := make([]sample, len(pictures)), make([]error, len(pictures))
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				samples[i], errs[i] = readOne(ctx, x, pictures[i])
			}
		})
	}
	for i := range pictures {
		next <- i
	}
	close(next)
	wg.Wait()
	return samples, errors.Join(errs...)
}

func readOne(ctx context.Context, x *biaoge.Extractor, picture string) (sample, error) {
	data, err := os.ReadFile(picture)
	if err != nil {
		return sample{}, err
	}
	t := begin()
	doc, err := x.Extract(ctx, bytes.NewReader(data))
	s := sample{File: picture, cost: t.end()}
	if err != nil {
		return s, fmt.Errorf("%s: %w", picture, err)
	}
	s.Pixels = doc.Source.Width * doc.Source.Height
	if len(doc.Tables) > 0 && doc.Tables[0].Form != nil {
		s.Form = *doc.Tables[0].Form
	}
	return s, nil
}

// A stopwatch runs on the clock and on this process's processor time.
type stopwatch struct {
	wall time.Time
	cpu  time.Duration
}

func begin() stopwatch { return stopwatch{time.Now(), cpuTime()} }

func (s stopwatch) end() cost { return cost{time.Since(s.wall), cpuTime() - s.cpu} }

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func memory() (resident, peak int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	return kilobytes(field(string(status), "VmRSS")), kilobytes(field(string(status), "VmHWM"))
}
