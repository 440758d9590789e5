package worker

import (
	"bytes"
	"context"
	"encoding/gob"

	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pdf/pdfium"
)

// PDF has a child render a PDF. Such children are a pool of their own: the
// renderer takes seconds to start and hundreds of megabytes. Errors are those
// of Pool.
func (p *Pool) PDF(ctx context.Context, r Request, data []byte, limits pdf.Limits) (*pdf.File, error) {
	_, payload, err := pdfs.ask(ctx, p, r, limits, data)
	if err != nil {
		return nil, err
	}
	f := new(pdf.File)
	if err := gob.NewDecoder(bytes.NewReader(payload)).Decode(f); err != nil {
		return nil, &Failure{KindInternal, "internal error: what the renderer says makes no sense: " + err.Error()}
	}
	return f, nil
}

var pdfs = operation[pdf.Limits, struct{}]{"pdf", func(c *child, _ Settings, limits pdf.Limits, data []byte) (none struct{}, payload []byte, err error) {
	f, err := pdfium.Read(c.ctx, data, limits)
	if err != nil {
		return none, nil, err
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(f)
	return none, b.Bytes(), err
}}

// Renderer is the Open of a child that renders PDFs and reads no pictures: it
// starts the renderer.
func Renderer(Settings) (Extractor, error) {
	return noExtractor{}, pdfium.Warm()
}

// NoExtractor is that of one that takes reports apart and reads no pictures.
func NoExtractor(Settings) (Extractor, error) { return noExtractor{}, nil }

// noExtractor stands where nothing is read.
type noExtractor struct{ Extractor }

func (noExtractor) Close() error { return nil }
