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
	softmax kernel.Softmax
}

// chunk is how many pixels go through the two dense layers of a block at a time,
// so that what is between them stays in the processor's cache.
const chunk = 128

// chunkColumns is how many columns go through the last layer at a time, and lot how many
// of its classes, so that what it makes stays in the processor's cache.
const (
	chunkColumns = 32
	lot          = 512
)

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
	n.floats = kernel.Outside[float32](max(first, chunkColumns*lot) + slack)
	n.scratch = kernel.Outside[float32](kernel.AttentionScratch(w/stride, n.width/n.heads) + slack)
	n.softmax = kernel.NewSoftmax(chunkColumns, lot)
}

// free gives the buffers back.
func (b *buffers) free() {
	for _, v := range [][]uint8{b.strip, b.bytes} {
		kernel.Free(v)
	}
	for _, v := range [][]float32{b.early, b.pooled, b.plane, b.depth, b.floats, b.scratch} {
		kernel.Free(v)
	}
	b.softmax.Free()
	*b = buffers{}
}

// run reads the strip, which is w pixels wide.
func (n *Net) run(w int) *ctc.Posterior {
	rows, cols := n.runStem(w)
	for i := range n.blocks {
		rows = n.runBlock(&n.blocks[i], rows, cols)
	}
	return n.runHead(n.runNeck(n.pool(rows, cols)))
}

// A frame is how far the taps of a convolution reach over a picture's sides, and
// how far they move, pixels.
type frame struct{ above, left, below, right, step int }

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

// runStem makes of the strip a plane of a quarter of its rows and columns.
func (n *Net) runStem(w int) (rows, cols int) {
	halving, corner := frame{1, 1, 1, 1, 2}, frame{0, 0, 1, 1, 1}
	first, second, third, fourth, fifth := &n.stem[0], &n.stem[1], &n.stem[2], &n.stem[3], &n.stem[4]
	// All of these layers are followed by max(x, 0), which making bytes does.
	fill := func(d *dense, in []float32, channels, offset int) func(int, []uint8) {
		return func(y int, row []uint8) {
			n.kernel.ToBytes(cols, channels, int(d.In), in[y*cols*channels:], d.inv[offset:], d.zero[offset:], row[offset:])
		}
	}
	rows, cols = n.spatial(first, halving, height, w, func(y int, row []uint8) { copy(row, n.strip[y*w:]) }, n.early)
	n.spatial(second, corner, rows, cols, fill(second, n.early, int(first.Out), 0), n.floats)
	n.spatial(third, corner, rows, cols, fill(third, n.floats, int(second.Out), 0), n.floats)
	n.kernel.PoolTwo(rows, cols, int(first.Out), n.early, n.pooled)
	pooled, made := fill(fourth, n.pooled, int(first.Out), 0), fill(fourth, n.floats, int(third.Out), int(first.Out))
	rows, cols = n.spatial(fourth, halving, rows, cols, func(y int, row []uint8) { pooled(y, row); made(y, row) }, n.early)
	n.flat(fifth, rows*cols, n.early, n.floats)
	relu(n.floats[:rows*cols*int(fifth.Out)])
	n.toPlane(rows, cols, int(fifth.Out), func(y int, row []float32) { copy(row, n.floats[y*len(row):]) })
	return rows, cols
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
		means[i] = max(0, min(1, v/6+0.5))
	}
	n.kernel.Scale(pixels, c, means, n.depth)
}

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

// pool makes columns of the plane, each the mean of its rows and of two of its
// columns, and returns how many they are.
func (n *Net) pool(rows, cols int) int {
	c := n.blocks[len(n.blocks)-1].channels
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

// runNeck lets columns look at one another: a convolution along them, and
// attention. Its result is in the plane.
func (n *Net) runNeck(columns int) int {
	k, c := n.kernel, n.width
	size := columns * c
	short, x, normed, other := n.early[:size], n.pooled[:size], n.early[size:][:size], n.floats
	n.flat(&n.short, columns, n.depth, n.floats)
	copy(short, n.floats)
	k.Silu(short)
	n.flat(&n.neck, columns, n.depth, n.floats)
	copy(x, n.floats)
	k.Silu(x)
	const reach = 3 // columns to each side
	line := n.plane[:(columns+2*reach)*c]
	clear(line)
	copy(line[reach*c:], x)
	k.Depthwise(kernel.Taps{Rows: 1, Cols: 2*reach + 1, Down: 1}, 1, columns, c, len(line), line, n.across.weights, n.across.bias, n.depth)
	k.Silu(n.depth[:size])
	k.Add(x, n.depth, x)
	for i := range n.mixers {
		m := &n.mixers[i]
		k.LayerNorm(columns, c, c, 1e-5, x, m.first.weights, m.first.bias, normed)
		n.flat(&m.qkv, columns, normed, other)
		k.Attention(columns, n.heads, c/n.heads, 3*c, c, other, n.depth, n.scratch)
		n.flat(&m.out, columns, n.depth, other)
		k.Add(x, other, x)
		k.LayerNorm(columns, c, c, 1e-5, x, m.second.weights, m.second.bias, normed)
		n.flat(&m.up, columns, normed, other)
		k.Silu(other[:columns*int(m.up.Out)])
		n.flat(&m.down, columns, other, n.depth)
		k.Add(x, n.depth, x)
	}
	k.LayerNorm(columns, c, c, 1e-6, x, n.last.weights, n.last.bias, normed)
	k.Add(normed, short, n.plane[:size])
	return columns
}

// runHead makes probabilities of the columns in the plane.
func (n *Net) runHead(columns int) *ctc.Posterior {
	in := int(n.head.In)
	var all sparse
	for from := 0; from < columns; from += chunkColumns {
		some := min(chunkColumns, columns-from)
		n.kernel.ToBytes(some, in, in, n.plane[from*in:], n.head.inv, n.head.zero, n.bytes)
		for t, likely := range n.likely(some) {
			all.add(likely, n.softmax.Norms()[t], n.canonical)
		}
	}
	return all.posterior(n.names, n.canonical)
}

// likely are the classes of each column of bytes that may be above ctc.Likely.
func (n *Net) likely(columns int) [][]logit {
	out := make([][]logit, columns)
	n.softmax.Begin()
	for from := 0; from < int(n.head.Out); from += lot {
		part := n.head.Channels(from, min(from+lot, int(n.head.Out)))
		stride := part.Stride()
		n.kernel.Floats(&part, kernel.Run{Rows: 1, Cols: columns, InRow: columns * int(n.head.In), OutRow: columns * stride}, n.bytes, n.floats)
		busy, counts := n.kernel.Soften(&n.softmax, columns, int(part.Out), stride, ctc.Likely, n.floats)
		for t, count := range counts {
			for _, c := range busy[:count] {
				out[t] = append(out[t], logit{int32(from) + c, n.floats[t*stride+int(c)]})
			}
			busy = busy[count:]
		}
	}
	return out
}
