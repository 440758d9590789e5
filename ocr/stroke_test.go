package ocr

import (
	"image"
	"testing"
)

// drawn makes a crop of rows of text, where # is ink.
func drawn(rows ...string) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, len(rows[0]), len(rows)))
	for y, r := range rows {
		for x, c := range r {
			img.Pix[y*img.Stride+x] = 250
			switch c {
			case '#':
				img.Pix[y*img.Stride+x] = 30
			case ':': // what compression leaves beside a stroke
				img.Pix[y*img.Stride+x] = 130
			}
		}
	}
	return img
}

func TestASlashHasNeitherBarNorFoot(t *testing.T) {
	for name, c := range map[string]struct {
		crop *image.Gray
		want bool
	}{
		"a slash": {drawn(
			"..........",
			".......##.",
			".:....##..",
			"......##..",
			".....##...",
			"..:..##...",
			"....##..:.",
			"....##....",
			"...##.....",
			".........."), true},
		"a seven": {drawn(
			"..........",
			"..#######.",
			"......##..",
			"......##..",
			".....##...",
			".....##...",
			"....##....",
			"....##....",
			".........."), false},
		"a one with a flag and a foot": {drawn(
			"..........",
			"....##....",
			"..####....",
			"....##....",
			"....##....",
			"....##....",
			"....##....",
			"..######..",
			".........."), false},
		"a plain one": {drawn(
			"......",
			"..##..",
			"..##..",
			"..##..",
			"..##..",
			"..##..",
			"..##..",
			"......"), false},
		"a backslash": {drawn(
			".........",
			".##......",
			"..##.....",
			"..##.....",
			"...##....",
			"....##...",
			"....##...",
			"........."), false},
	} {
		if got := Slash(c.crop); got != c.want {
			t.Errorf("%s: slash %t", name, got)
		}
	}
}

func TestAHyphenIsALowShortStroke(t *testing.T) {
	hyphen := drawn(
		"............",
		"............",
		"..######....",
		"..######....",
		"............",
		"............")
	one := drawn(
		"................",
		".##############.",
		".##############.",
		"................")
	digit := drawn(
		".....##.....",
		"....###.....",
		".....##.....",
		".....##.....",
		".....##.....",
		"....####....")
	for _, c := range []struct {
		name string
		crop *image.Gray
		want bool
	}{{"a hyphen", hyphen, true}, {"as long as the character 一", one, false}, {"a digit", digit, false}} {
		if got := Hyphen(c.crop, 16); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
