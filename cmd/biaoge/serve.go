package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/biaoge/biaoge/internal/malloc"
	"github.com/biaoge/biaoge/internal/server"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

var serveCommand = command{
	name:    "serve",
	summary: "answer other programs over HTTP: pictures in, documents out",
	help: `
Listens on a loopback address; on any other only with --token-file. A Unix
socket (--listen unix:/run/biaoge.sock) and sockets handed over by systemd serve
too. When it can take requests it prints one line: listening on http://ADDRESS.
SIGTERM or Ctrl-C ends it when what is in hand is done, with code 0; with code 1
where --drain is too short for that, and a second one at once.

Each flag may be given as an environment variable: --queue-bytes as
BIAOGE_QUEUE_BYTES. A flag goes before the environment. Sizes are written 512MB
or 64MiB. docs/service.md tells the rest.`,
	example: `
biaoge serve
curl --data-binary @22.jpg http://127.0.0.1:8642/v1/extract
biaoge serve --listen 10.0.0.5:8642 --token-file /etc/biaoge/token
biaoge serve --print-config`,
	run:     runServe,
	service: true,
}

// serveFlags are the flags of biaoge serve.
type serveFlags struct {
	readFlags
	listen      string
	token       string
	queue       countOrNone
	queueBytes  size
	maxBytes    size
	maxPictures int
	drain       time.Duration
	log         string
	print       bool
	ask         bool
}

func (f *serveFlags) define(c *call) {
	fs := c.flags
	f.queueBytes, f.maxBytes = 512_000_000, largestFile
	fs.StringVar(&f.listen, "listen", "127.0.0.1:8642", "take requests at `ADDRESS`: HOST:PORT, or unix:PATH")
	fs.StringVar(&f.token, "token-file", "", "want the token in `FILE` of callers; made where it does not exist")
	fs.Var((*positive)(&f.jobs), "workers", "read so many pictures at once (`N`; default: one for each core)")
	fs.Var(&f.queue, "queue", "let `N` requests wait beside those being read (default: 16 for each worker)")
	fs.Var(&f.queueBytes, "queue-bytes", "hold so many `BYTES` of requests and results at most")
	fs.Var(&f.maxBytes, "max-bytes", "take so many `BYTES` in one request at most")
	f.maxPictures = 50
	fs.Var((*positive)(&f.maxPictures), "max-pictures", "take `N` pictures in one request at most")
	f.defineLimits(fs)
	fs.DurationVar(&f.drain, "drain", 30*time.Second, "when told to end, give what is in hand so much `TIME`")
	f.defineReading(fs)
	fs.StringVar(&f.log, "log", "text", "`FORMAT` of the log on standard error: text or json")
	fs.BoolVar(&f.ask, "check", false, "ask the service that runs at --listen whether it is ready, and end: 0 if it is")
	fs.BoolVar(&f.print, "print-config", false, "print what holds, and where it is from, and end")
}

func runServe(ctx context.Context, c *call) error {
	var f serveFlags
	f.define(c)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return usagef("serve takes no arguments; pictures are sent to it")
	}
	from, err := fromEnvironment(c.flags)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	workers, limits := f.shared()
	if !f.queue.set {
		f.queue = countOrNone{queueForEach * workers, true}
	}
	if f.ask {
		return server.Ask(ctx, f.listen)
	}
	if f.print {
		f.jobs, f.memory = workers, int(limits.Memory>>20)
		return printConfig(c.stdout, c.flags, from)
	}
	return f.serve(ctx, c, workers, limits)
}

// queueForEach is how many requests may wait for each worker: with a second a
// picture, a quarter of a minute's work.
const queueForEach = 16

