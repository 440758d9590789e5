package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Reports say how reports are told from other files.
type Reports struct {
	// Is tells by its name and how it begins whether a file is one, or claims
	// to be.
	Is func(name string, head []byte) bool
	// Whole tells by the names in a zip whether it is one report; else it is a
	// folder of some.
	Whole func(names []string) bool
}

// withoutParts leaves out the folders that a browser saves with a page: what is
// in 2021_files or 2021.files belongs to 2021.html.
func withoutParts(entries []fs.DirEntry) []fs.DirEntry {
	pages := make(map[string]bool)
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if ext := path.Ext(name); !e.IsDir() && (ext == ".html" || ext == ".htm") {
			pages[strings.TrimSuffix(name, ext)] = true
		}
	}
	var out []fs.DirEntry
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		of := strings.TrimSuffix(strings.TrimSuffix(name, "_files"), ".files")
		if !e.IsDir() || of == name || !pages[of] {
			out = append(out, e)
		}
	}
	return out
}

// Beside returns what reads the files that lie beside a report and below, of at
// most limit bytes each, and what ends that. Names that lead elsewhere are
// errors, and so are links that do.
func (f *Folder) Beside(ctx context.Context, p string, limit int64) (files func(name string) ([]byte, error), end func(), err error) {
	if file, name, ok := f.split(p); ok {
		a, err := f.openArchive(ctx, file)
		if err != nil {
			return nil, nil, archiveError(err)
		}
		return func(beside string) ([]byte, error) { return a.beside(path.Dir(name), beside, limit) }, a.release, nil
	}
	root, err := f.root.OpenRoot(path.Dir(p))
	if err != nil {
		return nil, nil, explain(err)
	}
	return func(beside string) ([]byte, error) {
		r, err := root.Open(beside)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		if info, err := r.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil, errors.Join(err, fs.ErrNotExist)
		}
		return limited(r, limit)
	}, func() { root.Close() }, nil
}

// errEscapes is the error that an os.Root has for a name that leads out of it.
var errEscapes = errors.New("path escapes from parent")

// beside reads a file of an archive by its name in a folder of it.
func (a *archive) beside(dir, name string, limit int64) ([]byte, error) {
	full := path.Join(dir, name)
	if path.IsAbs(name) || !fs.ValidPath(path.Clean(name)) || !fs.ValidPath(full) {
		return nil, &os.PathError{Op: "open", Path: name, Err: errEscapes}
	}
	r, _, err := a.open(full)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return limited(r, limit)
}

func limited(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it has more than %d MB, which are allowed", limit/1_000_000)
	}
	return data, err
}
