// Package kernel computes the layers of the line readers, with bytes where
// channels are mixed and with floats where they are not. There are kernels for
// several kinds of processors; all give the same bits, so that a document does
// not depend on the machine it was read on.
//
// It knows layers and numbers, and nothing of lines, characters or pictures.
package kernel

// #cgo CXXFLAGS: -std=c++11 -O3
// #include "kernel.h"
import "C"

// A Kernel is one way to compute, for one kind of processor.
type Kernel C.int

// All returns the kernels that this processor runs, the fastest last.
func All() []Kernel {
	var out []Kernel
	for k := range Kernel(C.KERNELS) {
		if C.kernel_runs(C.int(k)) != 0 {
			out = append(out, k)
		}
	}
	return out
}

// Fastest is the kernel to use.
func Fastest() Kernel {
	all := All()
	return all[len(all)-1]
}

func (k Kernel) String() string { return [...]string{"portable", "AVX2", "VNNI", "AMX"}[k] }

// Block is how many channels a kernel makes at once.
const Block = 16

// Geometry is the shape of a convolution.
type Geometry struct {
	In, Out       int32 // channels
	Height, Width int32 // of the kernel
	Down, Right   int32 // stride
	Above, Left   int32 // padding, as much below and at the right
	Pool          int32 // rows of which the greatest values are kept
}

// A Layer is a convolution of bytes with signed weights:
// (bytes·weights + bias)·scale for each channel out.
type Layer struct {
	Geometry
	Bias    []int32
	Scale   []float32
	Weights []int8 // by channel out, row, column and channel in; by Pack's order once it is packed
}

// fours is how many fours of bytes a row of the kernel is.
func (g Geometry) fours() int { return (int(g.Width*g.In) + 3) / 4 }

// Size is that of a convolution's output, before pooling.
func (g Geometry) Size(rows, cols int) (int, int) {
	return (rows+2*int(g.Above)-int(g.Height))/int(g.Down) + 1, (cols+2*int(g.Left)-int(g.Width))/int(g.Right) + 1
}

// Slack is how many bytes past the last that it needs a kernel may read.
func (g Geometry) Slack() int { return C.PIXELS*int(g.Right*g.In) + 4*g.fours() }

// Stride is how many floats Floats writes for a pixel: whole blocks.
func (g Geometry) Stride() int { return (int(g.Out) + Block - 1) / Block * Block }

// Pack puts a layer in the order in which kernels read it: blocks of channels
// out, filled up with noughts.
func (l Layer) Pack() Layer {
	channels := l.Stride()
	l.Bias = append(make([]int32, 0, channels), l.Bias...)[:channels]
	l.Scale = append(make([]float32, 0, channels), l.Scale...)[:channels]
	perRow, fours := int(l.Width*l.In), l.fours()
	packed := make([]int8, channels*int(l.Height)*fours*4)
	from := l.Weights
	for o := range int(l.Out) {
		for row := range int(l.Height) {
			to := packed[((o/Block*int(l.Height)+row)*fours*Block+o%Block)*4:]
			for k, w := range from[:perRow] {
				to[k/4*Block*4+k%4] = w
			}
			from = from[perRow:]
		}
	}
	l.Weights = packed
	return l
}

// Channels is a packed layer that makes some channels only. From is a multiple of
// Block.
func (l Layer) Channels(from, to int) Layer {
	perChannel := int(l.Height) * l.fours() * 4
	l.Bias, l.Scale, l.Weights = l.Bias[from:], l.Scale[from:], l.Weights[from*perChannel:]
	l.Out = int32(to - from)
	return l
}

// A Run says what of a layer to compute, and where its bytes lie.
type Run struct {
	Rows, Cols int // pixels of the output, before pooling
	InRow      int // bytes of the input from one row to the next
	OutRow     int // numbers of the output from one row to the next
	Margin     int // bytes after each row of the output to clear
}

func (l *Layer) conv(r Run, channels int) C.conv {
	return C.conv{
		rows: C.int(r.Rows), cols: C.int(r.Cols), pool: C.int(l.Pool),
		kernelRows: C.int(l.Height), fours: C.int(l.fours()),
		right: C.int(l.Right * l.In), down: C.int(int(l.Down) * r.InRow), inRow: C.int(r.InRow),
		channels: C.int(channels), outRow: C.int(r.OutRow), margin: C.int(r.Margin),
	}
}

// Bytes computes a packed layer, rounded and cut to 0…255.
func (k Kernel) Bytes(l *Layer, r Run, in, out []uint8) {
	c := l.conv(r, int(l.Out))
	C.conv_bytes(C.int(k), &c, (*C.uint8_t)(&in[0]), (*C.int8_t)(&l.Weights[0]), (*C.int32_t)(&l.Bias[0]), (*C.float)(&l.Scale[0]), (*C.uint8_t)(&out[0]))
}

// Floats computes a packed layer; a pixel of the output is Stride numbers.
func (k Kernel) Floats(l *Layer, r Run, in []uint8, out []float32) {
	c := l.conv(r, l.Stride())
	C.conv_floats(C.int(k), &c, (*C.uint8_t)(&in[0]), (*C.int8_t)(&l.Weights[0]), (*C.int32_t)(&l.Bias[0]), (*C.float)(&l.Scale[0]), (*C.float)(&out[0]))
}

// LogSoftmax turns logits into logarithms of probabilities not less than floor,
// in rows of so many classes; those of each row that are above likely are in
// busy, one row after the other, and how many these are in counts.
func (k Kernel) LogSoftmax(logits []float32, stride, classes int, floor, likely float32, logp []float32, busy, counts []int32) {
	if len(counts) == 0 {
		return
	}
	C.log_softmax(C.int(k), C.int(len(counts)), C.int(classes), C.int(stride), C.float(floor), C.float(likely),
		(*C.float)(&logits[0]), (*C.float)(&logp[0]), (*C.int32_t)(&busy[0]), (*C.int32_t)(&counts[0]))
}
