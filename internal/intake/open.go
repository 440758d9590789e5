package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"syscall"
)

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
