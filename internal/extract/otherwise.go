package extract

import (
	"context"
	"errors"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// otherwise looks at a picture in other ways where it shows a form, but not all of it or not
// for sure, or may show one, or where its rules leave open what the cells are. It returns the view that shows most of one, v itself where that does, and
// closes all others but v. What goes wrong in another way is no fault of v.
func (l *look) otherwise(ctx context.Context, v *view, turn int) (shown *view, err error) {
	best := v
	defer func() {
		if best != v && shown != best {
			best.close()
		}
	}()
	for _, way := range l.others(v, turn) {
		if l.content(best) {
			break
		}
		w, err := l.again(ctx, way)
		if ctx.Err() != nil || errors.Is(err, ocr.ErrStart) {
			if w != nil {
				w.close()
			}
			if err == nil {
				err = ctx.Err()
			}
			return nil, err
		}
		if err != nil {
			continue
		}
		if w.showsMore(best) && !w.page.ShrunkTooLow() {
			best, w = w, best
		}
		if w != v {
			w.close()
		}
	}
	return best, nil
}

// A way finds the tables of a picture.
type way func(context.Context) (*layout.Page, error)

// others are the ways to look at a picture once more, the likeliest to show more first: by its text
// alone, where rules left the rows or columns of a table open, and in other scales where it is lacking.
func (l *look) others(v *view, turn int) (ways []way) {
	if v.lumped() {
		ways = append(ways, func(ctx context.Context) (*layout.Page, error) { return layout.Aligned(ctx, l.gray, turn) })
	}
	scales := v.page.OtherScales()
	if len(scales) == 0 || !l.lacking(v, turn) {
		return ways
	}
	for _, times := range scales {
		ways = append(ways, func(ctx context.Context) (*layout.Page, error) { return layout.Rescaled(ctx, l.gray, turn, times) })
	}
	return ways
}

// lumped tells whether cells of a ruled table may be several each.
func (v *view) lumped() bool {
	return slices.ContainsFunc(v.tables, func(t *reading.Table) bool { return t.Grid.Lumped && !t.Grid.Open })
}

// again looks at the picture in another way.
func (l *look) again(ctx context.Context, find way) (*view, error) {
	page, err := find(ctx)
	if err != nil {
		return nil, err
	}
	return l.viewOf(ctx, page)
}

// lacking tells whether a view has less of a form than there may be. Without a table
// pictures are looked at but one way up, and not where there is more than is looked at.
func (l *look) lacking(v *view, turn int) bool {
	if len(v.tables) > 0 {
		return v.known() && !l.content(v) || l.resembled(v)
	}
	may, bound := v.missed != "", false
	for _, left := range v.left {
		may = may || left.Why == grid.LeftRules || left.Why == grid.LeftText
		bound = bound || left.Why == grid.LeftBound
	}
	return may && !bound && turn == 0
}

// content tells whether a view shows a form, all of it, and which one it is for sure.
func (l *look) content(v *view) bool {
	return v.whole() && !slices.ContainsFunc(v.matches, func(m *tables.Match) bool { return m != nil && m.Unsure(l.tools.ReviewBelow) })
}

// showsMore tells whether a view shows more of forms than another, or as much of which its words
// make more sense, and no table less. A form where there was none is read no worse than what there was.
func (v *view) showsMore(than *view) bool {
	found, strange := v.shown()
	before, unknown := than.shown()
	more := found - strange - (before - unknown)
	return v.known() && found >= before && (more > 0 || more == 0 && v.sense() > than.sense()) && v.covers(than) && (than.known() || v.legible() >= than.legible())
}

// covers tells whether there are tables of a view wherever there are those of another.
func (v *view) covers(than *view) bool {
	for _, t := range than.tables {
		at := reading.SourceBox(than.page, t.Grid.Box)
		if !slices.ContainsFunc(v.tables, func(t *reading.Table) bool { return reading.SourceBox(v.page, t.Grid.Box).Overlaps(at) }) {
			return false
		}
	}
	return true
}

// shown is how many cells of forms a view shows, and how many that the forms do not know.
func (v *view) shown() (found, strange int) {
	for _, m := range v.matches {
		if m == nil {
			continue
		}
		for _, cell := range m.Cells {
			if cell >= 0 {
				found++
			}
		}
		strange += len(m.Strange)
	}
	return found, strange
}

// whole tells whether a view shows a form, and all of each that it shows.
func (v *view) whole() bool {
	all := 0
	for _, m := range v.matches {
		if m != nil {
			all += len(m.Cells)
		}
	}
	found, strange := v.shown()
	return v.known() && found == all && strange == 0
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
