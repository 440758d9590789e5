package grid

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ink"
)

// A frame as dark as the desk is no ground that the white cells lie in.
func TestAFrameIsNoGround(t *testing.T) {
	for _, k := range []struct {
		thick int
		want  bool
	}{{4, false}, {40, true}} {
		c := sketch.New(300, 200, 255)
		cell := image.Rect(100, 80, 200, 120)
		c.Fill(cell.Inset(-k.thick), 50)
		c.Fill(cell, 255)
		p := ink.New(c.Pix, c.Rect.Size())
		if got := bedded(p, []image.Rectangle{cell.Inset(1)}, func(v uint8) bool { return v < 75 }); got != k.want {
			t.Errorf("with %d pixels around it: %v", k.thick, got)
		}
	}
}
