package ruling

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"

	"gocv.io/x/gocv"
)

// An Interval is where a rule is printed on a page: across it at Pos, along it
// from Lo to Hi, pixels.
type Interval struct{ Pos, Lo, Hi float64 }

// downward are the pixels of a page turned so that the rules of a direction run down
// it, and its width.
func downward(gray gocv.Mat, axis Axis) (px []uint8, w int) {
	if axis == Plumb {
		return gray.ToBytes(), gray.Cols()
	}
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(gray, &turned)
	return turned.ToBytes(), turned.Cols()
}

// A BlockExample is a block of a page whose rules are known.
type BlockExample struct {
	Features [blockFeatures]float32
	Printed  bool
}

// The shares of blocks on rules, and off them, that are examples.
const keptOn, keptBare = 0.25, 0.05

// BlockExamples describes blocks on and off the known rules of one direction, but for
// those near unclear ones.
func BlockExamples(gray gocv.Mat, axis Axis, known, unclear []Interval, rng *rand.Rand) []BlockExample {
	px, w := downward(gray, axis)
	b := newBlocks(px, w, 0, w, 0, blockLength, len(px)/w/blockLength)
	const (
		bare = iota
		on
		near
	)
	const within, unsure = 1.6, 5 // pixels: so far from its place a rule may be, and so far it may be seen
	state := make([]uint8, b.n*w)
	for i, r := range slices.Concat(known, unclear) {
		for k := int(r.Lo) / blockLength; k < b.n && float64(k*blockLength) < r.Hi; k++ {
			if k < 0 {
				continue
			}
			whole := i < len(known) && float64(k*blockLength) >= r.Lo && float64((k+1)*blockLength) <= r.Hi
			for x := max(0, int(r.Pos)-unsure); x <= min(w-1, int(r.Pos)+unsure); x++ {
				at := k*w + x
				d := float64(x) + 0.5 - r.Pos
				switch {
				case whole && math.Abs(d) <= within:
					state[at] = on
				case state[at] != on:
					state[at] = near
				}
			}
		}
	}
	var out []BlockExample
	for k := range b.n {
		for x := range w {
			s := state[k*w+x]
			if s == near || !trough(b.row(k), x+margin) {
				continue
			}
			if rng.Float64() >= [...]float64{bare: keptBare, on: keptOn}[s] {
				continue
			}
			e := BlockExample{Printed: s == on}
			b.features([]int32{int32(k*b.w + x + margin)}, e.Features[:])
			out = append(out, e)
		}
	}
	return out
}

// An EdgeExample is a place on a page whose rules are known.
type EdgeExample struct {
	Features [edgeFeatures]float32
	Printed  bool
	InLine   bool // with rules of the table
}

// EdgeExamples describes places at which edges are printed, places in line with
// these at which none is, and cells that no rule crosses.
func EdgeExamples(gray gocv.Mat, axis Axis, printed, bare []Interval, cells []image.Rectangle) (out []EdgeExample) {
	c := newCourse(downward(gray, axis))
	for i, set := range [][]Interval{printed, bare} {
		for _, r := range set {
			if r.Hi-r.Lo < blockLength {
				continue
			}
			var best *edge
			for _, e := range c.inLine(int(r.Pos), 2, r.Lo+2, r.Hi-2) {
				if best == nil || e.features[0] > best.features[0] {
					best = &e
				}
			}
			if best != nil {
				out = append(out, EdgeExample{best.features, i == 0, true})
			}
		}
	}
	for _, cell := range cells {
		across, along := axis.Extent(cell), axis.Across().Extent(cell)
		if across.Hi-across.Lo <= 2*crossSide {
			continue
		}
		for _, e := range c.edges(across.Lo+crossSide, across.Hi-crossSide, float64(along.Lo), float64(along.Hi)) {
			out = append(out, EdgeExample{Features: e.features})
		}
	}
	return out
}
