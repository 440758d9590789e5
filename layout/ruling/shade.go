package ruling

import (
	"github.com/biaoge/biaoge/layout/ink"
	"gocv.io/x/gocv"
)

// shadeBlock is the size of the blocks whose ground is told apart, pixels, and
// shadeStep how far apart the pixels are that are looked at in them.
const (
	shadeBlock = 8
	shadeStep  = 2
)

// minShaded is how much darker than the paper a shade is at least, grey levels.
const minShaded = 25

// minLights is how much of a picture is shaded at least where light rules may
// be: the densest print covers as much of a few blocks.
const minLights = 0.06

// shaded tells how much of a picture is not the white of paper. What counts is
// what most of a block is: print covers less than half of its ground, however
// dense it is.
func shaded(gray gocv.Mat) float64 {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return 0
	}
	w, h := gray.Cols(), gray.Rows()
	var tones [256]int
	for y := 0; y < h; y += shadeBlock / 2 {
		for x := 0; x < w; x += shadeBlock / 2 {
			tones[px[y*w+x]]++
		}
	}
	// Where all of a picture is shaded, the rules are what is left of white.
	shade := uint8(max(205, ink.Quantile(&tones, 0.99)-minShaded))
	blocks, shades := 0, 0
	for y := 0; y+shadeBlock <= h; y += shadeBlock {
		for x := 0; x+shadeBlock <= w; x += shadeBlock {
			below := 0
			for by := y; by < y+shadeBlock; by += shadeStep {
				for bx := x; bx < x+shadeBlock; bx += shadeStep {
					if px[by*w+bx] < shade {
						below++
					}
				}
			}
			const most = shadeBlock / shadeStep * shadeBlock / shadeStep / 2
			blocks++
			if below > most {
				shades++
			}
		}
	}
	return float64(shades) / float64(max(blocks, 1))
}
