package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/progress"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A batchRun is one run of biaoge batch.
type batchRun struct {
	*batchFlags
	c       *call
	in, out string
	started time.Time

	// What the flags say.
	report  func(path string) string
	results batchFormats
	known   []*tables.Form
	reads   journal.Versions

	// What is held while it runs.
	place   batch.Place
	folder  *intake.Folder
	journal *journal.Journal
	closers []func() error // the last one first

	reader  batch.ReportReader // nil where the input is pictures
	display *progress.Display
	log     *slog.Logger
	monitor batch.Monitor
}

func (b *batchFlags) run(ctx context.Context, c *call, in, out string) (err error) {
	r := &batchRun{batchFlags: b, c: c, in: in, out: out, started: time.Now(), place: batch.Place{Dir: out}}
	if err := r.plan(); err != nil {
		return err
	}
	defer func() { err = r.close(err) }()
	if err := r.open(); err != nil {
		return err
	}
	workers, limits := b.share(math.MaxInt)
	if want := b.workers(); workers < want {
		r.log.Warn(language.Text("there is memory for %s, not for %d", plural(int64(workers), "worker"), want))
	}
	if err := r.begin(workers); err != nil {
		return batch.DiskStop(out, err)
	}
	pool := b.pool(workers, limits)
	defer pool.Close(ctx)
	if err := r.openReports(pool); err != nil {
		return err
	}
	answers, closeAnswers, err := reviewed(r.place)
	if err != nil {
		return err
	}
	defer closeAnswers()
	config := batch.Config{
		Folder: r.folder, Place: r.place, Journal: r.journal, Report: r.report, Reports: r.reader, Forms: r.known,
		Workers: workers, Pool: pool, Advice: advice, Time: limits.Time, Bytes: r.largest(),
		Refresh: b.refresh, RetryFailed: b.retry,
		Log: r.log, Monitor: &r.monitor,
	}
	ctx, end, err := r.beside(ctx, &config, limits)
	if err != nil {
		return r.end(nil, err)
	}
	summary, err := r.work(ctx, config, results.Options{
		Place: r.place, Journal: r.journal, Forms: r.known,
		CSV: r.results.csv, NoBOM: b.noBOM, Parquet: r.results.parquet,
		Language: language, Pictures: picturesIn(r.in), Pattern: r.pattern, Reports: r.reports,
		Look: r.looks(ctx, pool), Alike: worker.Alike, Answers: answers,
		Run: results.RunInfo{In: escape.Name(in), Versions: r.reads, Started: r.started, Workers: workers},
	})
	end(err == nil)
	return r.end(summary, err)
}

// beside begins what goes on beside a run: handing out pictures over a hub, and
// metrics. The caller calls end, with whether the batch is done.
func (r *batchRun) beside(ctx context.Context, config *batch.Config, limits worker.Limits) (_ context.Context, end func(done bool), err error) {
	var h *hubRun
	if r.hub != "" && !r.resultsOnly {
		if ctx, h, err = r.openHub(ctx, config, limits); err != nil {
			return ctx, nil, err
		}
	}
	endMetrics, err := serveMetrics(ctx, r.metrics, r.register, h.register)
	if err != nil {
		h.close(false)
		return ctx, nil, err
	}
	return ctx, func(done bool) { endMetrics(); h.close(done) }, nil
}

// register registers what a run tells of itself.
func (r *batchRun) register(reg prometheus.Registerer) {
	for name, of := range map[string]struct {
		help string
		n    func(batch.Snapshot) int64
	}{
		"biaoge_batch_pictures": {"Pictures that were found so far.", func(s batch.Snapshot) int64 { return s.Total }},
		"biaoge_batch_read":     {"Pictures that are read.", func(s batch.Snapshot) int64 { return s.Done }},
		"biaoge_batch_failed":   {"Pictures that could not be read.", func(s batch.Snapshot) int64 { return s.Failed }},
	} {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: of.help}, func() float64 { return float64(of.n(r.monitor.Snapshot())) }))
	}
}

