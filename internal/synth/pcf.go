package synth

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
)

// A bitmapFont is a font drawn pixel by pixel for one size.
type bitmapFont struct {
	size            int // pixels, of its em
	ascent, descent int // pixels
	glyphs          map[rune]*bitmap
}

// A bitmap is a character of a bitmap font.
type bitmap struct {
	advance int // pixels
	mask    mask
}

// Tables and format bits of a PCF file, after libXfont's pcfread.c.
const (
	pcfMetrics   = 1 << 2
	pcfBitmaps   = 1 << 3
	pcfEncodings = 1 << 5
	pcfAccel     = 1 << 1
	pcfBDFAccel  = 1 << 8

	pcfCompressedMetrics = 0x100
	pcfGlyphPad          = 3
	pcfBigEndian         = 1 << 2
	pcfMSBitFirst        = 1 << 3
)

var errPCF = errors.New("not a PCF font, or a damaged one")

// readPCF reads a font of the X Window System's portable compiled format that
// was drawn for a size in pixels.
func readPCF(data []byte, size int) (f *bitmapFont, err error) {
	defer func() {
		if recover() != nil { // an offset that lies
			f, err = nil, errPCF
		}
	}()
	if string(data[:4]) != "\x01fcp" {
		return nil, errPCF
	}
	tables := make(map[uint32]pcfTable)
	for i := range binary.LittleEndian.Uint32(data[4:]) {
		e := data[8+16*i:]
		offset := binary.LittleEndian.Uint32(e[12:])
		t := pcfTable{data: data[offset:], order: binary.LittleEndian}
		t.format = t.u32()
		if t.format&pcfBigEndian != 0 {
			t.order = binary.BigEndian
		}
		tables[binary.LittleEndian.Uint32(e)] = t
	}
	for _, kind := range []uint32{pcfMetrics, pcfBitmaps, pcfEncodings} {
		if tables[kind].data == nil {
			return nil, fmt.Errorf("%w: table %d is missing", errPCF, kind)
		}
	}
	accel, ok := tables[pcfBDFAccel]
	if !ok {
		accel = tables[pcfAccel]
	}
	accel.skip(8)
	f = &bitmapFont{size: size, glyphs: make(map[rune]*bitmap)}
	f.ascent, f.descent = int(accel.u32()), int(accel.u32())
	glyphs := pcfGlyphs(tables[pcfMetrics], tables[pcfBitmaps])

	enc := tables[pcfEncodings]
	minLow, maxLow, minHigh, maxHigh := enc.u16(), enc.u16(), enc.u16(), enc.u16()
	enc.skip(2)
	for high := rune(minHigh); high <= rune(maxHigh); high++ {
		for low := rune(minLow); low <= rune(maxLow); low++ {
			if i := enc.u16(); i != 0xffff {
				f.glyphs[high<<8|low] = &glyphs[i]
			}
		}
	}
	return f, nil
}

// A pcfTable is read from front to back.
type pcfTable struct {
	format uint32
	order  binary.ByteOrder
	data   []byte
}

func (t *pcfTable) skip(n int) { t.data = t.data[n:] }

func (t *pcfTable) u8() int { v := t.data[0]; t.skip(1); return int(v) }

func (t *pcfTable) u16() uint16 { v := t.order.Uint16(t.data); t.skip(2); return v }

func (t *pcfTable) u32() uint32 { v := t.order.Uint32(t.data); t.skip(4); return v }

func pcfGlyphs(metrics, bits pcfTable) []bitmap {
	compressed := metrics.format&pcfCompressedMetrics != 0
	var count int
	if compressed {
		count = int(metrics.u16())
	} else {
		count = int(metrics.u32())
	}
	bits.skip(4) // the count again
	offsets := bits
	bits.skip(4 * count)
	bits.skip(16) // the size of the bitmaps for each padding
	pad := 1 << (bits.format & pcfGlyphPad)
	msb := bits.format&pcfMSBitFirst != 0
	glyphs := make([]bitmap, count)
	for i := range glyphs {
		var left, right, advance, ascent, descent int
		if compressed {
			left, right, advance, ascent, descent = metrics.u8()-0x80, metrics.u8()-0x80, metrics.u8()-0x80, metrics.u8()-0x80, metrics.u8()-0x80
		} else {
			next := func() int { return int(int16(metrics.u16())) }
			left, right, advance, ascent, descent = next(), next(), next(), next(), next()
			metrics.skip(2)
		}
		w, h := right-left, ascent+descent
		rows := bits.data[offsets.u32():]
		stride := ((w+7)/8 + pad - 1) / pad * pad
		a := image.NewAlpha(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				b := rows[y*stride+x/8]
				if msb && b&(0x80>>(x%8)) != 0 || !msb && b&(1<<(x%8)) != 0 {
					a.Pix[y*a.Stride+x] = 255
				}
			}
		}
		glyphs[i] = bitmap{advance, mask{*a, image.Pt(-left, ascent)}}
	}
	return glyphs
}
