package ink

import "image"

// lightBlock is about the size of the blocks in which the light on a cell is
// measured, pixels: some characters, and little of a shadow's edge.
const lightBlock = 40

// minShade is the least difference of light over a cell, in grey levels, that
// is evened out: it takes a shadow, not grain or compression.
const minShade = 14

// EvenLight takes a shadow's edge or uneven light off a cell: every pixel is
// divided by the paper's tone around it, which is measured block by block and
// interpolated between them. The ink of a cell is told from its ground by one
// threshold, and either side of a shadow's edge would be all ink or all paper. It
// reports whether there was any to take off.
func (p Scratch) EvenLight(box image.Rectangle) bool {
	in := box.Inset(2)
	nx, ny := max(1, in.Dx()/lightBlock), max(1, in.Dy()/lightBlock)
	if nx*ny < 2 || in.Dy() < 6 {
		return false
	}
	paper := make([]float32, nx*ny)
	lo, hi, ink := float32(255), float32(0), 255
	for j := range ny {
		for i := range nx {
			b := image.Rect(in.Min.X+i*in.Dx()/nx, in.Min.Y+j*in.Dy()/ny, in.Min.X+(i+1)*in.Dx()/nx, in.Min.Y+(j+1)*in.Dy()/ny)
			dark, mid, light := p.tones(b)
			if light-mid > mid-dark+minShade {
				return false // light print, or a block that is mostly ink
			}
			paper[j*nx+i] = float32(light)
			lo, hi, ink = min(lo, float32(light)), max(hi, float32(light)), min(ink, dark)
		}
	}
	if hi-lo < minShade || 5*(hi-lo) < hi-float32(ink) || lo < 1 {
		return false
	}
	if ny == 1 && !p.shadedAround(box, nx) {
		return false
	}
	for y := in.Min.Y - 2; y < in.Max.Y+2; y++ {
		j, v := blockAt(y-in.Min.Y, in.Dy(), ny)
		row := p.Pix[y*p.W : (y+1)*p.W]
		for x := in.Min.X - 2; x < in.Max.X+2; x++ {
			i, u := blockAt(x-in.Min.X, in.Dx(), nx)
			i1, j1 := min(i+1, nx-1), min(j+1, ny-1)
			top := paper[j*nx+i] + u*(paper[j*nx+i1]-paper[j*nx+i])
			bottom := paper[j1*nx+i] + u*(paper[j1*nx+i1]-paper[j1*nx+i])
			row[x] = uint8(min(255, float32(row[x])*hi/(top+v*(bottom-top))+0.5))
		}
	}
	return true
}

// shadedAround tells whether the light on the upper and lower edge of a cell,
// inside of what rules left there, differs along it. In a low cell a block may be
// filled by light print, which looks like well lit paper with ink on it; but the
// edges are paper.
func (p Pixels) shadedAround(box image.Rectangle, blocks int) bool {
	t, _ := p.Tone(box)
	box, _ = p.InsideRules(box, t)
	lo, hi := 255, 0
	for i := range blocks {
		var hist [256]int
		for x := box.Min.X + i*box.Dx()/blocks; x < box.Min.X+(i+1)*box.Dx()/blocks; x++ {
			for _, y := range []int{box.Min.Y, box.Min.Y + 1, box.Max.Y - 2, box.Max.Y - 1} {
				hist[p.Pix[y*p.W+x]]++
			}
		}
		mid := Quantile(&hist, 0.5)
		lo, hi = min(lo, mid), max(hi, mid)
	}
	return hi-lo >= minShade
}

// blockAt finds the block whose middle is before a place, and how far the place
// is from there to the next block's middle, between 0 and 1.
func blockAt(at, size, n int) (i int, share float32) {
	f := (float32(at)+0.5)*float32(n)/float32(size) - 0.5
	if f <= 0 {
		return 0, 0
	}
	i = min(int(f), n-1)
	return i, min(1, f-float32(i))
}