// plan makes of the flags what the run needs, before anything is touched.
func (r *batchRun) plan() (err error) {
	if err = r.check(); err != nil {
		return err
	}
	if r.report, err = reportOf(r.pattern); err != nil {
		return err
	}
	if r.reports {
		r.report = escape.Name
		r.monitor.What = batch.OfReports
	}
	if r.results, err = parseBatchFormats(r.formats); err != nil {
		return err
	}
	own, err := loadForms(r.forms)
	if err != nil {
		return err
	}
	if r.known, err = knownForms(r.forms); err != nil {
		return err
	}
	r.reads, err = r.versions(own)
	r.reads.Settings += r.settings()
	r.display = progress.New(r.c.stderr, r.batchFlags.log == "json", widthOf(r.c.stderr), oneLine, language)
	r.log = r.display.Log()
	return err
}

// open opens the folders and the journal.
func (r *batchRun) open() error {
	if err := prepare(r.in, r.out); err != nil {
		return err
	}
	unlock, err := r.place.Lock()
	switch {
	case errors.Is(err, batch.ErrBusy):
		return &exitError{exitBusy, fmt.Errorf("%s: %w", r.out, err)}
	case err != nil:
		return batch.DiskStop(r.out, err)
	}
	r.closeLater(func() error { unlock(); return nil })
	listed, closeList, err := r.list(r.c)
	if err != nil {
		return err
	}
	r.closeLater(func() error { closeList(); return nil })
	if r.folder, err = intake.Open(r.in, intake.Options{Include: r.include, Exclude: r.exclude, List: listed, Nulls: r.nulls, Reports: r.kinds(), Spool: r.out, Leave: r.out}); err != nil {
		return usageOf(r.in, err)
	}
	r.closeLater(r.folder.Close)
	if err := r.openJournal(); err != nil {
		return err
	}
	if err := r.sameInput(r.journal, r.in); err != nil {
		return err
	}
	return r.sameKind()
}

// openJournal opens the journal, or begins a new one in the place of one that is
// damaged.
func (r *batchRun) openJournal() (err error) {
	r.journal, err = journal.Create(r.place.Journal())
	if errors.Is(err, journal.ErrDamaged) {
		aside, moved := r.place.SetJournalAside()
		if moved != nil {
			return batch.DiskStop(r.out, moved)
		}
		r.log.Warn("the journal is damaged; a new one takes over the documents that are finished", "error", err, "moved", aside)
		r.journal, err = journal.Create(r.place.Journal())
	}
	if err != nil {
		return journalError(r.out, err)
	}
	r.closeLater(r.journal.Close)
	return nil
}

// begin begins the run in the journal. One that is new knows nothing of the
// documents that may lie there; they are taken over if only these versions have
// ever written there.
func (r *batchRun) begin(workers int) error {
	if err := r.journal.Begin(r.reads, workers); err != nil {
		return err
	}
	runs, err := r.journal.Runs()
	if err != nil {
		return err
	}
	alone, err := r.place.NoteVersions(runs)
	if alone && len(runs) == 1 {
		r.journal.Inherit()
	}
	return err
}

func (r *batchRun) closeLater(f func() error) { r.closers = append(r.closers, f) }

// close closes what was opened. A journal that turned out to be damaged is set
// aside, so that the next run begins a new one.
func (r *batchRun) close(err error) error {
	for i := len(r.closers) - 1; i >= 0; i-- {
		if e := r.closers[i](); err == nil || !errors.Is(e, journal.ErrDamaged) {
			err = errors.Join(err, e)
		}
	}
	if errors.Is(err, journal.ErrDamaged) {
		if aside, moved := r.place.SetJournalAside(); moved == nil {
			return &exitError{exitFailure, fmt.Errorf("%s: %w; it is %s now, and the same command begins a new one and takes over the documents that are finished", r.out, journal.ErrDamaged, aside)}
		}
	}
	return err
}

// looks has a child say what a picture looks like.
func (r *batchRun) looks(ctx context.Context, pool *worker.Pool) func(path string) (string, []byte, error) {
	if r.reports {
		return nil
	}
	return func(path string) (string, []byte, error) {
		data, err := r.folder.Read(ctx, path, largestFile)
		if err != nil {
			return "", nil, err
		}
		return pool.Look(ctx, worker.Request{}, data)
	}
}

