package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
)

// Sent is a report as it is handed to another process, which opens no files.
type Sent struct {
	Files   []SentFile // the report, then what lies beside it
	Charset string     // as a header says; empty where none does
	Format  string     // one of Formats; empty where the content tells
	Page    string     // which file of a folder it is, by whose name it is called; empty where it is alone

	// Look looks for a file that the report refers to; nil where Files are all
	// there is. What came of it is kept in Found.
	Look  func(Wanted) Found
	Found []Found
}

// A SentFile is a file with the path that its sender has it under, which may have
// folders.
type SentFile struct {
	File
	Path string
}

// Wanted is a file that a report refers to.
type Wanted struct {
	Name    string `json:"name"`    // its path, with slashes
	Fetched bool   `json:"fetched"` // among what was fetched before; else beside the report
}

// Found is what came of looking for a file.
type Found struct {
	Wanted
	Data []byte `json:"-"`
	None bool   `json:"none,omitempty"`  // there is none
	Err  string `json:"error,omitempty"` // why one that is there could not be had
	At   string `json:"at,omitempty"`    // which path that is about, where it is about one
}

// FoundIn makes what came of looking for a file; nil files have none.
func FoundIn(files content.Files, w Wanted) Found {
	out := Found{Wanted: w, None: true}
	if files == nil {
		return out
	}
	data, err := files(w.Name)
	if out.None = errors.Is(err, fs.ErrNotExist); err == nil || out.None {
		out.Data = data
		return out
	}
	out.Err = err.Error()
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		out.At, out.Err = pe.Path, pe.Err.Error()
	}
	return out
}

func (f *Found) file() ([]byte, error) {
	switch {
	case f.None:
		return nil, fs.ErrNotExist
	case f.Err == "":
		return f.Data, nil
	case f.At != "":
		return nil, &fs.PathError{Op: "open", Path: f.At, Err: errors.New(f.Err)}
	}
	return nil, errors.New(f.Err)
}

// Open opens the report, and lists what it refers to and was not looked for yet:
// where that is anything, the report is not whole. PDF renders one; nil where none
// is read.
func (s *Sent) Open(pdf func([]byte) (*pdf.File, error)) (r *Report, wants []Wanted, err error) {
	in := Input{Name: s.Files[0].Name, Data: s.Files[0].Data, Format: s.Format, Charset: s.Charset, PDF: pdf}
	in.Beside = s.beside()
	in.Fetched = in.Beside
	if s.Look != nil {
		in.Beside, in.Fetched = s.found(false, &wants), s.found(true, &wants)
	}
	if s.Page != "" {
		r, err = openPageOf(in, s.Page)
	} else {
		r, err = Open(in)
	}
	return r, wants, err
}

// found gives what was found, and takes down what was not looked for.
func (s *Sent) found(fetched bool, wants *[]Wanted) content.Files {
	all := make(map[string]*Found)
	for i := range s.Found {
		if f := &s.Found[i]; f.Fetched == fetched {
			all[f.Name] = f
		}
	}
	return func(name string) ([]byte, error) {
		f := all[name]
		if f == nil {
			f = &Found{Wanted: Wanted{name, fetched}, None: true}
			all[name] = f
			*wants = append(*wants, f.Wanted)
		}
		return f.file()
	}
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
