package straighten

import (
	"image"
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
