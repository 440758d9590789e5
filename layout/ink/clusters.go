package ink

// Clusters parts values, which are in order, into runs that belong together: near tells
// whether the next value still belongs to a run, of which it is given the first value
// and the one before the next.
func Clusters[T any](ordered []T, near func(first, before, next *T) bool) (all [][]T) {
	for from, i := 0, 1; i <= len(ordered); i++ {
		if i == len(ordered) || !near(&ordered[from], &ordered[i-1], &ordered[i]) {
			all = append(all, ordered[from:i])
			from = i
		}
	}
	return all
}
