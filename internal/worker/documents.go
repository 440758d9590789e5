package worker

import (
	"bytes"
	"context"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/tables"
)

// A Picture is what a child reads.
type Picture struct {
	Name string // what the documents call it; nothing is opened by that name
	Data []byte
}

// Documents are those of one picture.
type Documents struct {
	Data   []byte // as Marshal writes them
	Digest digest.Digest
}

// Documents has a child read a picture. Errors are those of Pool.
func (p *Pool) Documents(ctx context.Context, r Request, pic Picture) (Documents, error) {
	d, data, err := documents.ask(ctx, p, r, documentsQuestion{pic.Name}, pic.Data)
	return Documents{data, d}, err
}

type documentsQuestion struct {
	Name string `json:"name"`
}

var documents = operation[documentsQuestion, digest.Digest]{"documents", func(c *child, s Settings, q documentsQuestion, data []byte) (digest.Digest, []byte, error) {
	x, err := c.extractor(s)
	if err != nil {
		return digest.Digest{}, nil, err
	}
	docs, err := x.ExtractPages(c.ctx, q.Name, bytes.NewReader(data))
	switch {
	case err != nil && len(docs) > 0 && c.failure(err).Kind != KindDependency:
		// The pages before a damaged one are worth having, but nobody should
		// take them for all.
		last := docs[len(docs)-1]
		last.Warnings = append(last.Warnings, tables.Warn(digest.Incomplete, err.Error()))
	case err != nil:
		return digest.Digest{}, nil, err
	}
	b, err := Marshal(docs)
	return digest.Of(docs), b, err
}}
