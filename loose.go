package biaoge

import (
	"context"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// missedForm names the known form of which labels are printed on a page where
// no table was found; it is empty where there are none.
func (x *Extractor) missedForm(ctx context.Context, reader *ocr.Reader, page *layout.Page) (string, error) {
	grid := layout.Grid{Cells: page.Loose}
	t := newTask(page, &grid, reader)
	lines, err := t.lines()
	if err != nil || len(lines) == 0 {
		return "", err
	}
	posteriors, err := reader.Lines(ctx, lines)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, p := range posteriors {
		texts = append(texts, p.Best(1)[0].Text)
	}
	return tables.Quoted(texts, x.forms), nil
}
