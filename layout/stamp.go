package layout

import "image"

// A Stamp is a seal in red ink that lay over the print, and was taken off.
type Stamp struct {
	Box image.Rectangle // on the picture, pixels
}

// redness is by how many levels red must exceed green and blue for ink to be
// red.
const redness = 42

// RemoveStamps takes red seals off a picture: within them, red pixels become
// paper while print under them stays, since it is dark in the red channel
// too. Bgr has three bytes a pixel and the size of gray, which is changed.
//
// A seal is told from red print and red rules by its shape: red ink, joined
// over small gaps, about as wide as high, larger than any letter and smaller
// than a table.
func RemoveStamps(gray *image.Gray, bgr []byte) []Stamp {
	w, h := gray.Rect.Dx(), gray.Rect.Dy()
	if len(bgr) != 3*w*h {
		return nil
	}
	// Ink is joined on a grid of coarse squares.
	const side = 4
	cw, ch := (w+side-1)/side, (h+side-1)/side
	count := make([]uint8, cw*ch)
	any := false
	for y := range h {
		row := bgr[3*y*w : 3*(y+1)*w]
		for x := range w {
			if red(row[3*x], row[3*x+1], row[3*x+2]) {
				count[y/side*cw+x/side]++
				any = true
			}
		}
	}
	if !any {
		return nil
	}
	var stamps []Stamp
	seen := make([]bool, cw*ch)
	var stack []int
	for i := range count {
		if seen[i] || count[i] < 3 {
			continue
		}
		box, inked := image.Rectangle{}, 0
		seen[i] = true
		stack = append(stack[:0], i)
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := j%cw, j/cw
			box = box.Union(image.Rect(x, y, x+1, y+1))
			inked++
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
		// Red rules make a table of red ink: straight along its sides.
		if framed(count, cw, box) {
			continue
		}
		r := image.Rect(box.Min.X*side, box.Min.Y*side, box.Max.X*side, box.Max.Y*side).Inset(-side).Intersect(image.Rect(0, 0, w, h))
		stamps = append(stamps, Stamp{r})
		for y := r.Min.Y; y < r.Max.Y; y++ {
			row := bgr[3*y*w : 3*(y+1)*w]
			for x := r.Min.X; x < r.Max.X; x++ {
				b, g, rd := row[3*x], row[3*x+1], row[3*x+2]
				// At the seal's soft edges the tint is weaker.
				if int(rd) > int(g)+14 && int(rd) > int(b)+10 {
					gray.Pix[y*gray.Stride+x] = max(gray.Pix[y*gray.Stride+x], rd)
				}
			}
		}
	}
	return stamps
}

func red(b, g, r uint8) bool { return int(r) > int(g)+redness && int(r) > int(b)+redness && r > 90 }

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
