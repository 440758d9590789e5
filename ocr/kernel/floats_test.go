package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// random are n values spread like activations.
func random(r *rand.Rand, n int, spread float64) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(r.NormFloat64() * spread)
	}
	return v
}

// near asserts that all kernels give the same bits, and these what is wanted.
func near(t *testing.T, want []float64, most float64, compute func(Kernel) []float32) {
	t.Helper()
	var same []float32
	for _, k := range All() {
		got := slices.Clone(compute(k))
		if same == nil {
			same = got
		} else if !slices.Equal(got, same) {
			t.Errorf("%v gives other bits than %v", k, All()[0])
		}
		for i, v := range got[:len(want)] {
			if d := math.Abs(float64(v) - want[i]); d > most || math.IsNaN(d) {
				t.Fatalf("%v: value %d is %g, want %g", k, i, v, want[i])
			}
		}
	}
}

func TestGeluGivesTheBytesOfItsFormula(t *testing.T) {
	const pixels, channels, stride = 5, 40, 48
	r := rand.New(rand.NewPCG(1, 2))
	in, inv, zero := random(r, pixels*channels, 3), random(r, channels, 10), random(r, channels, 30)
	for i := range inv {
		inv[i], zero[i] = float32(math.Abs(float64(inv[i])))+20, float32(math.Round(math.Abs(float64(zero[i]))))
	}
	for _, gelu := range []bool{false, true} {
		var first []uint8
		for _, k := range All() {
			out := make([]uint8, pixels*stride)
			if gelu {
				k.GeluToBytes(pixels, channels, stride, in, inv, zero, out)
			} else {
				k.ToBytes(pixels, channels, stride, in, inv, zero, out)
			}
			if first == nil {
				first = out
			} else if !slices.Equal(out, first) {
				t.Errorf("%v gives other bytes than %v", k, All()[0])
			}
			for p := range pixels {
				for c := range channels {
					x := float64(in[p*channels+c])
					if gelu {
						x *= 0.5 * (1 + math.Erf(x/math.Sqrt2))
					}
					want := min(max(x*float64(inv[c])+float64(zero[c]), 0), 255)
					if d := math.Abs(float64(out[p*stride+c]) - want); d > 0.51 {
						t.Fatalf("%v: %g becomes %d, want %.2f", k, in[p*channels+c], out[p*stride+c], want)
					}
				}
			}
		}
	}
}

func TestDepthwiseConvolutionIsItsSum(t *testing.T) {
	const rows, cols, channels = 4, 13, 24
	r := rand.New(rand.NewPCG(3, 4))
	for _, taps := range []Taps{{3, 3, 1}, {3, 3, 2}, {1, 7, 1}} {
		inRow := (cols + taps.Cols - 1) * channels
		in := random(r, (rows*taps.Down+taps.Rows)*inRow, 1)
		weights, bias := random(r, taps.Rows*taps.Cols*channels, 1), random(r, channels, 1)
		var want []float64
		for y := range rows {
			for x := range cols {
				for c := range channels {
					sum := float64(bias[c])
					for i := range taps.Rows {
						for j := range taps.Cols {
							sum += float64(in[(y*taps.Down+i)*inRow+(x+j)*channels+c]) * float64(weights[(i*taps.Cols+j)*channels+c])
						}
					}
					want = append(want, sum)
				}
			}
		}
		near(t, want, 1e-5, func(k Kernel) []float32 {
			out := make([]float32, rows*cols*channels)
			k.Depthwise(taps, rows, cols, channels, inRow, in, weights, bias, out)
			return out
		})
	}
}

func TestPoolingTakesTheGreatestOfFour(t *testing.T) {
	const rows, cols, channels = 3, 4, 8
	in := random(rand.New(rand.NewPCG(5, 6)), rows*cols*channels, 1)
	at := func(y, x, c int) float64 {
		if y >= rows || x >= cols {
			return 0
		}
		return float64(in[(y*cols+x)*channels+c])
	}
	var want []float64
	for y := range rows {
		for x := range cols {
			for c := range channels {
				want = append(want, max(at(y, x, c), at(y, x+1, c), at(y+1, x, c), at(y+1, x+1, c)))
			}
		}
	}
	near(t, want, 0, func(k Kernel) []float32 {
		out := make([]float32, len(in))
		k.PoolTwo(rows, cols, channels, in, out)
		return out
	})
}

