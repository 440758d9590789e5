package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// recognise names the format of a file by its first bytes. For what is no
// picture, or none that is read here, the error says what it is and what to
// do with it.
func recognise(data []byte) (*format, error) {
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return formatPNG, nil
	case starts("\xff\xd8\xff"):
		return formatJPEG, nil
	case starts("GIF87a"), starts("GIF89a"):
		return formatGIF, nil
	case starts("II*\x00"), starts("MM\x00*"):
		return formatTIFF, nil
	case starts("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return formatWebP, nil
	case starts("BM") && isBMP(data):
		return formatBMP, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrUnsupported, describe(data))
}

// isBMP tells a bitmap from a text that begins with BM, by the size of its
// second header.
func isBMP(data []byte) bool {
	if len(data) < 18 {
		return false
	}
	switch binary.LittleEndian.Uint32(data[14:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// describe says what a file is that is no picture read here.
func describe(data []byte) string {
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return "a PDF document; convert its pages to pictures, for example with pdftoppm -r 200 -png"
	case starts("II+\x00"), starts("MM\x00+"):
		return "a BigTIFF; convert it to a plain TIFF or to PNG"
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		switch string(data[8:12]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return "a HEIC photo; convert it to JPEG, for example with heif-convert, or set the phone's camera to the most compatible format"
		case "avif", "avis":
			return "an AVIF picture; convert it to PNG, for example with avifdec"
		}
		return "a film; save the frame with the table as a PNG"
	case starts("PK\x03\x04"):
		for _, office := range []struct{ folder, name string }{
			{"word/", "a Word document"}, {"xl/", "an Excel workbook"}, {"ppt/", "a PowerPoint file"},
		} {
			if bytes.Contains(data, []byte(office.folder)) {
				return office.name + "; save the picture in it as a PNG"
			}
		}
		return "a ZIP archive; unpack it"
	case starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return "a document of an old Microsoft Office; save the picture in it as a PNG"
	case starts("\x1f\x8b"), starts("Rar!\x1a\x07"), starts("7z\xbc\xaf\x27\x1c"), starts("BZh"), starts("\xfd7zXZ\x00"), starts("\x28\xb5\x2f\xfd"):
		return "a compressed archive; unpack it"
	case starts("\x00\x00\x00\x0cjP  \r\n\x87\n"), starts("\xff\x4f\xff\x51"):
		return "a JPEG 2000 picture; convert it to PNG, for example with opj_decompress"
	case starts("\xff\x0a"), starts("\x00\x00\x00\x0cJXL \r\n\x87\n"):
		return "a JPEG XL picture; convert it to PNG, for example with djxl"
	case starts("8BPS"):
		return "a Photoshop file; save it as a PNG"
	case starts("\x00\x00\x01\x00"):
		return "an icon; save it as a PNG"
	case starts("AT&TFORM"):
		return "a DjVu document; convert its pages to pictures, for example with ddjvu -format=tiff"
	case len(data) > 2 && data[0] == 'P' && '1' <= data[1] && data[1] <= '7' && (data[2] == '\n' || data[2] == '\r' || data[2] == ' '):
		return "a PNM picture; convert it to PNG, for example with pnmtopng"
	}
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(trimmed, []byte("<!doctype html")), bytes.HasPrefix(trimmed, []byte("<html")),
		bytes.HasPrefix(trimmed, []byte("<")) && bytes.Contains(trimmed, []byte("<html")):
		return "a web page (HTML) and not the picture on it; save the picture itself"
	case bytes.HasPrefix(trimmed, []byte("<")) && bytes.Contains(trimmed, []byte("<svg")):
		return "an SVG drawing; convert it to PNG, for example with rsvg-convert"
	case bytes.HasPrefix(trimmed, []byte("<?xml")):
		return "an XML file, not a picture"
	case isText(head):
		return "a text file, not a picture"
	case len(bytes.Trim(data, "\x00")) == 0:
		return "nothing but zeros, as an interrupted download leaves it; fetch it again"
	}
	return "its content is of no kind that is known; PNG, JPEG, GIF, BMP, TIFF and WebP are read"
}

// isText says whether bytes are text, in UTF-8, UTF-16 with its mark, or an
// encoding that keeps ASCII's control characters free such as GB 18030.
func isText(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return true
	}
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' || c == 0x7f {
			return false
		}
	}
	// A few bytes of anything may lack control characters by chance; then only
	// what is whole UTF-8 is text.
	return len(b) >= 64 || utf8.Valid(b)
}
