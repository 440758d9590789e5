package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"
)

// recognise names the format of a file by its first bytes. For what is no
// picture, or none that is read here, the error says what it is and what to
// do with it.
func recognise(data []byte) (*format, error) {
	starts := func(magic ...string) bool { return startsWith(data, magic...) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return formatPNG, nil
	case starts("\xff\xd8\xff"):
		return formatJPEG, nil
	case starts("GIF87a", "GIF89a"):
		return formatGIF, nil
	case starts("II*\x00", "MM\x00*"):
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
	head := data[:min(len(data), 1024)]
	for _, what := range []string{ofDocument(data, head), ofPicture(data), ofText(data, head)} {
		if what != "" {
			return what
		}
	}
	return "its content is of no kind that is known; PNG, JPEG, GIF, BMP, TIFF and WebP are read"
}

// startsWith tells whether a file begins with one of some signatures.
func startsWith(data []byte, magic ...string) bool {
	return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(data, []byte(m)) })
}

// ofDocument says which document or archive a file is, empty for none.
func ofDocument(data, head []byte) string {
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return "a PDF document; convert its pages to pictures, for example with pdftoppm -r 200 -png"
	case startsWith(data, "PK\x03\x04"):
		for _, office := range []struct{ folder, name string }{
			{"word/", "a Word document"}, {"xl/", "an Excel workbook"}, {"ppt/", "a PowerPoint file"},
		} {
			if bytes.Contains(data, []byte(office.folder)) {
				return office.name + "; save the picture in it as a PNG"
			}
		}
		return "a ZIP archive; unpack it"
	case startsWith(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return "a document of an old Microsoft Office; save the picture in it as a PNG"
	case startsWith(data, "\x1f\x8b", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd"):
		return "a compressed archive; unpack it"
	case startsWith(data, "AT&TFORM"):
		return "a DjVu document; convert its pages to pictures, for example with ddjvu -format=tiff"
	}
	return ""
}

// ofPicture says which picture of a format that is not read a file is, empty for
// none.
func ofPicture(data []byte) string {
	switch {
	case startsWith(data, "II+\x00", "MM\x00+"):
		return "a BigTIFF; convert it to a plain TIFF or to PNG"
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		switch string(data[8:12]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return "a HEIC photo; convert it to JPEG, for example with heif-convert, or set the phone's camera to the most compatible format"
		case "avif", "avis":
			return "an AVIF picture; convert it to PNG, for example with avifdec"
		}
		return "a film; save the frame with the table as a PNG"
	case startsWith(data, "\x00\x00\x00\x0cjP  \r\n\x87\n", "\xff\x4f\xff\x51"):
		return "a JPEG 2000 picture; convert it to PNG, for example with opj_decompress"
	case startsWith(data, "\xff\x0a", "\x00\x00\x00\x0cJXL \r\n\x87\n"):
		return "a JPEG XL picture; convert it to PNG, for example with djxl"
	case startsWith(data, "8BPS"):
		return "a Photoshop file; save it as a PNG"
	case startsWith(data, "\x00\x00\x01\x00"):
		return "an icon; save it as a PNG"
	case len(data) > 2 && data[0] == 'P' && '1' <= data[1] && data[1] <= '7' && (data[2] == '\n' || data[2] == '\r' || data[2] == ' '):
		return "a PNM picture; convert it to PNG, for example with pnmtopng"
	}
	return ""
}

// ofText says which text a file is, or that it is nothing; empty where it is
// neither.
func ofText(data, head []byte) string {
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"))
	marked := startsWith(trimmed, "<")
	switch {
	case startsWith(trimmed, "<!doctype html", "<html"), marked && bytes.Contains(trimmed, []byte("<html")):
		return "a web page (HTML) and not the picture on it; save the picture itself"
	case marked && bytes.Contains(trimmed, []byte("<svg")):
		return "an SVG drawing; convert it to PNG, for example with rsvg-convert"
	case startsWith(trimmed, "<?xml"):
		return "an XML file, not a picture"
	case isText(head):
		return "a text file, not a picture"
	case len(bytes.Trim(data, "\x00")) == 0:
		return "nothing but zeros, as an interrupted download leaves it; fetch it again"
	}
	return ""
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
