package ink

import "slices"

// UsualHeight is how high the larger marks of some text are.
func UsualHeight(blobs []Blob) float64 {
	var spans []int
	for _, b := range blobs {
		if b.Box.Dy() >= 5 {
			spans = append(spans, b.Box.Dy())
		}
	}
	if len(spans) < 3 {
		return 0
	}
	return float64(upper(spans))
}

// upper is the value that a fifth of all exceed.
func upper(v []int) int {
	slices.Sort(v)
	return v[len(v)*4/5]
}
