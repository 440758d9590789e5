// Package rulemap says for every place of a page how likely a rule runs through it, level or
// plumb: by a net that looks at the whole page, and was fitted to pages whose rules are known
// (models/README.md).
//
// It must not know lines, cells or tables.
package rulemap

import (
	"context"
	"math"

	"github.com/biaoge/biaoge/ocr/kernel"
)

// Cell is how many pixels a place of a map is wide and high.
const Cell = 2

// Most is how much a place says at most, for or against a rule: natural logarithm of odds.
const Most = 8

// A Map says how likely rules run through the places of a page: the natural logarithms of the
// odds, by row and column.
type Map struct {
	W, H         int // places
	Level, Plumb []float32
}

// coarse is how many pixels wide and high the places are that the net sees least of: pages are
// padded to a multiple.
const coarse = 16

// around is how many pixels of paper are put around a page.
const around = 8

// Of is the map of a page of grey pixels that is w pixels wide. It returns the error of ctx when
// that ends, and no other.
func Of(ctx context.Context, px []uint8, w int) (*Map, error) { return of(ctx, fastest(), px, w) }

// of is the map that a kernel makes.
func of(ctx context.Context, k kernel.Kernel, px []uint8, w int) (*Map, error) {
	n := &net{ctx: ctx, kernel: k, layers: theLayers()}
	defer n.close()
	h := len(px) / w
	seen := n.run(n.page(px, w, h))
	defer n.done(seen)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &Map{W: (w + 1) / Cell, H: (h + 1) / Cell}
	m.Level, m.Plumb = make([]float32, m.W*m.H), make([]float32, m.W*m.H)
	l := &n.layers[head]
	said := make([]float32, seen.cols*l.Stride()) // of a row of places of 4 pixels
	const off = around / Cell
	for row := range seen.rows {
		n.kernel.Floats(l, kernel.Run{Rows: 1, Cols: seen.cols, InRow: seen.row(), OutRow: len(said)}, seen.bytes[row*seen.row():], said)
		for half := range 2 {
			if y := 2*row + half - off; y >= 0 && y < m.H {
				m.fill(y, said[off/2*l.Stride()+2*half:], l.Stride())
			}
		}
	}
	return m, nil
}

// inFour is how many places of the map are in one of 4 by 4 pixels, of which the net says so many numbers for
// level rules and then as many for plumb ones, row by row.
const inFour = 4

// fill writes a row of the map. Said begins with what is said of its first two places; stride is how many
// numbers later it is said of the next two.
func (m *Map) fill(y int, said []float32, stride int) {
	level, plumb := m.Level[y*m.W:][:m.W], m.Plumb[y*m.W:][:m.W]
	for x := range level {
		v := said[x/2*stride+x%2:]
		level[x], plumb[x] = max(-Most, min(Most, v[0])), max(-Most, min(Most, v[inFour]))
	}
}

// page is a page of w by h grey pixels as the net sees it: ink is more than paper, and around it is
// paper, as it was around the pages that the net was trained on. A rule may be the last of a page.
func (n *net) page(px []uint8, w, h int) plane {
	whole := func(size int) int { return (size + 2*around + coarse - 1) / coarse * coarse }
	p := n.plane(stem, whole(h), whole(w))
	paper := math.MaxUint8 - usual(px)
	for y := range p.rows {
		row := p.bytes[p.at(y):][:p.cols]
		for x := range row {
			row[x] = paper
		}
		if y >= around && y < around+h {
			for x, v := range px[(y-around)*w:][:w] {
				row[around+x] = math.MaxUint8 - v
			}
		}
		clear(p.bytes[p.at(y)+p.cols:][:p.beside()])
	}
	return p
}

// usual is the median of grey pixels.
func usual(px []uint8) uint8 {
	var many [256]int
	for _, v := range px {
		many[v]++
	}
	v, rest := 0, len(px)/2
	for rest >= many[v] {
		rest -= many[v]
		v++
	}
	return uint8(v)
}
