package ocr

import (
	"testing"

	"github.com/biaoge/biaoge/ocr/strip"
)

func TestWhatIsStruckOutAndWhatIsRaised(t *testing.T) {
	for name, c := range map[string]struct {
		rows   []string
		struck bool
		raised int
	}{
		"10": {[]string{
			"...............",
			"..##....####...",
			".###...##..##..",
			"..##...##..##..",
			"..##...##..##..",
			"..##...##..##..",
			"..##...##..##..",
			".####...####...",
			"..............."}, false, 0},
		"10 crossed out": {[]string{
			"...............",
			"..##....####...",
			".###...##..##..",
			"..##...##..##..",
			".#############.",
			"..##...##..##..",
			"..##...##..##..",
			".####...####...",
			"..............."}, true, 0},
		"5 to the third": {[]string{
			"...............",
			"..######..###..",
			"..#.........#..",
			"..#.......###..",
			"..####......#..",
			"......#...###..",
			"......#........",
			"......#........",
			"..####.........",
			"..............."}, false, 1},
		"minus": {[]string{
			"...............",
			"...............",
			"...............",
			"..###########..",
			"...............",
			"..............."}, false, 0},
		"4, whose bar is as wide as it is": {[]string{
			"........",
			".....#..",
			"....##..",
			"...#.#..",
			"..#..#..",
			".######.",
			".....#..",
			".....#..",
			"........"}, false, 0},
	} {
		crop := drawn(c.rows...)
		l := strip.Line{Gray: crop, Bottom: crop.Rect.Dy()}
		if got := Struck(l); got != c.struck {
			t.Errorf("%s: struck %v", name, got)
		}
		if got := Raised(l); got != c.raised {
			t.Errorf("%s: %d raised", name, got)
		}
	}
}
