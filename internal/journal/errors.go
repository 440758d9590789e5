package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// ErrFormat means that another version of the program wrote the file.
var ErrFormat = errors.New("the journal was written by another version of biaoge")

// ErrEarlier means that an earlier version wrote the file; Create brings it up to
// date.
var ErrEarlier = errors.New("the journal was written by an earlier version of biaoge")

// errGone means that there is no such line, though there was.
var errGone = errors.New("a picture is gone from it")

// ErrDamaged means that the file is no journal any more, or not a whole one.
var ErrDamaged = errors.New("the journal is damaged")

// said adds what was being done, and turns SQLite's word for a full disk into
// the system's, so that callers need know one.
func said(doing string, err error) error {
	if err == nil {
		return nil
	}
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch {
		case se.Code == sqlite3.ErrFull, se.SystemErrno == syscall.ENOSPC, se.SystemErrno == syscall.EDQUOT:
			err = fmt.Errorf("%w (%w)", syscall.ENOSPC, err)
		case se.Code == sqlite3.ErrCorrupt, se.Code == sqlite3.ErrNotADB:
			err = fmt.Errorf("%w (%w)", ErrDamaged, err)
		case se.Code == sqlite3.ErrReadonly:
			err = fmt.Errorf("%w (%w)", syscall.EROFS, err)
		case se.Code == sqlite3.ErrPerm, se.Code == sqlite3.ErrCantOpen:
			err = fmt.Errorf("%w (%w)", fs.ErrPermission, err)
		case se.Code == sqlite3.ErrIoErr:
			err = fmt.Errorf("%w (%w)", syscall.EIO, err)
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
