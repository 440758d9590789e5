package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/worker"
)

// readFlags are the flags of every command that reads pictures.
type readFlags struct {
	forms       string
	lang        string
	reviewBelow float64
	debug       string

	jobs    int
	timeout time.Duration
	memory  int // MB
}

func (r *readFlags) define(fs *flag.FlagSet) {
	r.defineReading(fs)
	r.defineCost(fs)
	r.defineDebug(fs)
}

// defineReading defines those that change what is read.
func (r *readFlags) defineReading(fs *flag.FlagSet) {
	fs.StringVar(&r.forms, "forms", "", "also know the forms in this `DIR` (see biaoge forms)")
	fs.StringVar(&r.lang, "lang", "", "Tesseract's `LANG` for texts, such as chi_sim+eng (default: chi_sim)")
	fs.Float64Var(&r.reviewBelow, "review-below", 0, "flag values with a confidence below `P`, between 0 and 1")
}

// defineCost defines those that say how many pictures are read at once, and
// what each may cost.
func (r *readFlags) defineCost(fs *flag.FlagSet) {
	r.defineJobs(fs)
	r.defineLimits(fs)
}

func (r *readFlags) defineJobs(fs *flag.FlagSet) {
	fs.Var((*positive)(&r.jobs), "jobs", "read so many pictures at once (`N`; default: one for each core)")
}

// defineLimits defines those that say what a picture may cost.
func (r *readFlags) defineLimits(fs *flag.FlagSet) {
	fs.DurationVar(&r.timeout, "timeout", 2*time.Minute, "give up a picture after `TIME`")
	r.defineMemory(fs)
}

func (r *readFlags) defineMemory(fs *flag.FlagSet) {
	fs.IntVar(&r.memory, "memory", 0, "give up a picture that takes more than `MB` (default: what the machine\nor container has, shared among workers, at most 2048)")
}

func (r *readFlags) defineDebug(fs *flag.FlagSet) {
	fs.StringVar(&r.debug, "debug", "", "write pictures to `DIR` that show rules, cells, readings and flags")
}

// check refuses what can be told to be wrong before anything is done.
func (r *readFlags) check() error {
	switch {
	case !(r.reviewBelow >= 0 && r.reviewBelow <= 1):
		return usagef("--review-below %v: give a probability between 0 and 1", r.reviewBelow)
	case r.timeout < 0 || r.memory < 0:
		return usagef("--timeout and --memory can't be negative")
	}
	return checkLanguages(r.lang)
}

// extractor makes an extractor for one picture at a time. This process must be
// able to die of what it reads: see package worker.
func (r *readFlags) extractor() (*biaoge.Extractor, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	forms, err := loadForms(r.forms)
	if err != nil {
		return nil, err
	}
	opts := []biaoge.Option{biaoge.WithForms(forms...), biaoge.WithWarmStart()}
	if r.lang != "" {
		opts = append(opts, biaoge.WithLanguage(r.lang))
	}
	if r.reviewBelow > 0 {
		opts = append(opts, biaoge.WithReviewBelow(r.reviewBelow))
	}
	if r.debug != "" {
		opts = append(opts, biaoge.WithDebug(r.debug))
	}
	return biaoge.New(opts...)
}

// makeDebug makes the folder of --debug.
func (r *readFlags) makeDebug() error {
	if r.debug == "" {
		return nil
	}
	if err := os.MkdirAll(r.debug, 0o777); err != nil {
		return fmt.Errorf("--debug %s: %w; choose a folder you may write to", r.debug, errors.Unwrap(err))
	}
	return nil
}

// pool makes a pool of so many children that read as the flags say.
func (r *readFlags) pool(workers int, limits worker.Limits) *worker.Pool {
	return worker.NewPool(worker.Options{Workers: workers, Limits: limits, Command: r.worker(limits)})
}

// worker makes the command line of a child: this very program.
func (r *readFlags) worker(limits worker.Limits) func() *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return func() *exec.Cmd {
		cmd := exec.Command(exe, workerCommand.name,
			"--forms", r.forms, "--lang", r.lang, "--review-below", fmt.Sprint(r.reviewBelow), "--debug", r.debug, "--limit", fmt.Sprint(limits.Memory))
		cmd.Args[0] = os.Args[0]
		// A worker is one core's; threads of its libraries would only get in
		// one another's way.
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1", "GOMAXPROCS=2")
		return cmd
	}
}
