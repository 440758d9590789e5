package ink

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"gocv.io/x/gocv"
)

// Components are those that OpenCV finds, in its order, however dense the mask is.
func TestComponentsAsOpenCV(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, size := range []image.Point{{1, 1}, {1, 30}, {30, 1}, {7, 9}, {64, 33}, {121, 80}} {
		for tenths := 1; tenths <= 9; tenths++ {
			mask := make([]uint8, size.X*size.Y)
			for i := range mask {
				if rng.IntN(10) < tenths {
					mask[i] = uint8(1 + rng.IntN(255))
				}
			}
			box := image.Rectangle{Max: size}.Add(image.Pt(5, 8))
			got, want := Components(mask, box, MaxMarks), componentsByOpenCV(t, mask, box)
			if !slices.Equal(got, want) {
				t.Errorf("%d tenths of %v: %d components are not OpenCV's %d:\n%v\n%v", tenths, size, len(got), len(want), got, want)
			}
			// As OpenCV counts, the ground is one, too.
			if n := len(want) + 1; Components(mask, box, n) == nil || Components(mask, box, n-1) != nil {
				t.Errorf("%d tenths of %v: %d components are told from one more or less", tenths, size, n)
			}
		}
	}
}

func componentsByOpenCV(t *testing.T, mask []uint8, box image.Rectangle) []Blob {
	t.Helper()
	m, err := gocv.NewMatFromBytes(box.Dy(), box.Dx(), gocv.MatTypeCV8UC1, mask)
	if err != nil {
		t.Fatal(err)
	}
	labels, stats, centroids := gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	for _, m := range []*gocv.Mat{&m, &labels, &stats, &centroids} {
		defer m.Close()
	}
	out := []Blob{}
	for i := 1; i < gocv.ConnectedComponentsWithStats(m, &labels, &stats, &centroids); i++ {
		at := func(f gocv.ConnectedComponentsTypes) int { return int(stats.GetIntAt(i, int(f))) }
		x, y := at(gocv.CC_STAT_LEFT), at(gocv.CC_STAT_TOP)
		in := image.Rect(x, y, x+at(gocv.CC_STAT_WIDTH), y+at(gocv.CC_STAT_HEIGHT))
		out = append(out, Blob{in.Add(box.Min), at(gocv.CC_STAT_AREA)})
	}
	return out
}
