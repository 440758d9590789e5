package straighten

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"
)

// apply resamples the picture once, bicubically, through the composition of
// the maps given, outermost (nearest the picture) last. Around is the share of
// the page that lies outside of the picture.
func apply(gray gocv.Mat, size image.Point, source func(vec) vec) (out gocv.Mat, around float64) {
	// The maps are smooth: they are computed every 16 pixels and filled in
	// between. The coarse grid has one knot more on each side, so that the
	// filling never has to guess at the border.
	const step = 16
	cw, ch := size.X/step+3, size.Y/step+3
	xs, ys := make([]float32, cw*ch), make([]float32, cw*ch)
	for j := range ch {
		for i := range cw {
			p := source(vec{(float64(i) - 0.5) * step, (float64(j) - 0.5) * step})
			xs[j*cw+i], ys[j*cw+i] = float32(p.x-0.5), float32(p.y-0.5)
		}
	}
	mx, my := fill(xs, cw, ch, step, size), fill(ys, cw, ch, step, size)
	defer mx.Close()
	defer my.Close()
	out = gocv.NewMat()
	gocv.Remap(gray, &out, &mx, &my, gocv.InterpolationCubic, gocv.BorderReplicate, color.RGBA{})
	return out, paperAround(gray, out, mx, my)
}

// paperAround fills what of a straightened picture lies outside of its source
// with the tone of the paper at the border. The outermost pixels, repeated,
// would draw lines of whatever runs into it. It returns the share that it filled.
func paperAround(gray, out, mx, my gocv.Mat) float64 {
	const shrink, window = 4, 15
	small := gocv.NewMat()
	defer small.Close()
	w, h := gray.Cols(), gray.Rows()
	gocv.Resize(gray, &small, image.Pt(max(1, w/shrink), max(1, h/shrink)), 0, 0, gocv.InterpolationNearestNeighbor)
	px, err := out.DataPtrUint8()
	xs, err2 := mx.DataPtrFloat32()
	ys, err3 := my.DataPtrFloat32()
	if err != nil || err2 != nil || err3 != nil {
		return 0
	}
	sw, sh := small.Cols(), small.Rows()
	// Nothing but the border is needed, which depends on a strip along it.
	side := func(strip, border image.Rectangle) []uint8 {
		part := small.Region(strip)
		defer part.Close()
		blurred := gocv.NewMat()
		defer blurred.Close()
		gocv.MedianBlur(part, &blurred, window)
		edge := blurred.Region(border.Sub(strip.Min))
		defer edge.Close()
		return edge.ToBytes()
	}
	dx, dy := min(window, sw), min(window, sh)
	top := side(image.Rect(0, 0, sw, dy), image.Rect(0, 0, sw, 1))
	bottom := side(image.Rect(0, sh-dy, sw, sh), image.Rect(0, sh-1, sw, sh))
	left := side(image.Rect(0, 0, dx, sh), image.Rect(0, 0, 1, sh))
	right := side(image.Rect(sw-dx, 0, sw, sh), image.Rect(sw-1, 0, sw, sh))
	n := 0
	for i := range px {
		x, y := xs[i], ys[i]
		if x >= -0.5 && y >= -0.5 && x <= float32(w)-0.5 && y <= float32(h)-0.5 {
			continue
		}
		n++
		sx, sy := min(max(int(x)/shrink, 0), sw-1), min(max(int(y)/shrink, 0), sh-1)
		switch {
		case y < 0:
			px[i] = top[sx]
		case y > float32(h)-1:
			px[i] = bottom[sx]
		case x < 0:
			px[i] = left[sy]
		default:
			px[i] = right[sy]
		}
	}
	return float64(n) / float64(max(1, len(px)))
}

func fill(coarse []float32, cw, ch, step int, size image.Point) gocv.Mat {
	c := gocv.NewMatWithSize(ch, cw, gocv.MatTypeCV32F)
	defer c.Close()
	if p, err := c.DataPtrFloat32(); err == nil {
		copy(p, coarse)
	}
	big := gocv.NewMat()
	defer big.Close()
	gocv.Resize(c, &big, image.Pt(cw*step, ch*step), 0, 0, gocv.InterpolationLinear)
	// Coarse knot i sits at fine pixel (i+½)·step-½, which is page pixel
	// (i-½)·step-½: the page begins one step in.
	roi := big.Region(image.Rect(step, step, step+size.X, step+size.Y))
	defer roi.Close()
	return roi.Clone()
}
