package extract

import (
	"context"
	"fmt"

	"github.com/biaoge/biaoge/tables"
)

// Probe glances at the first page of a picture: the first half of the pipeline,
// which finds the tables and names them by what the line reader makes of their
// labels. No value is read for it.
func (e *Engine) Probe(ctx context.Context, in Input) (found tables.Probe, err error) {
	defer caught(&err)
	file, err := decode(in, e.o)
	if err != nil {
		return found, err
	}
	reader, err := e.take(ctx)
	if err != nil {
		return found, err
	}
	defer func() { e.readers <- reader }()
	page, err := file.Page(1)
	if err != nil {
		if file.Pages > 1 {
			err = fmt.Errorf("page 1 of %d: %w", file.Pages, err)
		}
		return found, err
	}
	v, _, err := e.look(ctx, reader, page)
	if err != nil {
		return found, err
	}
	defer v.close()
	found = tables.Probe{Tables: len(v.tables), Forms: []tables.ProbedForm{}, Width: page.Width, Height: page.Height, Pages: file.Pages}
	for _, m := range v.matches {
		if m != nil {
			found.Forms = append(found.Forms, tables.ProbedForm{ID: m.Form.ID, Confidence: m.Confidence})
		}
	}
	return found, nil
}
