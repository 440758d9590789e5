package straighten

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"
)

// step is how far apart knots lie on the page, pixels.
const step = 16

// bandRows is how many rows of knots are filled in at once: what is filled in stays near
// the processor.
const bandRows = 4

// apply resamples the picture once, bicubically, through the composition of
// the maps given, outermost (nearest the picture) last. Around is the share of
// the page that lies outside of the picture.
func apply(gray gocv.Mat, size image.Point, source func(vec) vec) (out gocv.Mat, around float64) {
	k := newKnots(size, source)
	out = gocv.NewMatWithSizes([]int{size.Y, size.X}, gocv.MatTypeCV8UC1)
	paper := newPaper(gray)
	n := 0
	for from := 0; from < k.down-1; from += bandRows {
		n += k.band(gray, out, paper, from, min(from+bandRows, k.down-1))
	}
	return out, float64(n) / float64(max(1, size.X*size.Y))
}

// knots are where points of the page lie on the picture, every so many pixels. The maps
// are smooth: they are filled in between. The first and the last knots lie beyond the
// page, so that the filling never has to guess at the border: knot i is at (i-½)·step-½.
type knots struct {
	size         image.Point // of the page
	across, down int
	xs, ys       []float32
}

func newKnots(size image.Point, source func(vec) vec) *knots {
	k := &knots{size: size, across: size.X/step + 3, down: size.Y/step + 3}
	k.xs, k.ys = make([]float32, k.across*k.down), make([]float32, k.across*k.down)
	for j := range k.down {
		for i := range k.across {
			p := source(vec{(float64(i) - 0.5) * step, (float64(j) - 0.5) * step})
			k.xs[j*k.across+i], k.ys[j*k.across+i] = float32(p.x-0.5), float32(p.y-0.5)
		}
	}
	return k
}

// band resamples the rows of the page between two rows of knots, and paints what of them
// lies outside of the picture. It returns how many pixels do.
func (k *knots) band(gray, out gocv.Mat, paper *paper, from, to int) (outside int) {
	y0, y1 := k.between(from, to, k.size.Y)
	if y0 >= y1 {
		return 0
	}
	mx, my := k.filled(k.xs, from, to), k.filled(k.ys, from, to)
	defer mx.Close()
	defer my.Close()
	top := (from - 1) * step // row of the page that the maps begin with; the first column is -step
	part := image.Rect(step, y0-top, step+k.size.X, y1-top)
	xs, ys, rows := mx.Region(part), my.Region(part), out.Region(image.Rect(0, y0, k.size.X, y1))
	defer xs.Close()
	defer ys.Close()
	defer rows.Close()
	gocv.Remap(gray, &rows, &xs, &ys, gocv.InterpolationCubic, gocv.BorderReplicate, color.RGBA{})
	px, err := out.DataPtrUint8()
	mapX, err2 := mx.DataPtrFloat32()
	mapY, err3 := my.DataPtrFloat32()
	if err != nil || err2 != nil || err3 != nil {
		return 0
	}
	stride := mx.Cols()
	for j := from; j < to; j++ {
		y0, y1 := k.between(j, j+1, k.size.Y)
		for i := range k.across - 1 {
			if k.inside(i, j, paper) {
				continue
			}
			x0, x1 := k.between(i, i+1, k.size.X)
			for y := y0; y < y1; y++ {
				for x := x0; x < x1; x++ {
					at := (y-top)*stride + x + step
					if tone, ok := paper.around(mapX[at], mapY[at]); ok {
						px[y*k.size.X+x] = tone
						outside++
					}
				}
			}
		}
	}
	return outside
}

// between are the first pixel between two knots and the one behind the last, on a page so
// wide or high.
func (k *knots) between(from, to, size int) (lo, hi int) {
	return max(0, from*step-step/2), min(size, to*step-step/2)
}

// filled is what a map is for all pixels between two rows of knots and half a step beyond.
func (k *knots) filled(at []float32, from, to int) gocv.Mat {
	coarse := gocv.NewMatWithSizes([]int{to - from + 1, k.across}, gocv.MatTypeCV32F)
	defer coarse.Close()
	if p, err := coarse.DataPtrFloat32(); err == nil {
		copy(p, at[from*k.across:(to+1)*k.across])
	}
	out := gocv.NewMat()
	gocv.Resize(coarse, &out, image.Pt(coarse.Cols()*step, coarse.Rows()*step), 0, 0, gocv.InterpolationLinear)
	return out
}

// inside tells whether a knot and the next ones to the right and below lie in the picture,
// and so all that is between them does.
func (k *knots) inside(i, j int, p *paper) bool {
	for _, at := range [...]int{j*k.across + i, j*k.across + i + 1, (j+1)*k.across + i, (j+1)*k.across + i + 1} {
		x, y := k.xs[at], k.ys[at]
		if in := x >= 0 && y >= 0 && x <= float32(p.w)-1 && y <= float32(p.h)-1; !in {
			return false
		}
	}
	return true
}

// paper is the tone of the paper at the borders of a picture, of which w and h are the
// size. What lies around it is painted so: the outermost pixels, repeated, would draw
// lines of whatever runs into the border.
type paper struct {
	w, h                     int
	top, bottom, left, right []uint8 // a tone for some pixels of each border
}

// shrink is how many pixels of a border have one tone.
const shrink = 4

func newPaper(gray gocv.Mat) *paper {
	const window = 15
	small := gocv.NewMat()
	defer small.Close()
	p := &paper{w: gray.Cols(), h: gray.Rows()}
	gocv.Resize(gray, &small, image.Pt(max(1, p.w/shrink), max(1, p.h/shrink)), 0, 0, gocv.InterpolationNearestNeighbor)
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
	sw, sh := small.Cols(), small.Rows()
	dx, dy := min(window, sw), min(window, sh)
	p.top = side(image.Rect(0, 0, sw, dy), image.Rect(0, 0, sw, 1))
	p.bottom = side(image.Rect(0, sh-dy, sw, sh), image.Rect(0, sh-1, sw, sh))
	p.left = side(image.Rect(0, 0, dx, sh), image.Rect(0, 0, 1, sh))
	p.right = side(image.Rect(sw-dx, 0, sw, sh), image.Rect(sw-1, 0, sw, sh))
	return p
}

// around is the tone of the paper beside a place that lies outside of the picture; ok is
// false for others.
func (p *paper) around(x, y float32) (tone uint8, ok bool) {
	if x >= -0.5 && y >= -0.5 && x <= float32(p.w)-0.5 && y <= float32(p.h)-0.5 {
		return 0, false
	}
	sx, sy := min(max(int(x)/shrink, 0), len(p.top)-1), min(max(int(y)/shrink, 0), len(p.left)-1)
	switch {
	case y < 0:
		return p.top[sx], true
	case y > float32(p.h)-1:
		return p.bottom[sx], true
	case x < 0:
		return p.left[sy], true
	}
	return p.right[sy], true
}
