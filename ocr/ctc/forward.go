package ctc

import "math"

// chances are the probabilities of a posterior's columns, written out for the forward
// algorithm: in each column first that of the classes that are never above Floor, then
// those of the others.
type chances struct {
	place []int32     // of each class in a column; 0 for one that is never above Floor
	rows  [][]float64 // of each column
}

func newChances(a *Alphabet, columns [][]entry) *chances {
	c := &chances{place: make([]int32, a.Classes()), rows: make([][]float64, len(columns))}
	places := int32(1)
	for _, column := range columns {
		for _, e := range column {
			if c.place[e.class] == 0 {
				c.place[e.class] = places
				places++
			}
		}
	}
	never := math.Exp(Floor)
	all := make([]float64, int(places)*len(columns))
	for i := range all {
		all[i] = never
	}
	for t, column := range columns {
		c.rows[t], all = all[:places], all[places:]
		for _, e := range column {
			c.rows[t][c.place[e.class]] = math.Exp(float64(e.logp))
		}
	}
	return c
}

// The forward algorithm sums probabilities that fall by up to e^Floor in each column. They
// are kept times a power of two, and raised where the greatest has fallen a little.
const (
	fullPower  = 1000 // a float64 holds up to 2^1023; three are added up
	leastPower = 900
)

// LogProb returns the natural logarithm of the probability of a text, by the forward
// algorithm (Graves et al. 2006). Characters that the net does not know count as Other. It
// is minus infinity for a text that does not fit into the columns, and for one that is
// 2^1900 times less likely than its own likeliest beginning.
func (p *Posterior) LogProb(text string) float64 {
	cols := len(p.columns)
	if cols == 0 {
		return math.Inf(-1)
	}
	chances := p.chances()
	steps := chances.steps(p.alphabet.classesOf(text))
	n := len(steps)
	// The chance of each step's being reached, behind two that nothing comes from.
	alpha := make([]float64, 2+n)
	alpha[2] = math.Ldexp(1, fullPower)
	raised := -fullPower
	for t, row := range chances.rows {
		// A column takes the text on by one character at most, and what is left of
		// it must still fit in.
		most := 0.0
		for s := min(n, 2*t+2) - 1; s >= max(0, n-2*(cols-t)); s-- {
			sum := alpha[2+s] + alpha[1+s]
			if steps[s].skips {
				sum += alpha[s]
			}
			sum *= row[steps[s].place]
			alpha[2+s] = sum
			most = max(most, sum)
		}
		if _, power := math.Frexp(most); power < leastPower {
			for i := range alpha {
				alpha[i] = math.Ldexp(alpha[i], fullPower-power)
			}
			raised -= fullPower - power
		}
	}
	return math.Log(alpha[1+n]+alpha[n]) + float64(raised)*math.Ln2
}

// Bound is what LogProb of a text is at most: a character that is seen in no column has
// the floor in whichever it stands.
func (p *Posterior) Bound(text string) float64 {
	unseen := 0
	for _, class := range p.alphabet.classesOf(text) {
		if p.chances().place[class] == 0 {
			unseen++
		}
	}
	return float64(unseen) * min(0, Floor+math.Log(float64(len(p.columns))))
}

// A step of a text is one of its characters, or a blank before, between or after them.
type step struct {
	place int32
	skips bool // it may follow the character before, without a blank between
}

func (c *chances) steps(classes []int) []step {
	out := []step{{place: c.place[0]}}
	for i, class := range classes {
		out = append(out, step{c.place[class], i > 0 && class != 0 && class != classes[i-1]}, step{place: c.place[0]})
	}
	return out
}

// classesOf are the classes of a text's characters.
func (a *Alphabet) classesOf(text string) []int {
	var out []int
	for _, r := range text {
		c, ok := a.index[r]
		if !ok {
			c = a.index[Other]
		}
		out = append(out, c)
	}
	return out
}
