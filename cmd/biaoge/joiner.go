package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/series"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A joiner reads pictures once more, together, whose tables may go on from one
// to the next: neighbours of one folder that were read apart. All others it
// passes on as they are.
type joiner struct {
	ctx  context.Context
	x    *reader
	each func(reading) error
	held series.Splitter[reading]
}

func newJoiner(ctx context.Context, x *reader, each func(reading) error) *joiner {
	return &joiner{ctx, x, each, series.Splitter[reading]{
		Follows: func(before, after reading) (bool, error) { return x.follows(&before, &after) },
		Size:    func(r reading) int64 { return r.size },
	}}
}

// add takes the next reading, in the order of the inputs.
func (j *joiner) add(r reading) error {
	ended, err := j.held.Add(r)
	if err != nil {
		return err
	}
	return j.pass(ended)
}

// flush passes on what is held.
func (j *joiner) flush() error { return j.pass(j.held.End()) }

// follows tells whether a picture may be the rest of the one before it.
func (x *reader) follows(before, after *reading) (bool, error) {
	if !before.again() || !after.again() || filepath.Dir(before.in.path) != filepath.Dir(after.in.path) {
		return false, nil
	}
	forms, err := x.forms()
	return err == nil && tables.MayContinue(before.docs[len(before.docs)-1], after.docs[0], forms), err
}

// again tells whether a picture was read whole and can be once more.
func (r *reading) again() bool {
	if r.err != nil || len(r.docs) == 0 {
		return false
	}
	info, err := os.Stat(r.in.path)
	return err == nil && info.Mode().IsRegular() && r.in.path != stdinName
}

// pass passes on readings, read as a series if there are several. Every picture
// of them was read, so that what was read apart stands where they cannot be
// read again, as when a file has gone by then.
func (j *joiner) pass(held []reading) error {
	if len(held) > 1 {
		j.together(held)
	}
	for _, r := range held {
		if err := j.each(r); err != nil {
			return err
		}
	}
	return nil
}

func (j *joiner) together(held []reading) {
	var pictures []worker.Picture
	for _, r := range held {
		data, err := j.x.load(j.ctx, r.in)
		if err != nil {
			return
		}
		pictures = append(pictures, worker.Picture{Name: escape.Name(r.in.path), Data: data})
	}
	all, err := j.x.pool.Series(j.ctx, worker.Request{}, pictures)
	if err != nil {
		return
	}
	for i := range held {
		if docs, err := worker.Unmarshal(all[i].Data); err == nil {
			held[i].docs = docs
		}
	}
}
