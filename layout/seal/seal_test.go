package seal

import (
	"bytes"
	"image"
	"math"
	"slices"
	"testing"
)

// A coloured is a picture in colours with a round seal over black bars of print.
type coloured struct {
	gray *image.Gray
	bgr  []byte
}

// sealed draws paper of a tone, bars of print on it, and over them a ring and
// a disc in see-through ink, all in a light between 0 and 1.
func sealed(light float64, ink [3]float64) coloured {
	const w, h = 300, 240
	s := coloured{image.NewGray(image.Rect(0, 0, w, h)), make([]byte, 3*w*h)}
	for y := range h {
		for x := range w {
			tone := 240.0
			if barred(x, y) {
				tone = 45
			}
			d := math.Hypot(float64(x-150), float64(y-120))
			sum := 0.0
			for k := range 3 { // blue, green, red
				v := tone * light
				if d > 70 && d < 78 || d < 20 {
					v *= ink[k]
				}
				s.bgr[3*(y*w+x)+k] = byte(v)
				sum += v / 3
			}
			s.gray.Pix[y*w+x] = byte(sum)
		}
	}
	return s
}

// barred tells whether there is print at a place: bars that run through the
// seal.
func barred(x, y int) bool { return x > 40 && x < 260 && y%40 > 18 && y%40 < 22 }

func TestARedSealIsTakenOffAndThePrintStays(t *testing.T) {
	crimson := [3]float64{0.3, 0.25, 0.8}
	for name, light := range map[string]float64{"in full light": 1, "in a dim room": 0.5} {
		s := sealed(light, crimson)
		before := slices.Clone(s.gray.Pix)
		without, seals := Without(s.gray, s.bgr)
		if !bytes.Equal(before, s.gray.Pix) {
			t.Errorf("%s: the picture itself was changed", name)
		}
		if len(seals) != 1 || !image.Rect(72, 42, 228, 198).In(seals[0].Box) {
			t.Errorf("%s: seals at %v", name, seals)
			continue
		}
		paper, ink := 240*light, 45*light
		for y := range 240 {
			for x := range 300 {
				v := float64(without.GrayAt(x, y).Y)
				if p := barred(x, y); p && v > ink+0.3*(paper-ink) || !p && v < paper-0.1*(paper-ink) {
					t.Fatalf("%s: at %d,%d the grey is %v, print %t; paper is %v, ink %v", name, x, y, v, p, paper, ink)
				}
			}
		}
	}
}

func TestWhatIsNoRedSealStays(t *testing.T) {
	blue := sealed(1, [3]float64{0.8, 0.4, 0.3})
	desk := sealed(1, [3]float64{1, 1, 1})
	for i := range desk.gray.Pix { // a brown desk around the paper
		if x, y := i%300, i/300; x < 20 || y < 20 || x >= 280 || y >= 220 {
			copy(desk.bgr[3*i:], []byte{60, 80, 130})
		}
	}
	slice := sealed(1, [3]float64{1, 1, 1})
	for i := range slice.gray.Pix { // of a pie
		if x, y := i%300-100, i/300-60; x > 0 && y > x/2 && math.Hypot(float64(x), float64(y)) < 110 {
			copy(slice.bgr[3*i:], []byte{60, 60, 200})
			slice.gray.Pix[i] = 100
		}
	}
	screen := sealed(1, [3]float64{1, 1, 1})
	for i := range screen.gray.Pix { // strokes of a few words, red on one side and blue on the other
		x, y := i%300, i/300
		if line := (y - 60) / 16; y >= 60 && line < 4 && y%16 < 12 && x > 100-line*line*4 && x < 140+line*line*4 && x%5 < 2 {
			copy(screen.bgr[3*i:], [][]byte{{20, 90, 240}, {240, 90, 20}}[x%5])
		}
	}
	for name, s := range map[string]coloured{"a slice of a pie": slice, "print of a screen": screen, "a blue seal": blue, "no seal": sealed(1, [3]float64{1, 1, 1}), "a brown desk": desk} {
		before := append([]byte(nil), s.gray.Pix...)
		without, seals := Without(s.gray, s.bgr)
		if len(seals) > 0 {
			t.Errorf("%s: seals at %v", name, seals)
		}
		for i, v := range without.Pix {
			if v != before[i] {
				t.Fatalf("%s: pixel %d went from %d to %d", name, i, before[i], v)
			}
		}
	}
}

func TestASealIsFoundOnADeskAndOnColdPaper(t *testing.T) {
	crimson := [3]float64{0.3, 0.25, 0.8}
	desk := sealed(1, crimson)
	for i := range desk.gray.Pix { // red all around the paper
		if x, y := i%300, i/300; x < 12 || y < 12 || x >= 288 || y >= 228 {
			copy(desk.bgr[3*i:], []byte{40, 50, 150})
		}
	}
	cold := sealed(1, [3]float64{0.72, 0.7, 0.95})
	for i := range cold.gray.Pix { // on a screen white is blue
		cold.bgr[3*i+2] = byte(0.85 * float64(cold.bgr[3*i+2]))
	}
	for name, s := range map[string]coloured{"on a desk": desk, "on cold paper": cold} {
		if _, seals := Without(s.gray, s.bgr); len(seals) != 1 || seals[0].Box.Dx() > 200 {
			t.Errorf("%s: seals at %v", name, seals)
		}
	}
}
