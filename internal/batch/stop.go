package batch

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
)

// A Stop is why a run ended before it was done. Nothing is lost: the next run
// goes on.
type Stop struct {
	Cause string // what is wrong and what to do about it
	Err   error
}

func (s *Stop) Error() string { return s.Cause }
func (s *Stop) Unwrap() error { return s.Err }

// ErrDependency is wrapped by the Stop of a run whose workers lack something.
var ErrDependency = errors.New("a dependency is missing")

// full returns the error in err that says that the disk takes no more, in one
// way or another.
func full(err error) error {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS} {
		if errors.Is(err, e) {
			return e
		}
	}
	return nil
}

// stopFor stops the run for an error, if there is one, in writing the output.
func (r *run) stopFor(err error) {
	if err != nil && r.ctx.Err() == nil {
		r.stop(r.diskStop(err))
	}
}

// diskStop makes a Stop of an error in writing the output. A Stop stays what
// it is, as does nil.
func (r *run) diskStop(err error) error {
	return DiskStop(r.Place.Dir, err)
}

// DiskStop makes a Stop of an error in writing to the output folder.
func DiskStop(dir string, err error) error {
	var s *Stop
	if err == nil || errors.As(err, &s) || errors.Is(err, context.Canceled) {
		return err
	}
	abs, e := filepath.Abs(dir)
	if e != nil {
		abs = dir
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return &Stop{"the disk of " + abs + " is full; make room and run again to go on", err}
	case errors.Is(err, syscall.EDQUOT):
		return &Stop{"the quota for " + abs + " is used up; make room and run again to go on", err}
	case errors.Is(err, syscall.EROFS):
		return &Stop{abs + " can't be written to any more (read-only); mount it for writing and run again to go on", err}
	case errors.Is(err, fs.ErrPermission):
		return &Stop{abs + " can't be written to by this user (" + err.Error() + "); change its owner or give another output folder", err}
	}
	return &Stop{"writing to " + abs + " failed: " + err.Error() + "; check the disk and run again to go on", err}
}
