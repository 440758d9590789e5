package ruling

import (
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/biaoge/biaoge/models"
)

// A net has one hidden layer. Both were fitted by a command (models/README.md).
type net struct {
	Hidden  [][]float32 `json:"hidden"`
	Bias    []float32   `json:"bias"`
	Out     []float32   `json:"out"`
	OutBias float32     `json:"outBias"`
}

var theNets = sync.OnceValue(func() (n struct{ Blocks, Edges *net }) {
	if err := json.Unmarshal(models.Rules, &n); err != nil {
		panic(fmt.Sprintf("ruling: the fitted evidence for rules: %v", err))
	}
	return n
})

// theBlockNet tells the blocks of rules from others, and theEdgeNet the edges of
// cells.
func theBlockNet() *net { return theNets().Blocks }
func theEdgeNet() *net  { return theNets().Edges }

// odds are the logarithm of how much likelier it is than not.
func (n *net) odds(f []float32) float32 {
	sum := n.OutBias
	for i, w := range n.Hidden {
		h := n.Bias[i]
		for j, v := range f {
			h += w[j] * v
		}
		if h > 0 {
			sum += n.Out[i] * h
		}
	}
	return sum
}

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
	net := theBlockNet()
	w := b.w - 2*margin
	out := make([]float32, b.n*w)
	own := make([]float32, w+2) // with one column on each side
	var f [blockFeatures]float32
	for k := range b.n {
		for x := range own {
			own[x] = bareOdds
		}
		s := b.row(k)
		for x := margin; x < b.w-margin; x++ {
			if !trough(s, x) {
				continue
			}
			// Nothing is no rule.
			if d := min(max(s[x-3], s[x-4]), max(s[x+3], s[x+4])) - s[x]; d < nothing && min(s[x-6], s[x+6])-s[x] < nothing {
				continue
			}
			b.features(k, x, &f)
			own[x-margin+1] = max(-maxOdds, min(maxOdds, net.odds(f[:])+sampleOdds))
		}
		row := out[k*w : (k+1)*w]
		for x := range row {
			row[x] = max(own[x], own[x+1], own[x+2])
		}
	}
	return out
}

// nothing is by how much the middle of a rule is darker than its sides at least,
// in eighths of a grey level.
const nothing = 2
