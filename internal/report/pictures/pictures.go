// Package pictures has the pictures of a report read by child processes: each
// alone, as many at once as there are children, and those once more together
// whose tables may go on from one to the next. It knows a report as files with
// readings, and nothing of its formats and pages.
package pictures

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/series"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Reader makes a reader of a pool. A picture that costs a child its life is a
// failed one; that no child can be started, or lacks something, is an error.
func Reader(pool *worker.Pool, request worker.Request, forms []*tables.Form) report.Reader {
	return func(ctx context.Context, files []report.File) ([]report.Reading, error) {
		readings, err := alone(ctx, pool, request, files)
		if err != nil {
			return nil, err
		}
		parts := series.Splitter[int]{
			Follows: func(a, b int) (bool, error) { return goesOn(&readings[a], &readings[b], forms), nil },
			Size:    func(i int) int64 { return int64(len(files[i].Data)) },
		}
		join := func(part []int) error {
			if len(part) < 2 {
				return nil
			}
			from, to := part[0], part[len(part)-1]+1
			return together(ctx, pool, request, files[from:to], readings[from:to])
		}
		for i := range files {
			ended, err := parts.Add(i)
			if err == nil {
				err = join(ended)
			}
			if err != nil {
				return nil, err
			}
		}
		return readings, join(parts.End())
	}
}

// alone reads each picture by itself, and once more by a new child where one died
// of it and that may help.
func alone(ctx context.Context, pool *worker.Pool, request worker.Request, files []report.File) ([]report.Reading, error) {
	readings, ends := make([]report.Reading, len(files)), make([]error, len(files))
	var all sync.WaitGroup
	for i, f := range files {
		all.Go(func() {
			picture := worker.Picture{Name: f.Name, Data: f.Data}
			d, err := pool.Documents(ctx, request, picture)
			if death := (*worker.Death)(nil); errors.As(err, &death) && death.Again() {
				anew := request
				anew.Fresh = true
				d, err = pool.Documents(ctx, anew, picture)
			}
			if ends[i] = end(err); ends[i] != nil {
				return
			}
			readings[i] = reading(d, err)
		})
	}
	all.Wait()
	return readings, errors.Join(distinct(ends)...)
}

// distinct leaves out errors that say the same.
func distinct(errs []error) (out []error) {
	said := make(map[string]bool)
	for _, err := range errs {
		if err != nil && !said[err.Error()] {
			said[err.Error()] = true
			out = append(out, err)
		}
	}
	return out
}

// reading is what a child's answer says of a picture.
func reading(d worker.Documents, err error) report.Reading {
	if err != nil {
		return report.Reading{Err: err}
	}
	docs, err := worker.Unmarshal(d.Data)
	if err == nil && d.Digest.Missing != "" {
		err = errors.New(d.Digest.Missing) // its other pages are there
	}
	return report.Reading{Docs: docs, Err: err}
}

// ErrDependency is what a child lacks that can read no picture at all.
var ErrDependency = errors.New("a dependency is missing")

// end tells an error that is no picture's fault.
func end(err error) error {
	var fail *worker.Failure
	var death *worker.Death
	var start *worker.StartError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fail) && fail.Kind == worker.KindDependency:
		return fmt.Errorf("%w: %s", ErrDependency, fail.Message)
	case errors.As(err, &start):
		return err
	case fail != nil, errors.As(err, &death):
		return nil
	}
	return err
}

// goesOn tells whether the last table of a picture may go on in the next.
func goesOn(before, after *report.Reading, forms []*tables.Form) bool {
	return before.Err == nil && after.Err == nil && len(before.Docs) > 0 && len(after.Docs) > 0 &&
		tables.MayContinue(before.Docs[len(before.Docs)-1], after.Docs[0], forms)
}

// together reads pictures as a series. What they gave alone stands where that
// cannot be done.
func together(ctx context.Context, pool *worker.Pool, request worker.Request, files []report.File, readings []report.Reading) error {
	var all []worker.Picture
	for _, f := range files {
		all = append(all, worker.Picture{Name: f.Name, Data: f.Data})
	}
	docs, err := pool.Series(ctx, request, all)
	if err != nil {
		return end(err)
	}
	for i, d := range docs {
		if r := reading(d, nil); r.Err == nil {
			readings[i] = r
		}
	}
	return nil
}
