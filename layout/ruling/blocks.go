package ruling

// #cgo CFLAGS: -O3
// #include "blocks.h"
import "C"

import (
	"math"
	"slices"
)

// A rule is told from strokes of text by what is printed along it: block by block
// of a few pixels, something thin that differs from both its sides, however
// faintly, and however it is dashed. Each block says little; a hundred of them in
// one line say all.

// blockLength is how many pixels along a rule one block sums up, usually. It
// holds a dot of every dotted rule, and no character's stroke fills two of them.
const blockLength = 8

// blocks are the means of grey over blocks of a part of a picture that is turned
// so that rules run down it, and what lies around them.
type blocks struct {
	x0, w int     // first column of the part; how many columns are kept, with those around it
	n     int     // rows of blocks
	sums  []int16 // n×w: mean grey level, in eighths
	least []int16 // n×w: the darkest of some columns from each on (block_darkest)
	dark  []uint8 // n×w: share of its pixels, in eighths, where a block is darker than both sides
}

// newBlocks sums up columns x0 to x1 of a picture of width w, from row y0 on, in n
// blocks that are length pixels long.
func newBlocks(px []uint8, w, x0, x1 int, y0, length float64, n int) *blocks {
	b := &blocks{x0: x0 - margin, w: x1 - x0 + 2*margin, n: n}
	b.sums, b.dark = make([]int16, n*b.w), make([]uint8, n*b.w)
	from, to := max(0, b.x0), min(w, b.x0+b.w) // of these columns there are pixels
	rows := make([]int32, n+1)
	for k := range rows {
		rows[k] = int32(math.Round(y0 + float64(k)*length))
	}
	if n > 0 && to > from {
		_ = px[int(rows[n])*w-1] // what C reads is there
		C.block_sums((*C.uint8_t)(&px[from]), C.int(w), C.int(to-from), (*C.int32_t)(&rows[0]), C.int(n),
			(*C.int16_t)(&b.sums[from-b.x0]), (*C.uint8_t)(&b.dark[from-b.x0]), C.int(b.w))
	}
	for k := range n {
		around(b.row(k), from-b.x0, to-b.x0)
	}
	if len(b.sums) > 0 {
		b.least = make([]int16, len(b.sums))
		C.block_darkest((*C.int16_t)(&b.sums[0]), (*C.int16_t)(&b.least[0]), C.int(len(b.sums)))
	}
	return b
}

// around fills the columns outside of the picture with the paper beside them.
func around(row []int16, from, to int) {
	for x := range from {
		row[x] = slices.Max(row[from:min(to, from+margin)])
	}
	for x := to; x < len(row); x++ {
		row[x] = slices.Max(row[max(from, to-margin):to])
	}
}

const (
	sideAt = 3  // where what a block is compared with lies, pixels from it
	darker = 3  // by how much a pixel must be darker than both sides to count, grey levels
	margin = 13 // columns on both sides that a block is compared with, pixels
)

// blockFeatures is how many figures describe a block.
const blockFeatures = 22

// row are the sums of a row of blocks.
func (b *blocks) row(k int) []int16 { return b.sums[k*b.w : (k+1)*b.w] }

// trough tells whether a column of a row of blocks is darker than those right beside
// it.
func trough(row []int16, x int) bool { return row[x] <= row[x-1] && row[x] < row[x+1] }

// A reach is how far off something beside a block lies, pixels: from, and up to.
type reach struct{ from, to int }

// nearby is what lies beside a thin rule.
var nearby = reach{sideAt, sideAt + 1}

// sides are the sums of the lightest columns to the left and to the right of x, of those that
// lie within a reach.
func sides(s []int16, x int, r reach) (left, right int) {
	return int(slices.Max(s[x-r.to : x-r.from+1])), int(slices.Max(s[x+r.from : x+r.to+1]))
}

// features describes blocks: how much darker each is than what lies close beside it and
// farther away, what else is printed beside it, and how the blocks before and after it
// look. At is where each is among the sums; out has blockFeatures figures for each.
func (b *blocks) features(at []int32, out []float32) {
	_ = out[:len(at)*blockFeatures]
	C.block_features((*C.int16_t)(&b.sums[0]), (*C.int16_t)(&b.least[0]), (*C.uint8_t)(&b.dark[0]), C.int(b.w), C.int(b.n),
		(*C.int32_t)(&at[0]), C.int(len(at)), (*C.float)(&grades[0]), (*C.float)(&out[0]))
}

// company is how many blocks before and after one are summed up with it: a rule as
// faint as the paper's grain shows in their sum. None counts for more than loud,
// in eighths of a grey level, or text would drown the others.
const (
	company = 4
	loud    = 400
)

// What is compiled as C has the same numbers: a difference would be no constant of this type.
const _ = uint(-max(blockLength-C.BLOCK, C.BLOCK-blockLength, sideAt-C.SIDE_AT, C.SIDE_AT-sideAt, darker-C.DARKER, C.DARKER-darker,
	margin-C.MARGIN, C.MARGIN-margin, blockFeatures-C.FEATURES, C.FEATURES-blockFeatures, company-C.COMPANY, C.COMPANY-company, loud-C.LOUD, C.LOUD-loud))

// grade puts a difference of sums on a scale on which small differences lie far apart.
func grade(d int) float32 {
	if d < 0 {
		return -grades[-d]
	}
	return grades[d]
}

// grades are those of all differences that there are: none is greater than the sum of what
// a block and its company say.
var grades = func() (out [max(math.MaxUint8*blockLength, loud*(2*company+1)) + 1]float32) {
	for d := range out {
		out[d] = float32(math.Log1p(float64(d) / blockLength))
	}
	return out
}()
