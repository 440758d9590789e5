package ocr

import (
	"testing"

	"github.com/biaoge/biaoge/ocr/strip"
)

func TestStruckOutAndRaisedPrintIsTold(t *testing.T) {
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
		"Q9, the tail of the Q hanging lower": {[]string{
			"..............",
			"..####...###..",
			".##..##.##.##.",
			".##..##.##.##.",
			".##..##.##.##.",
			".##..##..####.",
			".##..##....##.",
			"..####...###..",
			"....##........",
			".....##.......",
			".............."}, false, 0},
		"minus": {[]string{
			"...............",
			"...............",
			"...............",
			"..###########..",
			"...............",
			"..............."}, false, 0},
		"44, whose bars touch": {[]string{
			"...............",
			"....##.....##..",
			"...#.#....#.#..",
			"..#..#...#..#..",
			".#...#..#...#..",
			".#...#..#...#..",
			".#############.",
			".....#......#..",
			".....#......#..",
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

func TestRaisedCharactersAreWrittenRaised(t *testing.T) {
	for _, c := range []struct {
		text string
		last int
		want string
	}{{"104", 1, "10⁴"}, {"m2", 1, "m²"}, {"10-3", 2, "10⁻³"}, {"5a", 1, "5a"}, {"7", 0, "7"}} {
		if got := Superscript(c.text, c.last); got != c.want {
			t.Errorf("%s with %d raised: %s", c.text, c.last, got)
		}
	}
}

// The dots of a colon are printed alike. A speck above a decimal point is another size.
func TestTheDotsOfAColonAreAlike(t *testing.T) {
	for name, c := range map[string]struct {
		rows   []string
		uneven bool
	}{
		"3:1": {[]string{
			"..............",
			".####......##.",
			"....#.....###.",
			"....#..##..##.",
			"..###..##..##.",
			"....#......##.",
			"....#..##..##.",
			".####..##..##.",
			".............."}, false},
		"3.1 with a speck above its point": {[]string{
			"..............",
			".####......##.",
			"....#.....###.",
			"....#..#...##.",
			"..###......##.",
			"....#......##.",
			"....#..##..##.",
			".####..##..##.",
			".............."}, true},
		"3.1": {[]string{
			"..............",
			".####......##.",
			"....#.....###.",
			"....#......##.",
			"..###......##.",
			"....#......##.",
			"....#..##..##.",
			".####..##..##.",
			".............."}, false},
		"i1, whose dot is lower than its stem": {[]string{
			".........",
			"..##..##.",
			"..##..##.",
			"......##.",
			"..##..##.",
			"..##..##.",
			"..##..##.",
			"..##..##.",
			"........."}, false},
	} {
		crop := drawn(c.rows...)
		if got := Uneven(strip.Line{Gray: crop, Bottom: crop.Rect.Dy()}); got != c.uneven {
			t.Errorf("%s: uneven %v", name, got)
		}
	}
}
