package main

import (
	"bytes"
	"context"
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
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
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

	renderer *worker.Pool // of PDFs

	folder bool           // -o is one, for reports in their own formats
	file   *output        // nil until the first report was read
	w      reports.Writer // nil for same

	read, failed int
}

func (r *reportRun) close() {
	for _, p := range []*worker.Pool{r.pool, r.renderer} {
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
	rep, done, err := r.openReport(ctx, in)
	defer done()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.failed++
		reportError(r.c.stderr, in, err)
		return nil
	}
	if err := r.chooseFormat(rep); err != nil {
		return err
	}
	doc, err := reports.Read(ctx, rep, r.readPictures, reports.Options{Forms: r.known, ReviewBelow: r.reviewBelow})
	if err != nil {
		if errors.Is(err, pictures.ErrDependency) {
			return &exitError{exitDependency, err}
		}
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
	return r.write(rep, doc)
}

func reportError(w io.Writer, in string, err error) { report(w, inputError(in, err)) }

// maxReport bounds a report, in bytes.
const maxReport = 500_000_000

// openReport opens a file, a folder or standard input; done closes what was
// opened.
func (r *reportRun) openReport(ctx context.Context, in string) (rep *reports.Report, done func(), err error) {
	done = func() {}
	input := reports.Input{Name: in, Format: r.input, PDF: r.renderPDF(ctx)}
	if r.mirror != nil {
		input.Fetched = content.Folder(r.mirror)
	}
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
		if info.IsDir() {
			rep, err = reports.OpenFolder(in, root, input)
			return rep, done, err
		}
		input.Beside = content.Folder(root)
	}
	f, err := open(ctx, r.c, inputOf(in))
	if err != nil {
		return nil, done, err
	}
	defer f.Close()
	input.Data, err = io.ReadAll(io.LimitReader(f, maxReport+1))
	if err == nil && len(input.Data) > maxReport {
		err = fmt.Errorf("%w: it has more than %d MB", content.ErrTooLarge, maxReport/1_000_000)
	}
	if err == nil {
		rep, err = reports.Open(input)
	}
	return rep, done, err
}

func inputOf(path string) input { return input{path: path} }

// chooseFormat settles the format by the first report, where neither a flag nor
// the name of the output alone says it.
func (r *reportRun) chooseFormat(rep *reports.Report) error {
	if r.format == "" {
		f, err := reports.FormatFor(r.out, rep.Format)
		if err != nil {
			return usagef("-o %s: %w", r.out, err)
		}
		if r.format = f; f == "" {
			r.format = reports.OutputFormats[0]
		}
	}
	if r.format == reports.FormatSame && !reports.CanGiveBack(rep.Format) {
		return usagef("%s: a report in %s can't be given back in its own format; choose another --format", rep.Name, rep.Format)
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

func (r *reportRun) write(rep *reports.Report, doc *reports.Document) error {
	if r.format != reports.FormatSame {
		if err := r.w.Write(doc); err != nil {
			return writeError{err}
		}
		return nil
	}
	data, err := reports.Same(rep, doc, reports.Given{Drop: r.drop, Language: language})
	if err != nil {
		return err
	}
	if r.folder {
		name := filepath.Base(rep.Name)
		if rep.Page != "" {
			name = filepath.Base(rep.Page)
		}
		file := filepath.Join(r.out, name)
		if info, err := os.Stat(file); err == nil {
			if in, err := os.Stat(rep.Name); err == nil && os.SameFile(info, in) {
				return usagef("-o %s: %s would be overwritten, which is an input; choose another folder", r.out, file)
			}
		}
		if err := renameio.WriteFile(file, data, 0o666); err != nil {
			return outputError(file, err)
		}
		return nil
	}
	if _, err := io.Copy(r.file, bytes.NewReader(data)); err != nil {
		return writeError{err}
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

// pdfTime bounds how long one PDF may be rendered: some 150 ms for each of 500
// pages, and as much again for large pictures.
const pdfTime = 150 * time.Second

// newRenderer makes a pool of one child that renders PDFs. It starts at the first
// one and is kept.
func newRenderer() *worker.Pool {
	limits := worker.Limits{Time: pdfTime, Memory: mostMemory}
	return worker.NewPool(worker.Options{Workers: 1, Command: reportWorker(limits, "--pdf"), Limits: limits})
}

// renderPDF has a child render a PDF.
func (r *reportRun) renderPDF(ctx context.Context) func([]byte) (*pdf.File, error) {
	return func(data []byte) (*pdf.File, error) {
		return r.renderer.PDF(ctx, worker.Request{}, data, pdf.Limits{})
	}
}

// reportsAtOnce is how many reports are taken apart at the same time: one that
// takes all its time does not keep the others waiting.
const reportsAtOnce = 2

// reportPool makes a pool of children that take reports apart. They start at the
// first one and are kept.
func (r *readFlags) reportPool(workers int) *worker.Pool {
	limits := worker.Limits{Time: max(pdfTime, r.timeout), Memory: max(mostMemory, int64(r.memory)<<20)}
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
