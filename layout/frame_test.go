package layout

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
)

func TestFramesAreNoDrawings(t *testing.T) {
	mask := make([]uint8, 400*300)
	fill := func(r image.Rectangle) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				mask[y*400+x] = 255
			}
		}
	}
	frame, text, bar := image.Rect(20, 20, 380, 200), image.Rect(60, 60, 120, 80), image.Rect(30, 220, 200, 290)
	for _, r := range []image.Rectangle{{frame.Min, image.Pt(380, 22)}, {image.Pt(20, 198), frame.Max}, {frame.Min, image.Pt(22, 200)}, {image.Pt(378, 20), frame.Max}, text, bar} {
		fill(r)
	}
	p := print{box: image.Rect(0, 0, 400, 300), height: 20}
	p.sortLarge([]ink.Blob{{Box: frame, Area: 2100}, {Box: bar, Area: bar.Dx() * bar.Dy()}}, []ink.Blob{{Box: text, Area: 1200}}, mask)
	if len(p.figures) != 1 || p.figures[0] != bar {
		t.Errorf("drawings %v, want %v alone", p.figures, bar)
	}
	if len(p.level) != 2 || p.level[0] != image.Rect(30, 20, 370, 22) || p.level[1] != image.Rect(30, 198, 370, 200) {
		t.Errorf("rules %v, want the top and the bottom of the frame", p.level)
	}
}
