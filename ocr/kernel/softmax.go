package kernel

// #include "kernel.h"
import "C"

import "math"

// A Softmax makes logarithms of probabilities of rows of logits whose classes
// come in lots.
type Softmax struct {
	tops, sums, norms []float32
	busy, counts      []int32
}

// NewSoftmax makes one for so many rows, and lots of so many classes.
func NewSoftmax(rows, lot int) Softmax {
	return Softmax{Outside[float32](rows), Outside[float32](Block * rows), Outside[float32](rows), Outside[int32](rows * lot), Outside[int32](rows)}
}

// Free gives its room back.
func (s *Softmax) Free() {
	for _, v := range [][]float32{s.tops, s.sums, s.norms} {
		Free(v)
	}
	Free(s.busy)
	Free(s.counts)
}

// Begin forgets all classes.
func (s *Softmax) Begin() {
	for i := range s.tops {
		s.tops[i] = -math.MaxFloat32
	}
	clear(s.sums)
}

// Norms are what to lessen the logits of each row by, to have the logarithms of
// probabilities.
func (s *Softmax) Norms() []float32 { return s.norms }

// Soften adds a lot of classes to the first rows of s. It returns those classes of
// the lot that are above likely if there are no more lots, one row after the other,
// and how many these are.
func (k Kernel) Soften(s *Softmax, rows, classes, stride int, likely float32, logits []float32) (busy, counts []int32) {
	C.soften(C.int(k), C.int(rows), C.int(classes), C.int(stride), C.float(likely),
		at(logits), at(s.tops), at(s.sums), at(s.norms), (*C.int32_t)(&s.busy[0]), (*C.int32_t)(&s.counts[0]))
	return s.busy, s.counts[:rows]
}
