package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// sums are what a convolution of one row of pixels adds up to.
func (l *Layer) sums(cols, inRow int, in []uint8) []float32 {
	var out []float32
	perRow := int(l.Width * l.In)
	for x := range cols {
		for o := range int(l.Out) {
			sum := l.Bias[o]
			for row := range int(l.Height) {
				for k := range perRow {
					w := l.Weights[(o*int(l.Height)+row)*perRow+k]
					sum += int32(in[row*inRow+x*int(l.Right*l.In)+k]) * int32(w)
				}
			}
			out = append(out, float32(sum)*l.Scale[o])
		}
	}
	return out
}

// Whatever its shape, a convolution of bytes is its sum, for each kernel: with one
// channel and with many, rows and pixels that fill no register, weights that fill no block.
func TestAConvolutionIsItsSum(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, g := range []Geometry{
		{In: 1, Out: 48, Height: 3, Width: 3, Down: 2, Right: 2},
		{In: 24, Out: 24, Height: 2, Width: 2, Down: 1, Right: 1},
		{In: 96, Out: 192, Height: 1, Width: 1, Down: 1, Right: 1},
		{In: 120, Out: 50, Height: 1, Width: 1, Down: 1, Right: 1},
		{In: 96, Out: 40, Height: 3, Width: 3, Down: 2, Right: 2},
		{In: 148, Out: 16, Height: 1, Width: 1, Down: 1, Right: 1}, // 37 fours, which no tile of more than one parts
	} {
		for _, cols := range []int{1, 7, 16, 17, 31, 32, 33, 70} {
			l := Layer{Geometry: g, Bias: make([]int32, g.Out), Scale: random(r, int(g.Out), 1), Weights: make([]int8, int(g.Out*g.Height*g.Width*g.In))}
			l.Pool = 1
			for i := range l.Bias {
				l.Bias[i] = int32(r.IntN(2000) - 1000)
			}
			for i := range l.Weights {
				l.Weights[i] = int8(r.IntN(127) - 63) // two of them times 255 fit 16 bits
			}
			inRow := (cols*int(l.Right) + int(l.Width)) * int(l.In)
			in := make([]uint8, int(l.Height)*inRow+l.Slack())
			for i := range in {
				in[i] = uint8(r.IntN(256))
			}
			want, packed := l.sums(cols, inRow, in), l.Pack()
			for _, k := range All() {
				t.Run(fmt.Sprintf("%v of %d columns by %v", g, cols, k), func(t *testing.T) {
					stride := packed.Stride()
					out := make([]float32, cols*stride)
					k.Floats(&packed, Run{Rows: 1, Cols: cols, InRow: inRow, OutRow: len(out)}, in, out)
					for x := range cols {
						for o := range int(l.Out) {
							if got := out[x*stride+o]; got != want[x*int(l.Out)+o] {
								t.Fatalf("column %d channel %d: %g, want %g", x, o, got, want[x*int(l.Out)+o])
							}
						}
					}
				})
			}
		}
	}
}

func TestNumbersOutsideBeginOnALineOfTheCache(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 1 << 20} {
		v := Outside[uint8](n)
		if at := uintptr(unsafe.Pointer(unsafe.SliceData(v))); at%line != 0 {
			t.Errorf("%d bytes begin at %#x", n, at)
		}
		for i, b := range v {
			if b != 0 {
				t.Fatalf("byte %d of %d is %d", i, n, b)
			}
		}
		Free(v)
	}
}
