package grid

import (
	"image"

	"github.com/biaoge/biaoge/layout/ruling"
)

// cellsFrom joins grid positions that no edge parts, and makes every cell a
// rectangle: where a set of joined positions is none, its most likely missing
// edges are put in until it is.
func cellsFrom(R, C int, edge func(r, c int, axis ruling.Axis) *float64) []image.Rectangle {
	exists := func(r, c int, axis ruling.Axis) bool { return *edge(r, c, axis) >= even }
	label := make([]int, R*C)
	for {
		for i := range label {
			label[i] = -1
		}
		var sets [][]image.Point
		for r := range R {
			for c := range C {
				if label[r*C+c] >= 0 {
					continue
				}
				id := len(sets)
				stack := []image.Point{{X: c, Y: r}}
				label[r*C+c] = id
				var set []image.Point
				for len(stack) > 0 {
					p := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					set = append(set, p)
					visit := func(q image.Point, open bool) {
						if open && label[q.Y*C+q.X] < 0 {
							label[q.Y*C+q.X] = id
							stack = append(stack, q)
						}
					}
					if p.Y > 0 {
						visit(image.Pt(p.X, p.Y-1), !exists(p.Y, p.X, ruling.Level))
					}
					if p.Y < R-1 {
						visit(image.Pt(p.X, p.Y+1), !exists(p.Y+1, p.X, ruling.Level))
					}
					if p.X > 0 {
						visit(image.Pt(p.X-1, p.Y), !exists(p.Y, p.X, ruling.Plumb))
					}
					if p.X < C-1 {
						visit(image.Pt(p.X+1, p.Y), !exists(p.Y, p.X+1, ruling.Plumb))
					}
				}
				sets = append(sets, set)
			}
		}
		out := make([]image.Rectangle, 0, len(sets))
		split := false
		for _, set := range sets {
			box := image.Rectangle{}
			for _, p := range set {
				box = box.Union(image.Rect(p.X, p.Y, p.X+1, p.Y+1))
			}
			if box.Dx()*box.Dy() != len(set) {
				splitSet(set, box, label, C, edge)
				split = true
				continue
			}
			out = append(out, box)
		}
		if !split {
			return out
		}
	}
}

// splitSet cuts a set of joined positions that is no rectangle along the full
// line, within the set, that has the most evidence of an edge.
func splitSet(set []image.Point, box image.Rectangle, label []int, C int, edge func(r, c int, axis ruling.Axis) *float64) {
	id := label[set[0].Y*C+set[0].X]
	in := func(r, c int) bool { return label[r*C+c] == id }
	bestScore, bestLine, best := -1.0, 0, ruling.Level
	try := func(line int, axis ruling.Axis) {
		sum, n, notch := 0.0, 0, false
		lo, hi := box.Min.X, box.Max.X
		if axis == ruling.Plumb {
			lo, hi = box.Min.Y, box.Max.Y
		}
		for k := lo; k < hi; k++ {
			r, c, r0, c0 := line, k, line-1, k
			if axis == ruling.Plumb {
				r, c, r0, c0 = k, line, k, line-1
			}
			a, b := in(r, c), in(r0, c0)
			if a && b {
				sum += *edge(r, c, axis)
				n++
			}
			notch = notch || a != b
		}
		if n == 0 {
			return
		}
		// Cuts at the corner of a notch leave rectangles behind; others
		// only if there is evidence for them.
		score := sum / float64(n)
		if notch {
			score += 0.3
		}
		if score > bestScore {
			bestScore, bestLine, best = score, line, axis
		}
	}
	for r := box.Min.Y + 1; r < box.Max.Y; r++ {
		try(r, ruling.Level)
	}
	for c := box.Min.X + 1; c < box.Max.X; c++ {
		try(c, ruling.Plumb)
	}
	for _, p := range set {
		if best == ruling.Level && p.Y == bestLine && in(p.Y-1, p.X) {
			*edge(p.Y, p.X, ruling.Level) = 1
		}
		if best == ruling.Plumb && p.X == bestLine && in(p.Y, p.X-1) {
			*edge(p.Y, p.X, ruling.Plumb) = 1
		}
	}
}

// even is the probability from which an edge is likelier printed than not.
const even = 0.5
