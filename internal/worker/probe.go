package worker

import (
	"bytes"
	"context"

	"github.com/biaoge/biaoge/tables"
)

// Probe has a child glance at the first page of a picture: its tables are
// found and named, and not read. Errors are those of Pool.
func (p *Pool) Probe(ctx context.Context, r Request, data []byte) (tables.Probe, error) {
	found, _, err := probes.ask(ctx, p, r, struct{}{}, data)
	return found, err
}

var probes = operation[struct{}, tables.Probe]{"probe", func(c *child, s Settings, _ struct{}, data []byte) (tables.Probe, []byte, error) {
	x, err := c.extractor(s)
	if err != nil {
		return tables.Probe{}, nil, err
	}
	found, err := x.Probe(c.ctx, bytes.NewReader(data))
	return found, nil, err
}}