// end ends the run in the journal and says what came of it.
func (r *batchRun) end(summary *results.Summary, err error) error {
	outcome, cause := journal.OutcomeDone, ""
	if err != nil {
		outcome, cause = journal.OutcomeStopped, err.Error()
		if errors.Is(err, context.Canceled) {
			cause = "interrupted"
		}
		r.place.Drop()
	}
	ended := r.journal.End(r.monitor.Snapshot().Finished, outcome, cause)
	if err == nil {
		err = batch.DiskStop(r.out, ended)
	}
	counts, countErr := r.journal.Count()
	if countErr != nil {
		if err == nil {
			err = countErr
		}
		return err
	}
	if err != nil {
		return stopped(err, r.what(), counts)
	}
	r.log.Info("done", "read", counts.States[journal.Done], "review", counts.Flagged, "failed", counts.States[journal.Failed],
		"quarantined", counts.States[journal.Quarantined], "reports", summary.Reports, "seconds", int(time.Since(r.started).Seconds()))
	if err := printSummary(r.c.stdout, r.out, r.what(), summary, counts); err != nil {
		return err
	}
	return verdict(r.in, r.what(), summary, counts)
}

// tries is how often results are begun where documents turn out to be damaged.
const tries = 3

// work reads the pictures and writes the results, again where documents turn
// out to be damaged.
func (r *batchRun) work(ctx context.Context, run batch.Config, o results.Options) (*results.Summary, error) {
	defer r.display.Show(run.Monitor)()
	defer context.AfterFunc(ctx, func() { r.log.Warn("stopping; what is not read within a second is read by the next run") })()
	if r.pattern != "" || r.resultsOnly {
		// The pattern may be another one than before.
		if err := r.journal.Group(ctx, run.Report); err != nil {
			return nil, batch.DiskStop(r.out, err)
		}
	}
	nearly, end := batch.Linger(ctx)
	defer end()
	for try := 1; ; try++ {
		if !r.resultsOnly {
			if err := batch.Run(ctx, run); err != nil {
				return nil, err
			}
		}
		r.monitor.Results()
		if err := r.part(ctx, &o); err != nil {
			return nil, err
		}
		if err := r.tell(&o.Run); err != nil {
			return nil, err
		}
		summary, err := results.Write(nearly, o)
		var damaged *results.Damaged
		if errors.As(err, &damaged) && !r.resultsOnly && try < tries {
			r.log.Warn("documents are damaged; their pictures are read again", "pictures", len(damaged.IDs))
			if err := r.journal.Requeue(damaged.IDs...); err != nil {
				return nil, batch.DiskStop(r.out, err)
			}
			continue
		}
		if damaged != nil {
			return nil, fmt.Errorf("%w; run again without --results-only to have their pictures read again", err)
		}
		return summary, batch.DiskStop(r.out, err)
	}
}

// tell says in the summary how the run went so far.
func (r *batchRun) tell(info *results.RunInfo) error {
	counts, err := r.journal.Count()
	if err != nil {
		return err
	}
	runs, err := r.journal.Runs()
	if err != nil {
		return err
	}
	s := r.monitor.Snapshot()
	info.Runs, info.Ended, info.Read, info.Copies, info.Peak, info.Stale = len(runs), time.Now(), s.Finished, s.Copies, s.Peak, counts.Stale
	info.Seconds = info.Ended.Sub(info.Started).Seconds()
	info.Rate = float64(s.Finished) / info.Seconds
	info.Busy = s.Busy
	info.Overhead = s.Overhead.Seconds() / info.Seconds
	return nil
}

// part groups the pictures by what their names tell, where that is asked for.
func (r *batchRun) part(ctx context.Context, o *results.Options) error {
	if r.pattern != auto {
		return nil
	}
	var err error
	if o.Pattern, err = results.Suggest(ctx, r.journal); err != nil || o.Pattern == "" {
		return batch.DiskStop(r.out, err)
	}
	r.log.Info("reports are parted by the names of the pictures", "pattern", o.Pattern)
	return batch.DiskStop(r.out, r.journal.Group(ctx, results.ReportBy(regexp.MustCompile(o.Pattern))))
}

// picturesIn is the folder that pictures are in; empty where IN is a file.
func picturesIn(in string) string {
	if info, err := os.Stat(in); err == nil && info.IsDir() {
		return in
	}
	return ""
}
