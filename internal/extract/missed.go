package extract

import (
	"context"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// insist looks again for a table on a page where labels of a known form are
// printed. It returns nil where what is found then is none of a known form.
func (l *look) insist(ctx context.Context, turn int) (*view, error) {
	page, err := layout.Expect(ctx, l.gray, turn)
	if err != nil {
		return nil, err
	}
	v, err := l.viewOf(ctx, page)
	if err != nil {
		return nil, err
	}
	if !v.known() {
		v.close()
		return nil, nil
	}
	w := v.without(func(_ *reading.Table, m *tables.Match) bool { return m == nil }) // nothing speaks for these
	w.left = slices.Concat(v.left, v.leftOf(w, grid.LeftDrawing))
	w.insisted = true
	return w, nil
}

// missedForm names the known form of which labels are printed on a page where
// no table was found; it is empty where there are none.
func (l *look) missedForm(ctx context.Context, page *layout.Page) (string, error) {
	texts, err := reading.Texts(ctx, page, page.Loose, l.tools)
	if err != nil || len(texts) == 0 {
		return "", err
	}
	return tables.Quoted(texts, l.forms), nil
}
