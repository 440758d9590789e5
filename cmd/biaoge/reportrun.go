package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/escape"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pictures"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A reportRun is one run of biaoge report.
type reportRun struct {
	reportFlags
	c       *call
	known   []*tables.Form
	several bool
	mirror  *os.Root
	pool    *worker.Pool // nil until there is a picture to read

	apart *worker.Pool // of a child that takes reports apart

	folder bool           // -o is one, for reports in their own formats
	file   *output        // nil until the first report was read
	w      reports.Writer // nil for same

	read, failed int
}

func (r *reportRun) close() {
	for _, p := range []*worker.Pool{r.pool, r.apart} {
		if p != nil {
			p.Close(context.Background())
		}
	}
	if r.mirror != nil {
		r.mirror.Close()
	}
}

// prepare looks at what -o is before the work begins, so that a wrong name
// costs no waiting.
func (r *reportRun) prepare() error {
	info, err := os.Stat(r.out)
	r.folder = r.out != "" && (strings.HasSuffix(r.out, "/") || err == nil && info.IsDir())
	same := r.format == reports.FormatSame
	switch {
	case r.folder && (r.format == "" || same):
		r.format = reports.FormatSame
		if err := os.MkdirAll(r.out, 0o777); err != nil {
			return outputError(r.out, err)
		}
		return nil
	case r.folder:
		return usagef("-o %s is a folder, where %s is one file; name a file in it", r.out, r.format)
	case same && r.several:
		return usagef("several reports in their own formats go into a folder: give -o DIR/")
	}
	if r.format == "" && r.several {
		r.format, err = reports.FormatFor(r.out, "")
		if err != nil {
			return usagef("-o %s: %w", r.out, err)
		}
	}
	return nil
}

// one reads one report and writes what is asked for. Its error ends the run.
func (r *reportRun) one(ctx context.Context, in string) error {
	sent, done, err := r.find(ctx, in)
	defer done()
	var opened worker.Opened
	if err == nil {
		opened, err = r.apart.OpenReport(ctx, worker.Request{}, sent)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return r.fail(in, err)
	}
	if err := r.chooseFormat(in, opened.Format); err != nil {
		return err
	}
	readings, err := r.readPictures(ctx, opened.Pictures)
	if errors.Is(err, pictures.ErrDependency) {
		return &exitError{exitDependency, err}
	}
	if err != nil {
		return err
	}
	made, err := r.apart.ReportDocument(ctx, worker.Request{}, sent, readings, r.reviewBelow)
	if err != nil {
		return r.fail(in, err)
	}
	doc := new(reports.Document)
	if err := json.Unmarshal(made.Data, doc); err != nil {
		return err
	}
	r.read++
	if doc.Incomplete() {
		r.failed++
	}
	for _, p := range doc.Pictures {
		if p.Outcome == reports.OutcomeFailed || p.Outcome == reports.OutcomeMissing || p.Outcome == reports.OutcomeRemote && doc.Incomplete() {
			reportError(r.c.stderr, in, fmt.Errorf("picture %s: %s: %s", p.Name, p.Outcome, p.Detail))
		}
	}
	if r.format != reports.FormatSame {
		if err := r.w.Write(doc); err != nil {
			return writeError{err}
		}
		return nil
	}
	same, _, err := r.apart.MakeReport(ctx, worker.Request{}, sent, readings, worker.Making{Format: reports.FormatSame, Drop: r.drop, ReviewBelow: r.reviewBelow, Language: language})
	if err != nil {
		return err
	}
	name := in
	if opened.Page != "" {
		name = opened.Page
	}
	return r.giveBack(in, filepath.Base(name), same)
}

// fail tells of a report that can't be read. What no report is at fault for ends
// the run.
func (r *reportRun) fail(in string, err error) error {
	if errors.As(err, new(*worker.StartError)) {
		return startError(err)
	}
	r.failed++
	reportError(r.c.stderr, in, deathAdvice(err))
	return nil
}

func reportError(w io.Writer, in string, err error) { report(w, inputError(in, err)) }

// maxReport bounds a report, in bytes.
const maxReport = 500_000_000

// find reads a file, the page of a folder or standard input, and says where what
// it refers to is looked for; done closes what was opened.
func (r *reportRun) find(ctx context.Context, in string) (sent *reports.Sent, done func(), err error) {
	done = func() {}
	sent = &reports.Sent{Format: r.input}
	var beside, fetched content.Files
	sent.Look = func(w reports.Wanted) reports.Found {
		if w.Fetched {
			return reports.FoundIn(fetched, w)
		}
		return reports.FoundIn(beside, w)
	}
	if r.mirror != nil {
		fetched = content.Folder(r.mirror)
	}
	var data []byte
	if in != stdinName {
		info, err := os.Stat(in)
		if err != nil {
			return nil, done, err
		}
		dir := in
		if !info.IsDir() {
			dir = filepath.Dir(in)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, done, err
		}
		done = func() { root.Close() }
		beside = content.Folder(root)
		if info.IsDir() {
			sent.Page, data, err = reports.PageOf(root)
		}
		if err != nil {
			return nil, done, err
		}
	}
	if sent.Page == "" {
		if data, err = r.readReport(ctx, in); err != nil {
			return nil, done, err
		}
	}
	sent.Files = []reports.SentFile{{File: reports.File{Name: escape.Name(in), Data: data}}}
	return sent, done, nil
}

