package extract

import (
	"context"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// A view is a picture seen one way up: its tables, read by the line reader, and
// the forms that they are. It is made once; what a part of it is, is another
// view of the same page.
type view struct {
	page     *layout.Page
	tables   []*reading.Table
	matches  []*tables.Match // of each table; nil if it is no known form
	missed   string          // the known form whose labels it has where no table was found
	insisted bool            // its tables were but doubtfully ones, had labels of a form not been there
	guessed  bool            // which way up it is, was told by fewer lines than are asked, or it is legible in another way as well

	left         []grid.LeftOut // what may be a table, but is none
	above, below int            // full lines of text above the first table and below the last one
}

// view looks at the picture, turned by so many degrees.
func (l *look) view(ctx context.Context, turn int) (shown *view, err error) {
	page, err := straighten(ctx, l.gray, turn)
	if err != nil {
		return nil, err
	}
	v, err := l.viewOf(ctx, page)
	if err != nil {
		return nil, err
	}
	defer func() {
		if shown != v {
			v.close()
		}
	}()
	if w, err := l.otherwise(ctx, v, turn); w != v || err != nil {
		return w, err
	}
	if v.missed != "" {
		if w, err := l.insist(ctx, turn); w != nil || err != nil {
			return w, err
		}
	}
	return v, nil
}

// viewOf reads the tables of a page, or what may be labels of one where there is none, and
// closes it where that fails.
func (l *look) viewOf(ctx context.Context, page *layout.Page) (*view, error) {
	done := false
	defer func() {
		if !done {
			page.Close()
		}
	}()
	if err := cellsWithin(page, l.most); err != nil {
		return nil, err
	}
	read, err := readCells(ctx, page, l.tools)
	if err != nil {
		return nil, err
	}
	v := &view{page: page, tables: read, matches: nameForms(read, l.forms), left: page.Left, above: page.Above, below: page.Below}
	if len(v.tables) == 0 {
		if v.missed, err = l.missedForm(ctx, page); err != nil {
			return nil, err
		}
	}
	done = true
	return v, nil
}

// without is the view without some of its tables.
func (v *view) without(out func(*reading.Table, *tables.Match) bool) *view {
	w := *v
	w.tables, w.matches = nil, nil
	for i, t := range v.tables {
		if m := v.matches[i]; !out(t, m) {
			w.tables, w.matches = append(w.tables, t), append(w.matches, m)
		}
	}
	return &w
}

// close frees the page.
func (v *view) close() { v.page.Close() }

// known tells whether a table of the view is a known form.
func (v *view) known() bool {
	return slices.ContainsFunc(v.matches, func(m *tables.Match) bool { return m != nil })
}

// sense is how well the words of a view read, between 0 and 1; more than 1
// where they are a known form.
func (v *view) sense() float64 {
	for _, m := range v.matches {
		if m != nil {
			return 1 + m.Agreement
		}
	}
	return v.legible()
}

// legible is how well the words of a view read, between 0 and 1.
func (v *view) legible() float64 {
	var sense reading.Sense
	for _, t := range v.tables {
		sense = sense.Add(t.Sense())
	}
	return sense.Mean()
}

// senseless reports whether a view has words, but none that can be read.
func (v *view) senseless() bool { return len(v.tables) > 0 && v.sense() < reading.Sensible }
