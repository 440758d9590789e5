package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/review"
	"github.com/biaoge/biaoge/internal/worker"
)

var reviewCommand = command{
	name:    "review",
	summary: "have a person settle what the program doubts, on a page in the browser",
	args:    "OUT",
	help: `
OUT is the output folder of biaoge batch. Open the address that is printed.
What is answered is kept in OUT/review.sqlite and taken into records.csv,
reports.csv and summary.html when the review ends (Ctrl-C), by a button of the
page, and by every later run of the batch. The documents stay as they are.

--status, --export and --import need no browser, and work while the page is
served. docs/review.md tells the rest.`,
	example: `
biaoge review out
biaoge review --reviewer Li --reviewer Wang --agree 2 out
biaoge review --only '2023/*' out
biaoge review --status out
biaoge review --export truth.jsonl -o truth.jsonl out
biaoge review --import truth.jsonl other`,
	run: runReview,
}

type reviewFlags struct {
	in, listen   string
	reviewers    list
	agree        int
	audit, known float64
	only         string
	proxy        string
	forms        string
	status       bool
	export       string
	output       string
	importFrom   string
}

func (f *reviewFlags) define(fs *flag.FlagSet) {
	fs.StringVar(&f.in, "in", "", "where the pictures are now (`FOLDER`; default: where the batch found them)")
	fs.StringVar(&f.listen, "listen", "127.0.0.1:8643", "serve the page at `ADDRESS`; port 0 takes a free one")
	fs.Var(&f.reviewers, "reviewer", "who reviews (`NAME`; default: the system's user); may be repeated")
	fs.IntVar(&f.agree, "agree", 1, "so many reviewers must say the same (`N`): 1 or 2")
	fs.Float64Var(&f.audit, "audit", 0.005, "ask for this share (`P`) of the values that are not flagged, too")
	fs.Float64Var(&f.known, "known", 0.02, "ask again for this share (`P`) of the values that two keyed alike")
	fs.StringVar(&f.only, "only", "", "ask only about pictures or a report (`GLOB`), a form, or a reason")
	fs.StringVar(&f.proxy, "behind-proxy", "", "a proxy with TLS that is known as `HOST` stands before the page")
	fs.StringVar(&f.forms, "forms", "", "forms of your own, as the batch had them (`DIR`)")
	fs.BoolVar(&f.status, "status", false, "print how far the review is")
	fs.StringVar(&f.export, "export", "", "write truth.jsonl, corrections.csv, label-studio.json or lines (`WHAT`)")
	fs.StringVar(&f.output, "o", "", "write what is exported to `FILE`, or lines to a folder")
	fs.StringVar(&f.importFrom, "import", "", "take over what was exported from another OUT (`FILE`: truth.jsonl or corrections.csv)")
}

func (f *reviewFlags) check() error {
	if f.agree != 1 && f.agree != 2 {
		return usagef("--agree %d: it is 1 or 2", f.agree)
	}
	if !(f.audit >= 0 && f.audit <= 1) || !(f.known >= 0 && f.known <= 1) {
		return usagef("--audit and --known are shares from 0 to 1")
	}
	for i, name := range f.reviewers {
		switch {
		case strings.TrimSpace(name) == "" || len(name) > 100 || oneLine(name) != name:
			return usagef("--reviewer %q: give a name of one line", name)
		case slices.Contains(f.reviewers[:i], name):
			return usagef("--reviewer %s is given twice", name)
		}
	}
	if f.export != "" && !slices.Contains(review.Exports, f.export) {
		return usagef("--export %s: it is %s", f.export, strings.Join(review.Exports, ", "))
	}
	if f.export == "lines" && f.output == "" {
		return usagef("--export lines writes a folder; name it with -o")
	}
	if f.output != "" && f.export == "" {
		return usagef("-o is for what --export writes")
	}
	if n := count1(f.status) + count1(f.export != "") + count1(f.importFrom != ""); n > 1 {
		return usagef("give one of --status, --export and --import at a time")
	}
	return f.checkAddress()
}

func count1(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkAddress refuses to serve where others can listen in.
func (f *reviewFlags) checkAddress() error {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return usagef("--listen %s: give an address and a port, as 127.0.0.1:8643", f.listen)
	}
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) && f.proxy == "" {
		return usagef("--listen %s: others could read along there; listen on 127.0.0.1, or say with --behind-proxy that a proxy with TLS stands before it", f.listen)
	}
	return nil
}

// reviewable refuses the output of a batch of reports, whose pictures are in
// files that the page can't show.
func reviewable(out string) error {
	j, err := journal.Open(batch.Place{Dir: out}.Journal())
	if err != nil {
		return nil // which is told below, better
	}
	defer j.Close()
	if kind, err := batchKind(j); err != nil || kind != "report" {
		return nil
	}
	return usagef("%s has data of reports, and the page shows pictures; look at the reports in summary.html, or read their pictures with a batch of their own", out)
}

func runReview(ctx context.Context, c *call) error {
	var f reviewFlags
	f.define(c.flags)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("review takes the output folder of a batch")
	}
	if err := f.check(); err != nil {
		return err
	}
	forms, err := knownForms(f.forms)
	if err != nil {
		return err
	}
	if err := reviewable(args[0]); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{ReplaceAttr: plainLog}))
	limits := worker.Limits{Time: time.Minute, Memory: mostMemory}
	pool := worker.NewPool(worker.Options{Workers: 2, Command: cropper(limits), Limits: limits})
	defer pool.Close(context.WithoutCancel(ctx))
	o := review.Options{Place: batch.Place{Dir: args[0]}, In: f.in, Forms: forms, Pool: pool, Bytes: largestFile, Log: log}
	serve := !f.status && f.export == "" && f.importFrom == ""
	if serve {
		return f.serve(ctx, c, o)
	}
	s, err := begin(o)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Catch(ctx); err != nil {
		return err
	}
	switch {
	case f.status:
		return s.Status(c.stdout, language)
	case f.export == "lines":
		return s.ExportLines(ctx, f.output)
	case f.export != "":
		return f.write(c, s)
	}
	return f.take(c, s)
}

