package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"

	"golang.org/x/image/webp"
)

// webpChunks calls each for every chunk, the last of which may be cut short.
func webpChunks(data []byte, each func(kind string, body []byte)) {
	for pos := int64(12); pos+8 <= int64(len(data)); {
		n := int64(binary.LittleEndian.Uint32(data[pos+4:]))
		each(string(data[pos:pos+4]), data[pos+8:min(pos+8+n, int64(len(data)))])
		pos += 8 + n + n&1
	}
}

func inspectWebP(f *File) error {
	frames := 0
	webpChunks(f.data, func(kind string, body []byte) {
		if kind == "ANMF" {
			frames++
		}
	})
	f.Animated = frames > 1
	return nil
}

func decodeWebP(f *File, _ int) (pixels, int, error) {
	// Some write the length without the last chunk's padding.
	want := int64(binary.LittleEndian.Uint32(f.data[4:])) + 8
	if want > f.Size+1 {
		return nil, 0, f.failed(io.ErrUnexpectedEOF, want)
	}
	orientation := 1
	var canvas, frame []byte
	webpChunks(f.data, func(kind string, body []byte) {
		switch {
		case kind == "EXIF":
			orientation = exifOrientation(body)
		case kind == "VP8X" && len(body) >= 10:
			canvas = body
		case kind == "ANMF" && len(body) >= 16 && frame == nil:
			frame = body
		}
	})
	var m pixels
	var err error
	if canvas != nil && frame != nil {
		m, err = f.webpFrame(canvas, frame)
	} else {
		m, err = f.webpPixels(f.data)
	}
	return m, orientation, err
}

// webpPixels decodes a WebP that is one still picture.
func (f *File) webpPixels(data []byte) (pixels, error) {
	c, err := webp.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, f.failed(err, 0)
	}
	if err := f.limits.check(c.Width, c.Height); err != nil {
		return nil, err
	}
	m, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, f.failed(err, 0)
	}
	// x/image passes on WebP's luminance and chrominance as they are stored,
	// which is with the ranges of video rather than those of JPEG.
	switch m := m.(type) {
	case *image.YCbCr:
		return &yccPixels{m, &videoRange}, nil
	case *image.NYCbCrA:
		return withAlpha(m, &videoRange), nil
	}
	return wrap(m), nil
}

// webpFrame decodes the first frame of an animation, which x/image does not
// read, as a file of its own, and lays it on the canvas.
func (f *File) webpFrame(canvas, frame []byte) (pixels, error) {
	number := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
	w, h := number(canvas[4:])+1, number(canvas[7:])+1
	if err := f.limits.check(w, h); err != nil {
		return nil, err
	}
	const headLen, alpha = 16, 0x10
	x0, y0 := 2*number(frame), 2*number(frame[3:])
	still := []byte("RIFF\x00\x00\x00\x00WEBP")
	if bytes.HasPrefix(frame[headLen:], []byte("ALPH")) {
		still = append(still, "VP8X\x0a\x00\x00\x00"...)
		still = append(still, alpha, 0, 0, 0)
		still = append(still, frame[6:12]...)
	}
	still = append(still, frame[headLen:]...)
	binary.LittleEndian.PutUint32(still[4:], uint32(len(still)-8))
	m, err := f.webpPixels(still)
	if err != nil {
		return nil, err
	}
	mw, mh := m.size()
	if x0+mw > w || y0+mh > h {
		return nil, fmt.Errorf("%w: its first frame lies outside of the picture; save the frame as a PNG", ErrDamaged)
	}
	if mw == w && mh == h {
		return m, nil
	}
	whole := image.NewNRGBA(image.Rect(0, 0, w, h))
	row := make([]byte, 3*mw)
	for y := range mh {
		m.bgr(y, row)
		out := whole.Pix[whole.PixOffset(x0, y0+y):]
		for x := range mw {
			out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = row[3*x+2], row[3*x+1], row[3*x], 255
		}
	}
	return wrap(whole), nil
}
