package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// evidence is what speaks for and against a table in its rows.
type evidence struct {
	rows, cols      int
	texts           int  // positions with text
	full, titles    int  // rows with several, rows with one
	crossing, width int  // widths of what runs across columns, and of all
	long, prose     int  // columns of long texts, and those that are filled like prose
	aligned         int  // columns
	hollow          bool // a column has no text of its own
}

func (t *table) evidence(rows []row) evidence {
	v := evidence{rows: len(rows), cols: len(t.cols)}
	entries := make([][]image.Rectangle, v.cols)
	widths := make([][]int, v.cols)
	for _, r := range rows {
		has, row := make([]bool, v.cols), make([]image.Rectangle, v.cols)
		for _, e := range r.entries {
			v.width += e.box.Dx()
			if e.hi-e.lo > 1 {
				// A label before values may take several columns, and
				// headings above them.
				if 2*len(t.of[e.line]) < v.cols && v.full > 0 {
					v.crossing += e.box.Dx()
				}
			} else {
				widths[e.lo] = append(widths[e.lo], e.box.Dx())
				row[e.lo] = row[e.lo].Union(e.box)
			}
			for c := e.lo; c < e.hi; c++ {
				has[c] = true
			}
		}
		m := 0
		for c, h := range has {
			if !row[c].Empty() {
				entries[c] = append(entries[c], row[c])
			}
			if h {
				m++
			}
		}
		v.texts += m
		if m >= 2 {
			v.full++
		}
		if len(r.entries) == 1 {
			v.titles++
		}
	}
	for c := range v.cols {
		// A heading need not be set as what is below it.
		if t.aligned(entries[c][min(1, len(entries[c])):]) {
			v.aligned++
		}
		if len(widths[c]) == 0 {
			v.hollow = true
			continue
		}
		slices.Sort(widths[c])
		usual, most := widths[c][len(widths[c])/2], widths[c][len(widths[c])-1]
		if float64(usual) > 14*t.H {
			v.long++
		}
		// Prose fills its column.
		if float64(usual) > 10*t.H && 10*usual > 9*most {
			v.prose++
		}
	}
	return v
}

// How many texts in rows and columns mean what. All set by hand.
const (
	manyTexts = 60 // from here on they do not stand below one another by chance
	fewTexts  = 20 // below this they may well do
	someTexts = 6  // from here on they are worth a doubt: three rows of two, or two of three
)

// few tells whether there are so few texts that any sign of a drawing counts.
func (v *evidence) few() bool { return v.texts < fewTexts }

// scattered tells whether most positions of few texts are empty.
func (v *evidence) scattered() bool { return 5*v.texts < 4*v.rows*v.cols }

// sparse tells whether too many positions are empty: a drawing with words here
// and there has as many rows and columns as words.
func (v *evidence) sparse() bool {
	return 5*v.texts < 2*v.rows*v.cols || v.texts < 10 && v.scattered()
}

// untidy tells whether many rows have but one text, apart from titles between
// the parts of a table, or much runs across the columns.
func (v *evidence) untidy() bool {
	return 10*v.full < 6*(v.rows-min(v.titles, v.rows/3)) || 5*v.crossing > v.width
}

// running tells whether the columns may be those of prose.
func (v *evidence) running() bool {
	return v.prose >= 2 || v.long >= 1 && (v.cols == 2 || v.cols == 3 && v.rows < 5)
}

// bound tells whether rules run above and below the texts, or between: they
// speak for a table, too.
func (t *table) bound() bool { return len(t.levels) >= 2 }

// leastTexts is how many texts a table has at least: of fewer their places tell
// nothing.
func (t *table) leastTexts() int {
	if t.bound() {
		return max(4, 10-2*len(t.levels))
	}
	return 10
}

// drawing tells whether the rows are those of a drawing rather than of a table.
func (t *table) drawing(rows []row, v *evidence) bool {
	if (!t.bound() || v.texts < t.leastTexts()) && (v.texts < manyTexts && t.crowded(rows, v.few()) || t.littered(v.few()) || t.ticked()) {
		return true
	}
	return v.texts < manyTexts && t.drawn()
}

