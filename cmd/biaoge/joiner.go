package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/escape"
)

// A joiner reads pictures once more, together, whose tables may go on from one
// to the next: neighbours of one folder that were read apart. All others it
// passes on as they are.
type joiner struct {
	ctx  context.Context
	c    *call
	x    *biaoge.Extractor
	each func(reading) error

	held []reading // that may be parts of one table
}

// add takes the next reading, in the order of the inputs.
func (j *joiner) add(r reading) error {
	if n := len(j.held); n > 0 && (n == batch.MaxSeries || !j.follows(&j.held[n-1], &r)) {
		if err := j.flush(); err != nil {
			return err
		}
	}
	j.held = append(j.held, r)
	return nil
}

// follows tells whether a picture may be the rest of the one before it.
func (j *joiner) follows(before, after *reading) bool {
	return before.again() && after.again() &&
		filepath.Dir(before.in.path) == filepath.Dir(after.in.path) &&
		j.x.MayContinue(before.docs[len(before.docs)-1], after.docs[0])
}

// again tells whether a picture was read whole and can be once more.
func (r *reading) again() bool {
	if r.err != nil || len(r.docs) == 0 {
		return false
	}
	info, err := os.Stat(r.in.path)
	return err == nil && info.Mode().IsRegular() && r.in.path != stdinName
}

// flush passes on what is held, read as a series if there are several. Every
// picture of them was read, so that what was read apart stands where they
// cannot be read again, as when a file has gone by then.
func (j *joiner) flush() error {
	held := j.held
	j.held = nil
	if len(held) > 1 {
		inputs := make([]biaoge.Input, len(held))
		for i := range held {
			f := &lazyFile{ctx: j.ctx, c: j.c, in: held[i].in}
			defer f.Close()
			inputs[i] = biaoge.Input{Path: escape.Name(held[i].in.path), Reader: f}
		}
		if docs, err := j.x.ExtractSeries(j.ctx, inputs...); err == nil {
			for i := range held {
				held[i].docs = docs[i]
			}
		}
	}
	for _, r := range held {
		if err := j.each(r); err != nil {
			return err
		}
	}
	return nil
}

// A lazyFile opens an input when it is first read.
type lazyFile struct {
	ctx context.Context
	c   *call
	in  input
	f   io.ReadCloser
}

func (l *lazyFile) Read(p []byte) (int, error) {
	if l.f == nil {
		f, err := open(l.ctx, l.c, l.in)
		if err != nil {
			return 0, err
		}
		l.f = f
	}
	return l.f.Read(p)
}

// Close closes the file if it was opened.
func (l *lazyFile) Close() error {
	if l.f == nil {
		return nil
	}
	return l.f.Close()
}
