package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/google/renameio/v2"

	"github.com/biaoge/biaoge/internal/escape"
)

// A Place is the output folder of a batch.
type Place struct{ Dir string }

// Review is the path of what persons answered.
func (p Place) Review() string { return filepath.Join(p.Dir, "review.sqlite") }

// Journal is the path of the journal.
func (p Place) Journal() string { return filepath.Join(p.Dir, "journal.sqlite") }

// File is the path of a file that a run writes when it is done.
func (p Place) File(name string) string { return filepath.Join(p.Dir, name) }

// Document is where the documents of a picture belong, given its path in IN.
func (p Place) Document(path string) string {
	return filepath.Join(p.Dir, "documents", filepath.FromSlash(escape.File(path, ".json")))
}

// Quarantine is where a copy of a picture belongs that no worker survives.
func (p Place) Quarantine(path string) string {
	return filepath.Join(p.Dir, "quarantine", filepath.FromSlash(escape.File(path, "")))
}

// Apart is where the document is kept of a picture that was read apart first
// and then together with its neighbours.
func (p Place) Apart(path string) string {
	return filepath.Join(p.apart(), filepath.FromSlash(escape.File(path, ".json")))
}

func (p Place) apart() string { return filepath.Join(p.work(), "apart") }

// work is a folder on the same disk for files that are being written, and for
// what is kept for later runs.
func (p Place) work() string { return filepath.Join(p.Dir, ".biaoge") }

func (p Place) lock() string { return filepath.Join(p.work(), "lock") }

// ErrBusy means that another run writes to the folder.
var ErrBusy = errors.New("another run is writing there")

// Lock makes the folder this run's alone until unlock is called or the process
// ends, however it ends.
func (p Place) Lock() (unlock func(), err error) {
	return p.hold(p.lock(), "wait for it, stop it, or give another output folder", ErrBusy)
}

// ErrReviewed means that the folder is being reviewed by another process.
var ErrReviewed = errors.New("it is being reviewed already")

// LockReview makes the review of the folder this process's alone, likewise.
// Runs may write there meanwhile.
func (p Place) LockReview() (unlock func(), err error) {
	return p.hold(p.reviewLock(), "open the address that it printed, or stop it", ErrReviewed)
}

func (p Place) reviewLock() string { return filepath.Join(p.work(), "review.lock") }

// hold takes a lock that ends with the process. Advice is what to do where
// another one has it.
func (p Place) hold(name, advice string, busy error) (unlock func(), err error) {
	if err := os.MkdirAll(p.work(), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for range 5 {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond) // biaoge status holds it for a moment, too
	}
	if err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			who, _ := os.ReadFile(name)
			return nil, fmt.Errorf("%w (%s); %s", busy, strings.TrimSpace(string(who)), advice)
		}
		return nil, err
	}
	host, _ := os.Hostname()
	f.Truncate(0)
	fmt.Fprintf(f, "process %d on %s\n", os.Getpid(), host)
	return func() { f.Close() }, nil
}

// Busy says whether a run writes to the folder now.
func (p Place) Busy() bool {
	f, err := os.Open(p.lock())
	if err != nil {
		return false
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}

// sweep removes what a run that was killed had begun to write.
func (p Place) sweep() error {
	entries, err := os.ReadDir(p.work())
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch path := filepath.Join(p.work(), e.Name()); path {
		case p.lock(), p.reviewLock(), p.apart(), p.versionsFile():
		default:
			os.RemoveAll(path)
		}
	}
	return nil
}

// Write writes a file in one move: whoever looks finds the old one, or none,
// or the whole new one, on the disk as well.
func (p Place) Write(name string, data []byte) error {
	write := func() error { return writeFile(name, data, 0o666, renameio.WithTempDir(p.work())) }
	err := write()
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(name), 0o777); err == nil {
			err = write()
		}
	}
	return err
}

// writeFile is a variable so that a test can have a disk that is full.
var writeFile = renameio.WriteFile

// Create begins a file that takes its name when it is committed.
func (p Place) Create(name string) (*renameio.PendingFile, error) {
	return renameio.NewPendingFile(name, renameio.WithTempDir(p.work()), renameio.WithPermissions(0o666))
}

// ballast is a file that is only there to be removed: on a full disk it makes
// the room that the journal needs to say so.
func (p Place) ballast() string { return filepath.Join(p.work(), "ballast") }

// ballastBytes is enough for the last lines of a journal.
const ballastBytes = 256 << 10

// Load makes sure of that room. A disk that has not even that is full.
func (p Place) Load() error { return os.WriteFile(p.ballast(), make([]byte, ballastBytes), 0o666) }

// Drop gives it back.
func (p Place) Drop() { os.Remove(p.ballast()) }
