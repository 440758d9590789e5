package server

import (
	"context"
	"encoding/json"

	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A probed is what a glance at a picture told.
type probed struct {
	tables.Probe
	key key
}

func (p *probed) of() key               { return p.key }
func (p *probed) failed() int           { return 0 }
func (p *probed) size() int64           { return overhead }
func (p *probed) charset(format) string { return utf8Charset }
func (p *probed) in(context.Context, format) ([]byte, error) {
	body, err := json.Marshal(p.Probe)
	return append(body, '\n'), err
}

// probe looks at a picture without reading it.
func (r *reading) probe(ctx context.Context) (outcome, error) {
	pic := r.pictures[0]
	answer, err := r.answered(ctx, keyOf([]byte("probe"), settingsKey(r.settings), r.hashes[0][:]), func(ctx context.Context, begun func()) (a answered, err error) {
		err = r.try(ctx, begun, r.settings, func(q worker.Request) error {
			a.probe, err = r.Pool.Probe(ctx, q, pic.Data)
			return err
		})
		return a, err
	})
	if err != nil {
		return nil, err
	}
	if answer.failed != nil {
		return nil, answer.failed
	}
	return &probed{answer.probe, keyOf([]byte("probe"), []byte(r.Versions.key()), settingsKey(r.settings), r.hashes[0][:])}, nil
}
