// Package trees says how likely something is, by boosted trees that were
// fitted to examples, and what each sign adds to that.
//
// It must not know what the signs are signs of.
package trees

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Model is boosted decision trees: each adds something to the natural logarithm of the
// odds, by what the signs are. A command fits it (models/README.md).
type Model struct {
	signs []string
	base  float64 // natural logarithm of the odds before any sign is known
	roots []int   // the first node of each tree
	nodes
}

// nodes are those of all trees, each tree's one after the other. A node asks whether a sign is
// at most so much, and goes on with one of two nodes that stand behind it, less or more; where
// it asks nothing, both are 0. Odds are what its tree says of all that comes to the node.
type nodes struct {
	Sign, Less, More []int
	Most, Odds       []float64
}

// New is a model as it was written. It fails where that is none, or was fitted to other
// signs than the caller's, in their order.
func New(data []byte, signs []string) (*Model, error) {
	var m struct {
		Signs []string
		Base  float64
		Trees []int
		Nodes nodes
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("fitted trees: %w; fit them again", err)
	}
	if !slices.Equal(m.Signs, signs) {
		return nil, fmt.Errorf("trees were fitted to the signs %q, not to %q; fit them again", m.Signs, signs)
	}
	out := &Model{m.Signs, m.Base, m.Trees, m.Nodes}
	n := len(out.Sign)
	if !(len(out.Less) == n && len(out.More) == n && len(out.Most) == n && len(out.nodes.Odds) == n) {
		return nil, errors.New("some nodes of the fitted trees are not whole; fit them again")
	}
	for i := range n {
		if !out.last(i) && (out.Sign[i] < 0 || out.Sign[i] >= len(signs) || min(out.Less[i], out.More[i]) <= i || max(out.Less[i], out.More[i]) >= n) {
			return nil, fmt.Errorf("node %d of the fitted trees asks for what there is not; fit them again", i)
		}
	}
	if slices.ContainsFunc(out.roots, func(r int) bool { return r < 0 || r >= n }) {
		return nil, errors.New("a fitted tree has no node; fit them again")
	}
	return out, nil
}

func (n *nodes) last(i int) bool { return n.Less[i] == 0 && n.More[i] == 0 }

// next is the node that follows, by the signs.
func (n *nodes) next(i int, signs []float64) int {
	if signs[n.Sign[i]] <= n.Most[i] {
		return n.Less[i]
	}
	return n.More[i]
}

// Odds is the natural logarithm of the odds, for as many signs as the model was fitted to.
func (m *Model) Odds(signs []float64) float64 {
	odds := m.base
	for _, i := range m.roots {
		for !m.last(i) {
			i = m.next(i, signs)
		}
		odds += m.nodes.Odds[i]
	}
	return odds
}

// A Part is what one sign adds to the odds.
type Part struct {
	Sign        string
	Value, Odds float64
}

// Parts are what the signs add to the odds, those that add or take most first. All together
// are the odds, but for what is so before any sign is known.
func (m *Model) Parts(signs []float64) []Part {
	parts := make([]Part, len(m.signs))
	for i, s := range m.signs {
		parts[i] = Part{Sign: s, Value: signs[i]}
	}
	for _, i := range m.roots {
		for !m.last(i) {
			next := m.next(i, signs)
			parts[m.Sign[i]].Odds += m.nodes.Odds[next] - m.nodes.Odds[i]
			i = next
		}
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(math.Abs(b.Odds), math.Abs(a.Odds)) })
	return parts
}

// Probability is that of odds, which are given as their natural logarithm.
func Probability(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }
