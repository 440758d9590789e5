package worker

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"
)

// sheet draws a table of random strokes.
func sheet(seed uint64) *image.Gray {
	rnd := rand.New(rand.NewPCG(seed, 0))
	m := image.NewGray(image.Rect(0, 0, 900, 600))
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	for range 40 {
		x, y := rnd.IntN(860), rnd.IntN(580)
		draw.Draw(m, image.Rect(x, y, x+10+rnd.IntN(150), y+4+rnd.IntN(20)), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return m
}

func TestAChildSaysWhatAPictureLooksLike(t *testing.T) {
	of := func(m image.Image, quality int) string {
		t.Helper()
		var b bytes.Buffer
		if quality == 0 {
			png.Encode(&b, m)
		} else {
			jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
		}
		print, thumb, err := look(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(thumb)); err != nil || c.Width > small || c.Height > small {
			t.Errorf("the small copy: %v %v", c, err)
		}
		return print
	}
	big := sheet(1)
	less := image.NewGray(image.Rect(0, 0, 430, 287))
	draw.BiLinear.Scale(less, less.Rect, big, big.Rect, draw.Src, nil)
	a := of(big, 0)
	if !Alike(a, of(less, 60)) {
		t.Error("the same picture at two sizes is not alike")
	}
	if Alike(a, of(sheet(2), 0)) {
		t.Error("two pictures are alike")
	}
	if Alike("", "") || Alike("00", "0000") {
		t.Error("what is no fingerprint is alike")
	}
	if _, _, err := look([]byte("no picture")); err == nil {
		t.Error("no error")
	}
}

func FuzzReadFrame(f *testing.F) {
	var b bytes.Buffer
	writeFrame(&b, request{Op: documents.name}, []byte("data"))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 8 && (data[0] > 0 || data[4] > 0) {
			return // only a waste of memory
		}
		var q request
		_, _ = readFrame(bytes.NewReader(data), &q)
	})
}
