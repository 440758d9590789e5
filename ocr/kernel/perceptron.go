package kernel

// #include "kernel.h"
import "C"

// A Perceptron is a net with one hidden layer that makes one number of an example
// (Rumelhart et al. 1986).
type Perceptron struct {
	figures, units int       // of an example; in the hidden layer, filled up to whole blocks
	weights        []float32 // by figure and unit
	bias, out      []float32 // by unit
	outBias        float32
}

// NewPerceptron makes a net of the weights of each hidden unit, one for each figure of an
// example, and its bias; and of the weights of all units in the output, and that one's bias.
func NewPerceptron(hidden [][]float32, bias, out []float32, outBias float32) *Perceptron {
	p := &Perceptron{figures: len(hidden[0]), units: (len(hidden) + Block - 1) / Block * Block, outBias: outBias}
	p.weights = make([]float32, p.figures*p.units)
	for u, weights := range hidden {
		for f, w := range weights {
			p.weights[f*p.units+u] = w
		}
	}
	p.bias, p.out = make([]float32, p.units), make([]float32, p.units)
	copy(p.bias, bias)
	copy(p.out, out)
	return p
}

// Perceptron writes to out what a net says of each of so many examples, whose figures lie
// one example after the other.
func (k Kernel) Perceptron(p *Perceptron, examples, out []float32) {
	if len(out) == 0 {
		return
	}
	_ = examples[p.figures*len(out)-1]
	C.perceptron(C.int(k), C.int(len(out)), C.int(p.figures), C.int(p.units), at(examples), at(p.weights), at(p.bias), at(p.out), C.float(p.outBias), at(out))
}
