package rulemap

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/draw"
	_ "image/png"
	"os"
	"testing"
	"time"
)

func TestDump(t *testing.T) {
	f, _ := os.Open(os.Getenv("PIC"))
	im, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(im.Bounds())
	draw.Draw(g, g.Rect, im, im.Bounds().Min, draw.Src)
	m := Of(g.Pix, g.Rect.Dx())
	for range 3 {
		t0 := time.Now()
		m = Of(g.Pix, g.Rect.Dx())
		fmt.Println(g.Rect, time.Since(t0))
	}
	o, _ := os.Create("/tmp/map.bin")
	binary.Write(o, binary.LittleEndian, m.Level)
	binary.Write(o, binary.LittleEndian, m.Plumb)
	o.Close()
}
