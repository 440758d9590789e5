package biaoge

import (
	"context"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// insist looks again for a table on a page where labels of a known form are
// printed. It returns nil where what is found then is none of a known form.
func (x *Extractor) insist(ctx context.Context, reader *ocr.Reader, pic *picture.Page, turn int) (*view, error) {
	page, err := layout.Expect(ctx, pic.Gray, turn)
	if err != nil {
		return nil, err
	}
	v, err := x.viewOf(ctx, reader, page)
	if err != nil {
		return nil, err
	}
	if !v.known() {
		page.Close()
		return nil, nil
	}
	v.forced = true
	v.drop(func(_ *task, m *tables.Match) bool { return m == nil }) // nothing speaks for these
	return v, nil
}

// onlyLabels is why a table of a known form is doubted that was found at a
// second look only.
const onlyLabels = "nothing but labels of the form tells that there is a table"

// doubtAll flags all that was read of a table.
func (t *task) doubtAll(reason string) {
	for i := range t.cells {
		t.cells[i].bound(reason)
	}
}

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
