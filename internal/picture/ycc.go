package picture

import (
	"image"
)

// YccPixels have a luminance plane, which is the grey that is asked for, and
// two chrominance planes of that size or smaller.
type yccPixels struct {
	m     *image.YCbCr
	table *yccTable
}

func (p *yccPixels) size() (w, h int) { return p.m.Rect.Dx(), p.m.Rect.Dy() }

// chroma gives the chrominance samples of row y, and how many pixels share a
// sample horizontally and vertically.
func (p *yccPixels) chroma(y int) (cb, cr []byte, sx, sy int) {
	sx, sy = 1, 1
	switch p.m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		sx = 2
	case image.YCbCrSubsampleRatio420:
		sx, sy = 2, 2
	case image.YCbCrSubsampleRatio440:
		sy = 2
	case image.YCbCrSubsampleRatio411:
		sx = 4
	case image.YCbCrSubsampleRatio410:
		sx, sy = 4, 2
	}
	// The decoders' pictures start at (0, 0), so a row of chrominance starts
	// with the first pixel of a group.
	o := (y / sy) * p.m.CStride
	n := (p.m.Rect.Dx() + sx - 1) / sx
	return p.m.Cb[o : o+n], p.m.Cr[o : o+n], sx, sy
}

func (p *yccPixels) grey(y int, dst []byte) (coloured int) {
	o := y * p.m.YStride
	copy(dst, p.m.Y[o:o+len(dst)])
	if p.table.stretch {
		for i, v := range dst {
			dst[i] = p.table.grey[v]
		}
	}
	cb, cr, sx, sy := p.chroma(y)
	if y%sy != 0 {
		return 0
	}
	cr = cr[:len(cb)]
	for i, b := range cb {
		d, e := int(b)-128, int(cr[i])-128
		if max(d, -d)+max(e, -e) > chromatic {
			coloured++
		}
	}
	return coloured * sx * sy
}

func (p *yccPixels) bgr(y int, dst []byte) {
	o := y * p.m.YStride
	lum := p.m.Y[o : o+p.m.Rect.Dx()]
	cb, cr, sx, _ := p.chroma(y)
	cr = cr[:len(cb)]
	t := p.table
	for i, b := range cb {
		r := cr[i]
		toB, toG, toR := t.bCb[b], t.gCb[b]+t.gCr[r], t.rCr[r]
		n := min(sx, len(lum))
		for _, v := range lum[:n] {
			l := t.y[v]
			out := dst[:3:3]
			out[0], out[1], out[2] = clamp(l+toB), clamp(l+toG), clamp(l+toR)
			dst = dst[3:]
		}
		lum = lum[n:]
	}
}

// A yccTable converts luminance and chrominance to red, green and blue, in
// units of 1/65,536.
type yccTable struct {
	y, rCr, gCb, gCr, bCb [256]int32
	grey                  [256]uint8
	stretch               bool // whether grey is not the luminance itself
}

// newYccTable makes the table of BT.601 for luminances from black up, and
// chrominances around 128, of these ranges.
func newYccTable(black, yRange, cRange float64) (t yccTable) {
	t.stretch = yRange != 255
	for i := range 256 {
		l := (float64(i) - black) * 255 / yRange
		c := (float64(i) - 128) * 255 / cRange
		t.y[i] = int32(l*65536) + 1<<15 // rounds when clamp cuts the fraction
		t.rCr[i] = int32(c * 1.402 * 65536)
		t.gCb[i] = int32(c * -0.344136 * 65536)
		t.gCr[i] = int32(c * -0.714136 * 65536)
		t.bCb[i] = int32(c * 1.772 * 65536)
		t.grey[i] = clamp(t.y[i])
	}
	return t
}

// clamp cuts the fraction and what is outside of a byte.
func clamp(v int32) uint8 {
	if uint32(v) < 256<<16 {
		return uint8(v >> 16)
	}
	return uint8(^(v >> 31)) // 0 below, 255 above
}
