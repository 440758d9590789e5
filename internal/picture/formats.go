package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
)

// A format is one kind of picture file.
type format struct {
	name      string // for messages, such as JPEG
	mediaType string
	// inspect finds what is known of a file without its pixels: pages and
	// animation. It may be nil.
	inspect func(f *File) error
	// decode checks the size of page n and decodes it.
	decode func(f *File, n int) (src pixels, orientation int, err error)
}

var (
	formatPNG  = &format{"PNG", "image/png", inspectPNG, decodePNG}
	formatJPEG = &format{"JPEG", "image/jpeg", nil, decodeJPEG}
	formatGIF  = &format{"GIF", "image/gif", inspectGIF, decodeGIF}
	formatBMP  = &format{"BMP", "image/bmp", nil, decodeBMP}
	formatTIFF = &format{"TIFF", "image/tiff", inspectTIFF, decodeTIFF}
	formatWebP = &format{"WebP", "image/webp", inspectWebP, decodeWebP}
)

// failed says in words why a decoder gave up. Want is how many bytes the file
// should have at least, or 0 where it does not say.
func (f *File) failed(err error, want int64) error {
	name := f.format.name
	text := err.Error()
	var (
		jpegUnsupported jpeg.UnsupportedError
		pngUnsupported  png.UnsupportedError
	)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, jpeg.FormatError("short Huffman data")),
		strings.HasSuffix(text, "EOF"),
		strings.HasSuffix(text, "not enough pixel data"),
		strings.HasSuffix(text, "not enough image data"):
		if want > f.Size {
			return fmt.Errorf("%w: the %s ends early, after %s of at least %s; fetch or save it again", ErrDamaged, name, kilobytes(f.Size), kilobytes(want))
		}
		return fmt.Errorf("%w: the %s ends early, after %s; fetch or save it again", ErrDamaged, name, kilobytes(f.Size))
	case errors.As(err, &jpegUnsupported), errors.As(err, &pngUnsupported), strings.Contains(text, "unsupported"):
		return fmt.Errorf("%w: a %s of a kind that is not read (%s); save it as a PNG", ErrUnsupported, name, text)
	}
	return fmt.Errorf("%w: %s; fetch or save it again", ErrDamaged, text)
}

// pngChunks calls each for every chunk that is whole, until it returns false,
// and returns how many bytes the file should have at least: 0 if it is whole.
func pngChunks(data []byte, each func(kind string, body []byte) bool) (want int64) {
	const signature = 8
	for pos := int64(signature); ; {
		if pos+12 > int64(len(data)) {
			return pos + 12
		}
		n := int64(binary.BigEndian.Uint32(data[pos:]))
		if pos+12+n > int64(len(data)) {
			return pos + 12 + n
		}
		kind := string(data[pos+4 : pos+8])
		if !each(kind, data[pos+8:pos+8+n]) || kind == "IEND" {
			return 0
		}
		pos += 12 + n
	}
}

func inspectPNG(f *File) error {
	pngChunks(f.data, func(kind string, body []byte) bool {
		if kind == "acTL" && len(body) >= 4 && binary.BigEndian.Uint32(body) > 1 {
			f.Animated = true
		}
		return kind != "IDAT" // acTL has to come before it
	})
	return nil
}

func decodePNG(f *File, _ int) (pixels, int, error) {
	orientation := 1
	want := pngChunks(f.data, func(kind string, body []byte) bool {
		if kind == "eXIf" {
			orientation = exifOrientation(body)
		}
		return true
	})
	// The header is read here rather than by png.DecodeConfig, which refuses
	// some sizes that are too large for reasons of its own.
	if len(f.data) >= 24 && string(f.data[12:16]) == "IHDR" {
		w, h := binary.BigEndian.Uint32(f.data[16:]), binary.BigEndian.Uint32(f.data[20:])
		if err := f.limits.check(int(w), int(h)); err != nil {
			return nil, 0, err
		}
	}
	m, err := png.Decode(bytes.NewReader(f.data))
	if err != nil {
		return nil, 0, f.failed(err, want)
	}
	if m, ok := m.(*image.RGBA); ok {
		// image/png uses it for what has no alpha, so there is none to look for.
		return &rgbaPixels{w: m.Rect.Dx(), h: m.Rect.Dy(), pix: m.Pix, stride: m.Stride, opaque: true}, orientation, nil
	}
	return wrap(m), orientation, nil
}

// jpegSegments calls each for every marker segment up to the end of the
// picture, those between scans included. Like image/jpeg it passes over what
// is no segment, such as the scans themselves.
func jpegSegments(data []byte, each func(marker byte, body []byte)) {
	for {
		i := bytes.IndexByte(data, 0xff)
		if i < 0 || i+4 > len(data) {
			return
		}
		marker := data[i+1]
		switch {
		case marker == 0xff: // a fill byte
			data = data[i+1:]
			continue
		case marker == 0xd9: // the end
			return
		case marker == 0, 0xd0 <= marker && marker <= 0xd8: // a byte of a scan, a restart, the start
			data = data[i+2:]
			continue
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) {
			return
		}
		each(marker, data[i+4:i+2+n])
		data = data[i+2+n:]
	}
}

