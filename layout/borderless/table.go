package borderless

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/internal/trees"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
	"github.com/biaoge/biaoge/models"
)

// Tables finds the tables without rules around their cells in what is printed outside of
// ruled tables. Hor and ver are all rules of the page. Asked are all that were asked
// whether they are tables. Where a table is expected, anything in rows and columns is taken
// for one, and nothing asked.
func Tables(prints []Print, hor, ver []ruling.Rule, expected bool) (out []grid.Grid, asked []grid.Candidate) {
	for i := range prints {
		pr := &prints[i]
		if len(pr.words) < 6 {
			continue
		}
		lines := textLines(offRules(pr.words, hor, pr.Height), pr.Height)
		for from := 0; from < len(lines); {
			to := region(lines, from, pr.Height)
			if to-from >= 2 {
				t := newTable(pr, lines, ink.Span{Lo: from, Hi: to}, hor, ver)
				rows, ok := t.rowsAndColumns()
				if len(t.lines) > maxLines {
					t.measure()
					asked = append(asked, grid.Candidate{Box: t.box}) // nothing is known of it
				}
				if ok && !expected {
					c := t.candidate(rows)
					asked = append(asked, c)
					ok = c.Table()
				}
				if ok {
					out = append(out, t.grid(rows))
				}
			}
			from = max(to, from+1)
		}
	}
	return out, asked
}

// region returns where the lines that may be one table end: those in several
// parts, with a few in one part between.
func region(lines []TextLine, from int, H float64) int {
	several := func(i int) bool {
		return len(lines[i].segments(columnGap*H)) >= 2 || i > 0 && sideBySide(&lines[i-1], &lines[i], H) || i+1 < len(lines) && sideBySide(&lines[i], &lines[i+1], H)
	}
	if !several(from) {
		return from
	}
	to := from + 1
	all := lines[from].Box
	for i := from + 1; i < len(lines); i++ {
		apart := 3.2
		if len(lines[i-1].segments(columnGap*H)) > 2 && len(lines[i].segments(columnGap*H)) > 2 {
			apart = 5 // rows of several columns may be set wide apart
		}
		if float64(lines[i].Box.Min.Y-lines[i-1].Box.Max.Y) > apart*H {
			break
		}
		if several(i) {
			to = i + 1
			all = all.Union(lines[i].Box)
			continue
		}
		// Prose is as wide as the table; what a cell has on further lines,
		// and the words of cells that span rows, are not.
		wide := 0
		for _, l := range lines[from : i+1] {
			if 3*l.Box.Dx() > 2*all.Dx() && len(l.segments(columnGap*H)) < 2 {
				wide++
			}
		}
		if i-to >= maxRun || wide > 0 && i-to >= 2 || wide >= 2 && i-to >= 1 {
			break
		}
	}
	return to
}

// sideBySide reports whether two lines of text stand side by side, though not at one
// height: a label of two lines and the value in its middle.
func sideBySide(a, b *TextLine, H float64) bool {
	gap := max(a.Box.Min.X-b.Box.Max.X, b.Box.Min.X-a.Box.Max.X)
	return b.mid()-a.mid() < overlap*H && float64(gap) > columnGap*H
}

// A table is a table in the making.
type table struct {
	print *Print
	lines []TextLine
	all   []TextLine // of the part of the page that it stands on
	core  ink.Span   // the lines in several parts: of all, and once extended of lines
	H     float64
	hor   []ruling.Rule
	ver   []ruling.Rule
	rules []image.Rectangle // level rules and pieces of them
	band  image.Rectangle

	box    image.Rectangle
	cols   []ink.Span // where the text of each column is
	levels []float64  // rules that run through, top to bottom
	of     [][]place  // for each line the place of each segment

	leading float64 // distance of the lines of one cell; 0 where no cell is known to have several
	closest float64 // distance of the closest rows
}

// maxLines is how many lines of text a table without rules has at most. Set by hand.
const maxLines = 400

