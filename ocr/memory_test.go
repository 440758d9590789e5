package ocr

import (
	"image"
	"strings"
	"testing"
)

func TestAReadingIsRemembered(t *testing.T) {
	var m memory
	if _, ok := m.get("a"); ok {
		t.Fatal("an empty memory knows something")
	}
	m.put("a", Reading{Text: "1"})
	m.put("b", Reading{Text: "2"})
	if r, ok := m.get("a"); !ok || r.Text != "1" {
		t.Fatalf("%v %v", r, ok)
	}
	// What is asked for stays; what is not makes room.
	long := strings.Repeat("x", memoryBytes/5)
	for i := range 20 {
		m.put(long+string(rune('a'+i)), Reading{})
		if _, ok := m.get("a"); !ok {
			t.Fatalf("forgotten after %d others though asked for all the time", i)
		}
	}
	m.put(strings.Repeat("y", memoryBytes), Reading{})
	if _, ok := m.get("a"); !ok {
		t.Error("one great line pushes the others out")
	}
	if _, ok := m.get("b"); ok {
		t.Error("kept forever")
	}
	kept := 0
	for _, g := range []map[string]Reading{m.recent, m.older} {
		for k := range g {
			kept += len(k)
		}
	}
	if kept > 2*memoryBytes {
		t.Errorf("%d bytes are kept", kept)
	}
}

// Only the same pixels, of the same size and at the same height, are the same.
func TestOnlyTheSamePixelsHaveOneKey(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 6, 4))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	other := image.NewGray(img.Rect)
	copy(other.Pix, img.Pix)
	if key(img, 12) != key(other, 12) {
		t.Error("the same pixels are not the same")
	}
	part := image.NewGray(image.Rect(0, 0, 9, 4))
	sub := part.SubImage(image.Rect(2, 0, 8, 4)).(*image.Gray)
	for y := range 4 {
		copy(sub.Pix[y*sub.Stride:], img.Pix[y*img.Stride:][:6])
	}
	if key(img, 12) != key(sub, 12) {
		t.Error("the same pixels in a larger picture are not the same")
	}
	other.Pix[23]++
	wide := &image.Gray{Pix: img.Pix, Stride: 12, Rect: image.Rect(0, 0, 12, 2)}
	for i, k := range []string{key(other, 12), key(img, 12.5), key(wide, 12)} {
		if k == key(img, 12) {
			t.Errorf("%d: taken for the same", i)
		}
	}
}
