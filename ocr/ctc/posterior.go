// Package ctc makes texts and their probabilities of what a net gives that was
// trained with connectionist temporal classification (Graves et al. 2006): the
// probability of every class in every column of a line.
//
// It knows classes and columns, and nothing of nets or pictures.
package ctc

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Other is the name of the class of characters that a net does not know.
const Other = '\uFFFD'

// An Alphabet names the classes of a net. Class 0 is the CTC blank, which has no
// name.
type Alphabet struct {
	names []string // of class 1 and those that follow
	index map[rune]int
}

// NewAlphabet makes an alphabet of the names of the classes from 1 on.
func NewAlphabet(names []string) *Alphabet {
	a := &Alphabet{names: names, index: make(map[rune]int, len(names))}
	for i, n := range names {
		a.index[[]rune(n)[0]] = i + 1
	}
	return a
}

// Also has a class stand for another character, too: one that prints the same.
func (a *Alphabet) Also(c rune, class int) {
	if _, ok := a.index[c]; !ok {
		a.index[c] = class
	}
}

// Classes is how many classes there are, the blank among them.
func (a *Alphabet) Classes() int { return len(a.names) + 1 }

// A Posterior is what a net sees in one line, or in several joined: for each
// column the log probability of each class, the CTC blank among them.
type Posterior struct {
	alphabet *Alphabet
	cols     int
	logp     []float32 // cols × classes
	busy     [][]int32 // per column the classes worth looking at
}

// Floor stands for log probabilities too small to matter.
const Floor = -14

// maxBusy bounds the classes that are looked at in one column.
const maxBusy = 12

// Likely is the log probability from which a class is worth a look.
const Likely = -9

// New makes a posterior of so many columns. Logp is columns × classes, not less
// than Floor; busy holds the classes of each column that are above Likely, and
// counts how many of them are of each column. It keeps logp and copies busy.
func New(a *Alphabet, logp []float32, busy, counts []int32) *Posterior {
	p := &Posterior{alphabet: a, cols: len(counts), logp: logp, busy: make([][]int32, len(counts))}
	total := 0
	for _, c := range counts {
		total += int(c)
	}
	all := slices.Clone(busy[:total])
	for t, c := range counts {
		busy, row := all[:c:c], p.row(t)
		all = all[c:]
		if len(busy) > maxBusy {
			// What is no writing looks a little like everything.
			slices.SortFunc(busy, func(a, b int32) int { return cmp.Compare(row[b], row[a]) })
			busy = busy[:maxBusy:maxBusy]
			slices.Sort(busy)
		}
		p.busy[t] = busy
	}
	return p
}

// Columns is how many columns the posterior has.
func (p *Posterior) Columns() int { return p.cols }

// LogProbs are the log probabilities of all columns, one after the other.
func (p *Posterior) LogProbs() []float32 { return p.logp }

// Classes is how many classes a column has.
func (p *Posterior) Classes() int { return p.alphabet.Classes() }

func (p *Posterior) row(t int) []float32 { return p.logp[t*p.Classes():][:p.Classes()] }

// Join puts lines of one text behind one another; all are of one alphabet.
func Join(ps ...*Posterior) *Posterior {
	if len(ps) == 1 {
		return ps[0]
	}
	out := &Posterior{}
	for _, p := range ps {
		out.alphabet = p.alphabet
		out.cols += p.cols
		out.logp = append(out.logp, p.logp...)
		out.busy = append(out.busy, p.busy...)
	}
	return out
}

// A Candidate is a text with the logarithm of its probability.
type Candidate struct {
	Text    string
	LogProb float64
}

