// Package strip puts lines of print on the strips that nets read: their contrast
// stretched, their ink scaled to one height. Lines that look the same are found
// here, too, so that they are read once.
//
// It must not know which net reads a strip, or what is written on it.
package strip

import (
	"bytes"
	"context"
	"image"
	"math"
)

// A Line is a picture of one line of text: dark ink on lighter paper. Rows are counted
// from the top of Gray.
type Line struct {
	Gray   *image.Gray
	Top    int     // first row of the line's ink in Gray
	Bottom int     // row after the last
	Floor  float64 // least height of the ink, pixels, so that a dash is not blown up to a block
}

// Same returns for each line the number, from 0, of the first line that looks the same but
// for the noise of a compression: its own, if it is the first. It returns the error of ctx
// when that ends, and no other: of tens of thousands of lines it takes a second.
func Same(ctx context.Context, lines []Line) ([]int, error) {
	same := make([]int, len(lines))
	first := make(map[shape][]glance)
next:
	for i, l := range lines {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		k := shape{l.Gray.Rect.Size(), l.Top, l.Bottom, l.Floor}
		mine := glance{line: i, means: means(l.Gray), limit: -1}
		for at := range first[k] {
			if g := &first[k][at]; g.like(lines[g.line].Gray, mine.means) && alike(lines[g.line].Gray, l.Gray, g.limit) {
				same[i] = g.line
				continue next
			}
		}
		first[k], same[i] = append(first[k], mine), i
	}
	return same, nil
}

// A shape is what lines that look the same have in common for certain.
type shape struct {
	size        image.Point
	top, bottom int
	floor       float64
}

// blocks is how many parts of a line side by side are compared before its pixels:
// a large table has thousands of lines of one size.
const blocks = 12

// A glance is what tells most lines that look different apart.
type glance struct {
	line  int
	means [blocks]float32 // of the grey of each part
	limit int             // of what pixels may differ by; -1 as long as nobody asked
}

// like reports whether the parts of a line may be those of another.
func (g *glance) like(line *image.Gray, other [blocks]float32) bool {
	if g.limit < 0 {
		ink, paper := Tones(line)
		g.limit = int(paper-ink) / 10
	}
	const rounding = 0.01
	for i, m := range g.means {
		if d := m - other[i]; d > float32(g.limit)+rounding || d < -float32(g.limit)-rounding {
			return false
		}
	}
	return true
}

// means are the mean grey of each part of a line.
func means(line *image.Gray) (out [blocks]float32) {
	w, h := line.Rect.Dx(), line.Rect.Dy()
	for i := range out {
		from, to := i*w/blocks, (i+1)*w/blocks
		sum := 0
		for y := range h {
			for _, v := range line.Pix[y*line.Stride+from : y*line.Stride+to] {
				sum += int(v)
			}
		}
		out[i] = float32(sum) / float32(max(1, (to-from)*h))
	}
	return out
}

// alike reports whether two pictures of one size differ nowhere by more than a
// tenth of their contrast, as those of one text do that lie otherwise among
// the blocks of a JPEG. Different digits, six pixels high in 40 fonts, differ by
// a quarter and more.
func alike(a, b *image.Gray, limit int) bool {
	w, h := a.Rect.Dx(), a.Rect.Dy()
	for y := range h {
		p, q := a.Pix[y*a.Stride:][:w], b.Pix[y*b.Stride:][:w]
		if bytes.Equal(p, q) {
			continue
		}
		for x, v := range p {
			if d := int(v) - int(q[x]); d > limit || d < -limit {
				return false
			}
		}
	}
	return true
}

// A Brush draws lines; it keeps room for what is half done. It serves one
// goroutine at a time.
type Brush struct {
	stretch []float32 // rows of the source, stretched in x
	sum     []float32
}

// Draw puts a line on a strip of so many rows, which are stride bytes apart: its
// contrast stretched so that paper is 0 and ink 255, scaled in height by scale and
// in width to w pixels, its ink's middle in the strip's.
func (b *Brush) Draw(l Line, scale float64, w, rows int, strip []uint8, stride int) {
	src := l.Gray
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	ink, paper := Tones(src)
	var value [256]float32
	for v := range value {
		value[v] = float32(255 * max(0, min(1, (paper-float64(v))/max(paper-ink, 1))))
	}
	h := max(1, int(math.Round(float64(sh)*scale)))
	middle := float64(l.Top+l.Bottom) / 2
	top := int(math.Round(float64(rows)/2 - middle*scale))
	ys := spread(h, sh)
	// Only the rows that land on the strip, each stretched in x when it is
	// first needed.
	y0, y1 := max(0, -top), min(h, rows-top)
	if y0 >= y1 || w <= 0 {
		return
	}
	xs := spread(w, sw)
	if need := sh * w; len(b.stretch) < need {
		b.stretch = make([]float32, need)
	}
	if len(b.sum) < w {
		b.sum = make([]float32, w)
	}
	done := ys[y0].from
	for y := y0; y < y1; y++ {
		t := ys[y]
		for ; done < t.from+len(t.weights); done++ {
			line := src.Pix[done*src.Stride:][:sw]
			row := b.stretch[done*w:][:w]
			for x, p := range xs {
				var sum float32
				for i, wx := range p.weights {
					sum += float32(wx * value[line[p.from+i]]) // rounded, as on any processor
				}
				row[x] = sum
			}
		}
		sum := b.sum[:w]
		clear(sum)
		for i, wy := range t.weights {
			for x, v := range b.stretch[(t.from+i)*w:][:w] {
				sum[x] += float32(wy * v)
			}
		}
		dst := strip[(top+y)*stride:][:w]
		for x, v := range sum {
			dst[x] = uint8(min(v, 255) + 0.5)
		}
	}
}

// taps are the source pixels that make one pixel of a resized row or column;
// their weights sum to one.
type taps struct {
	from    int
	weights []float32
}

// spread resizes n pixels to w: bilinearly where it grows, by area where it
// shrinks, as OpenCV does and the net was trained with.
func spread(w, n int) []taps {
	out := make([]taps, w)
	k := float64(n) / float64(w)
	per := 2
	if k > 1 {
		per = int(k) + 2
	}
	weights := make([]float32, 0, per*w)
	for i := range out {
		from := len(weights)
		if k <= 1 {
			c := (float64(i)+0.5)*k - 0.5
			f := math.Floor(c)
			a := float32(c - f)
			switch out[i].from = max(0, min(int(f), n-1)); {
			case f < 0 || int(f) >= n-1:
				weights = append(weights, 1)
			default:
				weights = append(weights, 1-a, a)
			}
		} else {
			lo, hi := float64(i)*k, min(float64(i+1)*k, float64(n))
			out[i].from = int(lo)
			for j := int(lo); j < n && float64(j) < hi-1e-9; j++ {
				weights = append(weights, float32((min(float64(j+1), hi)-max(float64(j), lo))/(hi-lo)))
			}
		}
		out[i].weights = weights[from:len(weights):len(weights)]
	}
	return out
}

// Tones returns the grey levels of ink (the 1st percentile) and paper (the
// 75th), between which the contrast is stretched.
func Tones(img *image.Gray) (ink, paper float64) {
	var hist [256]int
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		for _, v := range img.Pix[y*img.Stride : y*img.Stride+w] {
			hist[v]++
		}
	}
	at := func(share float64) float64 {
		sum := 0
		for v, c := range hist {
			sum += c
			if float64(sum) > share*float64(w*h) {
				return float64(v)
			}
		}
		return 255
	}
	return at(0.01), at(0.75)
}
