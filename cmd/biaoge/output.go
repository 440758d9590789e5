package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// An output is where a command writes what it was asked for: standard output,
// or a file that takes its name only when it is whole.
type output struct {
	io.Writer
	pending *renameio.PendingFile
	plain   *os.File
}

// newOutput opens the file of -o, or standard output where name is empty. It
// is opened before the work begins, so that a wrong name costs no waiting.
func newOutput(name string, stdout io.Writer) (*output, error) {
	if name == "" || name == "-" {
		return &output{Writer: stdout}, nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, usagef("-o %s is a folder; name a file in it", name)
	case err == nil && !info.Mode().IsRegular():
		// A pipe or device can't be replaced, only written to.
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, outputError(name, err)
		}
		return &output{Writer: f, plain: f}, nil
	case err == nil:
		// The file a link points to is replaced, not the link.
		if real, err := filepath.EvalSymlinks(name); err == nil {
			name = real
		}
	}
	p, err := renameio.NewPendingFile(name, renameio.WithTempDir(filepath.Dir(name)), renameio.WithPermissions(0o666), renameio.WithExistingPermissions())
	if err != nil {
		return nil, outputError(name, err)
	}
	return &output{Writer: p, pending: p}, nil
}

// commit gives the file its name.
func (o *output) commit() error {
	switch {
	case o.pending != nil:
		return o.pending.CloseAtomicallyReplace()
	case o.plain != nil:
		return o.plain.Close()
	}
	return nil
}

// discard leaves whatever had the name before.
func (o *output) discard() {
	switch {
	case o.pending != nil:
		o.pending.Cleanup() // nothing to do about a file that can't be removed
	case o.plain != nil:
		o.plain.Close()
	}
}

func outputError(name string, err error) error {
	cause := err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		cause = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("-o %s: its folder does not exist; create it first", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("-o %s: permission denied; choose a folder you may write to", name)
	}
	return fmt.Errorf("-o %s: %w; choose another place", name, cause)
}
