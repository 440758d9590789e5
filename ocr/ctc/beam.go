package ctc

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Candidate is a text with the natural logarithm of its probability.
type Candidate struct {
	Text    string
	LogProb float64
}

// A node is a prefix of a text. Prefixes are a tree; a node's children are linked from
// its first on. The root is nobody's child, so 0 ends a list.
type node struct{ parent, class, child, next int32 }

// A state is a prefix with the logarithms of the probabilities that the columns so far
// say it, and end in a blank, or in its last character.
type state struct {
	id            int32 // its node
	blank, letter float64
	all           float64 // of both
}

// A beam is the most probable prefixes of a text.
type beam struct {
	nodes  []node
	states []state // most probable first
	next   []state // of the column that is looked at
}

// Best returns up to n texts, most probable first, by prefix beam search
// (Hannun et al. 2014).
func (p *Posterior) Best(n int) []Candidate {
	width := max(2*n, 6)
	b := &beam{nodes: make([]node, 1, 64), states: []state{{0, 0, math.Inf(-1), 0}}}
	for _, column := range p.busy {
		if len(column) == 1 && column[0].class == 0 {
			b.stay(float64(column[0].logp))
			continue
		}
		b.goOn(column)
		slices.SortStableFunc(b.states, func(a, b state) int { return cmp.Compare(b.all, a.all) })
		b.states = b.states[:min(width, len(b.states))]
	}
	var out []Candidate
	for _, s := range b.states[:min(n, len(b.states))] {
		out = append(out, Candidate{p.alphabet.text(b.nodes, s.id), s.all})
	}
	return out
}

// text is what the prefix of a node says.
func (a *Alphabet) text(nodes []node, id int32) string {
	var chars []string
	for ; id > 0; id = nodes[id].parent {
		chars = append(chars, a.names[nodes[id].class-1])
	}
	slices.Reverse(chars)
	return strings.Join(chars, "")
}

// stay takes a column of nothing but paper: every prefix stays as it is.
func (b *beam) stay(logp float64) {
	for i := range b.states {
		s := &b.states[i]
		s.all += logp
		s.blank, s.letter = s.all, math.Inf(-1)
	}
}

// goOn takes every prefix on by what a column may say.
func (b *beam) goOn(column []entry) {
	b.next = b.next[:0]
	for _, s := range b.states {
		for _, e := range column {
			c, lp := e.class, float64(e.logp)
			if c == 0 {
				to := b.at(s.id)
				to.blank = logAdd(to.blank, s.all+lp)
				continue
			}
			from := s.all
			if b.nodes[s.id].class == c {
				to := b.at(s.id)
				to.letter = logAdd(to.letter, s.letter+lp)
				from = s.blank
			}
			if math.IsInf(from, -1) {
				continue
			}
			to := b.at(b.extend(s.id, c))
			to.letter = logAdd(to.letter, from+lp)
		}
	}
	b.states, b.next = b.next, b.states
	for i := range b.states {
		b.states[i].all = logAdd(b.states[i].blank, b.states[i].letter)
	}
}

// at finds a prefix among the next; they are few.
func (b *beam) at(id int32) *state {
	for i := range b.next {
		if b.next[i].id == id {
			return &b.next[i]
		}
	}
	b.next = append(b.next, state{id, math.Inf(-1), math.Inf(-1), 0})
	return &b.next[len(b.next)-1]
}

// extend is the node of a prefix and a character after it.
func (b *beam) extend(parent, class int32) int32 {
	for id := b.nodes[parent].child; id != 0; id = b.nodes[id].next {
		if b.nodes[id].class == class {
			return id
		}
	}
	id := int32(len(b.nodes))
	b.nodes = append(b.nodes, node{parent, class, 0, b.nodes[parent].child})
	b.nodes[parent].child = id
	return id
}
