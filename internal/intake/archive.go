package intake

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// openArchives is how many archives are kept open: pictures come ordered by
// name, so that few are in use at a time.
const openArchives = 4

// maxUnpacked bounds what a compressed tar may unpack to.
const maxUnpacked = 64 << 30

// An archive is a zip or tar file with its table of contents.
type archive struct {
	file    *os.File
	mtime   int64
	names   []string // sorted
	entries map[string]entry
	users   atomic.Int32
}

type entry struct {
	size   int64
	offset int64     // in a tar
	zip    *zip.File // in a zip
}

// isArchive goes by the name: to open every file only to see would cost more
// than all else that is done to find them.
func isArchive(p string) bool {
	n := strings.ToLower(path.Base(p))
	for _, ext := range []string{".zip", ".tar", ".tar.gz", ".tgz"} {
		if strings.HasSuffix(n, ext) && len(n) > len(ext) {
			return true
		}
	}
	return false
}

func isZip(p string) bool { return strings.EqualFold(path.Ext(p), ".zip") }

// split parts the path of a file in an archive into those of the archive and
// of the file in it.
func (f *Folder) split(p string) (file, name string, ok bool) {
	for i := 0; i < len(p); i++ {
		if p[i] != '/' || !isArchive(p[:i]) {
			continue
		}
		if info, err := f.root.Stat(p[:i]); err == nil && info.Mode().IsRegular() {
			return p[:i], p[i+1:], true
		}
	}
	return "", "", false
}

// openArchive opens an archive or finds it open. The caller releases it.
func (f *Folder) openArchive(ctx context.Context, p string) (*archive, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.archives == nil {
		return nil, fs.ErrClosed
	}
	if i := slices.Index(f.order, p); i >= 0 {
		f.order = append(slices.Delete(f.order, i, i+1), p)
		a := f.archives[p]
		a.users.Add(1)
		return a, nil
	}
	a, err := f.readArchive(ctx, p)
	if err != nil {
		return nil, err
	}
	for len(f.order) >= openArchives {
		f.archives[f.order[0]].release()
		delete(f.archives, f.order[0])
		f.order = f.order[1:]
	}
	f.archives[p] = a
	f.order = append(f.order, p)
	a.users.Store(2)
	return a, nil
}

// release closes the archive once nobody uses it.
func (a *archive) release() {
	if a.users.Add(-1) == 0 {
		a.file.Close()
	}
}

func (f *Folder) readArchive(ctx context.Context, p string) (*archive, error) {
	file, err := f.root.Open(p)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &Error{Special, "no longer a file", nil}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	a := &archive{file: file, mtime: info.ModTime().UnixNano(), entries: make(map[string]entry)}
	switch n := strings.ToLower(p); {
	case strings.HasSuffix(n, ".zip"):
		err = a.readZip(info.Size())
	default:
		if !strings.HasSuffix(n, ".tar") {
			err = a.unpack(ctx, f.o.Spool)
		}
		if err == nil {
			err = a.readTar(ctx)
		}
	}
	if err != nil {
		a.file.Close()
		return nil, err
	}
	for name := range a.entries {
		a.names = append(a.names, name)
	}
	slices.Sort(a.names)
	return a, nil
}

func (a *archive) readZip(size int64) error {
	r, err := zip.NewReader(a.file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	for _, z := range r.File {
		name := z.Name
		if z.NonUTF8 {
			// Windows in China writes names in GBK and does not say so.
			if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil && !strings.ContainsRune(s, '\ufffd') {
				name = s
			}
		}
		if strings.HasSuffix(name, "/") || !z.Mode().IsRegular() {
			continue
		}
		a.add(name, entry{size: int64(min(z.UncompressedSize64, 1<<62)), zip: z})
	}
	return nil
}

// readTar notes where each file begins. A tar that ends early has the files
// that are whole.
func (a *archive) readTar(ctx context.Context) error {
	if _, err := a.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := tar.NewReader(a.file)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			if len(a.entries) > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		offset, err := a.file.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		a.add(h.Name, entry{size: h.Size, offset: offset})
	}
}

// add takes a file into the table of contents, under a name that stays within
// the archive. A later file with the same name wins, as when it is unpacked.
func (a *archive) add(name string, e entry) {
	name = strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, "\\", "/")), "/")
	if name == "" || strings.ContainsRune(name, 0) {
		return
	}
	a.entries[name] = e
}

// unpack puts an unpacked copy in the place of a compressed file, one without
// a name, so that nothing is left of it however the program ends.
func (a *archive) unpack(ctx context.Context, dir string) error {
	z, err := gzip.NewReader(bufio.NewReaderSize(a.file, 1<<20))
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, "unpacked-*.tar")
	if err != nil {
		return err
	}
	os.Remove(tmp.Name())
	n, err := io.Copy(tmp, io.LimitReader(&cancelReader{ctx, z}, maxUnpacked+1))
	switch {
	case err == nil && n > maxUnpacked:
		err = &Error{TooLarge, fmt.Sprintf("it unpacks to more than %d GB; unpack it yourself", maxUnpacked>>30), nil}
	case errors.Is(err, io.ErrUnexpectedEOF) && n > 0:
		err = nil // the files before the end are whole
	}
	if err != nil {
		tmp.Close()
		return err
	}
	a.file.Close()
	a.file = tmp
	return nil
}

type cancelReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelReader) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}

// open opens a file in the archive.
func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	e, ok := a.entries[name]
	switch {
	case !ok:
		return nil, 0, fs.ErrNotExist
	case e.zip != nil:
		if e.zip.Flags&1 != 0 {
			return nil, 0, &Error{Archive, "it is locked with a password; unpack the archive", nil}
		}
		r, err := e.zip.Open()
		return r, e.size, err
	}
	return io.NopCloser(io.NewSectionReader(a.file, e.offset, e.size)), e.size, nil
}

func sortEntries(entries []fs.DirEntry) {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}
