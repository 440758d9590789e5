package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/progress"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/worker"
)

var batchCommand = command{
	name:    "batch",
	summary: "read a folder of pictures into a folder of data; may be stopped and goes on",
	args:    "IN OUT",
	help: `
IN is a folder, searched with all folders and zip and tar archives in it, or
one picture. Below OUT come documents/ (as IN, one JSON file for each picture),
records.csv (a line for each value), reports.csv (a line for each report, a
column for each key), summary.html and summary.json, and quarantine/ for
pictures that no worker survives. A report is a folder of pictures.

A run may be killed at any moment; the same command goes on where it was.
biaoge status OUT shows how far it is. Ctrl-C ends it after the pictures in
hand, a second one at once. The exit code is 0 when all is done, 6 when some
of it should be looked at, 3 when some pictures could not be read, 130 or 1
when it was stopped before it was done; biaoge help exit-codes lists all.
docs/batch.md tells the rest.`,
	example: `
biaoge batch scraped out
biaoge batch --exclude '*thumb*' --report-pattern '^[^/]+/[^/]+' scraped out
find scraped -newer stamp -name '*.jpg' | biaoge batch --manifest - . out
biaoge batch --refresh scraped out`,
	run: runBatch,
}

// batchFlags are the flags of biaoge batch.
type batchFlags struct {
	readFlags
	include, exclude list
	manifest         string
	nulls            bool
	pattern          string
	formats          string
	noBOM            bool
	refresh, retry   bool
	resultsOnly      bool
	moved            bool
	log              string
}

// A list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ", ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// largestFile is the largest picture that is read, as in biaoge extract.
const largestFile = 100_000_000

func (b *batchFlags) define(fs *flag.FlagSet) {
	b.readFlags.defineReading(fs)
	b.readFlags.defineCost(fs)
	fs.Var(&b.include, "include", "only pictures that match `GLOB`, such as '*.jpg' or '2023/**'; may be repeated")
	fs.Var(&b.exclude, "exclude", "no files or folders that match `GLOB`; may be repeated")
	fs.StringVar(&b.manifest, "manifest", "", "only what `FILE` lists, one path in IN a line; - is standard input")
	fs.BoolVar(&b.nulls, "null", false, "the manifest's paths are parted by NUL, as find -print0 does")
	fs.StringVar(&b.pattern, "report-pattern", "", "pictures belong together whose path has the same match of `REGEXP`,\nor of its first group (default: those of a folder)")
	fs.StringVar(&b.formats, "format", "csv", "`FORMATS` of records and reports: csv, parquet, or csv,parquet")
	fs.BoolVar(&b.noBOM, "no-bom", false, "leave out the byte order mark by which Excel knows CSV as UTF-8")
	fs.BoolVar(&b.refresh, "refresh", false, "read again what has changed, or was read by other versions")
	fs.BoolVar(&b.retry, "retry-failed", false, "read again what could not be read")
	fs.BoolVar(&b.resultsOnly, "results-only", false, "read nothing; write records, reports and summary of what has been read")
	fs.BoolVar(&b.moved, "moved", false, "go on though IN has another name than before")
	fs.StringVar(&b.log, "log", "text", "`FORMAT` of messages on standard error: text or json")
}

func runBatch(ctx context.Context, c *call) error {
	var b batchFlags
	b.define(c.flags)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 2 {
		return usagef("batch takes the folder with the pictures and the folder for the output")
	}
	return b.run(ctx, c, args[0], args[1])
}

