package layout

import (
	"image"

	"github.com/biaoge/biaoge/layout/ink"
)

// maxLoose is how many lines of a page without tables tell enough of it.
const maxLoose = 24

// looseLabels are the lines of text, or parts of lines with wide spaces between,
// that are as long as the labels of a table: some of them, from all over the page.
func looseLabels(p ink.Pixels, prints []print) (out []Cell) {
	for i := range prints {
		pr := &prints[i]
		lines := pr.lines()
		for j := range lines {
			for _, s := range lines[j].apart(pr.height) {
				if w := float64(s.Dx()); w < 3.5*pr.height || w > 16*pr.height || s.Dy() < ink.Illegible {
					continue
				}
				room := s.Inset(-int(pr.height / 4)).Intersect(image.Rect(0, 0, p.W, p.H))
				t, _ := p.Tone(room)
				out = append(out, Cell{Box: room, Lines: []ink.Line{{Box: s}}, Dark: t.Dark})
			}
		}
	}
	if n := len(out); n > maxLoose {
		for i := range maxLoose {
			out[i] = out[i*n/maxLoose]
		}
		out = out[:maxLoose]
	}
	return out
}
