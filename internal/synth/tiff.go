package synth

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/binary"
	"image"
	"slices"
)

// encodeTIFF writes pages, which are *image.Gray, *image.Paletted of black and
// white, or *image.RGBA, as one TIFF: golang.org/x/image/tiff writes one page.
func encodeTIFF(pages []image.Image) ([]byte, error) {
	order := binary.LittleEndian
	out := []byte{'I', 'I', 42, 0, 0, 0, 0, 0}
	link := 4 // where the offset of the next directory goes
	for _, page := range pages {
		pix, samples := samplesOf(page)
		strip := new(bytes.Buffer)
		z := zlib.NewWriter(strip)
		if _, err := z.Write(pix); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		at := len(out)
		out = append(out, strip.Bytes()...)
		depths := len(out) // three numbers for the three colours
		for range 3 {
			out = order.AppendUint16(out, 8)
		}
		if len(out)%2 == 1 {
			out = append(out, 0)
		}
		order.PutUint32(out[link:], uint32(len(out)))
		size := page.Bounds().Size()
		const short, long = 3, 4
		type entry struct {
			tag, kind    uint16
			count, value int
		}
		depth := entry{258, short, 1, 8}
		if samples == 3 {
			depth = entry{258, short, 3, depths}
		}
		entries := []entry{
			{256, long, 1, size.X}, {257, long, 1, size.Y}, depth,
			{259, short, 1, 8}, // compressed by zlib
			{262, short, 1, map[int]int{1: 1, 3: 2}[samples]}, // 0 is black, or RGB
			{273, long, 1, at}, {277, short, 1, samples}, // one strip
			{278, long, 1, size.Y}, {279, long, 1, len(strip.Bytes())}, // of all rows
		}
		slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.tag, b.tag) })
		out = order.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = order.AppendUint16(out, e.tag)
			out = order.AppendUint16(out, e.kind)
			out = order.AppendUint32(out, uint32(e.count))
			out = order.AppendUint32(out, uint32(e.value))
		}
		link = len(out)
		out = order.AppendUint32(out, 0)
	}
	return out, nil
}

// samplesOf are the pixels of a page, one byte each where it has no colour and
// else three.
func samplesOf(page image.Image) (pix []byte, samples int) {
	size := page.Bounds().Size()
	switch m := page.(type) {
	case *image.Gray:
		return m.Pix, 1
	case *image.Paletted:
		pix = make([]byte, len(m.Pix))
		for i, v := range m.Pix {
			pix[i] = 255 * v
		}
		return pix, 1
	case *image.RGBA:
		pix = make([]byte, 0, 3*size.X*size.Y)
		for i := 0; i < len(m.Pix); i += 4 {
			pix = append(pix, m.Pix[i], m.Pix[i+1], m.Pix[i+2])
		}
		return pix, 3
	}
	panic("synth: a page of another kind")
}
