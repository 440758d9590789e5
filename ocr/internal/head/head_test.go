package head

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/biaoge/biaoge/ocr/kernel"
)

// A head gives each character the probability that the formula gives it, whatever the number of
// classes and columns.
func TestProbabilitiesAreThoseOfTheFormula(t *testing.T) {
	const in = 16
	r := rand.New(rand.NewPCG(1, 1))
	room := NewRoom()
	defer room.Free()
	for _, size := range []struct{ classes, columns int }{{5, 1}, {512, 33}, {1300, 40}} {
		l := kernel.Layer{Geometry: kernel.Geometry{In: in, Out: int32(size.classes), Height: 1, Width: 1, Down: 1, Right: 1, Pool: 1}}
		names := make([]string, size.classes-1)
		for i := range names {
			names[i] = string(rune(0x4e00 + i))
		}
		for range size.classes {
			l.Bias, l.Scale = append(l.Bias, int32(r.IntN(200))), append(l.Scale, 1.0/512)
			for range in {
				l.Weights = append(l.Weights, int8(r.IntN(100)-50))
			}
		}
		seen := make([]uint8, size.columns*in+l.Slack())
		for i := range size.columns * in {
			seen[i] = uint8(r.IntN(256))
		}
		// Of one column, each single character's probability is its share.
		logits, sum := make([]float64, size.classes), 0.0
		column := size.columns - 1
		for c := range logits {
			v := float64(l.Bias[c])
			for k := range in {
				v += float64(seen[column*in+k]) * float64(l.Weights[c*in+k])
			}
			logits[c] = v / 512
			sum += math.Exp(logits[c])
		}
		packed := l.Pack()
		h := New(&packed, names)
		p := h.Posterior(kernel.Fastest(), &room, 1, func(int, int) []uint8 { return seen[column*in:] })
		best := p.Best(1)[0]
		want := math.Inf(-1)
		for c, v := range logits {
			text := ""
			if c > 0 {
				text = names[c-1]
			}
			lp := v - math.Log(sum)
			if want = max(want, lp); lp > -5 && math.Abs(p.LogProb(text)-lp) > 1e-3 {
				t.Errorf("%v: %q has the logarithm %g, want %g", size, text, p.LogProb(text), lp)
			}
		}
		if math.Abs(best.LogProb-want) > 1e-3 {
			t.Errorf("%v: the best has %g, want %g", size, best.LogProb, want)
		}
		if all := h.Posterior(kernel.Fastest(), &room, size.columns, func(from, _ int) []uint8 { return seen[from*in:] }); all.Columns() != size.columns {
			t.Errorf("%d columns, want %d", all.Columns(), size.columns)
		}
	}
}

// Of what prints the same one class has the probabilities of all.
func TestWhatPrintsTheSameIsOneClass(t *testing.T) {
	names := []string{"(", "（", "-", "—", "子", "孑"}
	got := canonical(names)
	if fmt.Sprint(got) != "[0 1 1 3 3 5 6]" {
		t.Errorf("%v", got)
	}
}
