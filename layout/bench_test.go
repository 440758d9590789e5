package layout

import (
	"context"
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// benchPicture is a clean screenshot of the largest form.
func benchPicture(b *testing.B) *image.Gray {
	b.Helper()
	f, err := os.Open("../testdata/requests.png")
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
	return g
}

func benchPage(b *testing.B) *Page {
	b.Helper()
	p, err := Analyze(context.Background(), benchPicture(b), 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	return p
}

func BenchmarkAnalyze(b *testing.B) {
	img := benchPicture(b)
	for b.Loop() {
		p, err := Analyze(context.Background(), img, 0)
		if err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
}

// The stages of Analyze, in its order.

func BenchmarkAnalyzeRules(b *testing.B) {
	p := benchPage(b)
	for b.Loop() {
		if _, err := ruling.Follow(context.Background(), p.Gray, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnalyzeGrids(b *testing.B) {
	p := benchPage(b)
	for b.Loop() {
		m, err := ruling.Measure(context.Background(), p.Gray, 1)
		if err != nil {
			b.Fatal(err)
		}
		if l, err := grid.Find(context.Background(), m, false); err != nil || len(l.Grids) != 1 {
			b.Fatalf("%d tables", len(l.Grids))
		}
	}
}

func BenchmarkAnalyzeLines(b *testing.B) {
	p := benchPage(b)
	px, err := p.Gray.DataPtrUint8()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := readLines(context.Background(), ink.New(px, p.Size()), p.Grids); err != nil {
			b.Fatal(err)
		}
	}
}
