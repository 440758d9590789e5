package borderless

import (
	"image"
	"testing"
)

// Headings are set at the left or in the middle of their columns, and values at the right, each
// farther from its own heading than from the next; some headings stand higher, since they span
// rows of headings, and one stands over several. Between two there may be hardly more room than
// between words. Each heading is in the column of its values.
func TestHeadingsStandInTheColumnsOfTheirValues(t *testing.T) {
	const first, width, columns = 300, 110, 7
	for _, rows := range []int{1, 2, 12} {
		for off := 4; off <= 14; off += 5 {
			wide := 94 - off
			words := []word{box(60, 75, 160), box(first+width+4, 50, 130)} // over the labels, and over columns 1 to 5
			at := func(c int) image.Rectangle { return box(first+c*width+off, 75, wide).box }
			for c := range columns {
				b := at(c)
				if c == 0 || c == columns-1 {
					b = b.Sub(image.Pt(0, 12))
				}
				words = append(words, word{box: b})
			}
			for r := range rows {
				y := 110 + r*40
				words = append(words, box(60, y, 100))
				for c := range columns {
					words = append(words, box(first+(c+1)*width-14, y, 10))
				}
			}
			gs, _ := Tables(printed(words...), nil, nil, true)
			if len(gs) != 1 || gs[0].Cols != columns+1 {
				t.Errorf("%d rows, headings %d from the left: %d tables, want one of %d columns: %+v", rows, off, len(gs), columns+1, gs)
				continue
			}
			for c := range columns {
				n := 0
				for _, k := range gs[0].Cells {
					if at(c).Overlaps(k.Box) && k.Col == c+1 && k.ColSpan == 1 {
						n++
					}
				}
				if n == 0 {
					t.Errorf("%d rows, headings %d from the left: heading %d is in no cell of its column", rows, off, c)
				}
			}
		}
	}
}
