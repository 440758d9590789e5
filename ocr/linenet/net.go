// Package linenet reads lines of text with a small convolutional network that
// was trained for the characters that forms are made of (models/README.md). It
// reads all lines of a picture in one go and gives for each the probability of
// every character at every place, so that a caller can ask how well any text
// fits, not only which fits best.
package linenet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/biaoge/biaoge/models"
)

// stripWidth is the greatest width of the strips the net is run on, in pixels.
// Lines are packed into strips side by side.
const stripWidth = 1024

// sight is how far to each side a column of the output sees, in pixels: the
// strip's edges and a line's neighbours are farther off than that, so that how
// a line is read does not depend on what it was packed with.
const sight = 20

// A Net is one instance of the line reader. It serves one goroutine at a time.
type Net struct {
	quantized
	info   info
	index  map[rune]int
	closed bool

	stretch []float32 // scratch of draw
	ink     []float32
	busy    []int32 // of newPosterior
	counts  []int32
}

type info struct {
	Classes []string `json:"classes"` // without the CTC blank, which is class 0
	Height  int      `json:"height"`  // of a strip, pixels
	Ink     float64  `json:"ink"`     // height that a line's ink is scaled to, pixels
	Margin  int      `json:"margin"`  // paper left and right of a line, pixels
	Stride  int      `json:"stride"`  // pixels per output column
}

var live atomic.Int64

// Live returns how many nets are open in this process.
func Live() int { return int(live.Load()) }

// New loads the embedded net.
func New() (*Net, error) {
	n := &Net{index: make(map[rune]int)}
	if err := json.Unmarshal(models.LinesInfo, &n.info); err != nil {
		return nil, fmt.Errorf("linenet: the embedded description: %w", err)
	}
	for i, c := range n.info.Classes {
		n.index[[]rune(c)[0]] = i + 1
	}
	layers, err := embedded()
	if err != nil {
		return nil, fmt.Errorf("linenet: the embedded net: %w", err)
	}
	n.quantized = newQuantized(layers, n.info.Height, stripWidth)
	n.stretch = make([]float32, n.info.Height*stripWidth)
	n.ink = make([]float32, stripWidth)
	cols := stripWidth / n.info.Stride
	n.busy, n.counts = make([]int32, cols*(len(n.info.Classes)+1)), make([]int32, cols)
	live.Add(1)
	return n, nil
}

// embedded returns the layers of the embedded net, which all nets share.
var embedded = sync.OnceValues(func() ([]layer, error) {
	layers, err := parse(models.Lines)
	for i, l := range layers {
		layers[i] = l.pack()
	}
	return layers, err
})

// Close frees the net.
func (n *Net) Close() error {
	if !n.closed {
		n.closed = true
		live.Add(-1)
	}
	return nil
}

// A Line is a picture of one line of text: dark ink on lighter paper.
type Line struct {
	Gray   *image.Gray
	Top    int     // first row of the line's ink in Gray
	Bottom int     // row after the last
	Floor  float64 // least height of the ink, pixels, so that a dash is not blown up to a block
}

// A job is a line to read: its width on a strip, in pixels, and its place there.
type job struct {
	line  int
	scale float64
	width int
	at    int
}

// Read reads lines. The posteriors are in the order of the lines; lines that
// look the same but for the noise of a compression are read once and share one.
func (n *Net) Read(ctx context.Context, lines []Line) ([]*Posterior, error) {
	same := make([]int, len(lines)) // the first line that looks the same
	first := make(map[shape][]int)
	var jobs []job
next:
	for i, l := range lines {
		k := shape{l.Gray.Rect.Size(), l.Top, l.Bottom, l.Floor}
		for _, j := range first[k] {
			if alike(lines[j].Gray, l.Gray) {
				same[i] = j
				continue next
			}
		}
		first[k], same[i] = append(first[k], i), i
		jobs = append(jobs, job{line: i, scale: n.scale(l), width: n.Width(l)})
	}
	out := make([]*Posterior, len(lines))
	for _, strip := range n.pack(jobs) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n.read(lines, strip, out)
	}
	for i, j := range same {
		out[i] = out[j]
	}
	return out, nil
}

// Width is how much of a strip a line takes, in pixels: what reading it costs.
func (n *Net) Width(l Line) int {
	w := int(math.Round(float64(l.Gray.Rect.Dx())*n.scale(l))) + 2*n.info.Margin
	// Where a line is longer than any of a form, narrower letters are the
	// least evil.
	return min(w, stripWidth-2*sight)
}

