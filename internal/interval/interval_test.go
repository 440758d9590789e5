package interval

import (
	"math"
	"testing"
)

// By hand: with no case of n the upper end is 1 - 0.025^(1/n), and the ends
// mirror each other. 5 of 10 is in every table of the interval.
func TestTheIntervalIsExact(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 0, 0, 1},
		{0, 1, 0, 0.975},
		{0, 10000, 0, 1 - math.Pow(0.025, 1.0/10000)},
		{10, 10, math.Pow(0.025, 0.1), 1},
		{5, 10, 0.187086, 0.812914},
		{2, 10, 0.025211, 0.556095},
		{8, 10, 1 - 0.556095, 1 - 0.025211},
	} {
		low, high := Exact(c.k, c.n)
		if math.Abs(low-c.low) > 1e-6 || math.Abs(high-c.high) > 1e-6 {
			t.Errorf("%d of %d: %v to %v, want %v to %v", c.k, c.n, low, high, c.low, c.high)
		}
	}
}
