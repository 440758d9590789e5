// Package interval says how sure a counted share is. It does not know what is
// counted.
package interval

import "gonum.org/v1/gonum/stat/distuv"

// Exact is the interval that holds the rate behind k cases of n with 95 %
// (Clopper and Pearson 1934). Of no cases nothing is known: 0 to 1.
func Exact(k, n int) (low, high float64) {
	const tail = 0.025
	low, high = 0, 1
	if k > 0 && k <= n {
		low = distuv.Beta{Alpha: float64(k), Beta: float64(n-k) + 1}.Quantile(tail)
	}
	if k < n {
		high = distuv.Beta{Alpha: float64(k) + 1, Beta: float64(n - k)}.Quantile(1 - tail)
	}
	return low, high
}
