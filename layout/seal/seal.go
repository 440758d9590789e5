package seal

import (
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
)

// A Seal is a seal in red ink that lay over the print, and was taken off.
type Seal struct {
	Box image.Rectangle // on the picture, pixels
}

// Without is a picture without its red seals: within them, red ink becomes
// paper while print under it stays, since that is dark in the red channel
// too. Bgr has three bytes a pixel and the size of gray. Where there is no seal,
// it is gray itself; gray is never changed.
//
// A seal is told from red print and red rules by its shape: red ink, joined
// over small gaps, about as wide as high, larger than any letter, and hollow.
func Without(gray *image.Gray, bgr []byte) (*image.Gray, []Seal) {
	w, h := gray.Rect.Dx(), gray.Rect.Dy()
	if len(bgr) != 3*w*h {
		return gray, nil
	}
	// Ink is joined on a grid of coarse squares.
	const side = 4
	cw, ch := (w+side-1)/side, (h+side-1)/side
	count := make([]uint8, cw*ch)
	any := false
	own := min(0, paperTint(gray, bgr))
	for y := range h {
		row := bgr[3*y*w : 3*(y+1)*w]
		for x := range w {
			if red(row[3*x:], own) {
				count[y/side*cw+x/side]++
				any = true
			}
		}
	}
	if !any {
		return gray, nil
	}
	var seals []Seal
	without := gray
	seen := make([]bool, cw*ch)
	var stack []int
	for i := range count {
		if seen[i] || count[i] < 3 {
			continue
		}
		box, inked, full := image.Rectangle{}, 0, 0
		seen[i] = true
		stack = append(stack[:0], i)
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := j%cw, j/cw
			box = box.Union(image.Rect(x, y, x+1, y+1))
			inked++
			if count[j] == side*side {
				full++
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					nx, ny := x+dx, y+dy
					if nx < 0 || ny < 0 || nx >= cw || ny >= ch {
						continue
					}
					if k := ny*cw + nx; !seen[k] && count[k] >= 3 {
						seen[k] = true
						stack = append(stack, k)
					}
				}
			}
		}
		bw, bh := box.Dx()*side, box.Dy()*side
		small := max(36, min(w, h)/24)
		if bw < small || bh < small || 2*bw > 5*bh || 2*bh > 5*bw || inked*12 < box.Dx()*box.Dy() {
			continue
		}
		// No seal is as large as the page: a wooden desk around it is.
		if 4*bw > 3*w && 4*bh > 3*h {
			continue
		}
		// A desk or a door is red all over; so is a small seal, whose strokes
		// fill the coarse squares. A slice of a pie is, too, whatever its shape.
		if box.Dx() > 24 && (inked*10 > 7*box.Dx()*box.Dy() || 10*full > 7*inked) {
			continue
		}
		// Red rules make a table of red ink: straight along its sides.
		if framed(count, cw, box) {
			continue
		}
		r := image.Rect(box.Min.X*side, box.Min.Y*side, box.Max.X*side, box.Max.Y*side).Inset(-side).Intersect(image.Rect(0, 0, w, h))
		if slices.ContainsFunc(seals, func(s Seal) bool { return r.In(s.Box) }) {
			continue // the star inside a ring
		}
		if len(seals) == 0 {
			without = &image.Gray{Pix: slices.Clone(gray.Pix), Stride: gray.Stride, Rect: gray.Rect}
		}
		seals = append(seals, Seal{r})
		unseal(without, bgr, r, own)
	}
	return without, seals
}

// unseal takes the red ink off a part of a picture. What red ink takes from the
// red of the paper is in proportion to what it takes more from green and blue,
// however thick it lies; so much is given back. Black print takes the same
// from all, and stays.
func unseal(gray *image.Gray, bgr []byte, r image.Rectangle, cold int) {
	w := gray.Rect.Dx()
	var tones, tints, shares [256]int
	each := func(f func(bgr []byte, gray *uint8)) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				f(bgr[3*(y*w+x):], &gray.Pix[y*gray.Stride+x])
			}
		}
	}
	each(func(p []byte, g *uint8) {
		if !red(p, cold) {
			tones[*g]++
		}
	})
	paper := ink.Quantile(&tones, 0.75)
	each(func(p []byte, g *uint8) {
		if !red(p, cold) && int(*g) > paper*4/5 {
			tints[128+tint(p)/2]++
		}
	})
	own := 2 * (ink.Quantile(&tints, 0.5) - 128) // the paper's tint
	const parts = 100
	each(func(p []byte, _ *uint8) {
		if d := tint(p) - own; red(p, cold) && d > 0 {
			shares[max(0, min(255, parts*(paper-int(p[2]))/d))]++
		}
	})
	share := ink.Quantile(&shares, 0.5)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			// Pictures keep colours at half their size, so that the sharp
			// edge of a stroke has too little of its red.
			d := 0
			for _, q := range [5]image.Point{{x, y}, {x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if q.In(r) {
					d = max(d, tint(bgr[3*(q.Y*w+q.X):])-own)
				}
			}
			if g := &gray.Pix[y*gray.Stride+x]; d > 8 {
				*g = uint8(max(int(*g), min(int(bgr[3*(y*w+x)+2])+share*d/parts, paper)))
			}
		}
	}
}

// tint is by how many levels red exceeds the greater of green and blue.
func tint(bgr []byte) int { return int(bgr[2]) - int(max(bgr[0], bgr[1])) }

// red tells red ink on paper of a tint, where white is not red; in a dim light
// all differences are smaller.
func red(bgr []byte, paper int) bool {
	r := int(bgr[2])
	d := tint(bgr)
	return d > 8 && d-paper > min(42, max(18, r/5)) && r > 60
}

// paperTint is the usual tint of the lightest quarter of a picture: of a screen
// that was photographed, or by daylight, even red ink is a little blue.
func paperTint(gray *image.Gray, bgr []byte) int {
	const step = 3 // a sample of the pixels will do
	var tones, tints [256]int
	each := func(f func(bgr []byte, gray uint8)) {
		for y := 0; y < gray.Rect.Dy(); y += step {
			for x := 0; x < gray.Rect.Dx(); x += step {
				f(bgr[3*(y*gray.Rect.Dx()+x):], gray.Pix[y*gray.Stride+x])
			}
		}
	}
	each(func(_ []byte, g uint8) { tones[g]++ })
	light := ink.Quantile(&tones, 0.75)
	each(func(p []byte, g uint8) {
		if int(g) >= light {
			tints[128+tint(p)/2]++
		}
	})
	return 2 * (ink.Quantile(&tints, 0.5) - 128)
}

// framed reports whether a red shape has ink along most of its four sides.
func framed(count []uint8, cw int, box image.Rectangle) bool {
	side := func(x0, y0, dx, dy, n int) bool {
		hits := 0
		for i := range n {
			if count[(y0+i*dy)*cw+x0+i*dx] >= 2 {
				hits++
			}
		}
		return 10*hits > 8*n
	}
	sides := 0
	for _, s := range []bool{
		side(box.Min.X, box.Min.Y, 1, 0, box.Dx()), side(box.Min.X, box.Max.Y-1, 1, 0, box.Dx()),
		side(box.Min.X, box.Min.Y, 0, 1, box.Dy()), side(box.Max.X-1, box.Min.Y, 0, 1, box.Dy()),
	} {
		if s {
			sides++
		}
	}
	return sides >= 3
}
