package grid

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A piece is text that stands together.
type piece struct{ box image.Rectangle }

// pieces joins the ink blobs of a block into pieces of text. Characters of one line stand at
// most gap apart, lines of one text at most apart; both are in sizes of a character.
func pieces(blobs []ink.Blob, gap, apart float64) []piece {
	if len(blobs) < 2 || len(blobs) > 2000 {
		return nil
	}
	em := ink.CharacterSize(blobs)
	if em < 5 {
		return nil
	}
	var ps []piece
	for _, b := range blobs {
		ps = append(ps, piece{b.Box})
	}
	slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
	join := func(reach func(a, b image.Rectangle) bool) {
		for again := true; again; {
			again = false
			for i := 0; i < len(ps); i++ {
				for j := i + 1; j < len(ps); j++ {
					if ps[j].box.Min.Y > ps[i].box.Max.Y+int(em) {
						break
					}
					if reach(ps[i].box, ps[j].box) {
						ps[i].box = ps[i].box.Union(ps[j].box)
						ps = slices.Delete(ps, j, j+1)
						j--
						again = true
					}
				}
			}
			slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
		}
	}
	overlap := func(a0, a1, b0, b1 int) int { return min(a1, b1) - max(a0, b0) }
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 5*v >= 3*min(a.Dy(), b.Dy()) && float64(-h) <= gap*em || h > 0 && float64(-v) <= 0.2*em
	})
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 2*h > min(a.Dx(), b.Dx()) && float64(-v) <= apart*em
	})
	ps = slices.DeleteFunc(ps, func(p piece) bool { return float64(max(p.box.Dx(), p.box.Dy())) < 0.4*em })
	return ps
}

// A stretch is a part of an axis, pixels.
type stretch struct{ lo, hi float64 }

func (s stretch) mid() float64 { return (s.lo + s.hi) / 2 }

// extentOf is where a piece lies across the rules of an axis.
func extentOf(p piece, axis ruling.Axis) stretch {
	s := axis.Extent(p.box)
	return stretch{float64(s.Lo), float64(s.Hi)}
}

// moreAlike tells whether more headings begin at one and the same place than have their
// middles at one place.
func moreAlike(own []*piece, span func(piece) stretch) bool {
	var los, mids []float64
	for _, o := range own {
		if o != nil {
			at := span(*o)
			los, mids = append(los, at.lo), append(mids, at.mid())
		}
	}
	most := func(v []float64) int {
		best := 0
		for _, a := range v {
			n := 0
			for _, b := range v {
				if math.Abs(a-b) <= 2 {
					n++
				}
			}
			best = max(best, n)
		}
		return best
	}
	return most(los) > most(mids)
}
