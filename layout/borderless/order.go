package borderless

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// Where headings are set in one way and values in another, no gutter need run
// between two columns: the heading of one may end below where the values of the one
// before it begin. Then the order tells. The lines that have the most parts have one
// in each column, the first in the first.

// leastParts is how many parts a line has at least whose order tells columns: a label
// and its value are two in prose as well.
const leastParts = 3

// byOrder finds the columns of which each line of the most parts has one part in each.
func (t *table) byOrder() (cols []ink.Span, ok bool) {
	var lines [][]image.Rectangle
	for i := range t.lines {
		parts := t.lines[i].segments(gutter * t.H)
		if len(lines) > 0 && len(parts) > len(lines[0]) {
			lines = nil
		}
		if len(lines) == 0 || len(parts) == len(lines[0]) {
			lines = append(lines, parts)
		}
	}
	if len(lines) == 0 || len(lines[0]) < leastParts {
		return nil, false
	}
	ways := waysOf(lines)
	if len(ways) == 1 {
		return t.headed(ways[0])
	}
	return columnsOf(ways)
}

// headed finds the columns of values that are set in one way, where headings above them are set
// in another: these may stand as close to one another as words do.
func (t *table) headed(values []ink.Span) (cols []ink.Span, ok bool) {
	for _, gap := range []float64{gutter, wordGap} {
		if headings, ok := headingsOf(t.skyline(values, gap), values); ok {
			if cols, ok := columnsOf([][]ink.Span{values, headings}); ok {
				return cols, true
			}
		}
	}
	return nil, false
}

// columnsOf are the columns of several ways; ok is false where some of these are not set in
// another way than others, or where columns would overlap.
func columnsOf(ways [][]ink.Span) (cols []ink.Span, ok bool) {
	cols = ways[0]
	for i, w := range ways {
		for _, v := range ways[:i] {
			if !otherWay(v, w) {
				return nil, false
			}
		}
		cols = unions(cols, w)
	}
	for c := 1; c < len(cols); c++ {
		if cols[c].Lo <= cols[c-1].Hi {
			return nil, false
		}
	}
	return cols, len(ways) > 1
}

// skyline is what is seen from the first line that has a text in most columns, of what stands
// above it: the parts that none stands below, from left to right. Gap is how wide a space
// parts them, in heights of a line.
func (t *table) skyline(cols []ink.Span, gap float64) (out []image.Rectangle) {
	first := slices.IndexFunc(t.lines, func(l TextLine) bool {
		alone := 0
		for _, s := range l.segments(gutter * t.H) {
			in := 0
			for _, c := range cols {
				if mid := c.Lo + c.Hi; 2*s.Min.X < mid && mid < 2*s.Max.X {
					in++
				}
			}
			if in == 1 {
				alone++
			}
		}
		return 2*alone > len(cols)
	})
	for i := t.core.Lo + first - 1; first >= 0 && i >= 0; i-- {
		for _, s := range t.all[i].segments(gap * t.H) {
			if !slices.ContainsFunc(out, func(o image.Rectangle) bool { return s.Min.X < o.Max.X && s.Max.X > o.Min.X }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b image.Rectangle) int { return a.Min.X - b.Min.X })
	return out
}

// headingsOf gives each column its heading, in their order; ok is false where there are more
// or fewer, or where one stands in the column of another. A heading that stands over several
// columns is that of all of them, and tells nothing of where they are.
func headingsOf(parts []image.Rectangle, cols []ink.Span) (out []ink.Span, ok bool) {
	out = slices.Clone(cols)
	next := 0
	for _, s := range parts {
		from, to := len(cols), 0
		for c, k := range cols {
			if s.Min.X < k.Hi && s.Max.X > k.Lo {
				from, to = min(from, c), c+1
			}
		}
		if to == 0 && next < len(cols) {
			from, to = next, next+1
		}
		if from != next {
			return nil, false
		}
		if to == next+1 {
			out[next] = ink.Span{Lo: s.Min.X, Hi: s.Max.X}
		}
		next = to
	}
	return out, next == len(cols)
}

// waysOf are the ways in which lines of as many parts are set: those are set in one
// way of which each part is below or above one of another line.
func waysOf(lines [][]image.Rectangle) (ways [][]ink.Span) {
	for _, l := range lines {
		way := make([]ink.Span, len(l))
		for c, part := range l {
			way[c] = ink.Span{Lo: part.Min.X, Hi: part.Max.X}
		}
		for {
			i := slices.IndexFunc(ways, func(w []ink.Span) bool { return columnsApart(w, way) == 0 })
			if i < 0 {
				break
			}
			way = unions(way, ways[i])
			ways = slices.Delete(ways, i, i+1)
		}
		ways = append(ways, way)
	}
	return ways
}

// otherWay tells whether lines are set in another way than others, but for the first
// column, which may be of labels: at least half of the columns stand beside those of
// the others. Where only one does, it is another column, and each lacks what the other
// has.
func otherWay(a, b []ink.Span) bool { return 2*columnsApart(a, b) >= len(a)-1 }

// columnsApart counts the columns of which two ways share nothing.
func columnsApart(a, b []ink.Span) (n int) {
	for c := range a {
		if a[c].Lo >= b[c].Hi || b[c].Lo >= a[c].Hi {
			n++
		}
	}
	return n
}

func unions(a, b []ink.Span) []ink.Span {
	out := slices.Clone(a)
	for c := range out {
		out[c] = ink.Span{Lo: min(a[c].Lo, b[c].Lo), Hi: max(a[c].Hi, b[c].Hi)}
	}
	return out
}
