package ruling

import (
	"math"

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

// shares tells how much of a picture is not the white of paper, and how much is
// dark. What counts is what most of a block is: print covers less than half of
// its ground, however dense it is.
func shares(gray gocv.Mat) (shaded, dark float64) {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return 0, 0
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
	// What a pixel adds to the count of a block's: a dark one more than all that are shaded.
	const aDark = math.MaxUint8 + 1
	var adds [math.MaxUint8 + 1]int
	for v := range shade {
		adds[v] = 1
		if v < 128 {
			adds[v] += aDark
		}
	}
	n := 0
	for y := 0; y+shadeBlock <= h; y += shadeBlock {
		for x := 0; x+shadeBlock <= w; x += shadeBlock {
			below := 0
			for by := y; by < y+shadeBlock; by += shadeStep {
				for bx := x; bx < x+shadeBlock; bx += shadeStep {
					below += adds[px[by*w+bx]]
				}
			}
			const most = shadeBlock / shadeStep * shadeBlock / shadeStep / 2
			n++
			if below%aDark > most {
				shaded++
			}
			if below/aDark > most {
				dark++
			}
		}
	}
	return shaded / float64(max(n, 1)), dark / float64(max(n, 1))
}
