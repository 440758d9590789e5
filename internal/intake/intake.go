// Package intake finds the files of a folder that may be pictures, and reads
// them: from the folder itself, from zip and tar archives in it, which count
// as folders, or those that a list names.
//
// Nothing is read that is not below the folder: links out of it are named and
// left alone, also if one is put there while a run is under way.
//
// It must not know what becomes of the pictures.
package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/biaoge/biaoge/internal/escape"
)

// Options choose among the files.
type Options struct {
	Include []string // globs; where there are any, only what matches one
	Exclude []string // globs; a folder that matches is not entered

	// List names the files or folders to take, one a line, or parted by NUL;
	// nil takes all. Names are relative to the folder, or absolute and in it.
	List  io.Reader
	Nulls bool

	// Reports says that the input is reports and not pictures; nil where it is
	// pictures.
	Reports *Reports

	Spool string // a folder where compressed archives may be unpacked to
	Leave string // a folder that is left out, such as that of the output
}

// An Item is a file that was found.
type Item struct {
	Path  string // below the folder, bytes as they are; in archives ARCHIVE/NAME
	Size  int64
	MTime int64  // nanoseconds since 1970; of the archive for what is in one
	Err   *Error // why it can't be read, where that is known already
}

// The kinds of Error.
const (
	Vanished   = "vanished"   // it is not there, or no more
	Unreadable = "unreadable" // the system does not let it be read
	Link       = "link"       // a link that leads out of the folder, or nowhere
	Special    = "special"    // a pipe, a device
	Outside    = "outside"    // named by a list, but not below the folder
	Archive    = "archive"    // an archive that can't be read as one
	TooLarge   = "too_large"
	NoPicture  = "no_picture" // neither its name nor its content is a picture's
)

// An Error says why a file can't be read.
type Error struct {
	Kind string
	Msg  string // what is wrong and what to do about it
	Err  error  // what the system said; may be nil
}

func (e *Error) Error() string { return e.Msg }
func (e *Error) Unwrap() error { return e.Err }

// A Folder is the input of a batch. It is safe for concurrent use.
type Folder struct {
	dir   string
	root  *os.Root
	id    fs.FileInfo // to notice when a disk goes away under a run
	only  string      // the one file of it that is the input, where it is a file
	o     Options
	leave fs.FileInfo

	mu       sync.Mutex
	archives map[string]*archive
	order    []string // of use, the latest last
}

// Open opens a folder, or a single file as one that has nothing else in it.
func Open(name string, o Options) (*Folder, error) {
	for _, g := range append(append([]string(nil), o.Include...), o.Exclude...) {
		if !doublestar.ValidatePattern(g) {
			return nil, fmt.Errorf("%s is no valid pattern; see docs/batch.md for what patterns can say", g)
		}
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: name, o: o, archives: make(map[string]*archive)}
	if !info.IsDir() {
		f.dir, f.only = filepath.Split(name)
		if f.dir == "" {
			f.dir = "."
		}
	}
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return nil, err
	}
	if f.id, err = f.root.Stat("."); err != nil {
		f.root.Close()
		return nil, err
	}
	if o.Leave != "" {
		if f.leave, err = os.Stat(o.Leave); err != nil {
			f.root.Close()
			return nil, err
		}
	}
	return f, nil
}

// Close closes the folder and the archives in it.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.archives {
		a.release()
	}
	f.archives = nil
	return f.root.Close()
}

// Gone says whether the folder itself is no longer there, as when a disk was
// unplugged or a network share is lost.
func (f *Folder) Gone() error {
	now, err := os.Stat(f.dir)
	if err != nil {
		return err
	}
	if !os.SameFile(f.id, now) {
		return fmt.Errorf("%s is another folder than when the run began", f.dir)
	}
	return nil
}

// wanted says whether the globs choose a file.
func (f *Folder) wanted(p string) bool {
	for d := p; d != "."; d = path.Dir(d) {
		if f.excluded(d) {
			return false
		}
	}
	if len(f.o.Include) == 0 {
		return true
	}
	for _, g := range f.o.Include {
		if match(g, p) {
			return true
		}
	}
	return false
}

func (f *Folder) excluded(p string) bool {
	for _, g := range f.o.Exclude {
		if match(g, p) {
			return true
		}
	}
	return false
}

// match matches a glob without a slash against the name alone, as people mean
// *.jpg, and one with a slash against the whole path.
func match(glob, p string) bool {
	if !strings.Contains(glob, "/") {
		p = path.Base(p)
	}
	ok, _ := doublestar.Match(strings.TrimSuffix(strings.TrimPrefix(glob, "/"), "/"), p)
	return ok
}

// explain turns what the system said into what a person can act on.
func explain(err error) *Error {
	cause := err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		cause = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return &Error{Vanished, "it is not there, or no more; check the name", err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Unreadable, "permission denied; make it readable for this user (chmod u+r)", err}
	case errors.Is(err, syscall.ELOOP), strings.Contains(err.Error(), "escapes from parent"):
		return &Error{Link, "a link that leads out of the input folder or nowhere; links are followed only within the folder", err}
	}
	return &Error{Unreadable, cause.Error() + "; check the disk and try again", err}
}

func archiveError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var pe *fs.PathError
	if errors.As(err, &pe) || errors.Is(err, fs.ErrNotExist) {
		return explain(err)
	}
	return &Error{Archive, "the archive can't be read (" + escape.Name(err.Error()) + "); unpack it with another program", err}
}

// ByNumber compares names with the numbers in them as numbers, so that the
// second page stands before the tenth.
func ByNumber(a, b string) int {
	for a != "" && b != "" {
		n, m := digits(a), digits(b)
		if n == 0 || m == 0 {
			if c := cmp.Compare(a[0], b[0]); c != 0 {
				return c
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:n], "0"), strings.TrimLeft(b[:m], "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y), cmp.Compare(n, m)); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is how many digits a text begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
