package straighten

import (
	"image"
	"math"
	"testing"
)

// Text that lies on its side is told from upright text.
func TestTextOnItsSideIsToldFromUprightText(t *testing.T) {
	var upright, lying []image.Rectangle
	for r := range 12 {
		for c := range 30 {
			x, y := 40+c*19+r%3*7, 40+r*34
			upright = append(upright, image.Rect(x, y, x+14, y+16))
			lying = append(lying, image.Rect(y, x, y+16, x+14))
		}
	}
	if Sideways(upright, 16) || !Sideways(lying, 14) || Sideways(lying[:5], 14) {
		t.Error("text on its side is not told from upright text")
	}
}

// Headings of two heights side by side do not pass for one line that falls to the right.
func TestHeadingsOfSeveralHeightsTellTheSkewOfThePage(t *testing.T) {
	const degrees = 1.35
	for _, step := range []int{-36, -18, 18, 36} { // from the first headings to the others
		var marks []image.Rectangle
		mark := func(x, y, w, h int) {
			y += int(math.Round(math.Tan(degrees*math.Pi/180) * float64(x)))
			marks = append(marks, image.Rect(x, y, x+w, y+h))
		}
		for c := range 15 {
			y := 100
			if c > 4 {
				y += step
			}
			for i := range 3 {
				mark(40+c*140+i*32, y, 28, 28+i%2)
			}
			mark(120+c*140, 180, 17, 25)
		}
		if got := textSkew(marks, 30); math.Abs(got-degrees) > 0.1 {
			t.Errorf("headings %d pixels lower than others: the page falls by %.2f degrees, want %.2f", step, got, degrees)
		}
	}
}
