package ink

// Sets are disjoint sets of things that are numbered from 0 (union-find, Tarjan 1975).
// Each entry is another member of the thing's set, or itself.
type Sets []int

// NewSets are n sets with one thing in each.
func NewSets(n int) Sets {
	s := make(Sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// Add makes one more thing, in a set of its own, and returns its number.
func (s *Sets) Add() int {
	*s = append(*s, len(*s))
	return len(*s) - 1
}

// Root is the number that stands for the set of a thing: the same for all things of a
// set.
func (s Sets) Root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// Join puts the set of thing a into that of thing b, whose root stays.
func (s Sets) Join(a, b int) { s[s.Root(a)] = s.Root(b) }
