package ruling

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"gocv.io/x/gocv"
)

func matOf(t *testing.T, c sketch.Canvas) gocv.Mat {
	t.Helper()
	m, err := gocv.NewMatFromBytes(c.Rect.Dy(), c.Rect.Dx(), gocv.MatTypeCV8UC1, c.Pix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// A coloured heading is a shade; print is none, however dense.
func TestAColouredHeadingIsAShadeAndPrintIsNone(t *testing.T) {
	c := sketch.New(400, 400, 255)
	for y := 4; y < 390; y += 14 {
		for i := range 39 { // characters of 8 by 12 pixels, each a ring with a bar
			x := 4 + 10*i
			c.Level(y, x, x+8, 0)
			c.Level(y+5+i%2, x+2, x+6, 0)
			c.Level(y+11, x, x+8, 0)
			c.Plumb(x, y, y+12, 0)
			c.Plumb(x+7, y, y+12, 0)
		}
	}
	if share := shaded(matOf(t, c)); share >= minLights {
		t.Errorf("of print %.2f is shaded", share)
	}
	c.Fill(image.Rect(0, 0, 400, 60), 200)
	c.Fill(image.Rect(0, 60, 400, 100), 60)
	if share := shaded(matOf(t, c)); share < 0.2 || share > 0.3 {
		t.Errorf("%.2f is shaded, not 0.25", share)
	}
}
