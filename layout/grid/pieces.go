package grid

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// A piece is text that stands together.
type piece struct{ box image.Rectangle }

// textLines joins the ink blobs of a block into lines of text, from the top down.
// Characters of one line stand at most gap apart, in sizes of a character; that size is
// em, pixels. It returns none where the block holds no text or too much.
func textLines(blobs []ink.Blob, gap float64) (lines []piece, em float64) {
	if len(blobs) < 2 || len(blobs) > 2000 {
		return nil, 0
	}
	em = ink.CharacterSize(blobs)
	if em < 5 {
		return nil, 0
	}
	for _, b := range blobs {
		lines = append(lines, piece{b.Box})
	}
	lines = join(lines, em, func(a, b image.Rectangle) bool {
		v, h := overlaps(a, b)
		return 5*v >= 3*min(a.Dy(), b.Dy()) && float64(-h) <= gap*em || h > 0 && float64(-v) <= 0.2*em
	})
	return lines, em
}

// texts joins lines into texts: those of one text stand at most apart from one another,
// pixels.
func texts(lines []piece, apart, em float64) []piece {
	out := join(slices.Clone(lines), em, func(a, b image.Rectangle) bool {
		return below(a, b) <= apart
	})
	return slices.DeleteFunc(out, func(p piece) bool { return float64(max(p.box.Dx(), p.box.Dy())) < 0.4*em })
}

// join joins pieces that belong together, and what comes of them, until none do: of those
// that stand at most em apart from the top down.
func join(ps []piece, em float64, together func(a, b image.Rectangle) bool) []piece {
	byTop := func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y }
	slices.SortFunc(ps, byTop)
	for again := true; again; {
		again = false
		for i := 0; i < len(ps); i++ {
			for j := i + 1; j < len(ps); j++ {
				if ps[j].box.Min.Y > ps[i].box.Max.Y+int(em) {
					break
				}
				if together(ps[i].box, ps[j].box) {
					ps[i].box = ps[i].box.Union(ps[j].box)
					ps = slices.Delete(ps, j, j+1)
					j--
					again = true
				}
			}
		}
		slices.SortFunc(ps, byTop)
	}
	return ps
}

// overlaps is by how many pixels two boxes overlap from the top down and from left to
// right; below 0 where they stand apart.
func overlaps(a, b image.Rectangle) (v, h int) {
	return min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y), min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
}

// below is how far two lines stand apart from the top down, pixels; infinite where they do
// not stand below one another.
func below(a, b image.Rectangle) float64 {
	v, h := overlaps(a, b)
	if 2*h <= min(a.Dx(), b.Dx()) {
		return math.Inf(1)
	}
	return float64(max(0, -v))
}

// spacings are the distances from the top down that may part the lines of one text from
// those of others, pixels, the likeliest first: in the widest steps, by their ratio, of how
// far lines stand below one another in a block.
func spacings(lines []piece, em float64) []float64 {
	gaps := []float64{leastRoom * em, em} // closer than texts stand, and farther than lines of one (join)
	for i, a := range lines {
		next := math.Inf(1)
		for _, b := range lines[i+1:] {
			next = min(next, below(a.box, b.box))
		}
		if next > gaps[0] && next < gaps[1] {
			gaps = append(gaps, next)
		}
	}
	slices.Sort(gaps)
	type step struct{ ratio, at float64 }
	var steps []step
	for i, g := range gaps[1:] {
		if step := (step{g / gaps[i], math.Sqrt(g * gaps[i])}); g-gaps[i] > 1 {
			steps = append(steps, step)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(b.ratio, a.ratio) })
	var out []float64
	for _, s := range steps[:min(len(steps), mostSpacings)] {
		out = append(out, s.at)
	}
	return out
}

// mostSpacings is how many distances are tried in a block.
const mostSpacings = 6

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
