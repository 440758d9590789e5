package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/files"
	"github.com/biaoge/biaoge/internal/worker"
)

// what is what a run reads, as people call one.
func (b *batchFlags) what() string {
	if b.reports {
		return "report"
	}
	return "picture"
}

// largest is the largest file that is read.
func (b *batchFlags) largest() int64 {
	if b.reports {
		return maxReport
	}
	return largestFile
}

// kinds say how reports are told from other files; nil where the input is
// pictures.
func (b *batchFlags) kinds() *intake.Reports {
	if !b.reports {
		return nil
	}
	return &intake.Reports{Is: files.Is, Whole: files.Whole}
}

// settings are those of the flags here that change what is read.
func (b *batchFlags) settings() string {
	if b.fetched == "" {
		return ""
	}
	dir, err := filepath.Abs(b.fetched)
	if err != nil {
		dir = b.fetched
	}
	return " fetched=" + escape.Name(dir)
}

// openReports makes what reads reports.
func (r *batchRun) openReports(pool *worker.Pool) error {
	if !r.reports {
		return nil
	}
	apart := r.reportPool(r.workers())
	r.closeLater(func() error { apart.Close(context.Background()); return nil })
	reader := &files.Reader{Pool: pool, Reports: apart, Forms: r.known, ReviewBelow: r.reviewBelow, Advice: advice}
	if r.fetched != "" {
		root, err := os.OpenRoot(r.fetched)
		if err != nil {
			return &exitError{exitUsage, fmt.Errorf("--fetched: %w", inputError(r.fetched, err))}
		}
		r.closeLater(root.Close)
		reader.Fetched = content.Folder(root)
	}
	r.reader = reader
	return nil
}

// kindNote is what the journal notes of what its files are.
const kindNote = "kind"

// sameKind refuses to mix pictures and reports in one output.
func (r *batchRun) sameKind() error {
	before, err := batchKind(r.journal)
	if err != nil {
		return err
	}
	runs, err := r.journal.Runs()
	if err != nil {
		return err
	}
	switch {
	case len(runs) == 0 || before == r.what():
	case r.reports:
		return usagef("the output folder has data of pictures; give another one for reports")
	default:
		return usagef("the output folder has data of reports; give another one for pictures")
	}
	return r.journal.SetMeta(kindNote, r.what())
}

// batchKind is what the files of a batch are.
func batchKind(j *journal.Journal) (string, error) {
	kind, err := j.Meta(kindNote)
	if kind == "" {
		kind = "picture"
	}
	return kind, err
}
