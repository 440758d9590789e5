package report

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
)

// Sent is a report as a program sends it.
type Sent struct {
	Files   []SentFile // the report, then what lies beside it
	Charset string     // as a header says; empty where none does
}

// A SentFile is a file with the path that its sender has it under, which may have
// folders.
type SentFile struct {
	File
	Path string
}

// Open opens the report. PDF renders one; nil where none is read.
func (s *Sent) Open(pdf func([]byte) (*pdf.File, error)) (*Report, error) {
	beside := s.beside()
	return Open(Input{Name: s.Files[0].Name, Data: s.Files[0].Data, Charset: s.Charset, Beside: beside, Fetched: beside, PDF: pdf})
}

// beside finds what lies beside the report: by its path, or by its name where only
// one file has that.
func (s *Sent) beside() content.Files {
	return func(name string) ([]byte, error) {
		name = path.Clean(strings.TrimPrefix(name, "/"))
		var found []byte
		n := 0
		for _, f := range s.Files[1:] {
			if f.Path == name {
				return f.Data, nil
			}
			if path.Base(f.Name) == path.Base(name) {
				found = f.Data
				n++
			}
		}
		if n != 1 {
			return nil, fs.ErrNotExist
		}
		return found, nil
	}
}

// Written is a report's document in one of OutputFormats, or the report itself in
// FormatSame.
func Written(r *Report, d *Document, format string, g Given) ([]byte, error) {
	if format == FormatSame {
		return Same(r, d, g)
	}
	var b bytes.Buffer
	// Callers are programs, which a byte order mark would only hinder.
	w, err := NewWriter(&b, format, false, export.Options{NoBOM: true, Language: g.Language})
	if err != nil {
		return nil, err
	}
	if err := w.Write(d); err != nil {
		return nil, fmt.Errorf("writing it as %s: %w", format, err)
	}
	return b.Bytes(), w.Close()
}

// Failed is how many pictures could not be read, or are not there.
func (d *Document) Failed() (n int) {
	for _, p := range d.Pictures {
		if p.Outcome == OutcomeFailed || p.Outcome == OutcomeMissing {
			n++
		}
	}
	return n
}
