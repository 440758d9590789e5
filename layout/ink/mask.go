package ink

import "image"

// tile is the side, in pixels, of the squares whose ground is measured each
// by itself.
const tile = 24

// Mask has a byte for each pixel of a box, row by row: not 0 where it differs from its
// ground by more than the grain. The ground is measured tile by tile. Ink is dark on
// light, and light on dark where most of a tile is dark.
func Mask(p Pixels, box image.Rectangle) []uint8 {
	m := newTiles(p, box)
	floor := m.leastDepth()
	mask := make([]uint8, box.Dx()*box.Dy())
	for ty := range m.down {
		for tx := range m.across {
			if g := m.at(tx, ty); g.depth >= floor {
				m.mark(mask, tx, ty, max(floor, m.depthAround(tx, ty)*30/100))
			}
		}
	}
	return mask
}

// tiles are the grounds of a box of a page, tile by tile.
type tiles struct {
	p            Pixels
	box          image.Rectangle
	across, down int
	grounds      []tileGround
}

// A tileGround is what a tile's ink is told from.
type tileGround struct {
	level, depth int // grey levels: the ground's, and how far the ink is from it
	lightInk     bool
}

func newTiles(p Pixels, box image.Rectangle) *tiles {
	m := &tiles{p: p, box: box, across: (box.Dx() + tile - 1) / tile, down: (box.Dy() + tile - 1) / tile}
	for ty := range m.down {
		for tx := range m.across {
			m.grounds = append(m.grounds, groundOf(p, m.tile(tx, ty).Add(box.Min)))
		}
	}
	return m
}

func (m *tiles) at(tx, ty int) *tileGround { return &m.grounds[ty*m.across+tx] }

// tile is where a tile lies in the box.
func (m *tiles) tile(tx, ty int) image.Rectangle {
	return image.Rect(tx*tile, ty*tile, min((tx+1)*tile, m.box.Dx()), min((ty+1)*tile, m.box.Dy()))
}

// groundOf measures the ground of a tile.
func groundOf(p Pixels, t image.Rectangle) tileGround {
	hist := p.Histogram(t)
	n := t.Dx() * t.Dy()
	lo, hi, mid, sum := -1, 255, -1, 0
	for v, c := range hist {
		sum += c
		if lo < 0 && sum >= 3 {
			lo = v
		}
		if mid < 0 && 2*sum >= n {
			mid = v
		}
		if sum >= n-2 {
			hi = v
			break
		}
	}
	lo = min(max(lo, 0), mid)
	if hi-mid > 2*(mid-lo) && mid < 190 {
		return tileGround{mid, hi - mid, true}
	}
	return tileGround{mid, mid - lo, false}
}

// leastDepth is how far ink is from its ground at least, by what is usual.
func (m *tiles) leastDepth() int {
	var depths [256]int
	n := 0
	for _, g := range m.grounds {
		if g.depth > 30 {
			depths[g.depth]++
			n++
		}
	}
	usual := 0
	for sum := 0; usual < 255 && 2*sum < n; usual++ {
		sum += depths[usual]
	}
	return max(20, usual*22/100)
}

// depthAround is the greatest depth of a tile and those around it that are
// printed alike.
func (m *tiles) depthAround(tx, ty int) int {
	g := m.at(tx, ty)
	depth := g.depth
	for y := max(0, ty-1); y <= min(m.down-1, ty+1); y++ {
		for x := max(0, tx-1); x <= min(m.across-1, tx+1); x++ {
			if o := m.at(x, y); o.lightInk == g.lightInk {
				depth = max(depth, o.depth)
			}
		}
	}
	return depth
}

// mark marks the pixels of a tile that are further from its ground than a limit.
func (m *tiles) mark(mask []uint8, tx, ty, limit int) {
	g, t := m.at(tx, ty), m.tile(tx, ty)
	for y := t.Min.Y; y < t.Max.Y; y++ {
		row := m.p.Pix[(m.box.Min.Y+y)*m.p.W+m.box.Min.X:]
		out := mask[y*m.box.Dx() : (y+1)*m.box.Dx()]
		for x := t.Min.X; x < t.Max.X; x++ {
			v := int(row[x])
			if !g.lightInk && g.level-v > limit || g.lightInk && v-g.level > limit {
				out[x] = 255
			}
		}
	}
}
