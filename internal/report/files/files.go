// Package files reads the reports of a batch: it tells which files of a folder
// are reports, and has children take each apart, with what lies beside it, and
// read its pictures. It knows nothing of folders and journals, and no format of
// reports.
package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/bundle"
	"github.com/biaoge/biaoge/internal/report/content"
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
	Reports     *worker.Pool // of children that take reports apart
	Forms       []*tables.Form
	ReviewBelow float64                    // 0 for the default
	Fetched     content.Files              // pictures that are only linked, by the paths of their addresses; nil for none
	Advice      func(*worker.Death) string // what may be done about a death, to be said after it; may be nil
}

// Read reads one report.
func (r *Reader) Read(ctx context.Context, in batch.Report) (out batch.Reported, err error) {
	request := worker.Request{Fresh: in.Fresh}
	sent := &report.Sent{Files: []report.SentFile{{File: report.File{Name: in.Name, Data: in.Data}, Path: path.Base(in.Name)}}}
	sent.Look = func(w report.Wanted) report.Found {
		if w.Fetched {
			return report.FoundIn(r.Fetched, w)
		}
		return report.FoundIn(in.Beside, w)
	}
	opened, err := r.Reports.OpenReport(ctx, request, sent)
	if err != nil {
		return out, err
	}
	readings, err := pictures.Reader(r.Pool, request, r.Forms)(ctx, opened.Pictures)
	if errors.Is(err, pictures.ErrDependency) {
		err = &worker.Failure{Kind: worker.KindDependency, Message: err.Error()}
	}
	if err != nil {
		return out, err
	}
	for i := range readings {
		var d *worker.Death
		if errors.As(readings[i].Err, &d) {
			of := opened.Pictures[i]
			out.Deaths = append(out.Deaths, batch.ReportDeath{Name: strings.TrimPrefix(of.Name, path.Base(in.Name)+"/"), Data: of.Data, Death: d})
			if r.Advice != nil {
				readings[i].Err = fmt.Errorf("%w%s", d, r.Advice(d))
			}
		}
	}
	made, err := r.Reports.ReportDocument(ctx, request, sent, readings, r.ReviewBelow)
	out.Document, out.Digest = made.Data, made.Digest
	return out, err
}

// Digest says what a document holds, and which report it is of.
func (r *Reader) Digest(document []byte) (d digest.Digest, name, sha256 string, err error) {
	var doc report.Document
	if err := json.Unmarshal(document, &doc); err != nil {
		return d, "", "", err
	}
	return worker.ReportDigest(&doc), doc.Source.Path, doc.Source.SHA256, nil
}
