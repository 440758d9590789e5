package ink

// Sets are sets of things with numbers from 0, which are joined (union-find,
// Tarjan 1975).
type Sets []int

// NewSets are n sets of one each.
func NewSets(n int) Sets {
	s := make(Sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// Add makes one more set, of the next number, and returns that.
func (s *Sets) Add() int {
	*s = append(*s, len(*s))
	return len(*s) - 1
}

// Root is the number that stands for the set of another.
func (s Sets) Root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// Join puts the set of a into that of b, whose root stays.
func (s Sets) Join(a, b int) { s[s.Root(a)] = s.Root(b) }
