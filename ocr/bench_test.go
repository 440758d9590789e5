package ocr_test

import (
	"context"
	"errors"
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
)

// benchLine is a line of text on a page: its ink and its cell.
type benchLine struct{ ink, cell image.Rectangle }

// benchLines finds the lines of a clean screenshot, and among them a number (the
// narrowest) and a label (the widest).
func benchLines(b *testing.B) (page *image.Gray, lines []benchLine, number, label benchLine, height float64) {
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
	page = image.NewGray(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(page, page.Rect, img, img.Bounds().Min, draw.Src)
	p, err := layout.Analyze(context.Background(), page, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	for _, g := range p.Grids {
		for _, c := range g.Cells {
			for _, l := range c.Lines {
				lines = append(lines, benchLine{l.Box, c.Box})
			}
		}
	}
	if len(lines) < 100 {
		b.Fatalf("%d lines", len(lines))
	}
	number, label = lines[0], lines[0]
	for _, l := range lines {
		if l.ink.Dx() < number.ink.Dx() {
			number = l
		}
		if l.ink.Dx() > label.ink.Dx() {
			label = l
		}
	}
	return page, lines, number, label, p.LineHeight
}

func benchReader(b *testing.B) *ocr.Reader {
	b.Helper()
	r, err := ocr.NewReader("chi_sim")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { r.Close() })
	return r
}

// Both of Tesseract's clients started, by one reading of each.
func BenchmarkStart(b *testing.B) {
	page, _, l, _, height := benchLines(b)
	crop, _ := ocr.Crop(page, l.ink, l.cell, false)
	for b.Loop() {
		r, err := ocr.NewReader("chi_sim")
		if err != nil {
			b.Fatal(err)
		}
		_, err = r.Digits(context.Background(), []*image.Gray{crop}, height)
		_, err2 := r.Text(context.Background(), []*image.Gray{crop}, height)
		if err := errors.Join(err, err2, r.Close()); err != nil {
			b.Fatal(err)
		}
	}
}

// unseen changes a picture where it does not matter, so that it is not known
// already.
func unseen(img *image.Gray) {
	img.Pix[0]--
	if img.Pix[0] == 0 {
		img.Pix[1]--
	}
}

// One number read by Tesseract.
func BenchmarkDigits(b *testing.B) {
	page, _, l, _, _ := benchLines(b)
	r := benchReader(b)
	crop, _ := ocr.Crop(page, l.ink, l.cell, false)
	for b.Loop() {
		unseen(crop)
		if _, err := r.Digits(context.Background(), []*image.Gray{crop}, float64(l.ink.Dy())); err != nil {
			b.Fatal(err)
		}
	}
}

// One label read by Tesseract.
func BenchmarkText(b *testing.B) {
	page, _, _, l, height := benchLines(b)
	r := benchReader(b)
	crop, _ := ocr.Crop(page, l.ink, l.cell, false)
	for b.Loop() {
		unseen(crop)
		if _, err := r.Text(context.Background(), []*image.Gray{crop}, height); err != nil {
			b.Fatal(err)
		}
	}
}

// Every line of the table cropped.
func BenchmarkCrop(b *testing.B) {
	page, lines, _, _, _ := benchLines(b)
	for b.Loop() {
		for _, l := range lines {
			ocr.Crop(page, l.ink, l.cell, false)
		}
	}
	b.ReportMetric(float64(len(lines)), "lines/op")
}

// Every line of the table read by the line reader.
func BenchmarkLines(b *testing.B) {
	page, lines, _, _, height := benchLines(b)
	r := benchReader(b)
	in := make([]linenet.Line, len(lines))
	for i, l := range lines {
		crop, top := ocr.Crop(page, l.ink, l.cell, false)
		in[i] = linenet.Line{Gray: crop, Top: top, Bottom: top + l.ink.Dy(), Floor: 0.6 * height}
	}
	for b.Loop() {
		if _, err := r.Lines(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(lines)), "lines/op")
}
