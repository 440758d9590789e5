package ruling

import (
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/biaoge/biaoge/layout/likely"
	"github.com/biaoge/biaoge/models"
)

// theNets tell the blocks of rules from others, and the edges of cells.
var theNets = sync.OnceValue(func() (n struct{ Blocks, Edges likely.Net }) {
	if err := json.Unmarshal(models.Rules, &n); err != nil {
		panic(fmt.Sprintf("ruling: the fitted evidence for rules: %v", err))
	}
	return n
})

// How much a block says at most, for or against a rule, and how much one says against it in
// which nothing is darker than its sides: natural logarithms of odds.
const (
	maxOdds  = 4
	bareOdds = -2
)

// sampleOdds is added to what the net says, natural logarithm of odds: among the examples it
// was fitted on, blocks on rules were more frequent than they are on pages.
var sampleOdds = float32(math.Log(keptBare / keptOn))

// evidence is for each block and column the odds that a rule runs through it
// there or a pixel beside it; without the columns around.
func (b *blocks) evidence() []float32 {
	w := b.w - 2*margin
	out := make([]float32, b.n*w)
	for i := range out {
		out[i] = bareOdds
	}
	l := lots.Get().(*lot)
	defer lots.Put(l)
	l.of, l.odds = b, out
	bare := make([]bool, b.n)
	for k := range b.n {
		s := b.row(k)
		bare[k] = true
		for x := margin; x < b.w-margin; x++ {
			if trough(s, x) && something(s, x) {
				l.add(k, x)
				bare[k] = false
			}
		}
	}
	l.ask()
	l.of, l.odds = nil, nil
	for k := range b.n {
		if !bare[k] {
			spread(out[k*w : (k+1)*w])
		}
	}
	return out
}

// something tells whether a column of a row of blocks is so much darker than its sides
// that it may be a rule.
func something(s []int16, x int) bool {
	// By how much the middle of a rule is darker than its sides at least, in eighths of
	// a grey level.
	const nothing = 2
	return min(max(s[x-3], s[x-4]), max(s[x+3], s[x+4]))-s[x] >= nothing || min(s[x-6], s[x+6])-s[x] >= nothing
}

// spread has each column of a row of blocks say the most that it or one beside it says.
func spread(row []float32) {
	before := float32(bareOdds)
	for x, own := range row {
		after := float32(bareOdds)
		if x+1 < len(row) {
			after = row[x+1]
		}
		row[x] = max(before, own, after)
		before = own
	}
}

// A lot is blocks that the net is asked about at once.
type lot struct {
	of       *blocks
	odds     []float32 // of all blocks
	at       [64]int32 // where each is among the sums
	to       [64]int   // where its odds go
	n        int
	features [64 * blockFeatures]float32
	said     [64]float32
}

// lots keeps lots, which are large for the few blocks of an edge.
var lots = sync.Pool{New: func() any { return new(lot) }}

// add adds the block in row k and column x.
func (l *lot) add(k, x int) {
	if l.n == len(l.at) {
		l.ask()
	}
	l.at[l.n], l.to[l.n] = int32(k*l.of.w+x), k*(l.of.w-2*margin)+x-margin
	l.n++
}

// ask asks the net about the lot, and empties it.
func (l *lot) ask() {
	if l.n == 0 {
		return
	}
	l.of.features(l.at[:l.n], l.features[:])
	said := l.said[:l.n]
	theNets().Blocks.Odds(l.features[:l.n*blockFeatures], said)
	for i, v := range said {
		l.odds[l.to[i]] = max(-maxOdds, min(maxOdds, v+sampleOdds))
	}
	l.n = 0
}
