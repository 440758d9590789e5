package ink

import (
	"cmp"
	"slices"
)

// Ranked is the value at a rank of some, as that of three of four: so many of so
// many are less. It leaves them in their order; there must be one.
func Ranked[T cmp.Ordered](values []T, of, all int) T {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)*of/all]
}

// Median is the middle of some values; of an even number the greater of the two.
func Median[T cmp.Ordered](values []T) T { return Ranked(values, 1, 2) }

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