func (b *batchFlags) run(ctx context.Context, c *call, in, out string) (err error) {
	started := time.Now()
	if err := b.check(); err != nil {
		return err
	}
	report, err := reportOf(b.pattern)
	if err != nil {
		return err
	}
	formats, err := parseBatchFormats(b.formats)
	if err != nil {
		return err
	}
	own, err := loadForms(b.forms)
	if err != nil {
		return err
	}
	forms, err := knownForms(b.forms)
	if err != nil {
		return err
	}
	versions, err := b.versions(own)
	if err != nil {
		return err
	}

	place := batch.Place{Dir: out}
	if err := prepare(in, out); err != nil {
		return err
	}
	unlock, err := place.Lock()
	switch {
	case errors.Is(err, batch.ErrBusy):
		return &exitError{exitBusy, fmt.Errorf("%s: %w", out, err)}
	case err != nil:
		return batch.DiskStop(out, err)
	}
	defer unlock()

	listed, closeList, err := b.list(c)
	if err != nil {
		return err
	}
	defer closeList()
	folder, err := intake.Open(in, intake.Options{Include: b.include, Exclude: b.exclude, List: listed, Nulls: b.nulls, Spool: out, Leave: out})
	if err != nil {
		return usageOf(in, err)
	}
	defer folder.Close()

	j, err := journal.Create(place.Journal())
	if err != nil {
		return journalError(out, err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := b.sameInput(j, in); err != nil {
		return err
	}
	workers, limits := b.share(math.MaxInt)
	if err := j.Begin(versions, workers); err != nil {
		return batch.DiskStop(out, err)
	}

	display := progress.New(c.stderr, b.log == "json", widthOf(c.stderr), oneLine)
	monitor := new(batch.Monitor)
	log := display.Log()
	if want := b.workers(); workers < want {
		log.Warn(fmt.Sprintf("there is memory for %s, not for %d", plural(int64(workers), "worker"), want))
	}
	pool := b.pool(workers, limits)
	defer pool.Close(ctx)
	run := batch.Config{
		Folder: folder, Place: place, Journal: j, Report: report, Forms: forms,
		Workers: workers, Pool: pool, Advice: advice, Time: limits.Time, Bytes: largestFile,
		Refresh: b.refresh, RetryFailed: b.retry,
		Log: log, Monitor: monitor,
	}
	look := func(path string) (string, []byte, error) {
		data, err := folder.Read(ctx, path, largestFile)
		if err != nil {
			return "", nil, err
		}
		return pool.Look(ctx, worker.Request{}, data)
	}
	summary, err := b.work(ctx, run, display, results.Options{
		Place: place, Journal: j, Forms: forms,
		CSV: formats.csv, NoBOM: b.noBOM, Parquet: formats.parquet,
		Look: look, Alike: worker.Alike,
		Run: results.RunInfo{In: escape.Name(in), Versions: versions, Started: started, Workers: workers},
	})
	outcome, cause := journal.OutcomeDone, ""
	if err != nil {
		outcome, cause = journal.OutcomeStopped, err.Error()
		if errors.Is(err, context.Canceled) {
			cause = "interrupted"
		}
		place.Drop()
	}
	ended := j.End(monitor.Snapshot().Finished, outcome, cause)
	if err == nil {
		err = batch.DiskStop(out, ended)
	}
	counts, countErr := j.Count()
	if countErr != nil {
		return errors.Join(err, countErr)
	}
	if err != nil {
		return stopped(err, counts)
	}
	log.Info("done", "read", counts.States[journal.Done], "review", counts.Flagged, "failed", counts.States[journal.Failed],
		"quarantined", counts.States[journal.Quarantined], "reports", summary.Reports, "seconds", int(time.Since(started).Seconds()))
	if err := printSummary(c.stdout, out, summary, counts); err != nil {
		return err
	}
	return verdict(in, summary, counts)
}

// work reads the pictures and writes the results, again where documents turn
// out to be damaged.
func (b *batchFlags) work(ctx context.Context, run batch.Config, display *progress.Display, o results.Options) (*results.Summary, error) {
	stop := display.Show(run.Monitor)
	defer stop()
	defer context.AfterFunc(ctx, func() { run.Log.Warn("stopping after the pictures in hand; Ctrl-C again stops at once") })()
	if b.pattern != "" || b.resultsOnly {
		// The pattern may be another one than before.
		if err := run.Journal.Group(run.Report); err != nil {
			return nil, batch.DiskStop(run.Place.Dir, err)
		}
	}
	for try := 1; ; try++ {
		if !b.resultsOnly {
			if err := batch.Run(ctx, run); err != nil {
				return nil, err
			}
		}
		run.Monitor.Results()
		counts, err := run.Journal.Count()
		if err != nil {
			return nil, err
		}
		runs, err := run.Journal.Runs()
		if err != nil {
			return nil, err
		}
		s := run.Monitor.Snapshot()
		o.Run.Runs, o.Run.Ended, o.Run.Read, o.Run.Copies, o.Run.Peak, o.Run.Stale = len(runs), time.Now(), s.Finished, s.Copies, s.Peak, counts.Stale
		o.Run.Seconds = o.Run.Ended.Sub(o.Run.Started).Seconds()
		o.Run.Rate = float64(s.Finished) / o.Run.Seconds
		o.Run.Busy = s.Busy
		o.Run.Overhead = s.Overhead.Seconds() / o.Run.Seconds
		summary, err := results.Write(ctx, o)
		var damaged *results.Damaged
		if errors.As(err, &damaged) && !b.resultsOnly && try < 3 {
			run.Log.Warn("documents are damaged; their pictures are read again", "pictures", len(damaged.IDs))
			if err := run.Journal.Requeue(damaged.IDs...); err != nil {
				return nil, batch.DiskStop(run.Place.Dir, err)
			}
			continue
		}
		if damaged != nil {
			return nil, fmt.Errorf("%w; run again without --results-only to have their pictures read again", err)
		}
		return summary, batch.DiskStop(run.Place.Dir, err)
	}
}

func (b *batchFlags) check() error {
	if err := b.readFlags.check(); err != nil {
		return err
	}
	if b.log != "text" && b.log != "json" {
		return usagef("--log %s: it is text or json", b.log)
	}
	if b.nulls && b.manifest == "" {
		return usagef("--null says how a manifest is written; give --manifest too")
	}
	return nil
}

type batchFormats struct{ csv, parquet bool }

func parseBatchFormats(s string) (f batchFormats, err error) {
	for name := range strings.SplitSeq(s, ",") {
		switch strings.TrimSpace(name) {
		case "csv":
			f.csv = true
		case "parquet":
			f.parquet = true
		default:
			return f, usagef("--format %s: it is csv, parquet, or csv,parquet", s)
		}
	}
	return f, nil
}

// reportOf makes the function that says which report a picture belongs to.
// Where the pattern does not match, that is its folder.
func reportOf(pattern string) (func(string) string, error) {
	if pattern == "" {
		return results.Folder, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, usagef("--report-pattern: %w", err)
	}
	group := max(0, min(1, re.NumSubexp()))
	if i := re.SubexpIndex("report"); i > 0 {
		group = i
	}
	return func(path string) string {
		m := re.FindStringSubmatch(path)
		if m == nil || m[group] == "" {
			return results.Folder(path)
		}
		return escape.Name(m[group])
	}, nil
}

// prepare makes the output folder and refuses one that is or has the input.
func prepare(in, out string) error {
	inInfo, err := os.Stat(in)
	if err != nil {
		return usageOf(in, err)
	}
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return usagef("%s is a file; OUT is a folder for what comes out", out)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return batch.DiskStop(out, err)
	}
	outInfo, err := os.Stat(out)
	if err != nil {
		return batch.DiskStop(out, err)
	}
	if os.SameFile(inInfo, outInfo) {
		return usagef("IN and OUT are the same folder; give another one for the output")
	}
	for _, dir := range []string{"documents", "quarantine"} {
		if info, err := os.Stat(filepath.Join(out, dir)); err == nil && os.SameFile(inInfo, info) {
			return usagef("IN is in OUT; give another folder for the output")
		}
	}
	return nil
}

func usageOf(in string, err error) error {
	if errors.As(err, new(*os.PathError)) {
		return &exitError{exitUsage, inputError(in, err)}
	}
	return usagef("%w", err)
}

func journalError(out string, err error) error {
	if errors.Is(err, journal.ErrEarlier) {
		return fmt.Errorf("%s: %w; run the batch once more to bring it up to date", out, err)
	}
	if errors.Is(err, journal.ErrFormat) {
		return fmt.Errorf("%s: %w; use that version, or another output folder", out, err)
	}
	return batch.DiskStop(out, err)
}

// list opens the manifest.
func (b *batchFlags) list(c *call) (io.Reader, func(), error) {
	switch b.manifest {
	case "":
		return nil, func() {}, nil
	case stdinName:
		if isTerminal(c.stdin) {
			return nil, nil, usagef("--manifest - is standard input, and that is the keyboard; pipe a list into it")
		}
		return c.stdin, func() {}, nil
	}
	f, err := os.Open(b.manifest)
	if err != nil {
		return nil, nil, usageOf(b.manifest, err)
	}
	return f, func() { f.Close() }, nil
}

// sameInput refuses to mix two folders in one output.
func (b *batchFlags) sameInput(j *journal.Journal, in string) error {
	abs, err := filepath.Abs(in)
	if err != nil {
		return err
	}
	before, err := j.Meta("in")
	if err != nil {
		return err
	}
	if before != "" && before != escape.Name(abs) && !b.moved {
		return usagef("the output folder has data of %s; give another one for %s, or --moved if it is the same folder under a new name", before, abs)
	}
	return j.SetMeta("in", escape.Name(abs))
}

func widthOf(w io.Writer) func() int {
	if !isTerminal(w) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	f := w.(*os.File)
	return func() int {
		n, _, err := term.GetSize(int(f.Fd()))
		if err != nil || n < 20 {
			return 80
		}
		return n
	}
}

// stopped says why a run ended before it was done, and how far it came.
func stopped(err error, n journal.Counts) error {
	left := fmt.Sprintf("%s read, %s left", plural(n.States[journal.Done], "picture"), count(n.Left()))
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitInterrupted, fmt.Errorf("stopped (%s); the same command goes on", left)}
	case errors.Is(err, batch.ErrDependency):
		return &exitError{exitDependency, fmt.Errorf("stopped (%s): %w", left, err)}
	}
	return &exitError{exitFailure, fmt.Errorf("stopped (%s): %w", left, err)}
}

