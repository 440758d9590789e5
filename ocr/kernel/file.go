package kernel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Parse reads the layers of a quantized net, which are not packed. How they compute is told, and
// done again in a few lines of numpy, in models/train/q8.py.
func Parse(data []byte) ([]Layer, error) {
	r := bytes.NewReader(data)
	var head struct {
		Magic  [4]byte
		Layers uint32
	}
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil || string(head.Magic[:]) != "q8 1" {
		return nil, errors.New("not a quantized net")
	}
	var out []Layer
	for range head.Layers {
		var l Layer
		if err := binary.Read(r, binary.LittleEndian, &l.Geometry); err != nil {
			return nil, fmt.Errorf("layer %d: %w", len(out)+1, err)
		}
		n := int64(l.Out) * int64(l.Height) * int64(l.Width) * int64(l.In)
		if l.Out <= 0 || l.Down <= 0 || l.Right <= 0 || l.Pool <= 0 || n <= 0 || n > int64(len(data)) {
			return nil, fmt.Errorf("layer %d: sizes %v", len(out)+1, l.Geometry)
		}
		l.Bias, l.Scale, l.Weights = make([]int32, l.Out), make([]float32, l.Out), make([]int8, n)
		for _, v := range []any{l.Bias, l.Scale, l.Weights} {
			if err := binary.Read(r, binary.LittleEndian, v); err != nil {
				return nil, fmt.Errorf("layer %d: %w", len(out)+1, err)
			}
		}
		out = append(out, l)
	}
	return out, nil
}