// A shape is what lines that look the same have in common for certain.
type shape struct {
	size        image.Point
	top, bottom int
	floor       float64
}

// alike reports whether two pictures of one size differ nowhere by more than a
// tenth of their contrast, as those of one text do that lie otherwise among
// the blocks of a JPEG. Different digits, six pixels high in 40 fonts, differ by
// a quarter and more.
func alike(a, b *image.Gray) bool {
	w, h := a.Rect.Dx(), a.Rect.Dy()
	limit := -1 // not known: the contrast is asked for only if it matters
	for y := range h {
		p, q := a.Pix[y*a.Stride:][:w], b.Pix[y*b.Stride:][:w]
		if limit < 0 && bytes.Equal(p, q) {
			continue
		}
		if limit < 0 {
			ink, paper := Tones(a)
			limit = int(paper-ink) / 10
		}
		for x, v := range p {
			if d := int(v) - int(q[x]); d > limit || d < -limit {
				return false
			}
		}
	}
	return true
}

// pack places lines on strips, the widest first and each where there is room
// for it first.
func (n *Net) pack(jobs []job) [][]job {
	slices.SortStableFunc(jobs, func(a, b job) int { return b.width - a.width })
	var strips [][]job
	var used []int
	for _, j := range jobs {
		k := 0
		for k < len(strips) && used[k]+j.width > stripWidth-sight {
			k++
		}
		if k == len(strips) {
			strips, used = append(strips, nil), append(used, sight)
		}
		j.at = used[k]
		strips[k] = append(strips[k], j)
		// Every line begins where an output column does. Its own margin and
		// its neighbour's are part of what keeps them apart.
		used[k] = n.whole(j.at + j.width + sight - n.info.Margin)
	}
	return strips
}

// whole rounds pixels up to whole columns.
func (n *Net) whole(pixels int) int {
	return (pixels + n.info.Stride - 1) / n.info.Stride * n.info.Stride
}

// read reads one strip.
func (n *Net) read(lines []Line, strip []job, out []*Posterior) {
	last := strip[len(strip)-1]
	width := min(n.whole(last.at+last.width+sight), stripWidth)
	in := n.seen[0]
	clear(in.bytes)
	for _, j := range strip {
		n.draw(lines[j.line], j, in.bytes[in.first:], in.row)
	}
	cols := n.run(width)
	for _, j := range strip {
		from, to := j.at/n.info.Stride, min(n.whole(j.at+j.width)/n.info.Stride, cols)
		out[j.line] = newPosterior(n, n.logits[from*n.stride():], n.stride(), to-from)
	}
}

func (n *Net) scale(l Line) float64 {
	return n.info.Ink / max(float64(l.Bottom-l.Top), l.Floor, 1)
}

// draw puts a line on a strip: its contrast stretched so that paper is 0 and
// ink 255, scaled, its ink's middle on the strip's. A row of the strip is so many
// bytes.
func (n *Net) draw(l Line, j job, strip []uint8, stride int) {
	src := l.Gray
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	ink, paper := Tones(src)
	var value [256]float32
	for v := range value {
		value[v] = float32(255 * max(0, min(1, (paper-float64(v))/max(paper-ink, 1))))
	}
	w := j.width - 2*n.info.Margin
	h := max(1, int(math.Round(float64(sh)*j.scale)))
	middle := float64(l.Top+l.Bottom) / 2
	top := int(math.Round(float64(n.info.Height)/2 - middle*j.scale))
	ys := spread(h, sh)
	// Only the rows that land on the strip, each stretched in x when it is
	// first needed.
	y0, y1 := max(0, -top), min(h, n.info.Height-top)
	if y0 >= y1 || w <= 0 {
		return
	}
	xs := spread(w, sw)
	if need := sh * w; len(n.stretch) < need {
		n.stretch = make([]float32, need)
	}
	done := ys[y0].from
	for y := y0; y < y1; y++ {
		t := ys[y]
		for ; done < t.from+len(t.weights); done++ {
			line := src.Pix[done*src.Stride:][:sw]
			row := n.stretch[done*w:][:w]
			for x, p := range xs {
				var sum float32
				for i, wx := range p.weights {
					sum += float32(wx * value[line[p.from+i]]) // rounded, as on any processor
				}
				row[x] = sum
			}
		}
		sum := n.ink[:w]
		clear(sum)
		for i, wy := range t.weights {
			for x, v := range n.stretch[(t.from+i)*w:][:w] {
				sum[x] += float32(wy * v)
			}
		}
		dst := strip[(top+y)*stride+j.at+n.info.Margin:][:w]
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
