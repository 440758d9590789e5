package ruling

import (
	"image"
	"slices"
	"testing"

	"gocv.io/x/gocv"
)

// The side of the lower table, in pieces too short to be rules by themselves, is
// most of what is seen between the upper table's side and the last of them; the
// rest are the strokes of a heading on the same line.
func TestPiecesOfTheLowerTableAreNoBridge(t *testing.T) {
	const x, upper, lower, end = 20, 100, 180, 270
	for _, heading := range []bool{true, false} {
		seen := gocv.NewMatWithSize(300, 60, gocv.MatTypeCV8UC1)
		defer seen.Close()
		for y := range end {
			if y < upper || y >= lower || !heading || y%2 == 0 {
				seen.SetUCharAt(y, x, 200)
			}
		}
		empty := gocv.NewMat()
		defer empty.Close()
		m := &Evidence{Size: image.Pt(60, 300), ver: &ridges{dark: seen, light: empty, maxThick: 4, maxGap: 4}}
		side := Rule{Pos: x + 0.5, Thick: 1, Tone: 200, Cover: 1}
		pieces := []Rule{side}
		pieces[0].Hi = upper
		for y := lower; y < end; y += 30 {
			p := side
			p.Lo, p.Hi, p.Weak = float64(y), float64(y+28), true
			pieces = append(pieces, p)
		}
		bridged := slices.ContainsFunc(m.Joined(Plumb, pieces), func(r Rule) bool { return r.Lo == 0 && r.Hi >= lower })
		if bridged == heading {
			t.Errorf("a heading between the sides %t, joined %t", heading, bridged)
		}
	}
}
