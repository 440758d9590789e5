package ink

import (
	"image"
	"slices"
)

// How high text is, in pixels. There are five estimates, since what is known differs:
// marks of any text, marks of a page with drawings, characters of headings, lines in
// the cells of tables, and lines of running text there.

// UsualHeight is the height of text that may be anything: that of its larger marks. It
// is 0 where there are fewer than three.
func UsualHeight(blobs []Blob) float64 {
	var spans []int
	for _, b := range blobs {
		if b.Box.Dy() >= 5 {
			spans = append(spans, b.Box.Dy())
		}
	}
	if len(spans) < 3 {
		return 0
	}
	return float64(Ranked(spans, 4, 5))
}

// PrintHeight is the height of text on a part of a page with drawings on it. Heights
// are those of the marks that have the shape of characters, of which most are whole
// ones; there must be one.
func PrintHeight(heights []int) float64 { return float64(Ranked(heights, 7, 10)) }

// CharacterSize is the size of a character of headings in Chinese, which may run down
// or across: that of the larger marks, whichever of their sides is longer. There must be
// a mark.
func CharacterSize(blobs []Blob) float64 {
	sizes := make([]int, len(blobs))
	for i, b := range blobs {
		sizes[i] = max(b.Box.Dx(), b.Box.Dy())
	}
	return float64(Ranked(sizes, 85, 100))
}

// LineHeight is the height of a line in the cells of tables. Heights are those of the
// stretches of rows with ink in the cells; there must be one. Running returns the
// RunningHeight of the cells, and is asked only where the heights differ much.
func LineHeight(heights []int, running func() float64) float64 {
	heights = slices.Sorted(slices.Values(heights))
	// Most cells of a form hold a digit, which is lower than a line of
	// Chinese; the upper tenth of heights is safely a line.
	usual := float64(heights[len(heights)/2])
	upper := float64(heights[len(heights)*9/10])
	if usual < Illegible && upper > 1.95*usual {
		// Most is grain, or digits that fell to pieces; the rest is print.
		i, _ := slices.BinarySearch(heights, int(max(upper/3, Illegible)))
		usual = float64(heights[i+(len(heights)-i)/2])
	}
	if upper < 1.95*usual {
		usual = upper
	} else if h := running(); h > usual {
		usual = h
	}
	return usual
}

// RunningHeight is the height of the lines of several characters in cells: a scan breaks
// digits into many low pieces, which would make a line seem low. It is 0 where there are
// few such lines.
func RunningHeight(cells [][]Blob) float64 {
	const few, long = 6, 4
	var heights []int
	for _, blobs := range cells {
		for _, s := range Rows(blobs, 4) {
			row := image.Rectangle{}
			for _, b := range blobs {
				if b.Box.Min.Y < s.Hi && b.Box.Max.Y > s.Lo {
					row = row.Union(b.Box)
				}
			}
			if h := s.Hi - s.Lo; h >= Illegible && row.Dx() >= long*h {
				heights = append(heights, h)
			}
		}
	}
	if len(heights) < few {
		return 0
	}
	return float64(Median(heights))
}
