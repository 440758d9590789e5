package ink

import (
	"image"

	"gocv.io/x/gocv"
)

// tile is the side, in pixels, of the squares whose ground is measured each
// by itself.
const tile = 24

// Mask has a byte for each pixel of a box, row by row: not 0 where it differs from its
// ground by more than the grain. The ground is measured tile by tile. Ink is dark on
// light, and light on dark where most of a tile is dark.
func Mask(p Pixels, box image.Rectangle) []uint8 {
	w, h := box.Dx(), box.Dy()
	tw, th := (w+tile-1)/tile, (h+tile-1)/tile
	type ground struct {
		level, depth int
		dark         bool
	}
	tiles := make([]ground, tw*th)
	var depths [256]int
	for ty := range th {
		for tx := range tw {
			t := image.Rect(tx*tile, ty*tile, min((tx+1)*tile, w), min((ty+1)*tile, h)).Add(box.Min)
			var hist [256]int
			for y := t.Min.Y; y < t.Max.Y; y++ {
				for _, v := range p.Pix[y*p.W+t.Min.X : y*p.W+t.Max.X] {
					hist[v]++
				}
			}
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
			g := ground{level: mid, depth: mid - lo}
			if hi-mid > 2*(mid-lo) && mid < 190 {
				g.dark, g.depth = true, hi-mid
			}
			tiles[ty*tw+tx] = g
			if g.depth > 30 {
				depths[g.depth]++
			}
		}
	}
	n, usual := 0, 0
	for _, c := range depths {
		n += c
	}
	for sum := 0; usual < 255 && 2*sum < n; usual++ {
		sum += depths[usual]
	}
	floor := max(20, usual*22/100)
	mask := make([]uint8, w*h)
	for ty := range th {
		for tx := range tw {
			g := tiles[ty*tw+tx]
			if g.depth < floor {
				continue
			}
			depth := g.depth
			for y := max(0, ty-1); y <= min(th-1, ty+1); y++ {
				for x := max(0, tx-1); x <= min(tw-1, tx+1); x++ {
					if o := tiles[y*tw+x]; o.dark == g.dark {
						depth = max(depth, o.depth)
					}
				}
			}
			limit := max(floor, depth*30/100)
			for y := ty * tile; y < min((ty+1)*tile, h); y++ {
				row := p.Pix[(box.Min.Y+y)*p.W+box.Min.X:]
				out := mask[y*w : (y+1)*w]
				for x := tx * tile; x < min((tx+1)*tile, w); x++ {
					v := int(row[x])
					if !g.dark && g.level-v > limit || g.dark && v-g.level > limit {
						out[x] = 255
					}
				}
			}
		}
	}
	return mask
}

// MaxMarks is how many marks a part of a page may have to be looked at as text: where
// there are more, they are the grain of a photograph. Set by hand.
const MaxMarks = 20000

// Components are the connected components of a mask (Mask) of a box of the page, in
// pixels of the page; nil where there are more than most.
func Components(mask []uint8, box image.Rectangle, most int) []Blob {
	m, err := gocv.NewMatFromBytes(box.Dy(), box.Dx(), gocv.MatTypeCV8UC1, mask)
	if err != nil {
		return nil
	}
	defer m.Close()
	labels, stats, centroids := gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	defer labels.Close()
	defer stats.Close()
	defer centroids.Close()
	n := gocv.ConnectedComponentsWithStats(m, &labels, &stats, &centroids)
	if n > most {
		return nil
	}
	out := make([]Blob, 0, n)
	for i := 1; i < n; i++ {
		at := func(f gocv.ConnectedComponentsTypes) int { return int(stats.GetIntAt(i, int(f))) }
		x, y := at(gocv.CC_STAT_LEFT), at(gocv.CC_STAT_TOP)
		in := image.Rect(x, y, x+at(gocv.CC_STAT_WIDTH), y+at(gocv.CC_STAT_HEIGHT))
		out = append(out, Blob{in.Add(box.Min), at(gocv.CC_STAT_AREA)})
	}
	return out
}