// Best returns up to n texts, most probable first, by prefix beam search
// (Hannun et al. 2014).
func (p *Posterior) Best(n int) []Candidate {
	width := max(2*n, 6)
	// Prefixes are a tree; a node's children are linked from its first on. The
	// root is nobody's child, so 0 ends a list.
	type node struct{ parent, class, child, next int32 }
	nodes := make([]node, 1, 64)
	extend := func(parent, class int32) int32 {
		for id := nodes[parent].child; id != 0; id = nodes[id].next {
			if nodes[id].class == class {
				return id
			}
		}
		id := int32(len(nodes))
		nodes = append(nodes, node{parent, class, 0, nodes[parent].child})
		nodes[parent].child = id
		return id
	}
	type state struct {
		id            int32
		blank, letter float64
		all           float64 // of both
	}
	beam := []state{{0, 0, math.Inf(-1), 0}}
	var next []state
	// at finds a prefix among the next; they are few.
	at := func(id int32) *state {
		for i := range next {
			if next[i].id == id {
				return &next[i]
			}
		}
		next = append(next, state{id, math.Inf(-1), math.Inf(-1), 0})
		return &next[len(next)-1]
	}
	for t := range p.cols {
		row := p.row(t)
		// Nothing but paper: every prefix stays as it is.
		if len(p.busy[t]) == 1 && p.busy[t][0] == 0 {
			for i := range beam {
				b := &beam[i]
				b.all += float64(row[0])
				b.blank, b.letter = b.all, math.Inf(-1)
			}
			continue
		}
		next = next[:0]
		for _, b := range beam {
			for _, c := range p.busy[t] {
				lp := float64(row[c])
				if c == 0 {
					s := at(b.id)
					s.blank = logAdd(s.blank, b.all+lp)
					continue
				}
				from := b.all
				if nodes[b.id].class == c {
					s := at(b.id)
					s.letter = logAdd(s.letter, b.letter+lp)
					from = b.blank
				}
				if math.IsInf(from, -1) {
					continue
				}
				s := at(extend(b.id, c))
				s.letter = logAdd(s.letter, from+lp)
			}
		}
		beam, next = next, beam
		for i := range beam {
			beam[i].all = logAdd(beam[i].blank, beam[i].letter)
		}
		slices.SortStableFunc(beam, func(a, b state) int { return cmp.Compare(b.all, a.all) })
		if len(beam) > width {
			beam = beam[:width]
		}
	}
	var out []Candidate
	for _, b := range beam[:min(n, len(beam))] {
		var chars []string
		for id := b.id; id > 0; id = nodes[id].parent {
			chars = append(chars, p.alphabet.names[nodes[id].class-1])
		}
		slices.Reverse(chars)
		out = append(out, Candidate{strings.Join(chars, ""), b.all})
	}
	return out
}

// negligible is how much less a log probability is than another, in nats, to
// add nothing to it that a float64 could hold.
const negligible = 40

// logAdd returns the logarithm of the sum of two probabilities.
func logAdd(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if b < a-negligible || math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// LogProb returns the logarithm of the probability of a text, by the CTC
// forward algorithm. Characters the net does not know count as Other.
func (p *Posterior) LogProb(text string) float64 {
	var want []int
	for _, r := range text {
		c, ok := p.alphabet.index[r]
		if !ok {
			c = p.alphabet.index[Other]
		}
		want = append(want, c)
	}
	// The text with a blank before, between and after its characters.
	n := 2*len(want) + 1
	alpha, prev := make([]float64, n), make([]float64, n)
	for i := range alpha {
		alpha[i], prev[i] = math.Inf(-1), math.Inf(-1)
	}
	for t := range p.cols {
		row := p.row(t)
		prev, alpha = alpha, prev
		// A column takes the text on by one character at most, and what is
		// left of it must still fit in.
		lo, hi := max(0, n-2*(p.cols-t)), min(n, 2*t+2)
		for s := lo; s < hi; s++ {
			c := 0
			if s%2 == 1 {
				c = want[s/2]
			}
			var a float64
			if t == 0 {
				a = math.Inf(-1)
				if s < 2 {
					a = 0
				}
			} else {
				a = prev[s]
				if s > 0 {
					a = logAdd(a, prev[s-1])
				}
				if s > 1 && c != 0 && c != want[s/2-1] {
					a = logAdd(a, prev[s-2])
				}
			}
			alpha[s] = a + float64(row[c])
		}
	}
	if p.cols == 0 {
		return math.Inf(-1)
	}
	if n == 1 {
		return alpha[0]
	}
	return logAdd(alpha[n-1], alpha[n-2])
}

// Weakest returns the least of the probabilities that the greedy reading gives
// its characters: a text is no surer than its least sure character.
func (p *Posterior) Weakest() float64 {
	weakest, top, last := 1.0, 0.0, int32(0)
	for t := range p.cols {
		row := p.row(t)
		best := int32(0)
		for _, c := range p.busy[t] {
			if row[c] > row[best] {
				best = c
			}
		}
		if best != last {
			if last != 0 {
				weakest = min(weakest, top)
			}
			top = 0
		}
		if best != 0 {
			top = max(top, math.Exp(float64(row[best])))
		}
		last = best
	}
	if last != 0 {
		weakest = min(weakest, top)
	}
	return weakest
}
