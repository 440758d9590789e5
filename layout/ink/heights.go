package ink

import (
	"image"
	"slices"
)

// How high text is, in pixels, of what is known where it is asked: five
// estimates that differ in what they are of.

// UsualHeight is that of a block of text that may be anything: how high its
// larger marks are. It is 0 where there are few.
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

// PrintHeight is that of a part of a page, with drawings on it, of the heights of
// the marks that have the shape of characters: most are whole ones.
func PrintHeight(heights []int) float64 { return float64(Ranked(heights, 7, 10)) }

// CharacterSize is that of headings in Chinese, which may run down or across: how
// large the larger marks are, whichever way they are longer.
func CharacterSize(blobs []Blob) float64 {
	sizes := make([]int, len(blobs))
	for i, b := range blobs {
		sizes[i] = max(b.Box.Dx(), b.Box.Dy())
	}
	return float64(Ranked(sizes, 85, 100))
}

// LineHeight is that of the lines in the cells of tables, of the heights of the
// stretches of rows that have ink; running is that of running text there.
func LineHeight(heights []int, running func() float64) float64 {
	heights = slices.Sorted(slices.Values(heights))
	// Most cells of a form hold a digit, which is lower than a line of
	// Chinese; the upper tenth of heights is safely a line.
	line := float64(heights[len(heights)/2])
	upper := float64(heights[len(heights)*9/10])
	if line < Illegible && upper > 1.95*line {
		// Most is grain, or digits that fell to pieces; the rest is print.
		i, _ := slices.BinarySearch(heights, int(max(upper/3, Illegible)))
		line = float64(heights[i+(len(heights)-i)/2])
	}
	if upper < 1.95*line {
		line = upper
	} else if h := running(); h > line {
		line = h
	}
	return line
}

// RunningHeight is that of lines of several characters in cells; 0 where there
// are few. Digits that a scan broke into pieces are many and low.
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
