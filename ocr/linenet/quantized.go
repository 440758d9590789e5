package linenet

// #cgo CXXFLAGS: -std=c++11 -O3
// #include "kernel.h"
import "C"

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A kernel computes convolutions and log-softmax. All give the same bits; the
// processor decides which there are.
type kernel C.int

// kernels returns those that this processor runs, the fastest last.
func kernels() []kernel {
	var out []kernel
	for k := range kernel(C.KERNELS) {
		if C.kernel_runs(C.int(k)) != 0 {
			out = append(out, k)
		}
	}
	return out
}

func (k kernel) String() string { return [...]string{"portable", "AVX2", "VNNI"}[k] }

// block is how many channels a kernel makes at once.
const block = 16

// A layer is a convolution of models/lines.q8. How it computes is told, and done
// again in a few lines of numpy, in models/train/q8.py.
type layer struct {
	geometry
	bias    []int32
	scale   []float32
	weights []int8 // by channel out, row, column and channel in
}

type geometry struct {
	In, Out       int32 // channels
	Height, Width int32 // of the kernel
	Down, Right   int32 // stride
	Above, Left   int32 // padding, as much below and at the right
	Pool          int32 // rows of which the greatest values are kept
}

// parse reads a quantized net.
func parse(data []byte) ([]layer, error) {
	r := bytes.NewReader(data)
	var head struct {
		Magic  [4]byte
		Layers uint32
	}
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil || string(head.Magic[:]) != "q8 1" {
		return nil, errors.New("not a quantized net")
	}
	var out []layer
	for range head.Layers {
		var l layer
		if err := binary.Read(r, binary.LittleEndian, &l.geometry); err != nil {
			return nil, fmt.Errorf("layer %d: %w", len(out)+1, err)
		}
		n := int64(l.Out) * int64(l.Height) * int64(l.Width) * int64(l.In)
		if l.Out <= 0 || l.Down <= 0 || l.Right <= 0 || l.Pool <= 0 || n <= 0 || n > int64(len(data)) {
			return nil, fmt.Errorf("layer %d: sizes %v", len(out)+1, l.geometry)
		}
		l.bias, l.scale, l.weights = make([]int32, l.Out), make([]float32, l.Out), make([]int8, n)
		for _, v := range []any{l.bias, l.scale, l.weights} {
			if err := binary.Read(r, binary.LittleEndian, v); err != nil {
				return nil, fmt.Errorf("layer %d: %w", len(out)+1, err)
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// fours is how many fours of bytes a row of the kernel is.
func (s geometry) fours() int { return (int(s.Width*s.In) + 3) / 4 }

// size is that of a convolution's output, before pooling.
func (s geometry) size(rows, cols int) (int, int) {
	return (rows+2*int(s.Above)-int(s.Height))/int(s.Down) + 1, (cols+2*int(s.Left)-int(s.Width))/int(s.Right) + 1
}

// pack puts a layer in the order in which kernels read it: blocks of channels
// out, filled up with noughts.
func (l layer) pack() layer {
	channels := (int(l.Out) + block - 1) / block * block
	l.bias = append(make([]int32, 0, channels), l.bias...)[:channels]
	l.scale = append(make([]float32, 0, channels), l.scale...)[:channels]
	perRow, fours := int(l.Width*l.In), l.fours()
	packed := make([]int8, channels*int(l.Height)*fours*4)
	from := l.weights
	for o := range int(l.Out) {
		for row := range int(l.Height) {
			to := packed[((o/block*int(l.Height)+row)*fours*block+o%block)*4:]
			for k, w := range from[:perRow] {
				to[k/4*block*4+k%4] = w
			}
			from = from[perRow:]
		}
	}
	l.weights = packed
	return l
}

// An activation is what a layer sees: bytes by row, column and channel, with the
// noughts of its padding around them.
type activation struct {
	bytes []uint8
	row   int // bytes from one row to the next
	first int // where the first pixel is
	rows  int // without the padding
}

func (l layer) activation(rows, cols int) activation {
	a := activation{row: (cols + 2*int(l.Left)) * int(l.In), rows: rows}
	a.first = int(l.Above)*a.row + int(l.Left*l.In)
	// Kernels make several pixels at once, and what they make past the last
	// they must be able to read.
	past := C.PIXELS*int(l.Right*l.In) + 4*l.fours()
	a.bytes = make([]uint8, (rows+2*int(l.Above))*a.row+past)
	return a
}

// A quantized net is one that computes with bytes.
type quantized struct {
	kernel kernel
	layers []layer      // packed
	seen   []activation // by each layer
	logits []float32    // by column; those of a column are a whole number of blocks
}

// newQuantized makes a net for strips of up to rows×cols pixels.
func newQuantized(layers []layer, rows, cols int) quantized {
	all := kernels()
	q := quantized{kernel: all[len(all)-1], layers: layers}
	for _, l := range layers {
		q.seen = append(q.seen, l.activation(rows, cols))
		rows, cols = l.size(rows, cols)
		rows /= int(l.Pool)
	}
	q.logits = make([]float32, rows*cols*q.stride())
	return q
}

// stride is how many logits a column has, with those that fill the last block.
func (q *quantized) stride() int { return len(q.layers[len(q.layers)-1].bias) }

// run computes the logits of the strip in the first cols columns of seen[0], and
// returns how many columns they are.
func (q *quantized) run(cols int) int {
	for i, l := range q.layers {
		in := q.seen[i]
		rows, next := l.size(in.rows, cols)
		c := C.conv{
			rows: C.int(rows), cols: C.int(next), pool: C.int(l.Pool),
			kernelRows: C.int(l.Height), fours: C.int(l.fours()),
			right: C.int(l.Right * l.In), down: C.int(int(l.Down) * in.row), inRow: C.int(in.row),
		}
		bytes, weights := (*C.uint8_t)(&in.bytes[0]), (*C.int8_t)(&l.weights[0])
		bias, scale := (*C.int32_t)(&l.bias[0]), (*C.float)(&l.scale[0])
		if i == len(q.layers)-1 {
			c.channels, c.outRow = C.int(q.stride()), C.int(next*q.stride())
			C.conv_floats(C.int(q.kernel), &c, bytes, weights, bias, scale, (*C.float)(&q.logits[0]))
		} else {
			out := q.seen[i+1]
			c.channels, c.outRow, c.margin = C.int(l.Out), C.int(out.row), C.int(q.layers[i+1].Left*l.Out)
			C.conv_bytes(C.int(q.kernel), &c, bytes, weights, bias, scale, (*C.uint8_t)(&out.bytes[out.first]))
		}
		cols = next
	}
	return cols
}

// logSoftmax turns logits into logarithms of probabilities, in rows of so many
// classes; those of each row that are above likely are in busy, one row after the
// other, and how many these are in counts.
func (k kernel) logSoftmax(logits []float32, stride, classes int, logp []float32, busy, counts []int32) {
	if len(counts) == 0 {
		return
	}
	C.log_softmax(C.int(k), C.int(len(counts)), C.int(classes), C.int(stride), floorLog, likely,
		(*C.float)(&logits[0]), (*C.float)(&logp[0]), (*C.int32_t)(&busy[0]), (*C.int32_t)(&counts[0]))
}
