package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/biaoge/biaoge/export"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/docx"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/worker"
)

// reportFormats are those of extraction, and those of reports that are given
// back with tables in the place of pictures.
var reportFormats = append(formats[:len(formats):len(formats)],
	format{media: docx.MediaType, file: "report.docx"},
	format{media: "multipart/related", file: "report.mhtml"})

// ownMedia is the media type in which a report of a format is given back.
var ownMedia = map[string]string{"html": "text/html", "markdown": "text/markdown", "docx": docx.MediaType, "mhtml": "multipart/related"}

var reportTask = task{formats: reportFormats, report: true, work: (*reading).report}

// report is POST /v1/report.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	s.do(w, r, reportTask, prefersAsync(r))
}

// A reported is what became of a report.
type reported struct {
	rep  *reports.Report
	doc  *reports.Document
	drop bool // the pictures that tables stand for are left out of the report
	key  key
}

// report reads the report that a request brings, with what is beside it.
func (r *reading) report(ctx context.Context) (outcome, error) {
	of := r.key()
	out := &reported{drop: r.dropPictures, key: keyOf([]byte("report"), fmt.Append(nil, r.dropPictures, r.charset, r.paths), of[:])}
	beside := besides(r.pictures[1:], r.paths[1:])
	in := reports.Input{Name: r.pictures[0].Name, Data: r.pictures[0].Data, Charset: r.charset, Beside: beside, Fetched: beside}
	if r.PDF != nil {
		in.PDF = func(data []byte) (*pdf.File, error) { return r.PDF(ctx, data) }
	}
	var err error
	out.rep, err = reports.Open(in)
	if err != nil {
		return nil, reportProblem(err)
	}
	out.doc, err = reports.Read(ctx, out.rep, r.readPictures, reports.Options{Forms: r.Forms, ReviewBelow: max(r.settings.ReviewBelow, r.ReviewBelow)})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// besides finds what lies beside a report among the parts of a request: by its
// path, or by its name where only one has that.
func besides(files []worker.Picture, paths []string) content.Files {
	return func(name string) ([]byte, error) {
		name = path.Clean(strings.TrimPrefix(name, "/"))
		var found []byte
		n := 0
		for i, f := range files {
			if paths[i] == name {
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

// readPictures reads the pictures of a report as those of a request.
func (r *reading) readPictures(ctx context.Context, files []reports.File) ([]reports.Reading, error) {
	if len(files) > r.MaxPictures {
		return nil, newProblem(http.StatusRequestEntityTooLarge, kindTooLarge, "the report has %d pictures, where %d are allowed; send a part of it", len(files), r.MaxPictures)
	}
	a := ask{settings: r.settings}
	for _, f := range files {
		a.pictures = append(a.pictures, worker.Picture{Name: f.Name, Data: f.Data})
	}
	inside := r.newReading(a, r.place)
	all, err := inside.apart(ctx)
	if err == nil {
		err = inside.together(ctx, all)
	}
	r.busy.add(inside.busy.total())
	if err != nil {
		return nil, err
	}
	out := make([]reports.Reading, len(all))
	for i, g := range all {
		out[i].Docs = g.docs
		if g.problem != nil {
			out[i].Err = g.problem
		}
	}
	return out, nil
}

// reportProblem is what is wrong with a report as a whole.
func reportProblem(err error) *Problem {
	for _, k := range []struct {
		err    error
		status int
		kind   string
	}{
		{content.ErrUnsupported, http.StatusUnsupportedMediaType, "unsupported"},
		{content.ErrTooLarge, http.StatusRequestEntityTooLarge, kindTooLarge},
		{content.ErrLocked, http.StatusUnprocessableEntity, "locked"},
		{content.ErrDamaged, http.StatusUnprocessableEntity, "damaged"},
	} {
		if errors.Is(err, k.err) {
			return newProblem(k.status, k.kind, "%s", err.Error())
		}
	}
	return problemOf(err)
}

func (d *reported) of() key     { return d.key }
func (d *reported) size() int64 { return int64(len(d.rep.Data)) * 4 } // with what was made of it, about
func (d *reported) failed() (n int) {
	for _, p := range d.doc.Pictures {
		if p.Outcome == reports.OutcomeFailed || p.Outcome == reports.OutcomeMissing {
			n++
		}
	}
	return n
}

// same tells whether a format is the report's own, in which it is given back.
func (d *reported) same(f format) bool {
	return ownMedia[d.rep.Format] == f.media && reports.CanGiveBack(d.rep.Format)
}

func (d *reported) charset(f format) string {
	if own := d.doc.Source.Charset; d.same(f) && own != nil {
		return *own
	}
	return utf8Charset
}

// in writes the report's document in a format, or gives the report back.
func (d *reported) in(f format) ([]byte, error) {
	if d.same(f) {
		return reports.Same(d.rep, d.doc, d.drop)
	}
	name := f.export
	switch {
	case f.media == mediaJSON:
		line, err := reports.JSON(d.doc)
		return append(line, '\n'), err
	case name == "":
		return nil, newProblem(http.StatusNotAcceptable, kindNotAcceptable, "a report in %s is not given back as %s; ask for application/json, or another format of data", d.doc.Source.MediaType, f.media)
	}
	var b bytes.Buffer
	w, err := reports.NewWriter(&b, name, false, export.Options{NoBOM: true})
	if err != nil {
		return nil, err
	}
	if err := w.Write(d.doc); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}
