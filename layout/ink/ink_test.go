package ink

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// The soft edges of two rules that meet in the corner of a blank cell are no dash.
func TestTheCornerOfRulesIsNoPrint(t *testing.T) {
	c := sketch.New(100, 40, 215)
	marks := func() []Blob { return New(c.Pix, c.Rect.Size()).Ink(c.Rect).Blobs }
	c.Fill(image.Rect(88, 39, 100, 40), 188)
	c.Fill(image.Rect(99, 34, 100, 40), 188)
	if found := marks(); len(found) > 0 {
		t.Errorf("print at %v", found[0].Box)
	}
	c.Fill(image.Rect(84, 35, 96, 37), 188)
	if found := marks(); len(found) != 1 {
		t.Errorf("%d marks beside a corner, want the dash", len(found))
	}
}
