package ink

import (
	rand "math/rand/v2"
	"testing"
)

// Eight pixels at a time find the same first pixel of ink as one at a time do.
func TestTheNextInkIsTheFirstPixelOfIt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		row := make([]uint8, r.IntN(40))
		for i := range row {
			row[i] = uint8(r.UintN(256))
		}
		c := Threshold{uint8(r.UintN(256)), r.IntN(2) == 0}
		from := r.IntN(len(row) + 1)
		want := from
		for want < len(row) && !c.Inked(row[want]) {
			want++
		}
		if got := c.Next(row, from); got != want {
			t.Fatalf("%+v in %v from %d: %d, not %d", c, row, from, got, want)
		}
	}
}
