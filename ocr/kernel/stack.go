package kernel

// An activation is what a layer sees: bytes by row, column and channel, with the
// noughts of its padding around them.
type activation struct {
	bytes []uint8
	row   int // bytes from one row to the next
	first int // where the first pixel is
	rows  int // without the padding
}

func activationOf(l Layer, rows, cols int) activation {
	a := activation{row: (cols + 2*int(l.Left)) * int(l.In), rows: rows}
	a.first = int(l.Above)*a.row + int(l.Left*l.In)
	// Kernels make several pixels at once, and what they make past the last
	// they must be able to read.
	a.bytes = make([]uint8, (rows+2*int(l.Above))*a.row+l.Slack())
	return a
}

// A Stack is layers one after the other, for strips of grey pixels. The last sees single
// pixels of one row, and makes logits of them; Run does not run it.
type Stack struct {
	Kernel Kernel
	layers []Layer      // packed
	seen   []activation // by each layer
}

// NewStack makes one of packed layers, for strips of up to rows×cols pixels.
func NewStack(layers []Layer, rows, cols int) Stack {
	s := Stack{Kernel: Fastest(), layers: layers}
	for _, l := range layers {
		s.seen = append(s.seen, activationOf(l, rows, cols))
		rows, cols = l.Size(rows, cols)
		rows /= int(l.Pool)
	}
	return s
}

// Strip is where pixels of ink are put before Run, and how many bytes there are from one row
// to the next.
func (s *Stack) Strip() (pixels []uint8, row int) {
	return s.seen[0].bytes[s.seen[0].first:], s.seen[0].row
}

// Blank clears the strip.
func (s *Stack) Blank() { clear(s.seen[0].bytes) }

// Last is the layer that makes logits.
func (s *Stack) Last() *Layer { return &s.layers[len(s.layers)-1] }

// Run computes what the last layer sees of the strip's first columns, one column after the
// other, and how many columns they are. It holds until the next Run.
func (s *Stack) Run(cols int) (seen []uint8, columns int) {
	for i := range s.layers[:len(s.layers)-1] {
		l, in, out := &s.layers[i], s.seen[i], s.seen[i+1]
		rows, next := l.Size(in.rows, cols)
		s.Kernel.Bytes(l, Run{Rows: rows, Cols: next, InRow: in.row, OutRow: out.row, Margin: int(s.layers[i+1].Left * l.Out)}, in.bytes, out.bytes[out.first:])
		cols = next
	}
	return s.seen[len(s.seen)-1].bytes, cols
}

// Logits has the last layer make logits of columns that Run has made; those of a column are
// Stride numbers.
func (s *Stack) Logits(seen []uint8, columns int, logits []float32) {
	l := s.Last()
	s.Kernel.Floats(l, Run{Rows: 1, Cols: columns, InRow: columns * int(l.In), OutRow: columns * l.Stride()}, seen, logits)
}
