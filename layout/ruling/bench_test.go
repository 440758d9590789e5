package ruling

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"gocv.io/x/gocv"
)

// benchGray is a clean screenshot of the largest form.
func benchGray(b *testing.B) gocv.Mat {
	b.Helper()
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
	b.Cleanup(func() { gray.Close() })
	return gray
}

// Finding what is thin in one direction, before it is followed.
func BenchmarkRidges(b *testing.B) {
	gray := benchGray(b)
	for b.Loop() {
		r, err := newRidges(gray, false, 0)
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

// What the map says of all rules of a page.
func BenchmarkMeasure(b *testing.B) {
	gray := benchGray(b)
	for b.Loop() {
		m, err := Measure(b.Context(), gray, 1)
		if err != nil {
			b.Fatal(err)
		}
		m.Rules(Level)
		m.Rules(Plumb)
	}
}

// Following all that is thin.
func BenchmarkFollow(b *testing.B) {
	gray := benchGray(b)
	for b.Loop() {
		if _, err := Follow(b.Context(), gray, 0); err != nil {
			b.Fatal(err)
		}
	}
}
