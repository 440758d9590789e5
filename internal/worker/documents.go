package worker

import (
	"bytes"
	"context"
	"syscall"
	"time"

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
	Cost   Cost // not of a picture of a series
}

// Cost is what a child has used from its start until it answered.
type Cost struct {
	CPU    time.Duration `json:"cpu"`    // of all its threads
	Memory int64         `json:"memory"` // bytes it had at most
}

// Documents has a child read a picture. Errors are those of Pool.
func (p *Pool) Documents(ctx context.Context, r Request, pic Picture) (Documents, error) {
	a, data, err := documents.ask(ctx, p, r, documentsQuestion{pic.Name}, pic.Data)
	return Documents{data, a.Digest, a.Cost}, err
}

type documentsQuestion struct {
	Name string `json:"name"`
}

type documentsAnswer struct {
	Digest digest.Digest `json:"digest"`
	Cost   Cost          `json:"cost"`
}

var documents = operation[documentsQuestion, documentsAnswer]{"documents", func(c *child, s Settings, q documentsQuestion, data []byte) (a documentsAnswer, payload []byte, err error) {
	x, err := c.extractor(s)
	if err != nil {
		return a, nil, err
	}
	docs, err := x.ExtractPages(c.ctx, q.Name, bytes.NewReader(data))
	switch {
	case err != nil && len(docs) > 0 && c.failure(err).Kind != KindDependency:
		// The pages before a damaged one are worth having, but nobody should
		// take them for all.
		last := docs[len(docs)-1]
		last.Warnings = append(last.Warnings, tables.Warn(digest.Incomplete, err.Error()))
	case err != nil:
		return a, nil, err
	}
	payload, err = Marshal(docs)
	return documentsAnswer{digest.Of(docs), cost()}, payload, err
}}

// cost is what this process has used so far.
func cost() Cost {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return Cost{}
	}
	return Cost{time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss * 1024}
}