// convincing reports whether the evidence for a table is strong enough, and
// where it is not, whether there is some doubt: text stands in rows and
// columns, and nothing else speaks against a table.
func (t *table) convincing(rows []row) (table, doubtful bool) {
	v := t.evidence(rows)
	if v.cols < 2 || v.rows < 2 || v.hollow || 2*v.aligned < v.cols {
		return false, false
	}
	drawing := t.drawing(rows, &v)
	if v.texts >= t.leastTexts() && !v.sparse() && !drawing && !v.untidy() && (t.bound() || !v.running()) {
		return true, false
	}
	return false, v.texts >= manyTexts || v.texts >= someTexts && !v.sparse() && !(v.few() && v.scattered()) && !drawing && v.prose == 0
}

// drawn reports whether something else than text stands in the table: lines,
// bars, pictures.
func (t *table) drawn() bool {
	for _, f := range t.print.Figures {
		if in := f.Intersect(t.box); in.Dx() > 0 && float64(in.Dy()) > 2*t.H && !t.shade(f) {
			return true
		}
	}
	return slices.ContainsFunc(t.ver, func(v ruling.Rule) bool {
		return v.Pos > float64(t.box.Min.X)+2 && v.Pos < float64(t.box.Max.X)-2 && min(v.Hi, float64(t.box.Max.Y))-max(v.Lo, float64(t.box.Min.Y)) > 2*t.H && !t.partsColumns(v)
	})
}

// partsColumns tells whether a plumb rule runs between two columns, along all lines of
// the table.
func (t *table) partsColumns(v ruling.Rule) bool {
	if v.Lo > float64(t.lines[0].Box.Max.Y) || v.Hi < float64(t.lines[len(t.lines)-1].Box.Min.Y) {
		return false
	}
	for c := 1; c < len(t.cols); c++ {
		if v.Pos >= float64(t.cols[c-1].Hi) && v.Pos <= float64(t.cols[c].Lo) {
			return true
		}
	}
	return false
}

// ticked reports whether most of a column is boxes to tick or to show a colour,
// or pieces of the frame around a page: no character is as narrow as those.
func (t *table) ticked() bool {
	for _, s := range t.cols {
		square, words := 0, 0
		for i := range t.lines {
			for _, w := range t.lines[i].words {
				if w.box.Min.X >= s.Hi || w.box.Max.X <= s.Lo {
					continue
				}
				words++
				if w.square || 6*w.box.Dx() < w.box.Dy() {
					square++
				}
			}
		}
		if 2*square > words {
			return true
		}
	}
	return false
}

// crowded reports whether most rows leave no room to the next: what stands in a
// figure or a seal is at any height, lines of text are apart. Of few cells any
// two rows tell.
func (t *table) crowded(rows []row, few bool) bool {
	n := 0
	for i := 1; i < len(rows); i++ {
		if rows[i].box.Min.Y < rows[i-1].box.Max.Y {
			n++
		}
	}
	return 2*n > len(rows)-1 || few && n > 0
}

// littered reports whether many words are lower than any character, and no
// dashes either: what is left of a seal, strokes of a drawing, dots of a code.
func (t *table) littered(few bool) bool {
	low, all := 0, 0
	for i := range t.lines {
		for _, w := range t.lines[i].words {
			all++
			if h := float64(w.box.Dy()); h < 0.6*t.H && float64(w.box.Dx()) < 2*h {
				low++
			}
		}
	}
	return 3*low > all || few && 4*low > all
}

// aligned reports whether most entries of a column begin, end or have their
// middle where one of those near them has it: headings and values may be set
// differently, and the page may lean.
func (t *table) aligned(entries []image.Rectangle) bool {
	const near = 4 // entries before and after
	same := func(a, b int) bool { return math.Abs(float64(a-b)) <= 0.9*t.H }
	n := 0
	for i, a := range entries {
		for j := max(0, i-near); j < min(len(entries), i+near+1); j++ {
			if b := entries[j]; j != i && (same(2*a.Min.X, 2*b.Min.X) || same(2*a.Max.X, 2*b.Max.X) || same(a.Min.X+a.Max.X, b.Min.X+b.Max.X)) {
				n++
				break
			}
		}
	}
	return len(entries) < 2 || 3*n >= 2*len(entries)
}

// shade reports whether something large is the edge of a coloured row.
func (t *table) shade(f image.Rectangle) bool {
	return 10*f.Dx() >= 9*t.box.Dx() && float64(f.Dy()) <= 6*t.H
}
