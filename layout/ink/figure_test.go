package ink

import (
	"image"
	"testing"
)

// The ragged side of a bar is no print of the cell beside it.
func TestTheRaggedSideOfABarIsNoPrint(t *testing.T) {
	cell := image.Rect(0, 0, 40, 100)
	for mark, want := range map[image.Rectangle]bool{
		image.Rect(38, 20, 40, 80): true,
		image.Rect(0, 20, 2, 80):   true,
		image.Rect(20, 20, 22, 80): false,
		image.Rect(30, 20, 40, 80): false,
	} {
		if Sliver(mark, cell) != want {
			t.Errorf("a mark at %v: %t", mark, !want)
		}
	}
}

// Text that touches the rule beside it does not run off its cell as a bar does.
func TestTextThatTouchesARuleDoesNotRunOff(t *testing.T) {
	line := []Blob{{image.Rect(0, 10, 9, 20), 50}, {image.Rect(11, 10, 20, 20), 50}, {image.Rect(22, 9, 31, 20), 50}}
	bar := []Blob{{image.Rect(0, 2, 30, 40), 1000}, {image.Rect(40, 30, 44, 36), 20}}
	if !lettering(line[0].Box, line) || lettering(bar[0].Box, bar) {
		t.Error("text and a bar are not told apart")
	}
}

// A bar that fills a cell but for its top stands in it as one that fills less.
func TestBarsStand(t *testing.T) {
	cell := image.Rect(0, 0, 40, 100)
	for _, k := range []struct {
		name string
		ink  Ink
		want int
	}{
		{"a low bar", Ink{Blobs: []Blob{{Box: image.Rect(5, 60, 35, 100), Area: 1200}}}, 1},
		{"two bars", Ink{Blobs: []Blob{{Box: image.Rect(5, 60, 18, 100), Area: 520}, {Box: image.Rect(22, 0, 35, 100), Area: 1300}}}, 2},
		{"a high bar", Ink{LightInk: true, Blobs: []Blob{{Box: image.Rect(0, 0, 40, 20), Area: 800}}}, 1},
		{"a block that hangs", Ink{Blobs: []Blob{{Box: image.Rect(5, 0, 35, 40), Area: 1200}}}, 0},
		{"light print on a dark heading", Ink{LightInk: true, Blobs: []Blob{{Box: image.Rect(10, 40, 30, 60), Area: 380}}}, 0},
	} {
		if got := StandingIn(k.ink, cell); len(got) != k.want || Uneven(got) != (k.want > 1) {
			t.Errorf("%s: of heights %v", k.name, got)
		}
	}
}
