package review

import "gonum.org/v1/gonum/stat/distuv"

// A Share is how many of some cases were wrong, with the exact 95 % interval
// of the rate behind it (Clopper and Pearson 1934).
type Share struct {
	N     int     `json:"n"`
	Wrong int     `json:"wrong"`
	Rate  float64 `json:"rate"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// share makes one of its counts. Of no cases nothing is known: 0 to 1.
func share(wrong, n int) Share {
	s := Share{N: n, Wrong: wrong, High: 1}
	if n == 0 {
		return s
	}
	const tail = 0.025
	s.Rate = float64(wrong) / float64(n)
	k, m := float64(wrong), float64(n)
	if wrong > 0 {
		s.Low = distuv.Beta{Alpha: k, Beta: m - k + 1}.Quantile(tail)
	}
	if wrong < n {
		s.High = distuv.Beta{Alpha: k + 1, Beta: m - k}.Quantile(1 - tail)
	}
	return s
}
