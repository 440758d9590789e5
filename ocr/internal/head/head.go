// Package head makes texts' probabilities of what the last layer of a net says of
// thousands of characters: few of them are likely anywhere in a line.
//
// It must not know which nets use it.
package head

import (
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// A Head is the last layer of a net, packed, and the names of its classes from 1 on;
// class 0 is the blank of connectionist temporal classification (Graves et al. 2006).
type Head struct {
	layer     *kernel.Layer
	names     []string
	canonical []int32 // of each class, that which prints the same and is read for it
}

// New makes a head of a layer that has a class more than there are names.
func New(layer *kernel.Layer, names []string) *Head { return &Head{layer, names, canonical(names)} }

// chunk is how many columns go through a head at a time, and lot how many of its
// classes, so that what it makes stays in the processor's cache.
const (
	chunk = 32
	lot   = 512
)

// A Room is where a head computes; it lies outside of Go's heap.
type Room struct {
	logits  []float32
	softmax kernel.Softmax
}

// NewRoom makes room for any head.
func NewRoom() Room {
	return Room{kernel.Outside[float32](chunk * lot), kernel.NewSoftmax(chunk, lot)}
}

// Free gives the room back.
func (r *Room) Free() {
	kernel.Free(r.logits)
	r.softmax.Free()
	*r = Room{}
}

// Posterior makes probabilities of columns. Bytes returns what the layer sees of some of
// them.
func (h *Head) Posterior(k kernel.Kernel, room *Room, columns int, bytes func(from, some int) []uint8) *ctc.Posterior {
	var all sparse
	for from := 0; from < columns; from += chunk {
		some := min(chunk, columns-from)
		for t, likely := range h.likely(k, room, bytes(from, some), some) {
			all.add(likely, room.softmax.Norms()[t], h.canonical)
		}
	}
	return all.posterior(h.names, h.canonical)
}

// likely are the classes of each column that may be above ctc.Likely.
func (h *Head) likely(k kernel.Kernel, room *Room, bytes []uint8, columns int) [][]logit {
	out := make([][]logit, columns)
	room.softmax.Begin()
	for from := 0; from < int(h.layer.Out); from += lot {
		part := h.layer.Channels(from, min(from+lot, int(h.layer.Out)))
		stride := part.Stride()
		k.Floats(&part, kernel.Run{Rows: 1, Cols: columns, InRow: columns * int(part.In), OutRow: columns * stride}, bytes, room.logits)
		busy, counts := k.Soften(&room.softmax, columns, int(part.Out), stride, ctc.Likely, room.logits)
		for t, count := range counts {
			for _, c := range busy[:count] {
				out[t] = append(out[t], logit{int32(from) + c, room.logits[t*stride+int(c)]})
			}
			busy = busy[count:]
		}
	}
	return out
}
