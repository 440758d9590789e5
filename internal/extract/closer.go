package extract

import (
	"context"
	"errors"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/tables"
)

// closer looks at a picture of small print enlarged where it shows a form, but not all
// of it, and returns the view that shows more.
func (l *look) closer(ctx context.Context, v *view, turn int) (*view, error) {
	if !v.page.Small() || v.whole() || !v.known() && !l.resembled(v) {
		return v, nil
	}
	page, err := layout.Enlarged(ctx, l.gray, turn)
	if err != nil {
		v.close()
		return nil, err
	}
	w, err := l.viewOf(ctx, page)
	if errors.Is(err, picture.ErrTooLarge) {
		return v, nil
	}
	if err != nil {
		v.close()
		return nil, err
	}
	if w.shown() > v.shown() {
		v, w = w, v
	}
	w.close()
	return v, nil
}

// shown is how many cells of forms a view shows, less those that the forms do not know.
func (v *view) shown() (n int) {
	for _, m := range v.matches {
		if m == nil {
			continue
		}
		for _, cell := range m.Cells {
			if cell >= 0 {
				n++
			}
		}
		n -= len(m.Strange)
	}
	return n
}

// whole tells whether all tables of a view are forms of which nothing is missing.
func (v *view) whole() bool {
	all := 0
	for _, m := range v.matches {
		if m == nil {
			return false
		}
		all += len(m.Cells)
	}
	return v.shown() == all
}

// resembled tells whether a table of a view that is no form may be one all the same.
func (l *look) resembled(v *view) bool {
	for i, t := range v.tables {
		if v.matches[i] == nil && tables.Resembles(t.Sheet(), l.forms) != "" {
			return true
		}
	}
	return false
}
