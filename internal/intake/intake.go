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
	"bufio"
	"bytes"
	"cmp"
	"context"
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

// Walk calls found with every file, those of a folder ordered by name. An
// error of found ends it.
func (f *Folder) Walk(ctx context.Context, found func(Item) error) error {
	w := &walker{Folder: f, ctx: ctx, found: found}
	switch {
	case f.o.List != nil:
		return w.list()
	case f.only != "":
		return w.name(f.only)
	}
	return w.dir(".")
}

type walker struct {
	*Folder
	ctx   context.Context
	found func(Item) error
}

// list walks what a list names.
func (w *walker) list() error {
	in := bufio.NewReaderSize(w.o.List, 64<<10)
	end := byte('\n')
	if w.o.Nulls {
		end = 0
	}
	abs, err := filepath.Abs(w.Folder.dir)
	if err != nil {
		return err
	}
	for {
		line, err := in.ReadString(end)
		if err != nil && err != io.EOF {
			return fmt.Errorf("reading the list of pictures: %w", err)
		}
		line = strings.TrimSuffix(line, string(end))
		if end == '\n' {
			line = strings.TrimSuffix(line, "\r")
		}
		if line != "" {
			name := line
			if filepath.IsAbs(name) {
				if name, err2 := filepath.Rel(abs, name); err2 == nil {
					line = name
				}
			}
			line = path.Clean(line)
			if line == ".." || strings.HasPrefix(line, "../") || path.IsAbs(line) {
				line = strings.TrimLeft(strings.ReplaceAll(line, "../", ""), "/")
				if err := w.found(Item{Path: "outside/" + line, Err: &Error{Outside, name + " is not below " + w.Folder.dir + "; only what is below the input folder is read", nil}}); err != nil {
					return err
				}
			} else if err := w.name(line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// name walks one file or folder that was named: it is taken whether or not it
// is hidden, and it is an error if it is not there.
func (w *walker) name(p string) error {
	info, err := w.root.Stat(p)
	if err != nil {
		if _, _, ok := w.split(p); ok {
			return w.file(p, nil)
		}
		return w.trouble(p, err)
	}
	if info.IsDir() {
		return w.dir(p)
	}
	return w.file(p, info)
}

func (w *walker) trouble(p string, err error) error {
	return w.found(Item{Path: p, Err: explain(err)})
}

// dir walks a folder. An error in it costs no more than what can't be seen.
func (w *walker) dir(p string) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	d, err := w.root.Open(p)
	if err != nil {
		return w.trouble(p, err)
	}
	if w.leave != nil {
		if info, err := d.Stat(); err == nil && os.SameFile(info, w.leave) {
			d.Close()
			return nil
		}
	}
	entries, err := d.ReadDir(-1)
	d.Close()
	if err != nil {
		if err := w.trouble(p, err); err != nil {
			return err
		}
	}
	sortEntries(entries)
	if w.o.Reports != nil {
		entries = withoutParts(entries)
	}
	for _, e := range entries {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		q := path.Join(p, e.Name())
		var err error
		switch {
		case e.IsDir():
			if !w.excluded(q) {
				err = w.dir(q)
			}
		case e.Type()&fs.ModeSymlink != 0:
			err = w.link(q)
		default:
			var info fs.FileInfo
			if info, err = w.root.Lstat(q); err != nil {
				if w.wanted(q) {
					err = w.trouble(q, err)
				} else {
					err = nil
				}
			} else {
				err = w.file(q, info)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// link walks a symbolic link: to a file in the folder, that is a copy; to a
// folder in it, its files are met there; and anything else is left alone.
func (w *walker) link(p string) error {
	info, err := w.root.Stat(p)
	switch {
	case err != nil && w.wanted(p):
		return w.found(Item{Path: p, Err: &Error{Link, "a link that leads out of the input folder or nowhere; links are followed only within the folder", err}})
	case err != nil:
		return nil
	case info.IsDir():
		if !w.wanted(p) {
			return nil
		}
		return w.found(Item{Path: p, Err: &Error{Link, "a link to a folder; the files are read where they are", nil}})
	}
	return w.file(p, info)
}

func (w *walker) file(p string, info fs.FileInfo) error {
	if info != nil && !info.Mode().IsRegular() {
		if !w.wanted(p) {
			return nil
		}
		return w.found(Item{Path: p, Err: &Error{Special, "a pipe, socket or device, not a file", nil}})
	}
	if _, _, inArchive := w.split(p); inArchive || isArchive(p) {
		if w.excluded(p) {
			return nil
		}
		return w.archive(p)
	}
	if !w.wanted(p) {
		return nil
	}
	return w.found(Item{Path: p, Size: info.Size(), MTime: info.ModTime().UnixNano()})
}

// archive walks an archive, or the part of one that a list names.
func (w *walker) archive(p string) error {
	file, below, ok := w.split(p)
	if !ok {
		file = p
	}
	a, err := w.openArchive(w.ctx, file)
	if err != nil {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		if errors.Is(err, syscall.ENOSPC) {
			return err
		}
		return w.found(Item{Path: file, Err: archiveError(err)})
	}
	defer a.release()
	if info, err := w.root.Stat(file); w.o.Reports != nil && below == "" && err == nil && isZip(file) && w.o.Reports.Whole(a.names) {
		if !w.wanted(file) {
			return nil
		}
		return w.found(Item{Path: file, Size: info.Size(), MTime: a.mtime})
	}
	any := false
	for _, name := range a.names {
		if below != "" && name != below && !strings.HasPrefix(name, below+"/") {
			continue
		}
		any = true
		q := file + "/" + name
		if hidden(name) || !w.wanted(q) {
			continue
		}
		if err := w.found(Item{Path: q, Size: a.entries[name].size, MTime: a.mtime}); err != nil {
			return err
		}
	}
	switch {
	case !any && below != "":
		return w.trouble(p, fs.ErrNotExist)
	case len(a.names) == 0 && w.wanted(file):
		return w.found(Item{Path: file, Err: &Error{NoPicture, "an archive with nothing in it", nil}})
	}
	return nil
}

// hidden says whether a name in an archive is one that people don't see, such
// as those that macOS adds.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return true
		}
	}
	return false
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

// Read reads a file that Walk found, at most limit bytes. What is no picture
// (or no report, where the input is reports), by name and by content, is not
// read whole. Errors are of type *Error, or ctx's.
func (f *Folder) Read(ctx context.Context, p string, limit int64) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	// A network share may keep a read waiting for ever. The one read is then
	// lost, but not the run.
	go func() {
		data, err := f.read(ctx, p, limit)
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (f *Folder) read(ctx context.Context, p string, limit int64) ([]byte, error) {
	if file, name, ok := f.split(p); ok {
		a, err := f.openArchive(ctx, file)
		if err != nil {
			return nil, archiveError(err)
		}
		defer a.release()
		r, size, err := a.open(name)
		if err != nil {
			return nil, archiveError(err)
		}
		defer r.Close()
		data, err := f.readFile(r, name, size, limit)
		if err != nil && !errors.As(err, new(*Error)) {
			err = archiveError(err)
		}
		return data, err
	}
	// A pipe put in the place of the file would wait for its other end.
	r, err := f.root.OpenFile(p, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, explain(err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, explain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{Special, "no longer a file", nil}
	}
	data, err := f.readFile(r, p, info.Size(), limit)
	if err != nil && !errors.As(err, new(*Error)) {
		err = explain(err)
	}
	return data, err
}

func (f *Folder) readFile(r io.Reader, name string, size, limit int64) ([]byte, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	head = head[:n]
	if err := f.taken(name, head); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	buf.Grow(int(min(max(size, 0), limit)) + bytes.MinRead)
	buf.Write(head)
	if _, err := buf.ReadFrom(io.LimitReader(r, limit+1-int64(n))); err != nil {
		return nil, err
	}
	if int64(buf.Len()) > limit {
		if f.o.Reports != nil {
			return nil, &Error{TooLarge, fmt.Sprintf("the report has more than %d MB; save it in parts", limit/1_000_000), nil}
		}
		return nil, &Error{TooLarge, fmt.Sprintf("the file has more than %d MB; save it with fewer pixels or more compression", limit/1_000_000), nil}
	}
	return buf.Bytes(), nil
}

// taken is the error of a file that is none of what is read.
func (f *Folder) taken(name string, head []byte) error {
	switch {
	case f.o.Reports != nil && !f.o.Reports.Is(name, head):
		return &Error{NoPicture, "neither its name nor its content is a report's", nil}
	case f.o.Reports == nil && !looksLikePicture(head) && !namedLikePicture(name):
		return &Error{NoPicture, "neither its name nor its content is a picture's", nil}
	}
	return nil
}

// looksLikePicture tells by how a file begins. Whether it is one shows when it
// is decoded.
func looksLikePicture(head []byte) bool {
	for _, magic := range []string{
		"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM",
		"II*\x00", "MM\x00*", "II+\x00", "MM\x00+",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

// namedLikePicture says whether a name claims to be a picture's: then it is an
// error if it is not.
func namedLikePicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp":
		return true
	}
	return false
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
