package main

import (
	"cmp"
	"context"
	"errors"
	"os"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/worker"
)

// workerCommand is the child process in which all commands read pictures; see
// package worker. People have no use for it.
var workerCommand = command{
	name:    "worker",
	summary: "read pictures for another biaoge",
	hidden:  true,
	run:     runWorker,
}

func runWorker(_ context.Context, c *call) error {
	var read readFlags
	read.defineReading(c.flags)
	read.defineDebug(c.flags)
	memory := c.flags.Int64("limit", 0, "use at most so many `BYTES` of memory")
	crops := c.flags.Bool("crops", false, "read nothing: only decode pictures and cut parts out of them")
	reports := c.flags.Bool("reports", false, "take reports apart and read no pictures")
	args, err := c.parse()
	if err != nil {
		return err
	}
	out, ok := c.stdout.(*os.File)
	if !ok || len(args) > 0 || isTerminal(c.stdin) {
		return usagef("worker is started by other commands and speaks to them alone")
	}
	if *reports {
		forms, err := knownForms(read.forms)
		if err != nil {
			return err
		}
		return worker.Serve(c.stdin, out, worker.Child{Open: worker.NoExtractor, Kind: kindOf, Forms: forms, Memory: *memory})
	}
	var own *biaoge.Extractor
	return worker.Serve(c.stdin, out, worker.Child{
		Open: func(s worker.Settings) (worker.Extractor, error) {
			if *crops {
				return noReader{}, nil
			}
			if own != nil && s.Lang == "" {
				return borrowed{own.ReviewBelow(s.ReviewBelow)}, nil
			}
			of := read
			of.lang = cmp.Or(s.Lang, of.lang)
			of.reviewBelow = cmp.Or(s.ReviewBelow, of.reviewBelow)
			x, err := of.extractor()
			if err == nil && s == (worker.Settings{}) {
				own = x
			}
			return x, err
		},
		Kind:   kindOf,
		Memory: *memory,
	})
}

// A borrowed extractor has the recognisers of another one, which closes them.
type borrowed struct{ *biaoge.Extractor }

func (borrowed) Close() error { return nil }

// advice is what may be done about a worker's death, to be said after what
// happened.
func advice(d *worker.Death) string {
	switch {
	case d.Outside:
		return "; give it more or fewer --jobs"
	case d.Kind == worker.Timeout:
		return "; --timeout allows more"
	case d.Kind == worker.Memory:
		return "; --memory allows more"
	}
	return ""
}

// kindOf is an error of the library in a word, for the journal and summaries.
func kindOf(err error) string {
	for _, k := range []struct {
		err  error
		kind string
	}{
		{biaoge.ErrEmpty, "empty"},
		{biaoge.ErrUnsupported, "unsupported"},
		{biaoge.ErrDamaged, "damaged"},
		{biaoge.ErrTooLarge, "too_large"},
		{biaoge.ErrDependency, worker.KindDependency},
		{content.ErrLocked, "locked"},
		{content.ErrDamaged, "damaged"},
		{content.ErrTooLarge, "too_large"},
		{content.ErrUnsupported, "unsupported"},
	} {
		if errors.Is(err, k.err) {
			return k.kind
		}
	}
	return worker.KindInternal
}
