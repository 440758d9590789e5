package kernel

// #include "kernel.h"
import "C"

// Activations of floats lie by row, column and channel; channels are a multiple
// of 8.

func at(v []float32) *C.float { return (*C.float)(&v[0]) }

// ToBytes makes bytes of pixels: value·inv + zero for each channel, rounded and
// cut to 0…255. Pixels of the output are stride bytes apart.
func (k Kernel) ToBytes(pixels, channels, stride int, in, inv, zero []float32, out []uint8) {
	C.to_bytes(C.int(k), C.int(pixels), C.int(channels), C.int(stride), 0, at(in), at(inv), at(zero), (*C.uint8_t)(&out[0]))
}

// GeluToBytes is ToBytes of x·Φ(x) (Hendrycks & Gimpel 2016).
func (k Kernel) GeluToBytes(pixels, channels, stride int, in, inv, zero []float32, out []uint8) {
	C.to_bytes(C.int(k), C.int(pixels), C.int(channels), C.int(stride), 1, at(in), at(inv), at(zero), (*C.uint8_t)(&out[0]))
}

// Taps are the shape of a depthwise convolution.
type Taps struct{ Rows, Cols, Down int }

// Depthwise is a convolution of each channel by itself. In begins at the first
// tap of the first output, and a row of it is inRow numbers.
func (k Kernel) Depthwise(t Taps, rows, cols, channels, inRow int, in, weights, bias, out []float32) {
	C.depthwise(C.int(k), C.int(rows), C.int(cols), C.int(channels), C.int(t.Rows), C.int(t.Cols), C.int(t.Down), C.long(inRow), at(in), at(weights), at(bias), at(out))
}

// Sums adds up each channel over pixels.
func (k Kernel) Sums(pixels, channels int, in, sums []float32) {
	C.channel_sums(C.int(k), C.int(pixels), C.int(channels), at(in), at(sums))
}

// Scale multiplies each channel by a factor of its own.
func (k Kernel) Scale(pixels, channels int, factors, values []float32) {
	C.scale_channels(C.int(k), C.int(pixels), C.int(channels), at(factors), at(values))
}

// Add writes a + b to out.
func (k Kernel) Add(a, b, out []float32) {
	C.add_floats(C.int(k), C.long(len(out)), at(a), at(b), at(out))
}

// PoolTwo keeps the greatest of each two by two pixels, which overlap; beyond
// the last row and column there is 0.
func (k Kernel) PoolTwo(rows, cols, channels int, in, out []float32) {
	C.pool_two(C.int(k), C.int(rows), C.int(cols), C.int(channels), at(in), at(out))
}

// Silu replaces x by x/(1+exp(-x)). The values are a multiple of 8.
func (k Kernel) Silu(values []float32) { C.silu(C.int(k), C.long(len(values)), at(values)) }

// LayerNorm normalises rows of n values, stride apart (Ba et al. 2016).
func (k Kernel) LayerNorm(rows, n, stride int, epsilon float32, in, gain, offset, out []float32) {
	C.layer_norm(C.int(k), C.int(rows), C.int(n), C.int(stride), C.float(epsilon), at(in), at(gain), at(offset), at(out))
}

// Attention is scaled dot-product attention (Vaswani et al. 2017) of rows of
// queries, keys and values, each heads·size numbers; a row of them is inStride
// numbers and a row of the output outStride. Scratch has AttentionScratch
// numbers.
func (k Kernel) Attention(rows, heads, size, inStride, outStride int, qkv, out, scratch []float32) {
	C.attention(C.int(k), C.int(rows), C.int(heads), C.int(size), C.int(inStride), C.int(outStride), at(qkv), at(out), at(scratch))
}

// AttentionScratch is how many numbers Attention needs besides.
func AttentionScratch(rows, size int) int { return (rows + Block) * (size + 2) }
