package reading

import (
	"context"
	"image"
	"testing"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
)

// What was read to tell which way up a table is, is not read again; nor is what looks
// the same.
func TestALineIsReadOnce(t *testing.T) {
	line := func(grey uint8) strip.Line {
		g := image.NewGray(image.Rect(0, 0, 30, 12))
		for i := range g.Pix {
			g.Pix[i] = grey * uint8(i%2)
		}
		return strip.Line{Gray: g, Bottom: 12}
	}
	asked := 0
	o := newOnce(func(_ context.Context, lines []strip.Line) (out []*ctc.Posterior, err error) {
		asked += len(lines)
		for range lines {
			out = append(out, new(ctc.Posterior))
		}
		return out, nil
	})
	a, b, likeA := line(200), line(90), line(200)
	first, err := o.read(context.Background(), []strip.Line{a})
	if err != nil {
		t.Fatal(err)
	}
	all, err := o.read(context.Background(), []strip.Line{b, likeA, a, b})
	if err != nil {
		t.Fatal(err)
	}
	if asked != 2 {
		t.Errorf("%d lines were read, want 2", asked)
	}
	if all[1] != first[0] || all[2] != first[0] || all[0] != all[3] || all[0] == all[1] {
		t.Error("lines that look the same are to share a reading, others not")
	}
}
