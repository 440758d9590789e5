package grid

import (
	"fmt"
	"testing"

	"github.com/biaoge/biaoge/layout/ruling"
)

func TestAWeakEdgeCountsBetweenPrintedOnes(t *testing.T) {
	for _, k := range []struct{ in, want []float64 }{
		{[]float64{1, 0.7, 1}, []float64{1, ruling.MinEdge, 1}},
		{[]float64{1, 0.7, 0.7, 1}, []float64{1, ruling.MinEdge, ruling.MinEdge, 1}},
		{[]float64{0.7, 1, 0.7}, []float64{0.7, 1, 0.7}},       // a frame tells nothing
		{[]float64{1, 0.7, 0.2, 1}, []float64{1, 0.7, 0.2, 1}}, // a merged cell
		{nil, nil},
	} {
		got := append([]float64(nil), k.in...)
		if joinWeak(got); fmt.Sprint(got) != fmt.Sprint(k.want) {
			t.Errorf("joinWeak(%v) = %v, want %v", k.in, got, k.want)
		}
	}
}
