package layout

import (
	"image"
	"testing"
)

// Text that lies on its side is told from upright text.
func TestSideways(t *testing.T) {
	var upright, lying print
	for r := range 12 {
		for c := range 30 {
			x, y := 40+c*19+r%3*7, 40+r*34
			upright.marks = append(upright.marks, image.Rect(x, y, x+14, y+16))
			lying.marks = append(lying.marks, image.Rect(y, x, y+16, x+14))
		}
	}
	upright.height, lying.height = 16, 14
	if sideways(&upright) || !sideways(&lying) || sideways(&print{marks: lying.marks[:5], height: 14}) {
		t.Error("text on its side is not told from upright text")
	}
}
