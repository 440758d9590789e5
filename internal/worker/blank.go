package worker

import (
	"bytes"
	"image"
	"image/png"
)

// Blank is a picture of an empty sheet in PNG: nothing is on it, and to read that
// is the least that must work.
func Blank() []byte {
	m := image.NewGray(image.Rect(0, 0, 200, 200))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	var b bytes.Buffer
	png.Encode(&b, m) // to memory, which takes all
	return b.Bytes()
}
