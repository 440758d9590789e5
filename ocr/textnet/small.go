package textnet

import "fmt"

// small is PP-OCRv6's small recogniser: its stem takes two ways, and its columns
// attend to all others.
func small(p *parts, n *network) {
	n.stem = &branched{p.dense("stem1"), p.dense("stem2a"), p.dense("stem2b"), p.dense("stem3"), p.dense("stem4")}
	n.blocks = p.blocks([]stage{{96, []bool{true, false, false}}, {192, []bool{true, false, true, false, true, false}}, {384, []bool{true, false}}})
	a := &attentive{short: p.dense("short"), neck: p.dense("neck"), across: p.single("across")}
	for k := range a.mixers {
		name := fmt.Sprintf("mixer%d.", k)
		a.mixers[k] = mixer{p.pair(fmt.Sprintf("norm%d", 2*k), ".gain", ".offset"), p.pair(fmt.Sprintf("norm%d", 2*k+1), ".gain", ".offset"),
			p.dense(name + "qkv"), p.dense(name + "out"), p.dense(name + "up"), p.dense(name + "down")}
	}
	a.last = p.pair("norm4", ".gain", ".offset")
	n.neck = a
}

// A branched stem joins the greatest of neighbouring pixels with what two layers
// make of them.
type branched struct{ first, second, third, fourth, fifth dense }

func (s *branched) run(n *Net, w int) (rows, cols int) {
	corner := frame{0, 0, 1, 1, 1}
	first, second, third, fourth, fifth := &s.first, &s.second, &s.third, &s.fourth, &s.fifth
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

// An attentive neck is a convolution along the columns, and attention.
type attentive struct {
	short, neck dense
	across      single
	mixers      [2]mixer
	last        single
}

// heads of attention look at the columns, each at headWidth channels of its own.
const heads, headWidth = 8, 15

// A mixer is attention over columns, and two dense layers.
type mixer struct {
	first, second      single // gain and offset of layer normalisations
	qkv, out, up, down dense
}

func (a *attentive) run(n *Net, columns int) {
	k, c := n.kernel, heads*headWidth
	size := columns * c
	short, x, normed, other := n.early[:size], n.pooled[:size], n.early[size:][:size], n.floats
	n.flat(&a.short, columns, n.depth, n.floats)
	copy(short, n.floats)
	k.Silu(short)
	n.flat(&a.neck, columns, n.depth, n.floats)
	copy(x, n.floats)
	k.Silu(x)
	n.along(a.across, 3, columns, c, x)
	k.Silu(n.depth[:size])
	k.Add(x, n.depth, x)
	for i := range a.mixers {
		m := &a.mixers[i]
		k.LayerNorm(columns, c, c, 1e-5, x, m.first.weights, m.first.bias, normed)
		n.flat(&m.qkv, columns, normed, other)
		k.Attention(columns, heads, headWidth, 3*c, c, other, n.depth, n.scratch)
		n.flat(&m.out, columns, n.depth, other)
		k.Add(x, other, x)
		k.LayerNorm(columns, c, c, 1e-5, x, m.second.weights, m.second.bias, normed)
		n.flat(&m.up, columns, normed, other)
		k.Silu(other[:columns*int(m.up.Out)])
		n.flat(&m.down, columns, other, n.depth)
		k.Add(x, n.depth, x)
	}
	k.LayerNorm(columns, c, c, 1e-6, x, a.last.weights, a.last.bias, normed)
	k.Add(normed, short, n.plane[:size])
}
