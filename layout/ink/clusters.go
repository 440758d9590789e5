package ink

// Clusters parts values that are in order where the next is too far away: near
// tells whether it is with the first of a cluster and with the one before it.
func Clusters[T any](ordered []T, near func(first, before, next *T) bool) (all [][]T) {
	for from, i := 0, 1; i <= len(ordered); i++ {
		if i == len(ordered) || !near(&ordered[from], &ordered[i-1], &ordered[i]) {
			all = append(all, ordered[from:i])
			from = i
		}
	}
	return all
}
