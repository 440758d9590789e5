package textnet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/biaoge/biaoge/ocr/kernel"
)

// tensors are what models/text.t8 and models/quick.t8 hold, by name.
// models/train/t8.py describes the files.
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