// printSummary ends a run in words.
func printSummary(w io.Writer, out string, s *results.Summary, n journal.Counts) error {
	var b strings.Builder
	p := s.Pictures
	fmt.Fprintf(&b, "%s: %s read", plural(int64(p.Total), "picture"), count(int64(p.Done)))
	for _, part := range []struct {
		n    int
		what string
	}{{p.Review, "to review"}, {p.Partly, "in part"}, {p.Failed, "not read"}, {p.Quarantined, "in quarantine"}, {p.Left, "left"}} {
		if part.n > 0 {
			fmt.Fprintf(&b, ", %s %s", count(int64(part.n)), part.what)
		}
	}
	fmt.Fprintf(&b, "\n%s, %s, %s", plural(int64(s.Reports), "report"), plural(int64(s.Tables.Total), "table"), plural(int64(s.Values.Total), "value"))
	if s.DuplicateCount > 0 {
		fmt.Fprintf(&b, ", %s", plural(int64(s.DuplicateCount), "duplicate"))
	}
	if s.ConflictCount > 0 {
		fmt.Fprintf(&b, ", %s claimed by several pictures", plural(int64(s.ConflictCount), "table"))
	}
	fmt.Fprintln(&b)
	if n.Stale > 0 {
		fmt.Fprintf(&b, "%s out of date: changed since, or read by other versions; --refresh reads them again\n", plural(n.Stale, "picture"))
	}
	fmt.Fprintf(&b, "%s says more\n", oneLine(filepath.Join(out, "summary.html")))
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict is the exit code of a run that is done.
func verdict(in string, s *results.Summary, n journal.Counts) error {
	failed := n.States[journal.Failed] + n.States[journal.Quarantined]
	switch {
	case n.Total() == 0 && n.States[journal.Skipped] == 0:
		return &exitError{exitNothingRead, fmt.Errorf("%s: it is empty, or its files are left out; name a folder that has pictures, or other globs", in)}
	case n.Total() == 0:
		return &exitError{exitNothingRead, fmt.Errorf("%s: no picture in it, only %s; name a folder that has some, or other globs", in, plural(n.States[journal.Skipped], "other file"))}
	case n.States[journal.Done] == 0 && failed > 0:
		return exitWith(exitNothingRead)
	case failed > 0 || n.Partly > 0:
		return exitWith(exitSomeFailed)
	case n.Flagged > 0 || s.ConflictCount > 0:
		return exitWith(exitReview)
	}
	return nil
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

// count writes a number with commas.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
