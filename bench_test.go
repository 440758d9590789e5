package biaoge_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/biaoge/biaoge"
)

// scribble is a picture of a frame with a few rules across it, full of strokes
// in rows: what a page of print looks like to a program that has not found the
// rules between the cells, but more of it.
func scribble(w, h int) []byte {
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	fill := func(x0, y0, x1, y1 int) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(color.Gray{40}), image.Point{}, draw.Src)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for y := 34; y+14 < h-30; y += 20 {
		for x := 34; x+14 < w-30; x += 15 {
			for range 4 {
				a, b := r.IntN(11), r.IntN(11)
				if r.IntN(2) == 0 {
					fill(x, y+a, x+4+b/2, y+a+2)
				} else {
					fill(x+a, y, x+a+2, y+4+b/2)
				}
			}
		}
	}
	for i := range 4 {
		y := 20 + i*(h-40)/3
		fill(20, y-2, w-20, y)
		x := 20 + i*(w-40)/3
		fill(x-2, 20, x, h-20)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // it is a buffer
	}
	return b.Bytes()
}

// Neither reader goes through a picture of nothing to its end, and a person is
// asked to look.
func TestNoReaderGoesThroughAPictureOfNothing(t *testing.T) {
	x := newExtractor(t)
	doc, err := x.Extract(t.Context(), bytes.NewReader(scribble(1900, 1900)))
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Tables) != 1 {
		t.Fatalf("%d tables, want 1", len(doc.Tables))
	}
	table := doc.Tables[0]
	if !table.Review || len(table.Reasons) == 0 {
		t.Errorf("review %v, reasons %q; want it flagged as no writing", table.Review, table.Reasons)
	}
	unread := 0 // the others are blank: strips along the frame
	for _, c := range table.Cells {
		if c.Text != "" || c.Confidence == 0 && !c.Review {
			t.Errorf("cell %d,%d reads %q with %g, review %v; want it left unread", c.Row, c.Col, c.Text, c.Confidence, c.Review)
		}
		if c.Confidence == 0 {
			unread++
		}
	}
	if 10*unread < 9*len(table.Cells) {
		t.Errorf("%d of %d cells are left unread", unread, len(table.Cells))
	}
}

func benchmarkExtract(b *testing.B, picture []byte) {
	x, err := biaoge.New()
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for b.Loop() {
		if _, err := x.Extract(context.Background(), bytes.NewReader(picture)); err != nil {
			b.Fatal(err)
		}
	}
}

// The usual: a clean screenshot of a form.
func BenchmarkForm(b *testing.B) {
	picture, err := os.ReadFile("testdata/requests.png")
	if err != nil {
		b.Fatal(err)
	}
	benchmarkExtract(b, picture)
}

// The worst: much that is no writing, in few cells. It may cost as much as its
// size does, but not what reading all of it four ways up would.
func BenchmarkNoWriting(b *testing.B) { benchmarkExtract(b, scribble(1900, 1900)) }
