package grid

import (
	"cmp"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A LeftOut is a part of the page that may hold a table of which nothing is
// given.
type LeftOut struct {
	Why Left
	Box image.Rectangle // on the page, pixels
}

// Left is why something was left out.
type Left int

const (
	LeftDrawing Left = iota // rules that make a grid which is likelier a drawing, a frame or boxes than a table
	LeftText                // text in rows and columns which is likelier none than a table
	LeftRules               // long rules, or boxes, that look like a table's but make none
	LeftBound               // there is more than is looked at
)

// maxPositions is how many positions a grid has at most. Set by hand.
const maxPositions = 40000

// Elsewhere is what stands outside of the tables of a page, in its pixels, and may tell
// of other tables.
type Elsewhere struct {
	Words   []image.Rectangle // all words
	Columns []image.Rectangle // text in rows and columns that was not made a table
	Over    []image.Rectangle // where more is printed than was looked at
}

// Leavings are the parts of a page that may hold a table of which nothing is given: none
// of grids stands there. O is what stands outside of the tables.
func Leavings(r *Lattice, grids []Grid, o Elsewhere) []LeftOut {
	l := leaver{grids: grids}
	l.add(LeftDrawing, r.drawings...)
	l.add(LeftText, o.Columns...)
	l.addRules(r, o.Words)
	l.add(LeftBound, o.Over...)
	return l.out
}

// leaver gathers what was left out beside some tables.
type leaver struct {
	grids []Grid
	out   []LeftOut
}

// add notes what was left out, unless a table stands there after all or it is
// noted already.
func (l *leaver) add(why Left, boxes ...image.Rectangle) {
	for _, b := range boxes {
		told := func(o LeftOut) bool { return o.Why == why && covers(o.Box, b) }
		if !b.Empty() && !slices.ContainsFunc(l.grids, func(g Grid) bool { return covers(g.Box, b) }) && !slices.ContainsFunc(l.out, told) {
			l.out = append(l.out, LeftOut{why, b})
		}
	}
}

// covers tells whether most of a part of the page lies in another.
func covers(r, part image.Rectangle) bool {
	in := r.Intersect(part)
	return 2*in.Dx()*in.Dy() > part.Dx()*part.Dy()
}

// alikeEnds is how far the ends of rules of one extent differ at most, pixels.
const alikeEnds = 6

// addRules notes long rules in which there may be a table that was not made:
// nets, and frames side by side.
func (l *leaver) addRules(r *Lattice, words []image.Rectangle) {
	taken := slices.Clone(r.charts)
	for _, g := range l.grids {
		taken = append(taken, g.Box)
	}
	for _, o := range l.out {
		taken = append(taken, o.Box)
	}
	hor, ver := outside(taken, ruling.StrongOf(r.Hor), ruling.Level), outside(taken, ruling.StrongOf(r.Ver), ruling.Plumb)
	if len(hor)+len(ver) == 0 {
		return
	}
	several, frames := unmadeOf(hor, ver)
	for _, u := range several {
		switch {
		case u.cells() > maxPositions:
			l.add(LeftBound, u.box)
		case u.printed(words) >= fewest:
			l.add(LeftRules, u.box)
		}
	}
	l.add(LeftRules, framesInRows(r.Page, frames))
}

// outside are the rules of which less than half lies in what is taken already.
func outside(taken []image.Rectangle, rs []ruling.Rule, axis ruling.Axis) []ruling.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r ruling.Rule) bool {
		box := r.Box(axis)
		return slices.ContainsFunc(taken, func(t image.Rectangle) bool { return covers(t.Inset(-alikeEnds), box) })
	})
}

// fewest is from how many cells with text on rules look like a table: a frame has one such
// cell, and its heading may have another. Set by hand.
const fewest = 3

// unmade are rules that meet, but were not made a table.
type unmade struct {
	rows, cols []gridLine
	box        image.Rectangle
}

// cells is how many cells it would have.
func (u *unmade) cells() int { return (len(u.rows) - 1) * (len(u.cols) - 1) }

// printed is how many of its cells have words in them.
func (u *unmade) printed(words []image.Rectangle) int {
	at := func(lines []gridLine, v int) int {
		i, _ := slices.BinarySearchFunc(lines, float64(v), func(l gridLine, v float64) int { return cmp.Compare(l.pos, v) })
		return i
	}
	in := make(map[image.Point]bool)
	for _, w := range words {
		if w.In(u.box) {
			in[image.Pt(at(u.cols, (w.Min.X+w.Max.X)/2), at(u.rows, (w.Min.Y+w.Max.Y)/2))] = true
		}
	}
	return len(in)
}

// unmadeOf parts rules that meet into those of several cells and single frames.
func unmadeOf(hor, ver []ruling.Rule) (several []unmade, frames []image.Rectangle) {
	for _, n := range nets(hor, ver) {
		var box image.Rectangle
		for i := range n.hor {
			box = box.Union(n.hor[i].Box(ruling.Level))
		}
		for i := range n.ver {
			box = box.Union(n.ver[i].Box(ruling.Plumb))
		}
		u := unmade{gridLines(n.hor), gridLines(n.ver), box}
		switch {
		case len(u.rows) < 2 || len(u.cols) < 2:
		case u.cells() == 1:
			frames = append(frames, box)
		default:
			several = append(several, u)
		}
	}
	return several, frames
}

// framesInRows is the box of frames that stand in rows and columns close to one another,
// most with text in them; empty where there are fewer than two rows of two.
func framesInRows(p ink.Pixels, frames []image.Rectangle) (all image.Rectangle) {
	within := func(a, b int) bool { return max(a-b, b-a) <= alikeEnds }
	n, held := 0, 0
	for _, f := range frames {
		close := f.Dy() // apart
		row := func(o image.Rectangle) bool {
			gap := max(o.Min.X-f.Max.X, f.Min.X-o.Max.X)
			return o != f && within(o.Min.Y, f.Min.Y) && within(o.Max.Y, f.Max.Y) && gap >= 0 && gap <= close
		}
		col := func(o image.Rectangle) bool {
			gap := max(o.Min.Y-f.Max.Y, f.Min.Y-o.Max.Y)
			return o != f && within(o.Min.X, f.Min.X) && within(o.Max.X, f.Max.X) && gap >= 0 && gap <= close
		}
		if !slices.ContainsFunc(frames, row) || !slices.ContainsFunc(frames, col) {
			continue
		}
		n++
		all = all.Union(f)
		if len(p.Ink(f.Inset(ink.Rest)).Blobs) > 0 {
			held++
		}
	}
	const least = 4
	if n < least || 2*held < n {
		return image.Rectangle{}
	}
	return all
}
