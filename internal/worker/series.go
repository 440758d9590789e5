package worker

import (
	"bytes"
	"context"
	"fmt"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/digest"
)

// Series has a child read pictures together whose tables may go on from one to
// the next, and returns the documents of each. Errors are those of Pool.
func (p *Pool) Series(ctx context.Context, r Request, pictures []Picture) ([]Documents, error) {
	var q []part
	var data []byte
	for _, pic := range pictures {
		q = append(q, part{Name: pic.Name, Size: len(pic.Data)})
		data = append(data, pic.Data...)
	}
	r.pictures = len(pictures)
	parts, payload, err := series.ask(ctx, p, r, q, data)
	if err != nil {
		return nil, err
	}
	each, err := split(payload, parts)
	if err != nil || len(each) != len(pictures) {
		return nil, &Failure{KindInternal, fmt.Sprintf("internal error: documents of %d pictures came for %d", len(each), len(pictures))}
	}
	docs := make([]Documents, len(each))
	for i := range each {
		docs[i] = Documents{Data: each[i], Digest: parts[i].Digest}
	}
	return docs, nil
}

// A part of a payload belongs to one picture of a series.
type part struct {
	Name   string        `json:"name,omitempty"`
	Size   int           `json:"size"` // bytes
	Digest digest.Digest `json:"digest,omitzero"`
}

// split cuts a payload into its parts.
func split(payload []byte, parts []part) ([][]byte, error) {
	var out [][]byte
	for _, p := range parts {
		if p.Size < 0 || p.Size > len(payload) {
			return nil, fmt.Errorf("no frame of this protocol: a part of %d bytes of %d", p.Size, len(payload))
		}
		out, payload = append(out, payload[:p.Size]), payload[p.Size:]
	}
	return out, nil
}

// series reads pictures together; the data is that of one after the other, as
// is the payload of their documents.
var series = operation[[]part, []part]{"series", func(c *child, s Settings, pictures []part, data []byte) (parts []part, payload []byte, err error) {
	x, err := c.extractor(s)
	if err != nil {
		return nil, nil, err
	}
	each, err := split(data, pictures)
	if err != nil {
		return nil, nil, err
	}
	inputs := make([]biaoge.Input, len(each))
	for i := range each {
		inputs[i] = biaoge.Input{Path: pictures[i].Name, Reader: bytes.NewReader(each[i])}
	}
	all, err := x.ExtractSeries(c.ctx, inputs...)
	if err != nil {
		return nil, nil, err
	}
	for _, docs := range all {
		b, err := Marshal(docs)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, part{Size: len(b), Digest: digest.Of(docs)})
		payload = append(payload, b...)
	}
	return parts, payload, nil
}}
