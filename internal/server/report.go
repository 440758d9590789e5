package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/biaoge/biaoge/internal/message"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/docx"
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
	*Server
	sent     reports.Sent
	opened   worker.Opened
	readings []reports.Reading // of its pictures
	making   worker.Making     // but for the format
	key      key

	document []byte // in JSON
	failures int
}

// report reads the report that a request brings, with what is beside it.
func (r *reading) report(ctx context.Context) (outcome, error) {
	of := r.key()
	out := &reported{
		Server: r.Server, sent: reports.Sent{Charset: r.charset},
		making: worker.Making{Drop: r.dropPictures, ReviewBelow: max(r.settings.ReviewBelow, r.ReviewBelow)},
		key:    keyOf([]byte("report"), fmt.Append(nil, r.dropPictures, r.charset, r.paths), of[:]),
	}
	for i, f := range r.pictures {
		out.sent.Files = append(out.sent.Files, reports.SentFile{File: reports.File{Name: f.Name, Data: f.Data}, Path: r.paths[i]})
	}
	err := r.inChild(ctx, func(q worker.Request) (err error) {
		q.Begin = func() error { r.begun(); return nil }
		out.opened, err = r.Reports.OpenReport(ctx, q, &out.sent)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(out.opened.Pictures) > 0 {
		if out.readings, err = r.readPictures(ctx, out.opened.Pictures); err != nil {
			return nil, err
		}
	}
	out.opened.Pictures = nil // they are in the report
	out.document, out.failures, err = out.make(ctx, "jsonl", message.English)
	return out, err
}

// inChild has a child do something with a report, and another once more where
// it dies.
func (s *Server) inChild(ctx context.Context, do func(worker.Request) error) error {
	err := do(worker.Request{})
	var d *worker.Death
	if !errors.As(err, &d) || errors.As(err, new(*worker.StartError)) {
		return err
	}
	s.Log.WarnContext(ctx, "a worker died of a report", "kind", d.Kind, "error", d.Msg, "detail", d.Detail)
	if d.Kind == worker.Timeout {
		return err
	}
	s.metrics.again.Inc()
	return do(worker.Request{Fresh: true})
}

// make makes the report's document in a format of package report, and counts the
// pictures that were not read.
func (d *reported) make(ctx context.Context, format string, l message.Language) (made []byte, failed int, err error) {
	m := d.making
	m.Format, m.Language = format, l
	err = d.inChild(ctx, func(q worker.Request) (err error) {
		made, failed, err = d.Reports.MakeReport(ctx, q, &d.sent, d.readings, m)
		return err
	})
	return made, failed, err
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
		if out[i].Docs, err = parsed(g.lines); err != nil {
			return nil, err
		}
		if g.problem != nil {
			out[i].Err = g.problem
		}
	}
	return out, nil
}

func (d *reported) of() key     { return d.key }
func (d *reported) failed() int { return d.failures }
func (d *reported) size() int64 {
	n := int64(len(d.document)) * 2 // with what was made of its pictures, about
	for _, f := range d.sent.Files {
		n += int64(len(f.Data))
	}
	return n
}

// same tells whether a format is the report's own, in which it is given back.
func (d *reported) same(f format) bool {
	return ownMedia[d.opened.Format] == f.media && reports.CanGiveBack(d.opened.Format)
}

func (d *reported) charset(f format) string {
	if d.same(f) && d.opened.Charset != "" {
		return d.opened.Charset
	}
	return utf8Charset
}

// in writes the report's document in a format, or gives the report back.
func (d *reported) in(ctx context.Context, f format) (made []byte, err error) {
	switch {
	case d.same(f):
		made, _, err = d.make(ctx, reports.FormatSame, f.language)
		return made, err
	case f.media == mediaJSON, f.media == mediaLines:
		return d.document, nil
	case f.export == "":
		return nil, newProblem(http.StatusNotAcceptable, kindNotAcceptable, "a report in %s is not given back as %s; ask for application/json, or another format of data", d.opened.MediaType, f.media)
	}
	made, _, err = d.make(ctx, f.export, f.language)
	return made, err
}
