// Package files reads the reports of a batch: it tells which files of a folder
// are reports, opens each with what lies beside it, has its pictures read by
// children, and keeps what a batch wants to know of its document. It knows
// nothing of folders and journals, and no format of reports.
package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"runtime/debug"
	"strings"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/bundle"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pictures"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Is tells by its name and how it begins whether a file is a report or claims
// to be one. Text is one only by its name, or every list and script would be.
func Is(name string, head []byte) bool {
	ext := strings.ToLower(path.Ext(name))
	if report.IsEnding(ext) || ext == ".zip" || ext == ".doc" || ext == ".wps" {
		return true
	}
	switch format, err := report.Recognise(name, head); {
	case err != nil:
		return false
	case format == "html":
		head = bytes.ToLower(head)
		return bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html"))
	default:
		return format == "mhtml" || format == "pdf"
	}
}

// Whole tells by the names in a zip whether it is one report: it has one page at
// its top.
func Whole(names []string) bool {
	page, err := bundle.Page(names)
	return err == nil && path.Dir(page) == "."
}

// A Reader reads reports for a batch.
type Reader struct {
	Pool        *worker.Pool // of children that read pictures
	Renderer    *worker.Pool // of children that render PDFs
	Forms       []*tables.Form
	ReviewBelow float64                    // 0 for the default
	Fetched     content.Files              // pictures that are only linked, by the paths of their addresses; nil for none
	Advice      func(*worker.Death) string // what may be done about a death, to be said after it; may be nil
}

// Read reads one report.
func (r *Reader) Read(ctx context.Context, in batch.Report) (out batch.Reported, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &worker.Failure{Kind: worker.KindInternal, Message: fmt.Sprintf("internal error: %v; please report it with the report\n%s", v, debug.Stack())}
		}
	}()
	request := worker.Request{Fresh: in.Fresh}
	rep, err := report.Open(report.Input{Name: in.Name, Data: in.Data, Beside: in.Beside, Fetched: r.Fetched,
		PDF: func(data []byte) (*pdf.File, error) { return r.Renderer.PDF(ctx, request, data, pdf.Limits{}) }})
	if err != nil {
		return out, failure(err)
	}
	read := pictures.Reader(r.Pool, request, r.Forms)
	doc, err := report.Read(ctx, rep, func(ctx context.Context, files []report.File) ([]report.Reading, error) {
		all, err := read(ctx, files)
		for i := range all {
			var d *worker.Death
			if errors.As(all[i].Err, &d) {
				name := strings.TrimPrefix(files[i].Name, path.Base(in.Name)+"/")
				out.Deaths = append(out.Deaths, batch.ReportDeath{Name: name, Data: files[i].Data, Death: d})
				if r.Advice != nil {
					all[i].Err = fmt.Errorf("%w%s", d, r.Advice(d))
				}
			}
		}
		return all, err
	}, report.Options{Forms: r.Forms, ReviewBelow: r.ReviewBelow})
	if err != nil {
		return out, failure(err)
	}
	line, err := report.JSON(doc)
	if err != nil {
		return out, err
	}
	out.Document, out.Digest = append(line, '\n'), digestOf(doc)
	return out, nil
}

// failure is an error as a worker.Pool would have it.
func failure(err error) error {
	for _, k := range []struct {
		err  error
		kind string
	}{
		{content.ErrUnsupported, "unsupported"}, {content.ErrTooLarge, "too_large"}, {content.ErrLocked, "locked"}, {content.ErrDamaged, "damaged"},
		{pictures.ErrDependency, worker.KindDependency},
	} {
		if errors.Is(err, k.err) {
			return &worker.Failure{Kind: k.kind, Message: err.Error()}
		}
	}
	return err
}

// Digest says what a document holds, and which report it is of.
func (r *Reader) Digest(document []byte) (d digest.Digest, name, sha256 string, err error) {
	var doc report.Document
	if err := json.Unmarshal(document, &doc); err != nil {
		return d, "", "", err
	}
	return digestOf(&doc), doc.Source.Path, doc.Source.SHA256, nil
}

// digestOf boils a report's document down to what a batch keeps of it.
func digestOf(doc *report.Document) digest.Digest {
	all := tables.Document{Source: tables.Source{MediaType: doc.Source.MediaType}, Warnings: doc.Warnings}
	for i := range doc.Tables {
		all.Tables = append(all.Tables, doc.Tables[i].Table)
	}
	d := digest.Of([]*tables.Document{&all})
	d.Report, d.Missing = &digest.Report{Pictures: len(doc.Pictures), Lost: len(lost(doc))}, troubles(doc)
	for i := range d.Tables {
		if p := doc.Tables[i].Picture; p != nil {
			d.Tables[i].Picture = doc.Pictures[*p].Name
		}
	}
	return d
}

// troubles says which pictures of a report are not there that may matter; empty
// where none is.
func troubles(doc *report.Document) string {
	if !doc.Incomplete() {
		return ""
	}
	all := lost(doc)
	first := fmt.Sprintf("picture %s: %s: %s", all[0].Name, all[0].Outcome, all[0].Detail)
	if len(all) > 1 {
		return fmt.Sprintf("%d of its pictures are not there; of the first: %s", len(all), first)
	}
	return first
}

// lost are the pictures of a report that nothing was read from, and should.
func lost(doc *report.Document) (all []report.Picture) {
	for _, p := range doc.Pictures {
		switch p.Outcome {
		case report.OutcomeFailed, report.OutcomeMissing, report.OutcomeRemote:
			all = append(all, p)
		}
	}
	return all
}
