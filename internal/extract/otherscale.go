package extract

import (
	"context"
	"errors"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/tables"
)

// otherwise looks at a picture in other scales where it shows a form, but not all of it, or
// may show one. It returns the view that shows most of one, v itself where that does, and
// closes all others but v.
func (l *look) otherwise(ctx context.Context, v *view, turn int) (*view, error) {
	scales := v.page.OtherScales()
	if len(scales) == 0 || !l.lacking(v) {
		return v, nil
	}
	best := v
	for _, times := range scales {
		if best.whole() {
			break
		}
		w, err := l.rescaled(ctx, turn, times)
		if errors.Is(err, picture.ErrTooLarge) {
			continue
		}
		if err == nil && w.shown() > best.shown() {
			best, w = w, best
		}
		if w != nil && w != v {
			w.close()
		}
		if err != nil {
			if best != v {
				best.close()
			}
			return nil, err
		}
	}
	return best, nil
}

// rescaled looks at the picture made so many times larger.
func (l *look) rescaled(ctx context.Context, turn int, times float64) (*view, error) {
	page, err := layout.Rescaled(ctx, l.gray, turn, times)
	if err != nil {
		return nil, err
	}
	return l.viewOf(ctx, page)
}

// lacking tells whether a view has less of a form than there may be.
func (l *look) lacking(v *view) bool {
	if len(v.tables) == 0 {
		return v.missed != "" || len(v.left) > 0
	}
	return v.known() && !v.whole() || l.resembled(v)
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

// whole tells whether a view has tables, and all are forms of which nothing is missing.
func (v *view) whole() bool {
	if len(v.tables) == 0 {
		return false
	}
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
