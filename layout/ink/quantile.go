package ink

import "slices"

// Median is the middle of some values, which it sorts; of an even number the
// greater of the two.
func Median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// Quantile is the least value that a share of a histogram does not exceed.
func Quantile(hist *[256]int, share float64) int {
	n, sum := 0, 0
	for _, c := range hist {
		n += c
	}
	for v, c := range hist {
		if sum += c; float64(sum) > share*float64(n) {
			return v
		}
	}
	return 255
}
