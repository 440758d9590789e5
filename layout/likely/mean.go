package likely

import "math"

// A Mean is of what is added to it, or of how often something is so; 0 of nothing.
type Mean struct{ sum, n float64 }

// Add adds a number.
func (m *Mean) Add(v float64) { m.sum += v; m.n++ }

// Is adds whether something is so.
func (m *Mean) Is(v bool) { m.Add(One(v)) }

// Value is the mean.
func (m *Mean) Value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / m.n
}

// One is 1 for what is so, else 0.
func One(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// Spread is the mean of numbers, and how much they differ: their standard deviation as a
// share of it; 0 where the mean is 0.
func Spread(values []float64) (mean, differ float64) {
	var m, d Mean
	for _, v := range values {
		m.Add(v)
	}
	if mean = m.Value(); mean == 0 {
		return 0, 0
	}
	for _, v := range values {
		d.Add((v/mean - 1) * (v/mean - 1))
	}
	return mean, math.Sqrt(d.Value())
}
