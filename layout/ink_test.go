package layout

import (
	"image"
	"math/rand/v2"
	"testing"

	"gocv.io/x/gocv"
)

func matOf(t *testing.T, c canvas) gocv.Mat {
	t.Helper()
	m, err := gocv.NewMatFromBytes(c.Rect.Dy(), c.Rect.Dx(), gocv.MatTypeCV8UC1, c.Pix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// Eight pixels at a time find the same first pixel of ink as one at a time do.
func TestNextInk(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		row := make([]uint8, r.IntN(40))
		for i := range row {
			row[i] = uint8(r.UintN(256))
		}
		c := cut{uint8(r.UintN(256)), r.IntN(2) == 0}
		from := r.IntN(len(row) + 1)
		want := from
		for want < len(row) && !c.inked(row[want]) {
			want++
		}
		if got := c.next(row, from); got != want {
			t.Fatalf("%+v in %v from %d: %d, not %d", c, row, from, got, want)
		}
	}
}

// A coloured heading is a shade; print is none, however dense.
func TestShares(t *testing.T) {
	c := newCanvas(400, 400, 255)
	for y := 4; y < 390; y += 14 {
		c.text(4, y, 39, 0)
	}
	if shaded, dark := shares(matOf(t, c)); shaded >= minLights || dark > 0.01 {
		t.Errorf("of print %.2f is shaded, %.2f dark", shaded, dark)
	}
	c.fill(image.Rect(0, 0, 400, 60), 200)
	c.fill(image.Rect(0, 60, 400, 100), 60)
	if shaded, dark := shares(matOf(t, c)); shaded < 0.2 || shaded > 0.3 || dark < 0.08 || dark > 0.12 {
		t.Errorf("%.2f is shaded, %.2f dark, not 0.25 and 0.10", shaded, dark)
	}
}
