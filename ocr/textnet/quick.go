package textnet

// quick is PP-OCRv6's tiny recogniser: its columns look at their neighbours alone.
func quick(p *parts, n *network) {
	n.stem = &plain{p.dense("stem1"), p.dense("stem2")}
	n.blocks = p.blocks([]stage{{48, []bool{true, false}}, {96, []bool{true, false}}, {160, []bool{true, false, false}}})
	n.neck = &local{p.single("across"), p.dense("mix"), p.dense("few")}
}

// A plain stem is two layers, one after the other.
type plain struct{ first, second dense }

func (s *plain) run(n *Net, w int) (rows, cols int) {
	channels, d := int(s.first.Out), &s.second
	rows, cols = n.spatial(&s.first, halving, height, w, func(y int, row []uint8) { copy(row, n.strip[y*w:]) }, n.early)
	rows, cols = n.spatial(d, halving, rows, cols, func(y int, row []uint8) {
		n.kernel.GeluToBytes(cols, channels, int(d.In), n.early[y*cols*channels:], d.inv, d.zero, row)
	}, n.floats)
	n.toPlane(rows, cols, int(d.Out), func(y int, row []float32) { copy(row, n.floats[y*len(row):]) })
	return rows, cols
}

// A local neck is a convolution along the columns and two dense layers, of which
// the second leaves few channels.
type local struct {
	across   single
	mix, few dense
}

func (l *local) run(n *Net, columns int) {
	c := int(l.mix.In)
	n.along(l.across, 2, columns, c, n.depth[:columns*c])
	hardSwish(n.depth[:columns*c])
	n.flat(&l.mix, columns, n.depth, n.floats)
	hardSwish(n.floats[:columns*int(l.mix.Out)])
	n.flat(&l.few, columns, n.floats, n.plane)
}

// hardSwish multiplies each value by its hard sigmoid (Howard et al. 2019).
func hardSwish(values []float32) {
	for i, v := range values {
		values[i] = v * hardSigmoid(v)
	}
}
