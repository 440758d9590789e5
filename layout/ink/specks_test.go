package ink

import (
	"image"
	"testing"
)

func TestADecimalPointIsNoDirt(t *testing.T) {
	one, seven := Blob{image.Rect(10, 10, 14, 30), 80}, Blob{image.Rect(30, 10, 42, 30), 90}
	for name, c := range map[string]struct {
		speck image.Rectangle
		dirt  int
	}{
		"between two digits, at their foot":  {image.Rect(21, 28, 23, 30), 0},
		"between two digits, in mid-air":     {image.Rect(21, 16, 23, 18), 1},
		"after the last digit, at some way":  {image.Rect(52, 28, 54, 30), 1},
		"between two digits, far below them": {image.Rect(21, 40, 23, 42), 1},
	} {
		if got := Strays([]Blob{one, {c.speck, 4}, seven}, 20); len(got) != c.dirt {
			t.Errorf("%s: %d specks of dirt, want %d", name, len(got), c.dirt)
		}
	}
}