func TestChannelsAreSummedAndScaled(t *testing.T) {
	const pixels, channels = 7, 24
	r := rand.New(rand.NewPCG(7, 8))
	in, factors := random(r, pixels*channels, 1), random(r, channels, 1)
	sums, scaled := make([]float64, channels), make([]float64, len(in))
	for i, v := range in {
		sums[i%channels] += float64(v)
		scaled[i] = float64(v) * float64(factors[i%channels])
	}
	near(t, sums, 1e-5, func(k Kernel) []float32 {
		out := make([]float32, channels)
		k.Sums(pixels, channels, in, out)
		return out
	})
	near(t, scaled, 1e-6, func(k Kernel) []float32 {
		out := slices.Clone(in)
		k.Scale(pixels, channels, factors, out)
		return out
	})
	near(t, nil, 0, func(k Kernel) []float32 {
		out := make([]float32, len(in))
		k.Add(in, in, out)
		return out
	})
}

func TestSiluIsItsFormula(t *testing.T) {
	in := append(random(rand.New(rand.NewPCG(9, 10)), 30, 5), 0, 90, -90, 200, -200, 1e-9, 3, -3, 1, -1)
	var want []float64
	for _, v := range in {
		want = append(want, float64(v)/(1+math.Exp(-float64(v))))
	}
	near(t, want, 2e-5, func(k Kernel) []float32 {
		out := slices.Clone(in)
		k.Silu(out)
		return out
	})
}

func TestLayerNormIsItsFormula(t *testing.T) {
	const rows, n, stride = 3, 24, 32
	r := rand.New(rand.NewPCG(11, 12))
	in, gain, offset := random(r, rows*stride, 4), random(r, n, 1), random(r, n, 1)
	var want []float64
	for y := range rows {
		row := in[y*stride:][:n]
		mean, variance := 0.0, 0.0
		for _, v := range row {
			mean += float64(v) / n
		}
		for _, v := range row {
			variance += (float64(v) - mean) * (float64(v) - mean) / n
		}
		for i := range stride {
			if i < n {
				want = append(want, (float64(row[i])-mean)/math.Sqrt(variance+1e-5)*float64(gain[i])+float64(offset[i]))
			} else {
				want = append(want, 0)
			}
		}
	}
	near(t, want, 1e-5, func(k Kernel) []float32 {
		out := make([]float32, rows*stride)
		k.LayerNorm(rows, n, stride, 1e-5, in, gain, offset, out)
		return out
	})
}

func TestAttentionIsItsFormula(t *testing.T) {
	const rows, heads, size, inStride, outStride = 19, 2, 15, 96, 32
	qkv := random(rand.New(rand.NewPCG(13, 14)), rows*inStride, 1)
	want := make([]float64, rows*outStride)
	at := func(part, row, head, d int) float64 { return float64(qkv[row*inStride+(part*heads+head)*size+d]) }
	for h := range heads {
		for i := range rows {
			var scores []float64
			sum := 0.0
			for j := range rows {
				s := 0.0
				for d := range size {
					s += at(0, i, h, d) * at(1, j, h, d) / math.Sqrt(size)
				}
				scores = append(scores, math.Exp(s))
				sum += scores[j]
			}
			for j := range rows {
				for d := range size {
					want[i*outStride+h*size+d] += scores[j] / sum * at(2, j, h, d)
				}
			}
		}
	}
	near(t, want, 1e-5, func(k Kernel) []float32 {
		out := make([]float32, rows*outStride)
		k.Attention(rows, heads, size, inStride, outStride, qkv, out, make([]float32, AttentionScratch(rows, size)))
		return out
	})
}

func TestPerceptronIsItsSum(t *testing.T) {
	const figures, units, examples = 22, 24, 7
	r := rand.New(rand.NewPCG(17, 18))
	hidden := make([][]float32, units)
	for u := range hidden {
		hidden[u] = random(r, figures, 1)
	}
	bias, out, in := random(r, units, 1), random(r, units, 1), random(r, figures*examples, 1)
	want := make([]float64, examples)
	for e := range want {
		want[e] = 0.5
		for u, weights := range hidden {
			h := float64(bias[u])
			for f, w := range weights {
				h += float64(w) * float64(in[e*figures+f])
			}
			want[e] += float64(out[u]) * max(0, h)
		}
	}
	p := NewPerceptron(hidden, bias, out, 0.5)
	near(t, want, 1e-4, func(k Kernel) []float32 {
		made := make([]float32, examples)
		k.Perceptron(p, in, made)
		return made
	})
}
