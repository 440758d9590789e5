package ruling

import (
	"bytes"
	"image"
	"math/rand/v2"
	"testing"

	"gocv.io/x/gocv"
)

// What is thin and what is turned is what OpenCV makes of it, whatever the size.
func TestThinAsOpenCV(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{1, 1}, {1, 40}, {40, 1}, {15, 17}, {16, 16}, {33, 50}, {200, 31}} {
		px := make([]uint8, size.X*size.Y)
		for i := range px {
			px[i] = uint8(rng.UintN(256))
		}
		gray, err := gocv.NewMatFromBytes(size.Y, size.X, gocv.MatTypeCV8UC1, px)
		if err != nil {
			t.Fatal(err)
		}
		defer gray.Close()
		equal := func(what string, got gocv.Mat, err error, want gocv.Mat) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if got.Rows() != want.Rows() || got.Cols() != want.Cols() || !bytes.Equal(got.ToBytes(), want.ToBytes()) {
				t.Errorf("%s of a picture of %v is another than OpenCV's", what, size)
			}
			got.Close()
		}
		want := gocv.NewMat()
		defer want.Close()
		gocv.Transpose(gray, &want)
		got, err := turnedOver(gray)
		equal("the transpose", got, err, want)
		for reach := 1; reach <= 10; reach++ {
			k := gocv.GetStructuringElement(gocv.MorphRect, image.Pt(2*reach+1, 1))
			defer k.Close()
			for light, hat := range map[bool]gocv.MorphType{false: gocv.MorphBlackhat, true: gocv.MorphTophat} {
				gocv.MorphologyEx(gray, &want, hat, k)
				got, err := thin(gray, reach, light)
				equal("the hat", got, err, want)
			}
		}
	}
}