// plainLog keeps what a log says fit for a terminal.
func plainLog(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindString || a.Value.Kind() == slog.KindAny {
		a.Value = slog.StringValue(oneLine(a.Value.String()))
	}
	return a
}

func begin(o review.Options) (*review.Session, error) {
	s, err := review.Begin(o)
	switch {
	case errors.Is(err, review.ErrNoBatch):
		return nil, usagef("%s: %w", o.Place.Dir, err)
	case err != nil:
		return nil, journalError(o.Place.Dir, err)
	}
	return s, nil
}

func (f *reviewFlags) write(c *call, s *review.Session) error {
	if f.output == "" || f.output == stdinName {
		return s.Export(c.stdout, f.export)
	}
	return writeWhole(f.output, func(w io.Writer) error { return s.Export(w, f.export) })
}

func (f *reviewFlags) take(c *call, s *review.Session) error {
	file, err := os.Open(f.importFrom)
	if err != nil {
		return usageOf(f.importFrom, err)
	}
	defer file.Close()
	n, err := s.Import(file)
	if err != nil {
		return &exitError{exitUsage, fmt.Errorf("%s: %w", f.importFrom, err)}
	}
	_, err = fmt.Fprintf(c.stdout, "%s taken over, %s there already or differing, %s without a picture here\n",
		plural(int64(n.Taken), "answer"), count(int64(n.Kept)), count(int64(n.Unknown)))
	return err
}

// serve serves the page until ctx ends.
func (f *reviewFlags) serve(ctx context.Context, c *call, o review.Options) error {
	names := []string(f.reviewers)
	if len(names) == 0 {
		names = []string{userName()}
	}
	if f.agree > len(names) {
		return usagef("--agree %d needs %d reviewers; name each with --reviewer", f.agree, f.agree)
	}
	if _, err := os.Stat(o.Place.Journal()); err != nil {
		return usagef("%s: %w", o.Place.Dir, review.ErrNoBatch)
	}
	unlock, err := o.Place.LockReview()
	switch {
	case errors.Is(err, batch.ErrReviewed):
		return &exitError{exitBusy, fmt.Errorf("%s: %w", o.Place.Dir, err)}
	case err != nil:
		return batch.DiskStop(o.Place.Dir, err)
	}
	defer unlock()
	o.Rules = &review.Rules{Agree: f.agree, Audit: f.audit, Known: f.known}
	s, err := begin(o)
	if err != nil {
		return err
	}
	defer s.Close()
	var reviewers []review.Reviewer
	for _, name := range names {
		r, err := s.Store.Reviewer(name)
		if err != nil {
			return batch.DiskStop(o.Place.Dir, err)
		}
		reviewers = append(reviewers, r)
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w; give another address or port", f.listen, err)
	}
	return f.answer(ctx, c, s, l, reviewers)
}

// answer serves until ctx ends, and then writes the results.
func (f *reviewFlags) answer(ctx context.Context, c *call, s *review.Session, l net.Listener, reviewers []review.Reviewer) error {
	at := "http://" + l.Addr().String() + "/"
	if f.proxy != "" {
		at = "https://" + f.proxy + "/"
	}
	server := s.Server(review.Access{Proxy: f.proxy}, f.only, at)
	h := &http.Server{
		Handler: server.Handler(reviewers), ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(l) }()
	indexing, stopIndex := context.WithCancel(ctx)
	indexed := make(chan struct{})
	s.Index.Start()
	go func() {
		defer close(indexed)
		s.KeepIndexed(indexing)
	}()
	go s.Pool.Warm(ctx) // that it can't is told with the first crop
	for _, r := range reviewers {
		if len(reviewers) > 1 {
			fmt.Fprintf(c.stderr, "%s:\n", r.Name)
		}
		if _, err := fmt.Fprintf(c.stdout, "listening on http://%s/?token=%s\n", l.Addr(), r.Token); err != nil {
			stopIndex()
			<-indexed
			return err
		}
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-served:
	}
	stopIndex()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	h.Shutdown(end)
	<-indexed
	return errors.Join(failed, f.finish(context.WithoutCancel(ctx), s, at))
}

// finish takes the answers into the results, where there are new ones.
func (f *reviewFlags) finish(ctx context.Context, s *review.Session, at string) error {
	n, err := s.Unwritten()
	if err != nil || n == 0 {
		return err
	}
	if err := s.WriteResults(ctx, at); err != nil {
		return fmt.Errorf("the answers are kept, but the results could not be written: %w; biaoge batch --results-only does it later", err)
	}
	return nil
}

// userName is who runs the program.
func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return oneLine(u.Username)
	}
	return "reviewer"
}

// reviewed are the answers beside a batch's output; nil where there are none.
func reviewed(place batch.Place) (results.Answers, func(), error) {
	s, done, err := review.Reviewed(place)
	if err != nil {
		return nil, done, fmt.Errorf("%s: %w", place.Dir, err)
	}
	if s == nil {
		return nil, done, nil
	}
	return s, done, nil
}

// answeredIn counts the pictures whose flags persons have answered.
func answeredIn(place batch.Place, j *journal.Journal) (int64, error) {
	s, done, err := review.Reviewed(place)
	if err != nil || s == nil {
		return 0, err
	}
	defer done()
	return s.Answered(j)
}
