package picture

import (
	"bytes"
	"encoding/binary"
)

// A turning says where the pixels of a w × h picture go in the turned one:
// pixel (x, y) to index origin + x·dx + y·dy.
type turning struct {
	width, height  int // after turning
	origin, dx, dy int
}

// turn gives the turning that undoes an EXIF orientation.
func turn(orientation, w, h int) turning {
	switch orientation {
	case 2: // mirrored
		return turning{w, h, w - 1, -1, w}
	case 3: // upside down
		return turning{w, h, w*h - 1, -1, -w}
	case 4: // upside down and mirrored
		return turning{w, h, (h - 1) * w, 1, -w}
	case 5: // mirrored along the falling diagonal
		return turning{h, w, 0, h, 1}
	case 6: // to be turned clockwise
		return turning{h, w, h - 1, h, -1}
	case 7: // mirrored along the rising diagonal
		return turning{h, w, w*h - 1, -h, -1}
	case 8: // to be turned anticlockwise
		return turning{h, w, (w - 1) * h, -h, 1}
	}
	return turning{w, h, 0, 1, w}
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
	const tagOrientation = 274
	if v, ok := ifdValue(b, order, offset, tagOrientation); ok && 1 <= v && v <= 8 {
		return int(v)
	}
	return 1
}

// ifdValue finds the first value of a tag of whole numbers in the TIFF
// directory at offset.
func ifdValue(b []byte, order binary.ByteOrder, offset uint32, tag uint16) (uint32, bool) {
	if int64(offset)+2 > int64(len(b)) {
		return 0, false
	}
	n := int(order.Uint16(b[offset:]))
	b = b[offset+2:]
	for ; n > 0 && len(b) >= 12; n, b = n-1, b[12:] {
		if order.Uint16(b) != tag || order.Uint32(b[4:]) != 1 {
			continue
		}
		switch order.Uint16(b[2:]) {
		case 1: // BYTE
			return uint32(b[8]), true
		case 3: // SHORT
			return uint32(order.Uint16(b[8:])), true
		case 4: // LONG
			return order.Uint32(b[8:]), true
		}
	}
	return 0, false
}
