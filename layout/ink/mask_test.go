package ink

import (
	"image"
	"testing"
)

// paper is a page of a tone with a box of another on it.
func paper(ground, tone uint8, box image.Rectangle) Pixels {
	const w, h = 96, 96
	px := make([]uint8, w*h)
	for i := range px {
		px[i] = ground
		if image.Pt(i%w, i/w).In(box) {
			px[i] = tone
		}
	}
	return New(px, image.Pt(w, h))
}

func TestInkIsWhatDiffersByTwentyGreyLevels(t *testing.T) {
	stroke := image.Rect(30, 30, 42, 33)
	for _, c := range []struct {
		what         string
		ground, tone uint8
		inked        bool
	}{
		{"dark on light", 240, 100, true},
		{"light on dark", 60, 200, true},
		{"faint", 240, 219, true},
		{"fainter", 240, 221, false},
		{"lighter than light paper", 200, 255, false},
	} {
		p := paper(c.ground, c.tone, stroke)
		mask := Mask(p, image.Rect(0, 0, p.W, p.H))
		for _, at := range []image.Point{{35, 31}, {60, 60}} {
			want := c.inked && at.In(stroke)
			if got := mask[at.Y*p.W+at.X] > 0; got != want {
				t.Errorf("%s: at %v ink is %v", c.what, at, got)
			}
		}
	}
}

func TestComponentsAreNoneWhereThereAreTooMany(t *testing.T) {
	box := image.Rect(0, 0, 20, 1)
	mask := make([]uint8, 20)
	for i := 0; i < 20; i += 2 {
		mask[i] = 255
	}
	// The ground is counted, too.
	if got := Components(mask, box, 11); len(got) != 10 {
		t.Errorf("%d components, not 10", len(got))
	}
	if got := Components(mask, box, 10); got != nil {
		t.Errorf("%d components, where one fewer is allowed", len(got))
	}
}

func TestStretchesOfRowsAreOneLineUpToItsHeight(t *testing.T) {
	blob := func(y, h int) Blob { return Blob{image.Rect(10, y, 40, y+h), 30 * h} }
	for _, c := range []struct {
		what  string
		blobs []Blob
		lines int
	}{
		{"the strokes of 二", []Blob{blob(10, 3), blob(26, 3)}, 1},
		{"two lines", []Blob{blob(10, 20), blob(36, 20)}, 2},
		{"two lines whose ink touches", []Blob{blob(10, 21), blob(30, 21)}, 2},
		{"one line with a tall stroke", []Blob{blob(10, 26)}, 1},
	} {
		if got := Lines(c.blobs, 20); len(got) != c.lines {
			t.Errorf("%s: %d lines, not %d", c.what, len(got), c.lines)
		}
	}
}