func newTable(pr *Print, all []TextLine, core ink.Span, hor, ver []ruling.Rule) *table {
	t := &table{print: pr, lines: all[core.Lo:core.Hi], all: all, core: core, H: pr.Height, hor: hor, ver: ver, band: pr.Box}
	t.findRules()
	return t
}

// findRules collects the level rules and pieces of them. What runs through
// words is none: a row of zeros looks like a broken rule; and those of ruled
// tables above and below speak for nothing here.
func (t *table) findRules() {
	for _, r := range t.hor {
		if r.Pos < float64(t.band.Min.Y) || r.Pos > float64(t.band.Max.Y) {
			continue
		}
		t.rules = append(t.rules, image.Rect(int(r.Lo), int(r.Pos-r.Thick/2), int(r.Hi), int(math.Ceil(r.Pos+r.Thick/2))))
	}
	t.rules = append(t.rules, t.print.level...)
	t.rules = slices.DeleteFunc(t.rules, func(r image.Rectangle) bool {
		mid := (r.Min.Y + r.Max.Y) / 2
		return slices.ContainsFunc(t.print.words, func(w word) bool {
			return w.box.Min.X < r.Max.X && w.box.Max.X > r.Min.X && mid > w.box.Min.Y+w.box.Dy()/4 && mid < w.box.Max.Y-w.box.Dy()/4
		})
	})
}

// rowsAndColumns finds those that text stands in; ok is false where it stands in none.
func (t *table) rowsAndColumns() (rows []row, ok bool) {
	for range 4 {
		if len(t.lines) < 2 || len(t.lines) > maxLines || !t.findColumns() {
			return nil, false
		}
		if t.trim() == 0 {
			break
		}
	}
	if len(t.lines) < 2 || len(t.cols) < 2 || t.of == nil {
		return nil, false
	}
	t.measure()
	t.findLevels()
	rows = t.rows()
	return rows, len(rows) > 1
}

// candidate measures what stands in rows and columns.
func (t *table) candidate(rows []row) grid.Candidate {
	return grid.Candidate{Box: t.box, Rows: len(rows), Cols: len(t.cols), Signs: t.signs(rows)}.Ask(theTrees())
}

// theTrees are those that tell a table by its signs.
var theTrees = sync.OnceValue(func() *trees.Model {
	m, err := trees.New(models.Aligned, tableSigns)
	if err != nil {
		panic(fmt.Sprintf("borderless: %v", err))
	}
	return m
})

// grid makes the table.
func (t *table) grid(rows []row) grid.Grid {
	if t.extend() > 0 {
		rows = t.within(rows, t.rows())
	}
	return t.build(rows)
}

func (t *table) measure() {
	t.box = image.Rectangle{}
	for i := range t.lines {
		t.box = t.box.Union(t.lines[i].Box)
	}
}

// findLevels collects the rules that run through most of the table.
func (t *table) findLevels() {
	type piece struct {
		y float64
		x ink.Span
	}
	var pieces []piece
	for _, r := range t.rules {
		pieces = append(pieces, piece{float64(r.Min.Y+r.Max.Y) / 2, ink.Span{Lo: r.Min.X, Hi: r.Max.X}})
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.y, b.y) })
	reach := int(4 * t.H) // a row or two at the ends may not have been taken for such
	for _, near := range ink.Clusters(pieces, func(first, _, next *piece) bool { return next.y-first.y <= 3 }) {
		covered := make([]bool, t.box.Dx())
		for _, q := range near {
			for x := max(q.x.Lo, t.box.Min.X); x < min(q.x.Hi, t.box.Max.X); x++ {
				covered[x-t.box.Min.X] = true
			}
		}
		n := 0
		for _, c := range covered {
			if c {
				n++
			}
		}
		y := (near[0].y + near[len(near)-1].y) / 2
		if int(y) > t.box.Min.Y-reach && int(y) < t.box.Max.Y+reach && 10*n >= 7*t.box.Dx() {
			t.levels = append(t.levels, y)
		}
	}
}
