// Package linenet reads lines of text with a small convolutional network that
// was trained for the characters that forms are made of (models/README.md). It
// reads all lines of a picture in one go and gives for each the probability of
// every character at every place, so that a caller can ask how well any text
// fits, not only which fits best.
package linenet

/*
#cgo CXXFLAGS: -std=c++11 -O2
#cgo LDFLAGS: -lopencv_dnn -lopencv_core -lstdc++
#include <stdlib.h>
#include "dnn.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/biaoge/biaoge/models"
)

// stripWidth is the width of the strips the net is run on, in pixels. Lines
// are packed into strips side by side; the width is fixed so that OpenCV plans
// the net once.
const stripWidth = 1024

// gap is the paper between two lines of a strip, in pixels: more than the net
// can see across.
const gap = 32

// A Net is one instance of the line reader. It serves one goroutine at a time.
type Net struct {
	p     unsafe.Pointer
	info  info
	index map[rune]int
	in    []float32
	out   []float32
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
	var why [256]C.char
	data := C.CBytes(models.Lines)
	defer C.free(data)
	n.p = C.linenet_read((*C.char)(data), C.size_t(len(models.Lines)), &why[0], C.size_t(len(why)))
	if n.p == nil {
		return nil, errors.New("linenet: the embedded net: " + C.GoString(&why[0]))
	}
	live.Add(1)
	n.in = make([]float32, n.info.Height*stripWidth)
	n.out = make([]float32, (len(n.info.Classes)+1)*stripWidth/n.info.Stride)
	return n, nil
}

// SetThreads bounds the threads that OpenCV uses in this process.
func SetThreads(n int) { C.linenet_threads(C.int(n)) }

// Close frees the net.
func (n *Net) Close() error {
	if n.p != nil {
		C.linenet_free(n.p)
		n.p = nil
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

// placed is where a line went: its strip and its columns there.
type placed struct {
	strip, from, to int
}

// Read reads lines. The posteriors are in the order of the lines.
func (n *Net) Read(ctx context.Context, lines []Line) ([]*Posterior, error) {
	out := make([]*Posterior, len(lines))
	classes := len(n.info.Classes) + 1
	at := 0 // pixels used of the strip under way
	type pending struct{ line, from, width int }
	var strip []pending
	flush := func() error {
		if len(strip) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var why [256]C.char
		got := C.linenet_run(n.p, (*C.float)(&n.in[0]), 1, C.int(n.info.Height), stripWidth, (*C.float)(&n.out[0]), C.long(len(n.out)), &why[0], C.size_t(len(why)))
		if int(got) != len(n.out) {
			return errors.New("linenet: " + C.GoString(&why[0]))
		}
		cols := stripWidth / n.info.Stride
		for _, p := range strip {
			from, to := p.from/n.info.Stride, (p.from+p.width+n.info.Stride-1)/n.info.Stride
			out[p.line] = newPosterior(n, n.out, classes, cols, from, min(to, cols))
		}
		clear(n.in)
		strip, at = strip[:0], 0
		return nil
	}
	for i, l := range lines {
		k := n.scale(l)
		w := int(math.Round(float64(l.Gray.Rect.Dx())*k)) + 2*n.info.Margin
		if w > stripWidth {
			// Longer than any line of a form: narrower letters are the
			// least evil.
			w = stripWidth
		}
		if at+w > stripWidth {
			if err := flush(); err != nil {
				return nil, err
			}
		}
		n.draw(l, k, at, w)
		strip = append(strip, pending{i, at, w})
		at += w + gap
	}
	return out, flush()
}

func (n *Net) scale(l Line) float64 {
	return n.info.Ink / max(float64(l.Bottom-l.Top), l.Floor, 1)
}

// draw puts a line on the strip: scaled by k, its contrast stretched so that
// paper is 0 and ink 1, its ink's middle on the strip's.
func (n *Net) draw(l Line, k float64, at, width int) {
	lo, hi := tones(l.Gray)
	span := max(hi-lo, 1)
	src, sw, sh := l.Gray, l.Gray.Rect.Dx(), l.Gray.Rect.Dy()
	w := width - 2*n.info.Margin
	h := max(1, int(math.Round(float64(sh)*k)))
	middle := float64(l.Top+l.Bottom) / 2
	top := int(math.Round(float64(n.info.Height)/2 - middle*k))
	xs, ys := spread(w, sw), spread(h, sh)
	for y := max(0, top); y < min(n.info.Height, top+h); y++ {
		row := n.in[y*stripWidth+at+n.info.Margin:]
		ry := ys[y-top]
		for x := range w {
			rx := xs[x]
			var sum, weight float64
			for j, wy := range ry.weights {
				line := src.Pix[(ry.from+j)*src.Stride:]
				for i, wx := range rx.weights {
					sum += wy * wx * float64(line[rx.from+i])
					weight += wy * wx
				}
			}
			row[x] = float32(max(0, min(1, (hi-sum/weight)/span)))
		}
	}
}

// taps are the source pixels that make one pixel of a resized row or column.
type taps struct {
	from    int
	weights []float64
}

// spread resizes n pixels to w: bilinearly where it grows, by area where it
// shrinks, as OpenCV does and the net was trained with.
func spread(w, n int) []taps {
	out := make([]taps, w)
	k := float64(n) / float64(w)
	for i := range out {
		if k <= 1 {
			c := (float64(i)+0.5)*k - 0.5
			f := int(math.Floor(c))
			a := c - float64(f)
			switch {
			case f < 0:
				out[i] = taps{0, []float64{1}}
			case f >= n-1:
				out[i] = taps{n - 1, []float64{1}}
			default:
				out[i] = taps{f, []float64{1 - a, a}}
			}
			continue
		}
		lo, hi := float64(i)*k, float64(i+1)*k
		f := int(lo)
		t := taps{from: f}
		for j := f; j < n && float64(j) < hi-1e-9; j++ {
			t.weights = append(t.weights, min(float64(j+1), hi)-max(float64(j), lo))
		}
		out[i] = t
	}
	return out
}

// tones returns the grey levels of ink (the 1st percentile) and paper (the
// 75th), between which the contrast is stretched.
func tones(img *image.Gray) (ink, paper float64) {
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
