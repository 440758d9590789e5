package picture

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/disintegration/imaging"
)

// upright undoes an EXIF orientation: it gives the picture as a viewer shows it.
// It takes four bytes a pixel for what is turned, and for one that is upright
// none: it must not be called for those.
func upright(m image.Image, orientation int) *image.NRGBA {
	switch orientation {
	case 2: // mirrored
		return imaging.FlipH(m)
	case 3: // upside down
		return imaging.Rotate180(m)
	case 4: // upside down and mirrored
		return imaging.FlipV(m)
	case 5: // mirrored along the falling diagonal
		return imaging.Transpose(m)
	case 6: // to be turned clockwise
		return imaging.Rotate270(m)
	case 7: // mirrored along the rising diagonal
		return imaging.Transverse(m)
	case 8: // to be turned anticlockwise
		return imaging.Rotate90(m)
	}
	return imaging.Clone(m)
}

// grey takes a grey picture back out of what imaging makes of it.
func grey(m *image.NRGBA) *image.Gray {
	g := image.NewGray(m.Rect)
	for i := range g.Pix {
		g.Pix[i] = m.Pix[4*i]
	}
	return g
}

// exifOrientation finds the orientation in a block of EXIF data, which is a
// small TIFF file. It is 1, upright, where there is none or the data makes no
// sense: a picture is worth reading without it.
func exifOrientation(b []byte) int {
	b = bytes.TrimPrefix(b, []byte("Exif\x00\x00"))
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	return ifdOrientation(b, order, order.Uint32(b[4:]))
}

// ifdOrientation finds the orientation in the TIFF directory at offset.
func ifdOrientation(b []byte, order binary.ByteOrder, offset uint32) int {
	if v := ifdValue(b, order, offset, tagOrientation, 1); 1 <= v && v <= 8 {
		return int(v)
	}
	return 1
}

// ifdValue finds the first value of a tag in the TIFF directory at offset.
func ifdValue(b []byte, order binary.ByteOrder, offset uint32, tag uint16, otherwise uint32) uint32 {
	if v := ifdValues(b, order, offset, tag, 1); len(v) > 0 {
		return v[0]
	}
	return otherwise
}

// ifdValues finds at most limit values of a tag of whole numbers in the TIFF
// directory at offset. It returns none where the tag is missing or makes no
// sense.
func ifdValues(b []byte, order binary.ByteOrder, offset uint32, tag uint16, limit int) []uint32 {
	raw, kind := ifdBytes(b, order, offset, tag)
	size := typeSize(kind)
	if size == 0 {
		return nil
	}
	var values []uint32
	for ; len(raw) >= size && len(values) < limit; raw = raw[size:] {
		switch size {
		case 1:
			values = append(values, uint32(raw[0]))
		case 2:
			values = append(values, uint32(order.Uint16(raw)))
		case 4:
			values = append(values, order.Uint32(raw))
		}
	}
	return values
}

// typeSize is how many bytes a value of a TIFF type takes, and 0 for types
// that are no whole numbers.
func typeSize(kind uint16) int {
	switch kind {
	case 1, 7: // BYTE, UNDEFINED
		return 1
	case 3: // SHORT
		return 2
	case 4: // LONG
		return 4
	}
	return 0
}

// ifdBytes finds what a tag in the TIFF directory at offset holds, and its
// type.
func ifdBytes(b []byte, order binary.ByteOrder, offset uint32, tag uint16) (raw []byte, kind uint16) {
	if int64(offset)+2 > int64(len(b)) {
		return nil, 0
	}
	n := int(order.Uint16(b[offset:]))
	for e := b[offset+2:]; n > 0 && len(e) >= 12; n, e = n-1, e[12:] {
		if order.Uint16(e) != tag {
			continue
		}
		kind = order.Uint16(e[2:])
		length := int64(order.Uint32(e[4:])) * int64(typeSize(kind))
		if length <= 4 {
			return e[8 : 8+length], kind
		}
		at := int64(order.Uint32(e[8:]))
		if at+length > int64(len(b)) {
			return nil, 0
		}
		return b[at : at+length], kind
	}
	return nil, 0
}
