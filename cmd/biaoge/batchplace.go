package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/journal"
)

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
	if errors.Is(err, journal.ErrDamaged) {
		return fmt.Errorf("%s: %w; run the batch once more: it begins a new one and takes over the documents that are finished", out, err)
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
