package review

import "github.com/biaoge/biaoge/internal/interval"

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
	s := Share{N: n, Wrong: wrong}
	if n > 0 {
		s.Rate = float64(wrong) / float64(n)
	}
	s.Low, s.High = interval.Exact(wrong, n)
	return s
}
