package ctc

import (
	"math"
	"strings"
	"testing"
)

// tiny is a posterior over blank, a and b, with the given probabilities.
func tiny(columns ...[3]float64) *Posterior {
	a := NewAlphabet([]string{"a", "b", string(Other)})
	var logp []float32
	var busy, counts []int32
	for _, c := range columns {
		sum, n := 0.0, int32(0)
		for k := range 4 {
			sum += probability(c, k)
		}
		for k := range 4 {
			lp := float32(math.Log(probability(c, k) / sum))
			if logp = append(logp, max(lp, Floor)); lp > Likely {
				busy, n = append(busy, int32(k)), n+1
			}
		}
		counts = append(counts, n)
	}
	return New(a, logp, busy, counts)
}

// probability is that of a class, never nothing.
func probability(column [3]float64, class int) float64 {
	if class < 3 {
		return max(column[class], 1e-7)
	}
	return 1e-7
}

// enumerate sums the probabilities of all paths, text by text.
func enumerate(p *Posterior) map[string]float64 {
	out := map[string]float64{}
	logp := p.LogProbs()
	var walk func(t int, text string, last int, lp float64)
	walk = func(t int, text string, last int, lp float64) {
		if t == p.Columns() {
			out[text] += math.Exp(lp)
			return
		}
		for c := range p.Classes() {
			next := text
			if c > 0 && c != last {
				next += p.alphabet.names[c-1]
			}
			walk(t+1, next, c, lp+float64(logp[t*p.Classes()+c]))
		}
	}
	walk(0, "", 0, 0)
	return out
}

// The forward algorithm and the beam search agree with the sum over all paths.
func TestSearchAndForwardAgreeWithTheSumOverAllPaths(t *testing.T) {
	for _, p := range []*Posterior{
		tiny([3]float64{.2, .5, .3}),
		tiny([3]float64{.6, .4, 0}, [3]float64{.6, .4, 0}), // "" is the best path, a the best text
		tiny([3]float64{.1, .8, .1}, [3]float64{.5, .3, .2}, [3]float64{.1, .7, .2}),
		tiny([3]float64{.3, .3, .4}, [3]float64{.2, .5, .3}, [3]float64{.6, .1, .3}, [3]float64{.1, .4, .5}, [3]float64{.2, .4, .4}),
	} {
		all := enumerate(p)
		best, top := "", 0.0
		for text, want := range all {
			if want > top {
				best, top = text, want
			}
			if got := math.Exp(p.LogProb(text)); math.Abs(got-want) > 1e-6 {
				t.Errorf("LogProb(%q) = log %g, want log %g", text, got, want)
			}
			if most := p.Bound(text); most < p.LogProb(text)-1e-9 {
				t.Errorf("LogProb(%q) = %g, more than Bound says, %g", text, p.LogProb(text), most)
			}
		}
		got := p.Best(40) // a beam wide enough to lose nothing
		if got[0].Text != best || math.Abs(math.Exp(got[0].LogProb)-top) > 1e-3 {
			t.Errorf("Best = %q with %g, want %q with %g", got[0].Text, math.Exp(got[0].LogProb), best, top)
		}
	}
}

// What holds characters that are seen nowhere is known to be unlikely at a glance.
func TestCharactersThatAreNotSeenBoundATextsProbability(t *testing.T) {
	var columns [][3]float64
	for range 30 {
		columns = append(columns, [3]float64{.3, .7, 0})
	}
	p := tiny(columns...)
	for _, text := range []string{"a", "b", "ab", "bb", "abab", "中"} {
		bound, unseen := p.Bound(text), strings.Count(text, "b")+strings.Count(text, "中")
		if got := p.LogProb(text); got > bound || bound > -10*float64(unseen) {
			t.Errorf("%q: bound %g, log probability %g", text, bound, got)
		}
	}
}

func TestAnUnknownCharacterCountsAsOther(t *testing.T) {
	p := tiny([3]float64{.2, .5, .3}, [3]float64{.8, .1, .1})
	if a, b := p.LogProb("中"), p.LogProb(string(Other)); a != b {
		t.Errorf("an unknown character has %g, the class for it %g", a, b)
	}
}

// On a line of a thousand columns a text that the net does not see anywhere has a chance that
// no float64 holds; it is told from others all the same.
func TestVeryUnlikelyTextsAreTold(t *testing.T) {
	var columns [][3]float64
	for range 500 {
		columns = append(columns, [3]float64{.001, .999, 0}, [3]float64{.999, .001, 0})
	}
	p := tiny(columns...)
	seen := p.LogProb(strings.Repeat("a", 500))
	fewer, none := p.LogProb(strings.Repeat("a", 400)), p.LogProb("b")
	if seen < -2 || fewer > seen-300 || fewer < seen-500 || none > fewer-1000 || math.IsInf(none, -1) {
		t.Errorf("LogProb: what is seen %g, a hundred characters less %g, something else %g", seen, fewer, none)
	}
	if got := p.LogProb(strings.Repeat("a", 1001)); !math.IsInf(got, -1) {
		t.Errorf("LogProb of more characters than columns is %g", got)
	}
}

func TestJoinedPosteriorsReadOneAfterTheOther(t *testing.T) {
	a := tiny([3]float64{.1, .8, .1}, [3]float64{.9, .05, .05})
	b := tiny([3]float64{.1, .1, .8})
	if Join(a) != a {
		t.Error("one posterior joined is another")
	}
	ab := Join(a, b)
	if got := ab.Best(1)[0].Text; got != "ab" {
		t.Errorf("Best = %q, want ab", got)
	}
	if got, want := ab.LogProb("ab"), a.LogProb("a")+b.LogProb("b"); got < want {
		t.Errorf("LogProb(ab) = %g, less than its parts, %g", got, want)
	}
	if a.Columns() != 2 || b.Columns() != 1 {
		t.Error("joining changed its parts")
	}
}

func TestTheWeakestCharacterTellsHowSureALineIs(t *testing.T) {
	for _, c := range []struct {
		p    *Posterior
		want float64
	}{
		{tiny([3]float64{.9, .1, 0}), 1}, // nothing is read
		{tiny([3]float64{.1, .9, 0}, [3]float64{1, 0, 0}, [3]float64{.2, .2, .6}), .6},
		{tiny([3]float64{.3, .7, 0}, [3]float64{.1, .9, 0}), .9}, // one character over two columns
		{tiny([3]float64{.1, .2, .7}), .7},
	} {
		if got := c.p.Weakest(); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("Weakest = %g, want %g", got, c.want)
		}
	}
}

func TestEachCharacterStandsWhereTheNetIsSurestOfIt(t *testing.T) {
	p := tiny([3]float64{1, 0, 0}, [3]float64{.1, .9, 0}, [3]float64{.3, .7, 0}, [3]float64{1, 0, 0}, [3]float64{.2, .2, .6}, [3]float64{1, 0, 0})
	p.Lies(1, 5)
	got := p.Sights()
	want := []Sight{{.9, .125}, {.6, .875}}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i, s := range got {
		if math.Abs(s.Sure-want[i].Sure) > 1e-4 || math.Abs(s.Place-want[i].Place) > 1e-9 {
			t.Errorf("character %d: %v, want %v", i, s, want[i])
		}
	}
}