// maxScans is how many passes over the pixels a JPEG may ask for. Encoders
// write about ten; each costs a few bytes in the file and a whole pass here.
const maxScans = 200

func decodeJPEG(f *File, _ int) (pixels, int, error) {
	orientation := 1
	jpegSegments(f.data, func(marker byte, body []byte) {
		if marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			orientation = exifOrientation(body)
		}
	})
	var tooLarge error
	m, err := jpegPixels(f.data, func(w, h int) error {
		tooLarge = f.limits.check(w, h)
		return tooLarge
	})
	if tooLarge != nil {
		return nil, 0, tooLarge
	}
	if err != nil {
		return nil, 0, f.failed(err, 0)
	}
	return m, orientation, nil
}

// jpegPixels decodes a JPEG of a size that check agrees to.
func jpegPixels(data []byte, check func(w, h int) error) (pixels, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if err := check(c.Width, c.Height); err != nil {
		return nil, err
	}
	hasAdobe, scans := false, 0
	jpegSegments(data, func(marker byte, body []byte) {
		switch {
		case marker == 0xee && bytes.HasPrefix(body, []byte("Adobe")):
			hasAdobe = true
		case marker == 0xda:
			scans++
		}
	})
	if scans > maxScans {
		return nil, fmt.Errorf("the JPEG has %d scans, where pictures have about ten", scans)
	}
	var r io.Reader = bytes.NewReader(data)
	if c.ColorModel == color.CMYKModel && !hasAdobe {
		// image/jpeg wants to be told that inks are stored as they are, and
		// takes them for inverted, as Adobe has them and as other readers,
		// Pillow among them, do with and without the marker.
		r = io.MultiReader(strings.NewReader("\xff\xd8"+adobeUntouched), bytes.NewReader(data[2:]))
	}
	m, err := jpeg.Decode(r)
	if err != nil {
		return nil, err
	}
	return wrap(m), nil
}

// adobeUntouched is the JPEG segment that says the components are stored as
// they are: red, green and blue, or inks.
const adobeUntouched = "\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"

// inspectGIF looks for a second frame without decoding the first.
func inspectGIF(f *File) error {
	d := f.data
	if len(d) < 13 {
		return nil // decodeGIF says so
	}
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	blocks := func(pos int) int { // skips sub-blocks, up to the empty one
		for pos < len(d) && d[pos] != 0 {
			pos += 1 + int(d[pos])
		}
		return pos + 1
	}
	frames := 0
	for pos := 13 + table(d[10]); pos < len(d); {
		switch d[pos] {
		case 0x21: // extension: label, sub-blocks
			pos = blocks(pos + 2)
		case 0x2c: // frame: descriptor, colours, code size, sub-blocks
			if frames++; frames > 1 {
				f.Animated = true
				return nil
			}
			if pos+10 > len(d) {
				return nil
			}
			pos = blocks(pos + 10 + table(d[pos+9]) + 1)
		default:
			return nil
		}
	}
	return nil
}

func decodeGIF(f *File, _ int) (pixels, int, error) {
	c, err := gif.DecodeConfig(bytes.NewReader(f.data))
	if err != nil {
		return nil, 0, f.failed(err, 0)
	}
	if err := f.limits.check(c.Width, c.Height); err != nil {
		return nil, 0, err
	}
	m, err := gif.Decode(bytes.NewReader(f.data))
	if err != nil {
		return nil, 0, f.failed(err, 0)
	}
	screen := image.Rect(0, 0, c.Width, c.Height)
	frame, ok := m.(*image.Paletted)
	if !ok || frame.Rect == screen {
		return wrap(m), 1, nil
	}
	// The frame covers a part of the screen; the rest is transparent, for
	// which its palette may have no entry.
	var entries [256]color.NRGBA
	for i, c := range frame.Palette[:min(256, len(frame.Palette))] {
		entries[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
	}
	whole := image.NewNRGBA(screen)
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		out := whole.Pix[whole.PixOffset(frame.Rect.Min.X, y):]
		o := frame.PixOffset(frame.Rect.Min.X, y)
		for i, v := range frame.Pix[o : o+frame.Rect.Dx()] {
			e := entries[v]
			out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = e.R, e.G, e.B, e.A
		}
	}
	return wrap(whole), 1, nil
}

func decodeBMP(f *File, _ int) (pixels, int, error) {
	want := int64(0)
	if len(f.data) >= 6 {
		want = int64(binary.LittleEndian.Uint32(f.data[2:]))
	}
	c, err := bmp.DecodeConfig(bytes.NewReader(f.data))
	if err != nil {
		return nil, 0, f.failed(err, want)
	}
	if err := f.limits.check(c.Width, c.Height); err != nil {
		return nil, 0, err
	}
	m, err := bmp.Decode(bytes.NewReader(f.data))
	if err != nil {
		return nil, 0, f.failed(err, want)
	}
	return wrap(m), 1, nil
}
