package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/picture"
)

// An input is one file to read, or why an argument gives none.
type input struct {
	path string
	err  error
}

// stdinName is the argument that means standard input.
const stdinName = "-"

// expand turns the arguments of a command into inputs: a folder becomes the
// pictures in it, sorted by name with 9 before 10, without hidden files.
func expand(ctx context.Context, args []string) ([]input, error) {
	var all []input
	stdin := false
	for _, arg := range args {
		if arg == stdinName {
			if stdin {
				return nil, usagef("standard input (-) is named twice; it can be read once")
			}
			stdin = true
			all = append(all, input{path: arg})
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			all = append(all, input{arg, err})
		case info.IsDir():
			found, err := walk(ctx, arg)
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				found = []input{{arg, errors.New("the folder has no picture in it; name a folder or file that has")}}
			}
			all = append(all, found...)
		default:
			all = append(all, input{path: arg})
		}
	}
	return all, nil
}

func walk(ctx context.Context, dir string) ([]input, error) {
	var found []input
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if hidden := strings.HasPrefix(e.Name(), "."); hidden && path != dir {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if err != nil {
			found = append(found, input{path, err})
			return nil
		}
		if e.IsDir() {
			return nil
		}
		info, err := os.Stat(path) // of what a link points to
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		picture, err := isPicture(path)
		if err != nil || picture {
			found = append(found, input{path, err})
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b input) int {
		return slices.CompareFunc(strings.Split(a.path, string(filepath.Separator)), strings.Split(b.path, string(filepath.Separator)), intake.ByNumber)
	})
	return found, err
}

// isPicture says whether a file of a folder is to be read: it is by content,
// or its name says so, since a 22.jpg that is an empty file or a saved error
// page is a picture that was lost, and somebody should know.
func isPicture(path string) (bool, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp":
		return true, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	// What is known by its first bytes may well be damaged without the rest.
	_, err = picture.Read(bytes.NewReader(head[:n]), picture.Limits{})
	return !errors.Is(err, picture.ErrUnsupported) && !errors.Is(err, picture.ErrEmpty), nil
}

// open opens an input for reading. What may keep a reader waiting, such as a
// keyboard or an idle pipe, is given up when ctx is done.
func open(ctx context.Context, c *call, in input) (io.ReadCloser, error) {
	if in.err != nil {
		return nil, in.err
	}
	if in.path == stdinName {
		return io.NopCloser(&waitingReader{ctx, c.stdin}), nil
	}
	if info, err := os.Stat(in.path); err == nil && !info.Mode().IsRegular() {
		f, err := wait(ctx, func() (*os.File, error) { return os.Open(in.path) })
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{&waitingReader{ctx, f}, f}, nil
	}
	return os.Open(in.path)
}

// wait does what may take for ever, and is back when ctx is done.
func wait[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := do()
		done <- result{v, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case r := <-done:
		return r.v, r.err
	}
}

type waitingReader struct {
	ctx context.Context
	r   io.Reader
}

func (w *waitingReader) Read(p []byte) (int, error) {
	buf := make([]byte, len(p)) // p is the caller's again once we return
	n, err := wait(w.ctx, func() (int, error) { return w.r.Read(buf) })
	copy(p, buf[:n])
	return n, err
}

// address is how names begin that are no names of files.
var address = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)

// inputError says in one line which input could not be read, why, and what to
// do about it.
func inputError(path string, err error) error {
	name := path
	if path == stdinName {
		name = "standard input"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		switch {
		case errors.Is(err, fs.ErrNotExist) && address.MatchString(path):
			return fmt.Errorf("%s: that is an address, and nothing is fetched from a network; fetch it first, as with curl, and name the file", name)
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%s: no such file; check the name", name)
		case errors.Is(err, fs.ErrPermission):
			return fmt.Errorf("%s: permission denied; make it readable for this user (chmod u+r)", name)
		}
		return fmt.Errorf("%s: %w; check the disk and try again", name, pe.Err)
	}
	if strings.HasPrefix(err.Error(), name+":") {
		return err
	}
	if strings.HasPrefix(err.Error(), path+":") && path == stdinName {
		return fmt.Errorf("%s%s", name, err.Error()[len(path):])
	}
	return fmt.Errorf("%s: %w", name, err)
}
