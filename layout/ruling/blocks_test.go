package ruling

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Blocks have the means of their pixels, and the shares that are darker than both sides,
// however long they are; around the picture is its lightest paper nearby.
func TestBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const w, h = 61, 90
	px := make([]uint8, w*h)
	for i := range px {
		px[i] = uint8(rng.UintN(256))
	}
	for _, length := range []float64{5.4, 8, 11.9} {
		for _, part := range [][2]int{{0, w}, {20, 28}, {50, w}} {
			const y0, n = 3, 7
			b := newBlocks(px, w, part[0], part[1], y0, length, n)
			for k := range n {
				from, to := int(math.Round(y0+float64(k)*length)), int(math.Round(y0+float64(k+1)*length))
				for at, got := range b.row(k) {
					x := b.x0 + at
					if x < 0 || x >= w {
						continue
					}
					sum, dark := 0, 0
					for y := from; y < to; y++ {
						v := int(px[y*w+x])
						sum += v
						// Of what lies beyond the part, nothing is known.
						if lo, hi := max(0, b.x0), min(w, b.x0+b.w); x-sideAt >= lo && x+sideAt < hi && min(int(px[y*w+x-sideAt]), int(px[y*w+x+sideAt])) > v+darker {
							dark++
						}
					}
					if want, wantDark := sum*blockLength/(to-from), dark*blockLength/(to-from); int(got) != want || int(b.dark[k*b.w+at]) != wantDark {
						t.Errorf("length %v, block %d at column %d: %d with %d dark, want %d with %d", length, k, x, got, b.dark[k*b.w+at], want, wantDark)
					}
				}
			}
			if before := b.row(0)[:max(0, -b.x0)]; len(before) > 0 && before[0] < b.row(0)[len(before)] {
				t.Errorf("length %v, columns %v: around the picture it is darker than in it", length, part)
			}
		}
	}
}
