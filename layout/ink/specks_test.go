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

// The upper dot of a semicolon stands above a comma that has room behind it. Above a decimal
// point, which has none, it is dirt.
func TestTheUpperDotOfASemicolonIsNoDirt(t *testing.T) {
	before := Blob{image.Rect(10, 10, 28, 30), 200}
	for name, c := range map[string]struct {
		lower  Blob
		behind image.Rectangle
		dirt   int
	}{
		"above a comma":                 {Blob{image.Rect(36, 26, 40, 32), 14}, image.Rect(60, 10, 78, 30), 0},
		"above the last comma":          {Blob{image.Rect(36, 26, 40, 32), 14}, image.Rect(200, 10, 218, 30), 0},
		"above a decimal point":         {Blob{image.Rect(36, 27, 39, 30), 9}, image.Rect(45, 10, 63, 30), 1},
		"above a comma far from all":    {Blob{image.Rect(106, 26, 110, 32), 14}, image.Rect(200, 10, 218, 30), 1},
		"above the foot of a character": {Blob{image.Rect(30, 10, 44, 30), 160}, image.Rect(60, 10, 78, 30), 1},
	} {
		x := c.lower.Box.Min.X + 1
		dot := Blob{image.Rect(x, 16, x+2, 18), 4}
		if c.lower.Area > 100 {
			dot.Box = dot.Box.Add(image.Pt(0, -18))
		}
		dirt := 0
		for _, s := range Strays([]Blob{before, c.lower, dot, {c.behind, 200}}, 20) {
			if s.Box == dot.Box {
				dirt++
			}
		}
		if dirt != c.dirt {
			t.Errorf("%s: %d are dirt, want %d", name, dirt, c.dirt)
		}
	}
}

// A mark of Chinese text stands farther from the character before it than a decimal
// point does. It is small, but no sign of dirt; what lies farther away is.
func TestAMarkBesidePrintIsNoSignOfDirt(t *testing.T) {
	text := Blob{image.Rect(10, 10, 28, 30), 200}
	for name, c := range map[string]struct {
		speck image.Rectangle
		dirt  int
	}{
		"a comma after a character":      {image.Rect(38, 27, 40, 30), 0},
		"in the middle of the line":      {image.Rect(38, 18, 41, 21), 0},
		"a character and more from it":   {image.Rect(50, 27, 52, 30), 1},
		"above the line, as far":         {image.Rect(12, -14, 14, -12), 1},
		"above the text, closely":        {image.Rect(16, 1, 18, 3), 1},
		"before the character":           {image.Rect(1, 27, 3, 30), 1},
		"behind it, and above it":        {image.Rect(38, 7, 40, 9), 1},
		"in a cell of its own with dust": {image.Rect(200, 200, 202, 202), 1},
	} {
		blobs := []Blob{text, {c.speck, 4}}
		strays := Strays(blobs, 20)
		if len(strays) != 1 {
			t.Fatalf("%s: %d strays, want 1", name, len(strays))
		}
		if got := Dirt(strays, blobs, 20); len(got) != c.dirt {
			t.Errorf("%s: %d are dirt, want %d", name, len(got), c.dirt)
		}
	}
}

// The full stop at the end of a line of small print is a few pixels: the line ends
// after it, or nobody reads it.
func TestALineEndsAfterItsLastMark(t *testing.T) {
	first, last := Blob{image.Rect(10, 10, 28, 30), 200}, Blob{image.Rect(30, 10, 48, 30), 200}
	for name, c := range map[string]struct {
		speck image.Rectangle
		end   int
	}{
		"a full stop":                   {image.Rect(54, 27, 56, 29), 56},
		"what is left of a ring":        {image.Rect(60, 26, 61, 28), 61},
		"dust above the foot":           {image.Rect(54, 12, 56, 14), 48},
		"dust below the line":           {image.Rect(54, 35, 56, 37), 48},
		"dust a character away":         {image.Rect(66, 27, 68, 29), 48},
		"what is part of the last line": {image.Rect(40, 27, 42, 29), 48},
	} {
		blobs := []Blob{first, last, {c.speck, 3}}
		lines := Lines(blobs, 20)
		if want := image.Rect(10, 10, 48, 30); len(lines) != 1 || lines[0].Box != want {
			t.Fatalf("%s: lines %v, want one on %v", name, lines, want)
		}
		if lines[0].EndAfterMarks(blobs, 1, 20); lines[0].Box.Max.X != c.end {
			t.Errorf("%s: the line ends at %d, want %d", name, lines[0].Box.Max.X, c.end)
		}
	}
}
