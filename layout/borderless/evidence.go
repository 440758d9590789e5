package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ruling"
)

// evidence is what is counted in the rows of what may be a table, for its signs.
type evidence struct {
	rows, cols      int
	texts           int  // positions with text
	full, titles    int  // rows with several, rows with one
	whole           int  // rows with all
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
		if m == v.cols {
			v.whole++
		}
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
