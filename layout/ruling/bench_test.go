package ruling

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"gocv.io/x/gocv"
)

// The part of following rules that is OpenCV's, on a clean screenshot of the
// largest form.
func BenchmarkRidges(b *testing.B) {
	f, err := os.Open("../../testdata/requests.png")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		b.Fatal(err)
	}
	g := image.NewGray(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(g, g.Rect, img, img.Bounds().Min, draw.Src)
	gray, err := gocv.NewMatFromBytes(g.Rect.Dy(), g.Rect.Dx(), gocv.MatTypeCV8UC1, g.Pix)
	if err != nil {
		b.Fatal(err)
	}
	defer gray.Close()
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(gray, &turned)
	for b.Loop() {
		newRidges(gray, false, 0).Close()
		newRidges(turned, false, 0).Close()
	}
}