func (f *serveFlags) check() error {
	if err := f.readFlags.check(); err != nil {
		return err
	}
	switch {
	case f.queue.n < 0:
		return usagef("--queue %d: give 0 or more", f.queue.n)
	case f.maxBytes < 1 || f.queueBytes < 1:
		return usagef("--max-bytes and --queue-bytes: give at least one byte")
	case f.timeout < 0 || f.memory < 0 || f.drain < 0:
		return usagef("--timeout, --memory and --drain can't be negative")
	case f.log != "text" && f.log != "json":
		return usagef("--log %s: it is text or json", f.log)
	}
	return nil
}

// shared says how many workers there are and what each may use, of the memory
// that is left beside what the service holds itself.
func (f *serveFlags) shared() (int, worker.Limits) {
	has := machineMemory("/")
	if has > 0 {
		has = max(1, has-server.Held(int64(f.queueBytes)))
	}
	return f.shareOf(has, math.MaxInt)
}

func (f *serveFlags) serve(ctx context.Context, c *call, workers int, limits worker.Limits) error {
	malloc.Hold(server.Held(int64(f.queueBytes)) + parentsMemory)
	own, err := loadForms(f.forms)
	if err != nil {
		return err
	}
	forms, err := knownForms(f.forms)
	if err != nil {
		return err
	}
	versions, err := f.versions(own)
	if err != nil {
		return err
	}
	log := newLog(c.stderr, f.log)
	var token server.Token
	if f.token != "" {
		var made bool
		if token, made, err = server.ReadToken(f.token); err != nil {
			return usagef("%w", err)
		}
		if made {
			log.Info("made a token; callers send what is in this file", "file", f.token)
		}
	}
	listeners, err := server.Listen(ctx, f.listen, token.Set())
	switch {
	case errors.Is(err, server.ErrNeedsToken):
		return usagef("%w", err)
	case err != nil:
		return err
	}
	defer server.CloseAll(listeners)

	pool := f.pool(workers, limits)
	defer pool.Close(ended)
	if err := pool.Warm(ctx); err != nil {
		return startError(err)
	}
	reports := f.reportPool(workers)
	defer reports.Close(ended)
	s := server.New(server.Config{
		Pool: pool, Workers: workers,
		Reports: reports,
		Queue:   f.queue.n, QueueBytes: int64(f.queueBytes), MaxBytes: int64(f.maxBytes), MaxPictures: f.maxPictures,
		Timeout: f.timeout, Drain: f.drain, ReviewBelow: f.reviewBelow,
		Token: token, Forms: forms, Language: installed, Log: log,
		Versions: server.Versions{Program: versions.Program, Document: tables.Version, Forms: versions.Forms, Models: versions.Models, Settings: versions.Settings, Go: runtime.Version()},
	})
	defer context.AfterFunc(ctx, func() { daemon.SdNotify(false, daemon.SdNotifyStopping) })()
	return s.Serve(ctx, listeners, func() {
		for _, l := range listeners {
			log.Info("listening", "address", l.Address, "workers", workers, "memory_mb", limits.Memory>>20, "queue", f.queue.n)
			fmt.Fprintf(c.stdout, "listening on http://%s\n", l.Address)
		}
		daemon.SdNotify(false, daemon.SdNotifyReady)
	})
}

// ended is a context for what must not be waited for.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func installed(lang string) bool {
	_, err := ocr.LanguageFile(lang)
	return err == nil
}

// startError is why no worker starts.
func startError(err error) error {
	var f *worker.Failure
	if errors.As(err, &f) && f.Kind == worker.KindDependency {
		return &exitError{exitDependency, errors.New(f.Message)}
	}
	return fmt.Errorf("%w; biaoge doctor may say why", err)
}

func newLog(w io.Writer, format string) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// printConfig prints what each flag is, and where that is from.
func printConfig(w io.Writer, fs *flag.FlagSet, from map[string]string) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fs.VisitAll(func(f *flag.Flag) {
		if f.Name != "print-config" && f.Name != "check" {
			fmt.Fprintf(t, "--%s\t%s\t%s\n", f.Name, f.Value, from[f.Name])
		}
	})
	return t.Flush()
}
