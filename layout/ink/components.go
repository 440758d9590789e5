package ink

import (
	"cmp"
	"image"
	"slices"
)

// A Blob is a connected component of ink pixels; Area counts them.
type Blob struct {
	Box  image.Rectangle
	Area int
}

// MaxMarks is how many marks a part of a page may have to be looked at as text: where
// there are more, they are the grain of a photograph. Set by hand.
const MaxMarks = 20000

// Components are the connected components of a mask (Mask) of a box of the page, in
// pixels of the page; nil where there are more than most. They are in the order in which
// OpenCV numbers them: that of the squares of two by two pixels in which they begin.
func Components(mask []uint8, box image.Rectangle, most int) []Blob {
	p := Pixels{Pix: mask, W: box.Dx(), H: box.Dy()}
	found := p.components(image.Rect(0, 0, p.W, p.H), Threshold{LightInk: true})
	if len(found) >= most {
		return nil
	}
	slices.SortFunc(found, func(a, b component) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	out := make([]Blob, len(found))
	for i, c := range found {
		out[i] = Blob{c.Box.Add(box.Min), c.Area}
	}
	return out
}

// Blobs are the connected components of the ink inside a box, in the order in which their
// first pixels come, row by row.
func (p Pixels) Blobs(box image.Rectangle, t Tone) (out []Blob) {
	for _, c := range p.components(box, t.Threshold) {
		out = append(out, c.Blob)
	}
	return out
}

// A component is one whose pixels are not all known yet. The first square of two by two
// pixels that it has some in lies at row and col, which count squares.
type component struct {
	Blob
	row, col int
}

// add adds a run of pixels in row y, from column x0 to x1. Rows come in their order.
func (c *component) add(y, x0, x1 int) {
	if c.Area == 0 {
		c.Box, c.row, c.col = image.Rect(x0, y, x1, y+1), y/2, x0/2
	}
	c.Area += x1 - x0
	c.Box.Min.X, c.Box.Max.X, c.Box.Max.Y = min(c.Box.Min.X, x0), max(c.Box.Max.X, x1), y+1
	if c.row == y/2 {
		c.col = min(c.col, x0/2)
	}
}

// join adds all of another component.
func (c *component) join(o *component) {
	c.Area += o.Area
	c.Box = c.Box.Union(o.Box)
	if o.row < c.row || o.row == c.row && o.col < c.col {
		c.row, c.col = o.row, o.col
	}
}

// components are the connected components of the ink inside a box, in the order in which
// their first pixels come, row by row.
func (p Pixels) components(box image.Rectangle, ink Threshold) []component {
	type run struct{ x0, x1, id int }
	var prev, cur []run
	var sets Sets
	var all []component
	paper := ink.other()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := p.Pix[y*p.W : y*p.W+box.Max.X]
		cur = cur[:0]
		k := 0
		for x := ink.Next(row, box.Min.X); x < len(row); x = ink.Next(row, x) {
			x0 := x
			x = paper.Next(row, x)
			r := run{x0, x, -1}
			for k < len(prev) && prev[k].x1 < x0 {
				k++
			}
			for j := k; j < len(prev) && prev[j].x0 <= x; j++ {
				if id := sets.Root(prev[j].id); r.id < 0 {
					r.id = id
				} else if id != r.id {
					sets.Join(id, r.id)
					all[r.id].join(&all[id])
				}
			}
			if r.id < 0 {
				r.id = sets.Add()
				all = append(all, component{})
			}
			all[r.id].add(y, x0, x)
			cur = append(cur, r)
		}
		prev, cur = cur, prev
	}
	out := all[:0]
	for i, c := range all {
		if sets.Root(i) == i {
			out = append(out, c)
		}
	}
	return out
}
