package textnet

import (
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// buffers hold the activations of a strip, and grow with the widest. They lie
// outside of Go's heap.
type buffers struct {
	wide    int // pixels of the widest strip so far
	strip   []uint8
	bytes   []uint8   // what a dense layer is given
	early   []float32 // what the first layer makes
	pooled  []float32 // the greatest of its neighbouring pixels
	plane   []float32 // what a convolution of single channels is given, with a border of one pixel of 0
	depth   []float32 // what it makes
	floats  []float32 // what a dense layer makes
	scratch []float32 // of attention
}

// chunk is how many pixels go through the two dense layers of a block at a time,
// so that what is between them stays in the processor's cache.
const chunk = 128

// reserve makes the buffers large enough for strips of some width.
func (n *Net) reserve(w int) {
	if w <= n.wide {
		return
	}
	const slack = 64 << 10 // numbers past the last pixel that kernels may read or write
	first, later := height/2*(w/2)*48, height/4*(w/4)*96
	n.free()
	n.wide = w
	n.strip = kernel.Outside[uint8](height * w)
	n.bytes = kernel.Outside[uint8]((height/2+2)*(w/2+2)*96 + slack)
	n.early, n.pooled = kernel.Outside[float32](first+slack), kernel.Outside[float32](first+slack)
	n.plane, n.depth = kernel.Outside[float32]((height/16+2)*(w/4+2)*384+slack), kernel.Outside[float32](later+slack) // its border weighs most when rows are fewest
	n.floats = kernel.Outside[float32](first + slack)
	n.scratch = kernel.Outside[float32](kernel.AttentionScratch(w/stride, headWidth) + slack)
}

// free gives the buffers back.
func (b *buffers) free() {
	for _, v := range [][]uint8{b.strip, b.bytes} {
		kernel.Free(v)
	}
	for _, v := range [][]float32{b.early, b.pooled, b.plane, b.depth, b.floats, b.scratch} {
		kernel.Free(v)
	}
	*b = buffers{}
}

// run has a network read the strip, which is w pixels wide.
func (n *Net) run(of *network, w int) *ctc.Posterior {
	rows, cols := of.stem.run(n, w)
	for i := range of.blocks {
		rows = n.runBlock(&of.blocks[i], rows, cols)
	}
	columns := n.pool(of.blocks[len(of.blocks)-1].channels, rows, cols)
	of.neck.run(n, columns)
	return n.runHead(of, columns)
}

// A frame is how far the taps of a convolution reach over a picture's sides, and
// how far they move, pixels.
type frame struct{ above, left, below, right, step int }

// halving is that of a convolution of three rows and columns that leaves out every
// other pixel.
var halving = frame{1, 1, 1, 1, 2}

// spatial runs a dense layer that sees several pixels. Fill makes the bytes of a
// row of its input; the output lies by row, column and channel.
func (n *Net) spatial(d *dense, f frame, rows, cols int, fill func(y int, row []uint8), out []float32) (int, int) {
	in, tall, broad := int(d.In), rows+f.above+f.below, cols+f.left+f.right
	for y := range tall {
		row := n.bytes[y*broad*in:][:broad*in]
		for x := 0; x < broad; x++ {
			if y >= f.above && y < f.above+rows && x == f.left {
				x += cols
			}
			if x < broad {
				copy(row[x*in:], d.outside)
			}
		}
		if y >= f.above && y < f.above+rows {
			fill(y-f.above, row[f.left*in:][:cols*in])
		}
	}
	l := d.Layer
	l.Down, l.Right = int32(f.step), int32(f.step)
	r := kernel.Run{Rows: (tall-int(l.Height))/f.step + 1, Cols: (broad-int(l.Width))/f.step + 1, InRow: broad * in}
	r.OutRow = r.Cols * l.Stride()
	n.kernel.Floats(&l, r, n.bytes, out)
	compact(out, r.Rows*r.Cols, l.Stride(), int(l.Out))
	return r.Rows, r.Cols
}

// compact closes the gaps between pixels whose channels are no whole blocks.
func compact(v []float32, pixels, stride, channels int) {
	if stride == channels {
		return
	}
	for p := range pixels {
		copy(v[p*channels:][:channels], v[p*stride:])
	}
}

func relu(values []float32) {
	for i, v := range values {
		values[i] = max(v, 0)
	}
}

// toPlane fills the plane, and its border with 0.
func (n *Net) toPlane(rows, cols, channels int, fill func(y int, row []float32)) {
	across := (cols + 2) * channels
	clear(n.plane[:across])
	clear(n.plane[(rows+1)*across:][:across])
	for y := range rows {
		row := n.plane[(y+1)*across:][:across]
		clear(row[:channels])
		clear(row[across-channels:])
		fill(y, row[channels:across-channels])
	}
}

// flat runs a dense layer that sees one pixel.
func (n *Net) flat(d *dense, pixels int, in, out []float32) {
	n.kernel.ToBytes(pixels, int(d.In), int(d.In), in, d.inv, d.zero, n.bytes)
	n.dense(d, pixels, out)
	compact(out, pixels, d.Stride(), int(d.Out))
}

// dense runs a dense layer on the bytes of pixels.
func (n *Net) dense(d *dense, pixels int, out []float32) {
	n.kernel.Floats(&d.Layer, kernel.Run{Rows: 1, Cols: pixels, InRow: pixels * int(d.In), OutRow: pixels * d.Stride()}, n.bytes, out)
}

// runBlock runs a block on the plane, which gets what it makes, and returns how
// many rows that has.
func (n *Net) runBlock(b *block, rows, cols int) int {
	c, taps := b.channels, kernel.Taps{Rows: 3, Cols: 3, Down: 1}
	if b.halves {
		taps.Down, rows = 2, (rows-1)/2+1
	}
	pixels := rows * cols
	n.kernel.Depthwise(taps, rows, cols, c, (cols+2)*c, n.plane, b.depth.weights, b.depth.bias, n.depth)
	if b.squeeze.weights != nil {
		n.weigh(b, pixels)
	}
	out := int(b.project.Out)
	middle := n.early // no longer needed
	for from := 0; from < pixels; from += chunk {
		some := min(chunk, pixels-from)
		n.kernel.ToBytes(some, c, c, n.depth[from*c:], b.expand.inv, b.expand.zero, n.bytes)
		n.dense(&b.expand, some, middle)
		n.kernel.GeluToBytes(some, int(b.project.In), int(b.project.In), middle, b.project.inv, b.project.zero, n.bytes)
		n.dense(&b.project, some, n.floats[from*out:])
	}
	n.toPlane(rows, cols, out, func(y int, row []float32) {
		if b.halves {
			copy(row, n.floats[y*len(row):])
		} else {
			n.kernel.Add(n.depth[y*len(row):], n.floats[y*len(row):], row)
		}
	})
	return rows
}

// weigh multiplies each channel by what the means of all channels make of it
// (Hu et al. 2018).
func (n *Net) weigh(b *block, pixels int) {
	c := b.channels
	means, few := n.floats[:c], n.floats[c:][:len(b.squeeze.bias)]
	n.kernel.Sums(pixels, c, n.depth, means)
	for i := range means {
		means[i] /= float32(pixels)
	}
	affine(b.squeeze, means, few)
	relu(few)
	affine(b.excite, few, means)
	for i, v := range means {
		means[i] = hardSigmoid(v)
	}
	n.kernel.Scale(pixels, c, means, n.depth)
}

// hardSigmoid is 0 up to -3, 1 from 3 on, and a line between.
func hardSigmoid(v float32) float32 { return max(0, min(1, v/6+0.5)) }

// affine multiplies by a matrix and adds an offset. Products are rounded, as on
// any processor.
func affine(s single, in, out []float32) {
	for o := range out {
		sum := s.bias[o]
		for i, w := range s.weights[o*len(in):][:len(in)] {
			sum += float32(w * in[i])
		}
		out[o] = sum
	}
}

// along convolves each channel along columns, of which it sees so many to each side.
// Its result is in depth.
func (n *Net) along(s single, reach, columns, channels int, in []float32) {
	line := n.plane[:(columns+2*reach)*channels]
	clear(line)
	copy(line[reach*channels:], in)
	n.kernel.Depthwise(kernel.Taps{Rows: 1, Cols: 2*reach + 1, Down: 1}, 1, columns, channels, len(line), line, s.weights, s.bias, n.depth)
}

// pool makes columns of the plane, each the mean of its rows and of two of its
// columns, and returns how many they are. It has c channels; its columns are in depth.
func (n *Net) pool(c, rows, cols int) int {
	columns, across := cols/2, (cols+2)*c
	out := n.depth[:columns*c]
	clear(out)
	for x := range columns {
		for y := range rows {
			pixels := n.plane[(y+1)*across+(2*x+1)*c:][:2*c]
			for i := range c {
				out[x*c+i] += pixels[i] + pixels[c+i]
			}
		}
	}
	for i := range out {
		out[i] /= float32(2 * rows)
	}
	return columns
}

// runHead makes probabilities of the columns in the plane.
func (n *Net) runHead(of *network, columns int) *ctc.Posterior {
	in, d := int(of.last.In), &of.last
	return of.head.Posterior(n.kernel, &n.room, columns, func(from, some int) []uint8 {
		n.kernel.ToBytes(some, in, in, n.plane[from*in:], d.inv, d.zero, n.bytes)
		return n.bytes
	})
}
