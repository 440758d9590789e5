package ink

import (
	"cmp"
	"slices"
)

// Ranked is the value below which a share of/all of the values lie: Ranked(v, 3, 4) is
// the upper quartile. There must be a value; their order stays as it is.
func Ranked[T cmp.Ordered](values []T, of, all int) T {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)*of/all]
}

// Median is the middle value; of an even number of values the greater of the two in the
// middle.
func Median[T cmp.Ordered](values []T) T { return Ranked(values, 1, 2) }

// Quantile is the grey level below which a share of a histogram lies, from 0 to 1:
// Quantile(h, 0.5) is its median.
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
