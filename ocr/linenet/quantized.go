package linenet

import "github.com/biaoge/biaoge/ocr/kernel"

// An activation is what a layer sees: bytes by row, column and channel, with the
// noughts of its padding around them.
type activation struct {
	bytes []uint8
	row   int // bytes from one row to the next
	first int // where the first pixel is
	rows  int // without the padding
}

func activationOf(l kernel.Layer, rows, cols int) activation {
	a := activation{row: (cols + 2*int(l.Left)) * int(l.In), rows: rows}
	a.first = int(l.Above)*a.row + int(l.Left*l.In)
	// Kernels make several pixels at once, and what they make past the last
	// they must be able to read.
	a.bytes = make([]uint8, (rows+2*int(l.Above))*a.row+l.Slack())
	return a
}

// A quantized net is one that computes with bytes.
type quantized struct {
	kernel kernel.Kernel
	layers []kernel.Layer // packed
	seen   []activation   // by each layer
	logits []float32      // by column; those of a column are a whole number of blocks
}

// newQuantized makes a net for strips of up to rows×cols pixels.
func newQuantized(layers []kernel.Layer, rows, cols int) quantized {
	q := quantized{kernel: kernel.Fastest(), layers: layers}
	for _, l := range layers {
		q.seen = append(q.seen, activationOf(l, rows, cols))
		rows, cols = l.Size(rows, cols)
		rows /= int(l.Pool)
	}
	q.logits = make([]float32, rows*cols*q.stride())
	return q
}

// stride is how many logits a column has, with those that fill the last block.
func (q *quantized) stride() int { return q.layers[len(q.layers)-1].Stride() }

// run computes the logits of the strip in the first cols columns of seen[0], and
// returns how many columns they are.
func (q *quantized) run(cols int) int {
	for i := range q.layers {
		l, in := &q.layers[i], q.seen[i]
		rows, next := l.Size(in.rows, cols)
		r := kernel.Run{Rows: rows, Cols: next, InRow: in.row}
		if i == len(q.layers)-1 {
			r.OutRow = next * q.stride()
			q.kernel.Floats(l, r, in.bytes, q.logits)
		} else {
			out := q.seen[i+1]
			r.OutRow, r.Margin = out.row, int(q.layers[i+1].Left*l.Out)
			q.kernel.Bytes(l, r, in.bytes, out.bytes[out.first:])
		}
		cols = next
	}
	return cols
}
