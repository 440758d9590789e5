package picture

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

// Pixels are a decoded picture as it lies in its file. They are asked for row
// by row, so that each layout has its own plain loops and no page is converted
// into another layout on its way.
type pixels interface {
	size() (w, h int)
	// grey writes row y, one byte a pixel, and returns how many of its pixels
	// are clearly coloured.
	grey(y int, dst []byte) (coloured int)
	// bgr writes row y, three bytes a pixel.
	bgr(y int, dst []byte)
}

// Pixels are coloured where their largest and smallest component differ by
// more than colourful, or, with luminance and chrominance apart, where the
// two chrominances together are more than chromatic away from grey. Both are
// above the chrominance noise of a JPEG around black text, and below what a
// light blue rule has.
const (
	colourful = 28
	chromatic = 16
)

// wrap chooses the layout for a picture as a decoder returned it. Those that
// are rare become straight RGBA first.
func wrap(img image.Image) pixels {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	switch m := img.(type) {
	case *image.Gray:
		return &greyPixels{w, h, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride}
	case *image.Gray16:
		return narrowGrey(m)
	case *image.YCbCr:
		return &yccPixels{m, &fullRange}
	case *image.Paletted:
		return newPalette(m)
	case *image.RGBA:
		return newRGBA(w, h, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, true)
	case *image.NRGBA:
		return newRGBA(w, h, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, false)
	case *image.RGBA64:
		return newRGBA(w, h, narrow(m.Pix), m.Stride/2, true)
	case *image.NRGBA64:
		return newRGBA(w, h, narrow(m.Pix), m.Stride/2, false)
	case *image.CMYK:
		inkToLight(m.Pix)
		return newRGBA(w, h, m.Pix, m.Stride, false)
	case *image.NYCbCrA:
		return withAlpha(m, &fullRange)
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, img, b.Min, draw.Src)
	return newRGBA(w, h, m.Pix, m.Stride, true)
}

// luma is the luminance of a colour, as image/color has it.
func luma(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}

// isColourful says whether a colour is clearly no grey.
func isColourful(r, g, b uint8) bool { return max(r, g, b)-min(r, g, b) > colourful }

// GreyPixels have one byte a pixel.
type greyPixels struct {
	w, h   int
	pix    []byte
	stride int
}

func (p *greyPixels) size() (w, h int) { return p.w, p.h }

func (p *greyPixels) grey(y int, dst []byte) int {
	copy(dst, p.pix[y*p.stride:y*p.stride+p.w])
	return 0
}

func (p *greyPixels) bgr(y int, dst []byte) {
	for i, v := range p.pix[y*p.stride : y*p.stride+p.w] {
		dst[3*i], dst[3*i+1], dst[3*i+2] = v, v, v
	}
}

// narrowGrey rounds 16 bits to 8.
func narrowGrey(m *image.Gray16) pixels {
	b := m.Bounds()
	return &greyPixels{b.Dx(), b.Dy(), narrow(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):]), m.Stride / 2}
}

// narrow rounds samples of 16 bits, high byte first, to 8 bits.
func narrow(wide []byte) []byte {
	out := make([]byte, len(wide)/2)
	for i := range out {
		// 65,535 is 257 × 255.
		out[i] = uint8((uint32(wide[2*i])<<8 + uint32(wide[2*i+1]) + 128) / 257)
	}
	return out
}

var (
	fullRange  = newYccTable(0, 255, 255)  // JPEG
	videoRange = newYccTable(16, 219, 224) // WebP
)

// withAlpha turns luminance, chrominance and alpha into straight RGBA.
func withAlpha(m *image.NYCbCrA, t *yccTable) pixels {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	pix := make([]byte, 4*w*h)
	row := make([]byte, 3*w)
	ycc := &yccPixels{&m.YCbCr, t}
	for y := range h {
		ycc.bgr(y, row)
		out := pix[4*y*w : 4*(y+1)*w]
		for x := range w {
			out[4*x], out[4*x+1], out[4*x+2] = row[3*x+2], row[3*x+1], row[3*x]
			out[4*x+3] = m.A[y*m.AStride+x]
		}
	}
	return newRGBA(w, h, pix, 4*w, false)
}

// inkToLight turns cyan, magenta, yellow and black into opaque red, green and
// blue.
func inkToLight(pix []byte) {
	for i := 0; i+4 <= len(pix); i += 4 {
		p := pix[i : i+4 : i+4]
		p[0], p[1], p[2] = color.CMYKToRGB(p[0], p[1], p[2], p[3])
		p[3] = 255
	}
}

// RgbaPixels have four bytes a pixel: red, green, blue and alpha, not
// multiplied into the others.
type rgbaPixels struct {
	w, h   int
	pix    []byte
	stride int
	opaque bool
	paper  uint8 // what transparent parts are laid on
}

// newRGBA takes pix over, and changes it where it is premultiplied and not
// opaque.
func newRGBA(w, h int, pix []byte, stride int, premultiplied bool) pixels {
	p := &rgbaPixels{w: w, h: h, pix: pix, stride: stride, paper: 255}
	if p.opaque = p.isOpaque(); p.opaque {
		return p
	}
	if premultiplied {
		p.divide()
	}
	var ink inkwell
	for y := range h {
		row := p.row(y)
		for i := 0; i < len(row); i += 4 {
			ink.add(row[i], row[i+1], row[i+2], row[i+3], 1)
		}
	}
	p.paper = ink.paper()
	return p
}

