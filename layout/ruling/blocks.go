package ruling

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
	dark  []uint8 // n×w: share of its pixels, in eighths, where a block is darker than both sides
}

// newBlocks sums up columns x0 to x1 of a picture of width w, from row y0 on, in n
// blocks that are length pixels long.
func newBlocks(px []uint8, w, x0, x1 int, y0, length float64, n int) *blocks {
	b := &blocks{x0: x0 - margin, w: x1 - x0 + 2*margin, n: n}
	b.sums, b.dark = make([]int16, n*b.w), make([]uint8, n*b.w)
	from, to := max(0, b.x0), min(w, b.x0+b.w) // of these columns there are pixels
	c := newColumns(to - from)
	for k := range n {
		a, z := int(math.Round(y0+float64(k)*length)), int(math.Round(y0+float64(k+1)*length))
		c.clear()
		for y := a; y < z; y++ {
			c.add(px[y*w+from : y*w+to])
		}
		rows := max(1, z-a)
		out := b.row(k)
		for x := range to - from {
			sum, dark := c.of(x)
			out[from-b.x0+x] = int16(sum * blockLength / rows)
			b.dark[k*b.w+from-b.x0+x] = uint8(dark * blockLength / rows)
		}
		around(out, from-b.x0, to-b.x0)
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

// contrast is by how much a block is darker than both its sides, in eighths of a
// grey level; 0 where there is none.
func (b *blocks) contrast(k, x int) int {
	if k < 0 || k >= b.n {
		return 0
	}
	const at = sideAt + 2 // of the block, among those that it takes
	s := (*[2*at + 1]int16)(b.row(k)[x-at:])
	best := int16(math.MinInt16)
	for c := at - 1; c <= at+1; c++ {
		left, right := max(s[c-sideAt-1], s[c-sideAt]), max(s[c+sideAt], s[c+sideAt+1])
		best = max(best, min(left, right)-s[c])
	}
	return int(best)
}

// A reach is how far off something beside a block lies, pixels: from, and up to.
type reach struct{ from, to int }

// What a block is compared with: what lies right beside a thin rule, what lies
// beside a thick one, and where other strokes of characters stand.
var (
	closely = reach{2, 2}
	nearby  = reach{sideAt, sideAt + 1}
	farther = reach{2 * sideAt, 2*sideAt + 2}
	strokes = reach{sideAt + 1, margin - 1}
)

// sides are the sums of the lightest columns to the left and to the right of x, of those that
// lie within a reach.
func sides(s []int16, x int, r reach) (left, right int) {
	return int(slices.Max(s[x-r.to : x-r.from+1])), int(slices.Max(s[x+r.from : x+r.to+1]))
}

// darkest are the sums of the darkest of those columns.
func darkest(s []int16, x int, r reach) (left, right int) {
	return int(slices.Min(s[x-r.to : x-r.from+1])), int(slices.Min(s[x+r.from : x+r.to+1]))
}

// features describes a block: how much darker it is than what lies close beside
// it and farther away, what else is printed beside it, and how the blocks before
// and after it look.
func (b *blocks) features(k, x int, out *[blockFeatures]float32) {
	f := out[:0]
	s := b.row(k)
	c := int(s[x])
	l1, r1 := sides(s, x, closely)
	l2, r2 := sides(s, x, nearby)
	l3, r3 := sides(s, x, farther)
	tl, tr := darkest(s, x, strokes)
	f = append(f, grade(min(l1, r1)-c), grade(min(l2, r2)-c), grade(min(l3, r3)-c), grade(max(l2-r2, r2-l2)), grade(max(l3-r3, r3-l3)),
		grade(min(tl, tr)-c), grade(max(tl, tr)-c), float32(b.dark[k*b.w+x])/blockLength,
		grade(int(min(s[x-1], s[x+1]))-c), grade(int(max(s[x-1], s[x+1]))-c))
	for _, at := range [...]int{k - 2, k - 1, k + 1, k + 2} {
		other := float32(0)
		if at >= 0 && at < b.n {
			o := b.row(at)
			left, right := darkest(o, x, strokes)
			other = grade(min(left, right) - int(slices.Min(o[x-1:x+2])))
		}
		f = append(f, grade(b.contrast(at, x)), other)
	}
	sum, darker, n := 0, 0, 0
	for at := max(0, k-company); at < min(b.n, k+company+1); at++ {
		o := b.row(at)
		left := int(o[x-nearby.from]) + int(o[x-nearby.to])
		right := int(o[x+nearby.from]) + int(o[x+nearby.to])
		d := min(left, right)/2 - int(o[x])
		sum, n = sum+min(max(d, -loud), loud), n+1
		if d > 0 {
			darker++
		}
	}
	_ = append(f, float32(c)/(math.MaxUint8*blockLength), grade(sum/n), float32(darker)/float32(n), grade(sum))
}

// company is how many blocks before and after one are summed up with it: a rule as
// faint as the paper's grain shows in their sum. None counts for more than loud,
// in eighths of a grey level, or text would drown the others.
const (
	company = 4
	loud    = 400
)

// grade puts a difference of sums on a scale on which small differences lie far apart.
func grade(d int) float32 {
	if d < 0 {
		return -grade(-d)
	}
	if d < len(grades) {
		return grades[d]
	}
	return logGrade(d)
}

var grades = func() (out [math.MaxUint8*blockLength + 1]float32) {
	for d := range out {
		out[d] = logGrade(d)
	}
	return out
}()

func logGrade(d int) float32 { return float32(math.Log1p(float64(d) / blockLength)) }
