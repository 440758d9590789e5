package ruling

import (
	"encoding/binary"
	"math"
)

// columns sum up rows of pixels column by column, and count where a pixel is darker
// than both sides. Eight columns are four words of four lanes of 16 bits: the sums of
// the even ones and of the odd ones, and the counts of both. 257 rows fit.
type columns struct {
	words [][2][2]uint64 // for each eight: sums and counts, of the even and of the odd
	row   []uint8        // a row with black beside it, which nothing is darker than
}

const (
	eight = 8
	lane  = 2 * eight // bits
	each  = math.MaxUint64 / math.MaxUint16
	low   = math.MaxUint8 * each
	high  = (math.MaxInt16 + 1) * each
)

func newColumns(n int) *columns {
	groups := (n + eight - 1) / eight
	return &columns{words: make([][2][2]uint64, groups), row: make([]uint8, eight*groups+2*sideAt)}
}

func (c *columns) clear() { clear(c.words) }

// add takes in a row.
func (c *columns) add(row []uint8) {
	const least = (darker + 1) * each
	copy(c.row[sideAt:], row)
	for g := range c.words {
		w := &c.words[g]
		at := c.row[eight*g : eight*g+2*sideAt+eight]
		left, mid, right := binary.LittleEndian.Uint64(at), binary.LittleEndian.Uint64(at[sideAt:]), binary.LittleEndian.Uint64(at[2*sideAt:])
		even, odd := mid&low, mid>>eight&low
		w[0][0] += even
		w[0][1] += odd
		// The high bit of a lane stays where a side is lighter by so much.
		w[1][0] += ((left&low | high) - even - least) & ((right&low | high) - even - least) & high >> (lane - 1)
		w[1][1] += ((left>>eight&low | high) - odd - least) & ((right>>eight&low | high) - odd - least) & high >> (lane - 1)
	}
}

// of are the sum of a column and how many of its pixels are darker than both sides.
func (c *columns) of(x int) (sum, dark int) {
	w, at := &c.words[x/eight], x%eight/2*lane
	return int(w[0][x%2] >> at & math.MaxUint16), int(w[1][x%2] >> at & math.MaxUint16)
}
