package worker

import (
	"context"
	"encoding/json"
	"fmt"
)

// Settings change how one request is read. What they leave out is as the
// child's command line says.
type Settings struct {
	ReviewBelow float64 `json:"review_below,omitempty"` // flag values of less confidence; 0 for the child's own
	Lang        string  `json:"lang,omitempty"`         // Tesseract's language of texts, as chi_sim+eng
}

// operations are all that a child can be asked for. A new one is a file with an
// operation and a line here.
var operations = map[string]answerer{
	documents.name:     documents,
	series.name:        series,
	looks.name:         looks,
	crops.name:         crops,
	probes.name:        probes,
	reportsOpened.name: reportsOpened,
	reportsMade.name:   reportsMade,
}

// An operation is something that a child can be asked for, seen from both ends:
// Q is what the parent asks, A what the child answers, both as JSON, each with
// bytes beside it.
type operation[Q, A any] struct {
	name string
	// do is the child's part. It may use the child's extractors, by their
	// settings.
	do func(c *child, s Settings, q Q, data []byte) (A, []byte, error)
}

// An answerer is an operation as the child sees it.
type answerer interface {
	answer(c *child, q request, data []byte) (json.RawMessage, []byte, error)
}

func (o operation[Q, A]) answer(c *child, r request, data []byte) (json.RawMessage, []byte, error) {
	var q Q
	if err := json.Unmarshal(r.Args, &q); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", o.name, err)
	}
	a, payload, err := o.do(c, r.Settings, q, data)
	if err != nil {
		return nil, nil, err
	}
	header, err := json.Marshal(a)
	return header, payload, err
}

// ask is the parent's part: it has a child of the pool do it. Errors are those
// of Pool.Do.
func (o operation[Q, A]) ask(ctx context.Context, p *Pool, r Request, q Q, data []byte) (a A, payload []byte, err error) {
	args, err := json.Marshal(q)
	if err != nil {
		return a, nil, err
	}
	err = p.do(ctx, r, func(ctx context.Context, c *Process, l Limits) error {
		reply, b, err := c.ask(ctx, request{Op: o.name, Settings: r.Settings, Args: args}, data, l)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(reply.Answer, &a); err != nil {
			return c.died(err)
		}
		payload = b
		return nil
	})
	return a, payload, err
}
