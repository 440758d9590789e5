package straighten

import (
	"image"
	"testing"

	"gocv.io/x/gocv"
)

// A turn by half a degree: what a straightened picture costs.
func BenchmarkApply(b *testing.B) {
	gray := gocv.NewMatWithSize(1200, 900, gocv.MatTypeCV8UC1)
	defer gray.Close()
	const s, c = 0.0087265, 0.9999619
	mid := vec{450, 600}
	for b.Loop() {
		m, _ := apply(gray, image.Pt(900, 1200), func(v vec) vec {
			x, y := v.x-mid.x, v.y-mid.y
			return vec{mid.x + c*x - s*y, mid.y + s*x + c*y}
		})
		m.Close()
	}
}