func (p *rgbaPixels) row(y int) []byte { return p.pix[y*p.stride : y*p.stride+4*p.w] }

func (p *rgbaPixels) isOpaque() bool {
	for y := range p.h {
		row := p.row(y)
		all := uint64(0xff000000_ff000000)
		for ; len(row) >= 8; row = row[8:] {
			all &= binary.LittleEndian.Uint64(row)
		}
		if len(row) == 4 && row[3] != 255 || all != 0xff000000_ff000000 {
			return false
		}
	}
	return true
}

// divide takes alpha out of the colours it was multiplied into.
func (p *rgbaPixels) divide() {
	for y := range p.h {
		row := p.row(y)
		for i := 0; i < len(row); i += 4 {
			px := row[i : i+4 : i+4]
			a := uint32(px[3])
			if a == 0 || a == 255 {
				continue
			}
			for j := range 3 {
				px[j] = uint8(min(255, (uint32(px[j])*255+a/2)/a))
			}
		}
	}
}

func (p *rgbaPixels) size() (w, h int) { return p.w, p.h }

func (p *rgbaPixels) grey(y int, dst []byte) (coloured int) {
	row := p.row(y)
	for i := range dst {
		px := row[4*i : 4*i+4 : 4*i+4]
		r, g, b := px[0], px[1], px[2]
		v := r
		// Screenshots are mostly grey, and for grey there is nothing to do.
		if r != g || g != b {
			v = luma(r, g, b)
			if isColourful(r, g, b) && px[3] >= 128 {
				coloured++
			}
		}
		if !p.opaque {
			v = blend(v, px[3], p.paper)
		}
		dst[i] = v
	}
	return coloured
}

func (p *rgbaPixels) bgr(y int, dst []byte) {
	row := p.row(y)
	for i := range p.w {
		px := row[4*i : 4*i+4 : 4*i+4]
		out := dst[3*i : 3*i+3 : 3*i+3]
		r, g, b := px[0], px[1], px[2]
		if !p.opaque {
			r, g, b = blend(r, px[3], p.paper), blend(g, px[3], p.paper), blend(b, px[3], p.paper)
		}
		out[0], out[1], out[2] = b, g, r
	}
}

// blend lays a component of a colour with alpha a on paper.
func blend(v, a, paper uint8) uint8 {
	return uint8((uint32(v)*uint32(a) + uint32(paper)*uint32(255-a) + 127) / 255)
}

// PalettePixels have one byte a pixel that is an index of a colour.
type palettePixels struct {
	w, h     int
	pix      []byte
	stride   int
	lum      [256]uint8
	coloured [256]uint8 // 1 for a coloured entry
	colour   [256][3]uint8
}

func newPalette(m *image.Paletted) pixels {
	b := m.Bounds()
	p := &palettePixels{w: b.Dx(), h: b.Dy(), pix: m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], stride: m.Stride}
	var entries [256]color.NRGBA
	opaque := true
	for i, c := range m.Palette[:min(256, len(m.Palette))] {
		entries[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		opaque = opaque && entries[i].A == 255
	}
	paper := uint8(255)
	if !opaque {
		var count [256]uint64
		for y := range p.h {
			for _, v := range p.row(y) {
				count[v]++
			}
		}
		var ink inkwell
		for i, c := range entries {
			ink.add(c.R, c.G, c.B, c.A, count[i])
		}
		paper = ink.paper()
	}
	for i, c := range entries {
		r, g, b := blend(c.R, c.A, paper), blend(c.G, c.A, paper), blend(c.B, c.A, paper)
		p.lum[i] = luma(r, g, b)
		p.colour[i] = [3]uint8{b, g, r}
		if isColourful(r, g, b) {
			p.coloured[i] = 1
		}
	}
	return p
}

func (p *palettePixels) row(y int) []byte { return p.pix[y*p.stride : y*p.stride+p.w] }

func (p *palettePixels) size() (w, h int) { return p.w, p.h }

func (p *palettePixels) grey(y int, dst []byte) (coloured int) {
	for i, v := range p.row(y) {
		dst[i] = p.lum[v]
		coloured += int(p.coloured[v])
	}
	return coloured
}

func (p *palettePixels) bgr(y int, dst []byte) {
	for i, v := range p.row(y) {
		copy(dst[3*i:3*i+3], p.colour[v][:])
	}
}

// An inkwell collects what is not transparent in a picture, to find out which
// paper it can be seen on. Text is sometimes all in the alpha channel, with
// the same colour everywhere, and then the wrong paper shows nothing at all.
type inkwell struct {
	total  uint64
	clear  uint64      // how much of the total is transparent
	weight [256]uint64 // how much ink there is of each luminance
}

// add adds n pixels.
func (k *inkwell) add(r, g, b, a uint8, n uint64) {
	k.total += 255 * n
	k.clear += uint64(255-a) * n
	k.weight[luma(r, g, b)] += uint64(a) * n
}

// paper is white, unless all ink is so light that it would hardly be seen
// there: then black. A picture with few transparent parts, such as rounded
// corners, brings its own paper.
func (k *inkwell) paper() uint8 {
	ink := k.total - k.clear
	if ink == 0 || k.clear < k.total/8 {
		return 255
	}
	dark := uint64(0)
	for l := range 160 {
		dark += k.weight[l]
	}
	if dark*100 < ink {
		return 0
	}
	return 255
}
