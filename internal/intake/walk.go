package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

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
	if w.o.Reports != nil && below == "" && isZip(file) && w.o.Reports.Whole(a.names) {
		if info, err := w.root.Stat(file); err == nil {
			if !w.wanted(file) {
				return nil
			}
			return w.found(Item{Path: file, Size: info.Size(), MTime: a.mtime})
		}
	}
	there, err := w.entries(a, file, below)
	switch {
	case err != nil:
		return err
	case !there && below != "":
		return w.trouble(p, fs.ErrNotExist)
	case len(a.names) == 0 && w.wanted(file):
		return w.found(Item{Path: file, Err: &Error{NoPicture, "an archive with nothing in it", nil}})
	}
	return nil
}

// entries walks the entries of an archive that are below a name, all where that
// is empty, and tells whether there are any.
func (w *walker) entries(a *archive, file, below string) (there bool, err error) {
	for _, name := range a.names {
		if below != "" && name != below && !strings.HasPrefix(name, below+"/") {
			continue
		}
		there = true
		q := file + "/" + name
		if hidden(name) || !w.wanted(q) {
			continue
		}
		if err := w.found(Item{Path: q, Size: a.entries[name].size, MTime: a.mtime}); err != nil {
			return there, err
		}
	}
	return there, nil
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