func (r *reportRun) readReport(ctx context.Context, in string) ([]byte, error) {
	f, err := open(ctx, r.c, inputOf(in))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxReport+1))
	if err == nil && len(data) > maxReport {
		err = fmt.Errorf("%w: it has more than %d MB", content.ErrTooLarge, maxReport/1_000_000)
	}
	return data, err
}

func inputOf(path string) input { return input{path: path} }

// chooseFormat settles the format by the first report, where neither a flag nor
// the name of the output alone says it.
func (r *reportRun) chooseFormat(in, format string) error {
	if r.format == "" {
		f, err := reports.FormatFor(r.out, format)
		if err != nil {
			return usagef("-o %s: %w", r.out, err)
		}
		if r.format = f; f == "" {
			r.format = reports.OutputFormats[0]
		}
	}
	if r.format == reports.FormatSame && !reports.CanGiveBack(format) {
		return usagef("%s: a report in %s can't be given back in its own format; choose another --format", in, format)
	}
	if r.file != nil || r.folder {
		return nil
	}
	file, err := newOutput(r.out, r.c.stdout)
	if err != nil {
		return err
	}
	r.file = file
	if r.format != reports.FormatSame {
		r.w, err = reports.NewWriter(file, r.format, r.several, export.Options{NoBOM: r.noBOM, Language: language})
	}
	return err
}

// giveBack writes a report in its own format, under its name where -o is a folder.
func (r *reportRun) giveBack(in, name string, data []byte) error {
	if !r.folder {
		if _, err := r.file.Write(data); err != nil {
			return writeError{err}
		}
		return nil
	}
	file := filepath.Join(r.out, name)
	if info, err := os.Stat(file); err == nil {
		if in, err := os.Stat(in); err == nil && os.SameFile(info, in) {
			return usagef("-o %s: %s would be overwritten, which is an input; choose another folder", r.out, file)
		}
	}
	if err := renameio.WriteFile(file, data, 0o666); err != nil {
		return outputError(file, err)
	}
	return nil
}

// finish gives the output its name; what was there before stays where no report
// could be read.
func (r *reportRun) finish() error {
	if r.file == nil {
		return nil
	}
	if r.w != nil {
		if err := r.w.Close(); err != nil {
			r.file.discard()
			return writeError{err}
		}
	}
	if err := r.file.commit(); err != nil {
		return writeError{err}
	}
	return nil
}

func (r *reportRun) discard() {
	if r.file != nil {
		r.file.discard()
	}
}

// readPictures has children read pictures; they are started at the first.
func (r *reportRun) readPictures(ctx context.Context, files []reports.File) ([]reports.Reading, error) {
	if r.pool == nil {
		r.pool = r.readFlags.pool(r.share(len(files)))
	}
	all, err := pictures.Reader(r.pool, worker.Request{}, r.known)(ctx, files)
	for i := range all {
		all[i].Err = deathAdvice(all[i].Err)
	}
	return all, err
}

// reportTime bounds how long one report may be taken apart: some 150 ms for each
// of 500 pages of a PDF, and as much again for large pictures.
const reportTime = 150 * time.Second

// reportsAtOnce is how many reports are taken apart at the same time: one that
// takes all its time does not keep the others waiting.
const reportsAtOnce = 2

// reportPool makes a pool of children that take reports apart. They start at the
// first one and are kept.
func (r *readFlags) reportPool(workers int) *worker.Pool {
	limits := worker.Limits{Time: max(reportTime, r.timeout), Memory: max(mostMemory, int64(r.memory)<<20)}
	return worker.NewPool(worker.Options{Workers: min(reportsAtOnce, workers), Limits: limits, Command: reportWorker(limits, "--reports", "--forms", r.forms)})
}

// reportWorker makes the command line of a child that is there for reports: this
// very program.
func reportWorker(limits worker.Limits, flags ...string) func() *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return func() *exec.Cmd {
		cmd := exec.Command(exe, append([]string{workerCommand.name, "--limit", fmt.Sprint(limits.Memory)}, flags...)...)
		cmd.Args[0] = os.Args[0]
		cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
		return cmd
	}
}
