package ruling

import (
	"maps"
	"math"
	"slices"
)

// maxPieces is how many pieces of rules a page with dashed rules has at most;
// a halftone has more.
const maxPieces = 20000

// rejoin puts the pieces of dashed rules together: crossings and joints of the
// cells' borders break the beat, and no piece is long enough to be judged.
func (r *ridges) rejoin(ts []Trace) []Trace {
	if len(ts) > maxPieces {
		return ts
	}
	ts = inOrder(ts)
	used := make([]bool, len(ts))
	var out []Trace
	for _, c := range r.chains(ts) {
		t := joined(ts, c)
		if t.measure(); !t.dashed() {
			continue
		}
		for _, i := range c {
			used[i] = true
		}
		out = append(out, t)
	}
	for i := range ts {
		if !used[i] {
			out = append(out, ts[i])
		}
	}
	return out
}

// A chainer chains pieces that follow one another.
type chainer struct {
	ts     []Trace
	maxGap float64         // between two pieces, pixels
	open   map[int][][]int // chains that may go on, by where across they end
	chains [][]int         // of several pieces, that have ended
}

// chainWidth is how wide a part of the picture is whose chains are kept together, pixels.
const chainWidth = 4

// chains are the sets of pieces, each of several, that may be one rule.
func (r *ridges) chains(ts []Trace) [][]int {
	c := &chainer{ts: ts, maxGap: float64(3 * r.maxGap), open: make(map[int][][]int)}
	for i := range ts {
		t := &ts[i]
		if t.Rough > 0.5 || t.even < 0.7 || t.Coverage > 0.85 && t.Length() > float64(4*r.maxGap) {
			continue
		}
		chain := append(c.takeBefore(t), i)
		end := int(t.Across[len(t.Across)-1]) / chainWidth
		c.open[end] = append(c.open[end], chain)
	}
	for _, at := range slices.Sorted(maps.Keys(c.open)) {
		for _, chain := range c.open[at] {
			c.close(chain)
		}
	}
	return c.chains
}

// close keeps a chain that has ended.
func (c *chainer) close(chain []int) {
	if len(chain) > 1 {
		c.chains = append(c.chains, chain)
	}
}

// takeBefore takes the chain that a piece continues best out of the open ones; nil where it
// continues none.
func (c *chainer) takeBefore(t *Trace) (best []int) {
	at := int(t.Across[0]) / chainWidth
	bestAt, bestK, bestD := 0, 0, 0.
	for near := at - 1; near <= at+1; near++ {
		c.closeBefore(near, t.Lo()-c.maxGap)
		for k, chain := range c.open[near] {
			e := &c.ts[chain[len(chain)-1]]
			gap := t.Lo() - e.Hi()
			d := math.Abs(float64(t.Across[0] - e.Across[len(e.Across)-1]))
			if gap < 0 || d > 1.1+0.04*gap || math.Abs(t.Thick-e.Thick) > 1.2 || t.tone > 1.6*e.tone || e.tone > 1.6*t.tone {
				continue
			}
			if d += 0.1 * gap; best == nil || d < bestD {
				best, bestAt, bestK, bestD = chain, near, k, d
			}
		}
	}
	if best != nil {
		c.open[bestAt] = slices.Delete(c.open[bestAt], bestK, bestK+1)
	}
	return best
}

// closeBefore closes the chains of a part that end before a place along.
func (c *chainer) closeBefore(part int, along float64) {
	c.open[part] = slices.DeleteFunc(c.open[part], func(chain []int) bool {
		over := c.ts[chain[len(chain)-1]].Hi() < along
		if over {
			c.close(chain)
		}
		return over
	})
}

// joined is the trace that pieces make.
func joined(ts []Trace, pieces []int) Trace {
	t := Trace{Light: ts[pieces[0]].Light, Pieced: true}
	var n, even float64
	for _, i := range pieces {
		p := &ts[i]
		w := float64(len(p.Along))
		t.Along, t.Across = append(t.Along, p.Along...), append(t.Across, p.Across...)
		t.Thick, t.tone, even, n = t.Thick+w*p.Thick, t.tone+w*p.tone, even+w*p.even, n+w
	}
	t.Thick, t.tone, t.even = t.Thick/n, t.tone/n, even/n
	return t
}

// inOrder sorts traces by where they begin. A trace is large to move about, so
// their places are sorted first.
func inOrder(ts []Trace) []Trace {
	order := make([]int, len(ts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(ts[a].Along[0] - ts[b].Along[0]) })
	out := make([]Trace, len(ts))
	for i, k := range order {
		out[i] = ts[k]
	}
	return out
}
