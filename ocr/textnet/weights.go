package textnet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// tensors are what models/text.t8 holds, by name. models/train/t8.py describes
// the file.
type tensors struct {
	bytes  map[string]tensor[int8]
	words  map[string]tensor[int32]
	floats map[string]tensor[float32]
}

type tensor[T any] struct {
	shape  []int
	values []T
}

// parse reads a file of tensors.
func parse(data []byte) (*tensors, error) {
	r := bytes.NewReader(data)
	var head struct {
		Magic   [4]byte
		Tensors uint32
	}
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil || string(head.Magic[:]) != "t8 1" {
		return nil, errors.New("not a net of tensors")
	}
	t := &tensors{map[string]tensor[int8]{}, map[string]tensor[int32]{}, map[string]tensor[float32]{}}
	for range head.Tensors {
		if err := t.read(r); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// read reads one tensor.
func (t *tensors) read(r *bytes.Reader) error {
	length, err := r.ReadByte()
	if err != nil {
		return err
	}
	name := make([]byte, length)
	if _, err := r.Read(name); err != nil {
		return err
	}
	var kind struct{ Type, Sizes uint8 }
	if err := binary.Read(r, binary.LittleEndian, &kind); err != nil {
		return fmt.Errorf("tensor %q: %w", name, err)
	}
	sizes := make([]uint32, kind.Sizes)
	if err := binary.Read(r, binary.LittleEndian, sizes); err != nil {
		return fmt.Errorf("tensor %q: %w", name, err)
	}
	shape, n := make([]int, len(sizes)), 1
	for i, s := range sizes {
		shape[i] = int(s)
		if n *= int(s); n <= 0 || n > r.Len() {
			return fmt.Errorf("tensor %q: sizes %v", name, sizes)
		}
	}
	switch kind.Type {
	case 'b':
		t.bytes[string(name)], err = values[int8](r, shape, n)
	case 'i':
		t.words[string(name)], err = values[int32](r, shape, n)
	case 'f':
		t.floats[string(name)], err = values[float32](r, shape, n)
	default:
		return fmt.Errorf("tensor %q: numbers of type %q", name, kind.Type)
	}
	if err != nil {
		return fmt.Errorf("tensor %q: %w", name, err)
	}
	return nil
}

func values[T any](r *bytes.Reader, shape []int, n int) (tensor[T], error) {
	v := make([]T, n)
	err := binary.Read(r, binary.LittleEndian, v)
	return tensor[T]{shape, v}, err
}

// A dense layer mixes channels: it makes bytes of its input, and computes with
// these.
type dense struct {
	kernel.Layer           // packed
	inv, zero    []float32 // for each channel in: byte = value·inv + zero
	outside      []uint8   // the bytes of 0, which is what lies outside of a picture
}

func (t *tensors) dense(name string) (dense, error) {
	w, bias, scale := t.bytes[name+".w"], t.words[name+".bias"], t.floats[name+".scale"]
	d := dense{inv: t.floats[name+".inv"].values, zero: t.floats[name+".zero"].values}
	if len(w.shape) != 4 || len(bias.values) != w.shape[0] || len(scale.values) != w.shape[0] || len(d.inv) != w.shape[3] || len(d.zero) != w.shape[3] {
		return d, fmt.Errorf("layer %q is not whole", name)
	}
	d.Layer = kernel.Layer{
		Geometry: kernel.Geometry{Out: int32(w.shape[0]), Height: int32(w.shape[1]), Width: int32(w.shape[2]), In: int32(w.shape[3]), Down: 1, Right: 1, Pool: 1},
		Bias:     bias.values, Scale: scale.values, Weights: w.values,
	}.Pack()
	packed := kernel.Outside[int8](len(d.Weights)) // for as long as the program runs
	copy(packed, d.Weights)
	d.Weights = packed
	for _, z := range d.zero {
		d.outside = append(d.outside, uint8(min(max(z+0.5, 0), 255)))
	}
	return d, nil
}

// A single layer convolves each channel by itself.
type single struct{ weights, bias []float32 }

// A block is a convolution of single channels and two dense layers; most add
// what they make to what they were given.
type block struct {
	depth           single
	squeeze, excite single // what each channel weighs by the means of all; nil where it does not
	expand, project dense
	channels        int
	halves          bool // its convolution leaves out every other row, and nothing is added
}

// A mixer is attention over columns, and two dense layers.
type mixer struct {
	first, second      single // gain and offset of layer normalisations
	qkv, out, up, down dense
}

// A network is PP-OCRv6's small recogniser; models/README.md says whose work
// that is. All nets share its weights.
type network struct {
	stem         [5]dense
	blocks       []block
	short, neck  dense
	across       single
	mixers       [2]mixer
	last         single
	head         dense
	names        []string // of the classes from 1 on
	canonical    []int32  // of each class, that which prints the same and is read for it
	heads, width int      // of attention, and channels of all heads together
}

// embedded is the network of the embedded file.
var embedded = sync.OnceValues(func() (*network, error) {
	t, err := parse(models.Text)
	if err != nil {
		return nil, err
	}
	return newNetwork(t, strings.Split(strings.TrimSuffix(models.TextClasses, "\n"), "\n"))
})

// newNetwork puts tensors in their places.
func newNetwork(t *tensors, characters []string) (*network, error) {
	var errs []error
	dense := func(name string) dense {
		d, err := t.dense(name)
		errs = append(errs, err)
		return d
	}
	pair := func(name, weights, bias string) single {
		s := single{t.floats[name+weights].values, t.floats[name+bias].values}
		if len(s.weights) == 0 || len(s.bias) == 0 {
			errs = append(errs, fmt.Errorf("layer %q is not whole", name))
		}
		return s
	}
	n := &network{heads: 8, width: 120}
	for i, name := range []string{"stem1", "stem2a", "stem2b", "stem3", "stem4"} {
		n.stem[i] = dense(name)
	}
	for stage, b := range []struct {
		channels int
		weighed  []bool
	}{{96, []bool{true, false, false}}, {192, []bool{true, false, true, false, true, false}}, {384, []bool{true, false}}} {
		if stage > 0 {
			name := fmt.Sprintf("down%d.", stage)
			n.blocks = append(n.blocks, block{depth: pair(name+"depth", ".w", ".b"), expand: dense(name + "expand"), project: dense(name + "project"), channels: b.channels / 2, halves: true})
		}
		for k, weighed := range b.weighed {
			name := fmt.Sprintf("block%d.%d.", stage, k)
			next := block{depth: pair(name+"depth", ".w", ".b"), expand: dense(name + "expand"), project: dense(name + "project"), channels: b.channels}
			if weighed {
				next.squeeze, next.excite = pair(name+"squeeze", ".w", ".b"), pair(name+"excite", ".w", ".b")
			}
			n.blocks = append(n.blocks, next)
		}
	}
	n.short, n.neck, n.across = dense("short"), dense("neck"), pair("across", ".w", ".b")
	for k := range n.mixers {
		name := fmt.Sprintf("mixer%d.", k)
		n.mixers[k] = mixer{pair(fmt.Sprintf("norm%d", 2*k), ".gain", ".offset"), pair(fmt.Sprintf("norm%d", 2*k+1), ".gain", ".offset"),
			dense(name + "qkv"), dense(name + "out"), dense(name + "up"), dense(name + "down")}
	}
	n.last, n.head = pair("norm4", ".gain", ".offset"), dense("head")
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(characters)+2 != int(n.head.Out) {
		return nil, fmt.Errorf("%d characters for %d classes", len(characters), n.head.Out)
	}
	n.names = append(characters, " ")
	n.canonical = canonical(n.names)
	return n, nil
}
