package results

// Contradicting says which of n claims to one table share a key with another
// one of them, and so contradict it; parts of one table share none. Keys gives
// those of a claim.
func Contradicting(n int, keys func(i int) (map[string]bool, error)) ([]int, error) {
	var contra []int
	if n > compareAtMost {
		for i := range n {
			contra = append(contra, i)
		}
		return contra, nil
	}
	all := make([]map[string]bool, n)
	for i := range all {
		var err error
		if all[i], err = keys(i); err != nil {
			return nil, err
		}
	}
	for i := range all {
		for j := range all {
			if i != j && overlap(all[i], all[j]) {
				contra = append(contra, i)
				break
			}
		}
	}
	return contra, nil
}
