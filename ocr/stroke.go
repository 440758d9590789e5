package ocr

import (
	"image"

	"github.com/biaoge/biaoge/ocr/strip"
)

// Slash reports whether the ink of a crop is one straight stroke that falls
// from the upper right to the lower left, as a slash is. Small print of a 7,
// a 1 and a slash looks alike to readers that go by the whole picture, and of
// all copies alike, but only the slash has neither bar nor foot: in no row of
// pixels is it wider than a part of the whole.
func Slash(crop *image.Gray) bool {
	lo, hi := strip.Tones(crop)
	cut := uint8((lo + hi) / 2)
	type run struct{ left, right int }
	// The longest stretch of rows with ink, and in each the run that is
	// darkest: beside small print compression leaves specks.
	var rows, longest []run
	for y := range crop.Rect.Dy() {
		px := crop.Pix[y*crop.Stride:][:crop.Rect.Dx()]
		at := 0
		for x, v := range px {
			if v < px[at] {
				at = x
			}
		}
		if px[at] >= cut {
			rows = nil
			continue
		}
		r := run{at, at + 1}
		for r.left > 0 && px[r.left-1] < cut {
			r.left--
		}
		for r.right < len(px) && px[r.right] < cut {
			r.right++
		}
		if rows = append(rows, r); len(rows) > len(longest) {
			longest = rows
		}
	}
	left, right, widest := crop.Rect.Dx(), 0, 0
	for _, r := range longest {
		left, right, widest = min(left, r.left), max(right, r.right), max(widest, r.right-r.left)
	}
	n, width := len(longest), right-left
	if n < 5 || width-widest < 2 || 3*widest > 2*width {
		return false
	}
	middle := func(rows []run) (sum int) {
		for _, r := range rows {
			sum += r.left + r.right
		}
		return sum
	}
	k := n / 3
	return middle(longest[:k])-middle(longest[n-k:]) > (width-widest)*k
}

// Hyphen reports whether the ink of a crop is one level stroke much shorter
// than a line of print is high, in pixels: it is a dash that stands for nothing.
// Readers that look for characters find some in it.
func Hyphen(crop *image.Gray, line float64) bool {
	lo, hi := strip.Tones(crop)
	cut := uint8((lo + hi) / 2)
	box, ink := image.Rectangle{}, 0
	for y := range crop.Rect.Dy() {
		for x, v := range crop.Pix[y*crop.Stride:][:crop.Rect.Dx()] {
			if v < cut {
				box, ink = box.Union(image.Rect(x, y, x+1, y+1)), ink+1
			}
		}
	}
	w, h := box.Dx(), box.Dy()
	return w >= 2*h && 10*ink >= 7*w*h && float64(w) < 0.7*line && float64(h) < 0.25*line
}
