package layout

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

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
	// largeSide is the longer side of a picture, pixels, below which it is left as it is: a
	// page of such print is larger. Set by hand.
	largeSide = 2500
	// probed is how many times smaller the copy of a picture is in which the height of its
	// print is measured: all that can be read can still be seen in it. Set by hand.
	probed = 3
)

// A scale is how many pixels of a picture a pixel of what was made of it is wide and high.
type scale struct{ x, y float64 }

// ofPrint is a height of print in pixels of the picture as it came, or of what was made of
// it where these are fewer: making a picture larger does not make its print clearer.
func (s scale) ofPrint(height float64) float64 { return height * min(1, s.y) }

// reduced is a picture of large print made smaller; a picture of other print is the result
// itself. It takes the picture over.
func reduced(source gocv.Mat) (gocv.Mat, scale, error) {
	if max(source.Cols(), source.Rows()) < largeSide {
		return source, scale{1, 1}, nil
	}
	height, err := printHeight(source)
	if err != nil {
		source.Close()
		return gocv.Mat{}, scale{}, err
	}
	times := math.Floor(height / clearPrint)
	if times < 2 {
		return source, scale{1, 1}, nil
	}
	return rescaled(source, 1/times)
}

// printHeight is the usual height of a picture's print, pixels; 0 where there is none, or
// more than any print is.
func printHeight(source gocv.Mat) (float64, error) {
	small, err := resized(source, probed)
	if err != nil {
		return 0, err
	}
	defer small.Close()
	px, err := small.DataPtrUint8()
	if err != nil {
		return 0, fmt.Errorf("layout: %w", err)
	}
	page := ink.New(px, image.Pt(small.Cols(), small.Rows()))
	whole := image.Rect(0, 0, page.W, page.H)
	var heights []int
	for _, b := range ink.Components(ink.Mask(page, whole), whole, ink.MaxMarks) {
		if w, h := b.Box.Dx(), b.Box.Dy(); probed*h >= ink.Illegible && w <= 2*h && h <= 2*w {
			heights = append(heights, h)
		}
	}
	if len(heights) == 0 {
		return 0, nil
	}
	return probed * ink.PrintHeight(heights), nil
}

// Other scales in which a picture may be looked at once more. Set by hand.
const (
	// larger is how many times larger a picture of small print is made: its thin strokes
	// and rules are two pixels wide then.
	larger = 2.0
	// smaller is how many times smaller a picture of clear print is made: pieces of rules,
	// and the dots of a fax, run together then, and print can still be read. It is half of
	// larger, as scales go.
	smaller = math.Sqrt2
)

// OtherScales are how many times larger the picture may be made to be looked at once more,
// the likelier first: other rules may be found in it then. There are none where there is no
// print, or where the page is of another scale already. Low print is not made lower.
func (p *Page) OtherScales() (times []float64) {
	height := cmp.Or(p.LineHeight, p.words)
	if height == 0 || p.scale != (scale{1, 1}) {
		return nil
	}
	if max(p.picture.X, p.picture.Y) < largeSide {
		times = append(times, larger)
	}
	if !lowAt(height / smaller) {
		times = append(times, 1/smaller)
	}
	if height >= clearPrint {
		slices.Reverse(times)
	}
	return times
}

// rescaled is a picture made so many times larger. It takes the picture over.
func rescaled(source gocv.Mat, times float64) (gocv.Mat, scale, error) {
	defer source.Close()
	out, err := resized(source, 1/times)
	if err != nil {
		return gocv.Mat{}, scale{}, err
	}
	return out, scale{float64(source.Cols()) / float64(out.Cols()), float64(source.Rows()) / float64(out.Rows())}, nil
}

// resized is a picture of which a pixel is so many pixels wide and high.
func resized(source gocv.Mat, by float64) (gocv.Mat, error) {
	how := gocv.InterpolationArea
	if by < 1 {
		how = gocv.InterpolationCubic
	}
	out := gocv.NewMat()
	size := image.Pt(int(float64(source.Cols())/by), int(float64(source.Rows())/by))
	if err := gocv.Resize(source, &out, image.Pt(max(1, size.X), max(1, size.Y)), 0, 0, how); err != nil {
		out.Close()
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	return out, nil
}

// LowPrint tells whether the print of the tables is lower than what can be read well. Where
// the print of a page was clear on the whole, that was the print of titles, or of prose.
func (p *Page) LowPrint() bool { return p.LineHeight > 0 && lowAt(p.LineHeight) }

// ShrunkTooLow tells whether the picture was made smaller, and the print of its tables is low now.
func (p *Page) ShrunkTooLow() bool { return min(p.scale.x, p.scale.y) > 1 && p.LowPrint() }

// lowAt tells whether print of a height, pixels, is lower than what can still be read well.
func lowAt(height float64) bool { return 2*height < clearPrint }
