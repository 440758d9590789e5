// Package rulemap says for every place of a page how likely a rule runs through it, level or
// plumb: by a net that looks at the whole page, and was fitted to pages whose rules are known
// (models/README.md).
//
// It must not know lines, cells or tables.
package rulemap

import (
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

// Of is the map of a page of grey pixels that is w pixels wide.
func Of(px []uint8, w int) *Map {
	h := len(px) / w
	whole := func(n int) int { return (n + 2*around + coarse - 1) / coarse * coarse }
	page := planeFor(&theLayers()[stem], whole(h), whole(w))
	for y := range page.rows {
		row := page.bytes[page.at(y):][:page.cols]
		from := px[min(max(0, y-around), h-1)*w:][:w]
		for x := range row {
			row[x] = math.MaxUint8 - from[min(max(0, x-around), w-1)]
		}
	}
	out, stride := logits(page)
	cols := page.cols / (2 * Cell)
	page.free()
	m := &Map{W: (w + 1) / Cell, H: (h + 1) / Cell}
	m.Level, m.Plumb = make([]float32, m.W*m.H), make([]float32, m.W*m.H)
	const off = around / Cell
	for y := range m.H {
		for x := range m.W {
			v := out[((y+off)/2*cols+(x+off)/2)*stride:]
			k := (y+off)%2*2 + (x+off)%2
			m.Level[y*m.W+x] = max(-Most, min(Most, v[k]))
			m.Plumb[y*m.W+x] = max(-Most, min(Most, v[4+k]))
		}
	}
	return m
}

var _ kernel.Kernel
