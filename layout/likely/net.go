// Package likely says how likely something is, by a small net that was fitted to examples,
// and has the means that signs are made of.
//
// It must not know what the signs are signs of.
package likely

import (
	"encoding/json"
	"sync"

	"github.com/biaoge/biaoge/ocr/kernel"
)

// A Net is a multi-layer perceptron with one hidden layer of rectified units, as a command
// fitted it (models/README.md). It is read from JSON.
type Net struct{ perceptron *kernel.Perceptron }

// UnmarshalJSON reads the weights of a net.
func (n *Net) UnmarshalJSON(data []byte) error {
	var weights struct {
		Hidden    [][]float32
		Bias, Out []float32
		OutBias   float32
	}
	if err := json.Unmarshal(data, &weights); err != nil {
		return err
	}
	n.perceptron = kernel.NewPerceptron(weights.Hidden, weights.Bias, weights.Out, weights.OutBias)
	return nil
}

var fastest = sync.OnceValue(kernel.Fastest)

// Odds writes the natural logarithms of the odds of examples, whose figures lie one example
// after the other.
func (n Net) Odds(figures, odds []float32) { fastest().Perceptron(n.perceptron, figures, odds) }
