package ocr

import (
	"image"
	"math"

	"github.com/biaoge/biaoge/ocr/strip"
	"golang.org/x/image/draw"
)

// Crop cuts a line of text out of a page: its ink with a little of the paper
// around it, but nothing from outside the cell. The result has dark ink on
// light paper; where the page has the reverse, light says so. Top is the row
// of the crop where the ink begins.
func Crop(page *image.Gray, ink, cell image.Rectangle, light bool) (crop *image.Gray, top int) {
	pad := max(2, ink.Dy()/5)
	r := ink.Inset(-pad).Intersect(cell).Intersect(page.Rect)
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	for y := range r.Dy() {
		src := page.Pix[page.PixOffset(r.Min.X, r.Min.Y+y):]
		dst := out.Pix[y*out.Stride : y*out.Stride+r.Dx()]
		copy(dst, src)
		if light {
			for i, v := range dst {
				dst[i] = 255 - v
			}
		}
	}
	return out, ink.Min.Y - r.Min.Y
}

// scaled resizes a crop so that its ink becomes height pixels high, stretches
// its contrast, and puts paper around it, as Tesseract likes it.
func scaled(img *image.Gray, inkHeight float64, height int) *image.Gray {
	const border = 12
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w == 0 || h == 0 {
		return image.NewGray(image.Rect(0, 0, 2*border, 2*border))
	}
	k := float64(height) / max(inkHeight, 1)
	k = min(k, 8, 6000/float64(w))
	sw, sh := max(1, int(math.Round(float64(w)*k))), max(1, int(math.Round(float64(h)*k)))
	lo, hi := strip.Tones(img)
	lut := [256]uint8{}
	for v := range lut {
		lut[v] = uint8(255 * max(0, min(1, (float64(v)-lo)/max(hi-lo, 1))))
	}
	flat := image.NewGray(img.Rect)
	for y := range h {
		for x := range w {
			flat.Pix[y*flat.Stride+x] = lut[img.Pix[y*img.Stride+x]]
		}
	}
	out := image.NewGray(image.Rect(0, 0, sw+2*border, sh+2*border))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	draw.CatmullRom.Scale(out, image.Rect(border, border, border+sw, border+sh), flat, flat.Rect, draw.Src, nil)
	return out
}
