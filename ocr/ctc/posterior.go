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
	"sync"
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
// column the log probability of each class, the CTC blank among them. Few are
// above Floor, and only these are kept.
type Posterior struct {
	alphabet *Alphabet
	columns  [][]entry // in the order of their classes
	busy     [][]entry // of each column those worth looking at
	from, to float64   // the columns on which the picture of the line begins and ends
	chances  func() *chances
}

// of makes a posterior of what is kept of its columns.
func of(a *Alphabet, columns, busy [][]entry) *Posterior {
	return &Posterior{a, columns, busy, 0, float64(len(columns)), sync.OnceValue(func() *chances { return newChances(a, columns) })}
}

// An entry is a class of a column.
type entry struct {
	class int32
	logp  float32
}

// Floor is the natural logarithm of a probability below which none matters: smaller ones
// are taken for it.
const Floor = -14

// entriesPool keeps the room in which entries are gathered, before it is known how many
// they are.
var entriesPool = sync.Pool{New: func() any { return new([]entry) }}

// maxBusy bounds the classes that are looked at in one column.
const maxBusy = 12

// Likely is the log probability from which a class is worth a look.
const Likely = -9

// New makes a posterior of so many columns. Logp is columns × classes, not less
// than Floor; busy holds the classes of each column that are above Likely, and
// counts how many of them are of each column. It keeps none of them.
func New(a *Alphabet, logp []float32, busy, counts []int32) *Posterior {
	columns, looks := make([][]entry, len(counts)), make([][]entry, len(counts))
	classes := a.Classes()
	room := entriesPool.Get().(*[]entry)
	all := (*room)[:0]
	ends := make([]int, len(counts))
	for t, n := range counts {
		row := logp[t*classes:][:classes]
		for c, v := range row {
			if v > Floor {
				all = append(all, entry{int32(c), v})
			}
		}
		ends[t] = len(all)
		looks[t] = worthALook(row, busy[:n])
		busy = busy[n:]
	}
	kept, from := slices.Clone(all), 0
	for t, end := range ends {
		columns[t] = kept[from:end:end]
		from = end
	}
	*room = all
	entriesPool.Put(room)
	return of(a, columns, looks)
}

// worthALook are the likeliest classes of a column.
func worthALook(row []float32, busy []int32) []entry {
	out := make([]entry, len(busy))
	for i, c := range busy {
		out[i] = entry{c, row[c]}
	}
	if len(out) > maxBusy {
		// What is no writing looks a little like everything.
		slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(b.logp, a.logp) })
		out = slices.Clone(out[:maxBusy])
		slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.class, b.class) })
	}
	return out
}

// Columns is how many columns the posterior has.
func (p *Posterior) Columns() int { return len(p.columns) }

// LogProbs are the log probabilities of all columns, one after the other.
func (p *Posterior) LogProbs() []float32 {
	classes := p.Classes()
	out := slices.Repeat([]float32{Floor}, len(p.columns)*classes)
	for t, column := range p.columns {
		for _, e := range column {
			out[t*classes+int(e.class)] = e.logp
		}
	}
	return out
}

// Classes is how many classes a column has.
func (p *Posterior) Classes() int { return p.alphabet.Classes() }

// Knows reports whether the net has a class for each character of a text.
func (p *Posterior) Knows(text string) bool {
	for _, r := range text {
		if _, ok := p.alphabet.index[r]; !ok {
			return false
		}
	}
	return true
}

// Without takes a character for paper, as if the net had never said it: a space
// parts nothing that a text without spaces does not part, too, and texts that differ
// in their spaces share what is otherwise one probability.
func (p *Posterior) Without(r rune) *Posterior {
	class, ok := p.alphabet.index[r]
	if !ok {
		return p
	}
	as := func(columns [][]entry) [][]entry {
		out := make([][]entry, len(columns))
		for t, column := range columns {
			out[t] = asPaper(column, int32(class))
		}
		return out
	}
	out := of(p.alphabet, as(p.columns), as(p.busy))
	out.Lies(p.from, p.to)
	return out
}

// Lies notes on which columns the picture of the line begins and ends, where these are
// not the first and the last.
func (p *Posterior) Lies(from, to float64) { p.from, p.to = from, to }

// asPaper is a column in which a class is part of the blank.
func asPaper(column []entry, class int32) []entry {
	at := slices.IndexFunc(column, func(e entry) bool { return e.class == class })
	if at < 0 {
		return column
	}
	lp := column[at].logp
	out := slices.Delete(slices.Clone(column), at, at+1)
	if len(out) == 0 || out[0].class != 0 {
		return slices.Insert(out, 0, entry{0, lp})
	}
	out[0].logp = float32(min(0, logAdd(float64(out[0].logp), float64(lp))))
	return out
}

// Join puts lines of one text behind one another; all are of one alphabet.
func Join(ps ...*Posterior) *Posterior {
	if len(ps) == 1 {
		return ps[0]
	}
	var alphabet *Alphabet
	var columns, busy [][]entry
	for _, p := range ps {
		alphabet = p.alphabet
		columns, busy = append(columns, p.columns...), append(busy, p.busy...)
	}
	return of(alphabet, columns, busy)
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

// Weakest returns the least of the probabilities that the greedy reading gives
// its characters: a text is no surer than its least sure character.
func (p *Posterior) Weakest() float64 {
	weakest := 1.0
	for _, s := range p.Sights() {
		weakest = min(weakest, s.Sure)
	}
	return weakest
}

// A Sight is a character of the greedy reading.
type Sight struct {
	Sure  float64 // its probability in the column where the net is surest of it
	Place float64 // the middle of that column, as a share of the width of the line's picture
}

// Sights are the characters of the greedy reading, in their order.
func (p *Posterior) Sights() (out []Sight) {
	var at Sight
	last := int32(0)
	for t, busy := range p.busy {
		best, most := int32(0), float32(Likely)
		for _, e := range busy {
			if e.logp > most {
				best, most = e.class, e.logp
			}
		}
		if best != last && last != 0 {
			out, at = append(out, at), Sight{}
		}
		if sure := math.Exp(float64(most)); best != 0 && sure > at.Sure {
			at = Sight{sure, (float64(t) + 0.5 - p.from) / (p.to - p.from)}
		}
		last = best
	}
	if last != 0 {
		out = append(out, at)
	}
	return out
}
