package layout

import (
	"fmt"
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ink"
	"gocv.io/x/gocv"
)

// A scan of 600 dots an inch has print of 90 pixels and rules of more than ten. Nothing
// more can be read in it than in one of 200, and all that is known of rules and print is
// known of theirs.

const (
	// clearPrint is the height of print, pixels, from which more is read in it no better.
	// Print twice as high is made smaller, to this height and half as much again at most.
	// Set by hand.
	clearPrint = 22
	// probeSide is the longer side, pixels, of the small copy of a picture in which the
	// height of its print is measured: there that of a page's is 10 to 20. A picture
	// hardly larger is left as it is. Set by hand.
	probeSide = 1250
)

// reduced is a picture of large print made smaller, and how many of its pixels a pixel of
// the result is wide; a picture of other print is the result itself. It takes the picture
// over.
func reduced(source gocv.Mat) (gocv.Mat, float64, error) {
	side := max(source.Cols(), source.Rows())
	if side < 2*probeSide {
		return source, 1, nil
	}
	height, err := printHeight(source, float64(side)/probeSide)
	times := math.Floor(height / clearPrint)
	if err == nil && times < 2 {
		return source, 1, nil
	}
	defer source.Close()
	if err != nil {
		return gocv.Mat{}, 0, err
	}
	return shrunk(source, times), times, nil
}

// shrunk is a picture of which a pixel is so many pixels wide and high.
func shrunk(source gocv.Mat, times float64) gocv.Mat {
	out := gocv.NewMat()
	size := image.Pt(int(float64(source.Cols())/times), int(float64(source.Rows())/times))
	gocv.Resize(source, &out, image.Pt(max(1, size.X), max(1, size.Y)), 0, 0, gocv.InterpolationArea)
	return out
}

// printHeight is the usual height of a picture's print, pixels, measured in a copy that is
// so many times smaller; 0 where there is none, or more than any print is.
func printHeight(source gocv.Mat, times float64) (float64, error) {
	small := shrunk(source, times)
	defer small.Close()
	px, err := small.DataPtrUint8()
	if err != nil {
		return 0, fmt.Errorf("layout: %w", err)
	}
	page := ink.New(px, image.Pt(small.Cols(), small.Rows()))
	whole := image.Rect(0, 0, page.W, page.H)
	var heights []int
	for _, b := range ink.Components(ink.Mask(page, whole), whole, ink.MaxMarks) {
		if w, h := b.Box.Dx(), b.Box.Dy(); h >= ink.Illegible && w <= 2*h && h <= 2*w {
			heights = append(heights, h)
		}
	}
	if len(heights) == 0 {
		return 0, nil
	}
	return ink.PrintHeight(heights) * times, nil
}
