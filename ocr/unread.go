package ocr

import (
	"math"
	"strings"

	"github.com/biaoge/biaoge/ocr/strip"
)

// Unread is how far the ink of a line lies at most from the place of a character that
// was read, in heights of the line. Places are shares of the line's width. Of a
// Chinese character it is a half: more, where a mark was passed over.
func Unread(l strip.Line, places []float64) float64 {
	ink := newInk(l)
	farthest := 0.0
	for _, p := range ink.parts() {
		for x := p.Min.X; x < p.Max.X; x++ {
			nearest := math.Inf(1)
			for _, at := range places {
				nearest = min(nearest, math.Abs(float64(x)+0.5-at*float64(l.Gray.Rect.Dx())))
			}
			farthest = max(farthest, nearest)
		}
	}
	if len(places) == 0 {
		return 0
	}
	return farthest / max(float64(l.Bottom-l.Top), l.Floor, 1)
}

// pairs are the quotes and brackets that come in pairs, the opening one first, of
// whatever width.
var pairs = []string{"(（", ")）", "[［【〔", "]］】〕", "《", "》", "〈", "〉", "“", "”", "「", "」", "『", "』"}

// Unpaired counts the quotes and brackets of a text that have no partner.
func Unpaired(text string) (n int) {
	var open []int // kinds of pairs
	straight := 0
	for _, r := range text {
		if r == '"' {
			straight++
		}
		for kind, signs := range pairs {
			if !strings.ContainsRune(signs, r) {
				continue
			}
			opens := kind%2 == 0
			switch last := len(open) - 1; {
			case opens:
				open = append(open, kind)
			case last >= 0 && open[last] == kind-1:
				open = open[:last]
			default:
				n++
			}
		}
	}
	return n + len(open) + straight%2
}
