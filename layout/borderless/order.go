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
	if len(lines) < 2 || len(lines[0]) < leastParts {
		return nil, false
	}
	ways := waysOf(lines)
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
