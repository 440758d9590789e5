package layout

import (
	"image"

	"gocv.io/x/gocv"
)

// shadeBlock is the size of the blocks whose ground is told apart, pixels.
const shadeBlock = 8

// minShaded is how much darker than the paper a shade is at least, grey levels.
const minShaded = 25

// minLights is how much of a picture is shaded at least where light rules may
// be: the densest print covers as much of a few blocks.
const minLights = 0.06

// shares tells how much of a picture is not the white of paper, and how much is
// dark. What counts is what most of a block is: print covers less than half of
// its ground, however dense it is.
func shares(gray gocv.Mat) (shaded, dark float64) {
	w, h := max(1, gray.Cols()/shadeBlock), max(1, gray.Rows()/shadeBlock)
	// OpenCV averages whole blocks many times faster than parts of them.
	whole := gray.Region(image.Rect(0, 0, min(shadeBlock*w, gray.Cols()), min(shadeBlock*h, gray.Rows())))
	defer whole.Close()
	small := gocv.NewMat()
	defer small.Close()
	blocks := func(m gocv.Mat) []uint8 {
		gocv.Resize(m, &small, image.Pt(w, h), 0, 0, gocv.InterpolationArea)
		px, err := small.DataPtrUint8()
		if err != nil {
			return nil
		}
		return px
	}
	var tones [256]int
	for _, v := range blocks(whole) {
		tones[v]++
	}
	paper := quantile(&tones, 0.95)
	below := gocv.NewMat()
	defer below.Close()
	share := func(tone int) float64 {
		gocv.Threshold(whole, &below, float32(tone-1), 255, gocv.ThresholdBinaryInv)
		n := 0
		for _, v := range blocks(below) {
			if v > 127 {
				n++
			}
		}
		return float64(n) / float64(w*h)
	}
	return share(max(205, paper-minShaded)), share(128)
}
