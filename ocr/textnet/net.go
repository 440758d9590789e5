// Package textnet reads lines of any print: 18,708 characters, among them those
// of Chinese, Latin and Greek, signs, units and marks; or, at a quarter of the cost,
// 6,904. Its networks are recognisers under a free licence whose weights are made
// small and computed with bytes (models/README.md has whose, and how); its arithmetic
// is that of package kernel, the same bits on every processor.
//
// It knows pictures of lines and characters, and nothing of cells or forms.
package textnet

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/head"
	"github.com/biaoge/biaoge/ocr/kernel"
	"github.com/biaoge/biaoge/ocr/strip"
)

// What the net is given: models/train/text_lines.py draws lines the same way.
const (
	height = 48 // of a strip, pixels
	ink    = 36 // height that a line's ink is scaled to, pixels
	margin = 8  // paper left and right of a line, pixels
	stride = 8  // pixels for one column of the output

	// maxWidth is the greatest width of a strip, pixels: some 130 characters
	// of Chinese. Longer lines are squeezed.
	maxWidth = 3200
)

// How wide a pixel of the strip is against its height, by how lines are read.
const (
	narrow = 0.65
	broad  = 0.8 // for the quick network: at 0.65 it reads three cells less of a hundred drawn ones, at 1 one more
	wide   = 1
)

// A Net is one instance of the reader, with both networks. It serves one goroutine
// at a time.
type Net struct {
	small, quick *network
	kernel       kernel.Kernel
	brush        strip.Brush
	room         head.Room
	buffers
	closed bool
}

var live atomic.Int64

// Live returns how many nets are open in this process.
func Live() int { return int(live.Load()) }

// New loads the embedded networks.
func New() (*Net, error) {
	n := &Net{kernel: kernel.Fastest()}
	var err error
	if n.small, err = embeddedSmall(); err == nil {
		n.quick, err = embeddedQuick()
	}
	if err != nil {
		return nil, fmt.Errorf("textnet: an embedded network: %w", err)
	}
	n.room = head.NewRoom()
	live.Add(1)
	return n, nil
}

// Close frees the net.
func (n *Net) Close() error {
	if !n.closed {
		n.closed = true
		n.free()
		n.room.Free()
		live.Add(-1)
	}
	return nil
}

// Read reads lines. The posteriors are in the order of the lines; lines that look the same
// but for the noise of a compression are read once and share one. It returns the error of
// ctx when that ends, and no other.
func (n *Net) Read(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	return n.readDrawn(ctx, lines, n.small, narrow)
}

// ReadWide reads lines drawn as wide as they are, at half as much again of the cost.
// What is unclear to the net one way may be clear the other way, and what blur and
// grain made it guess it seldom guesses twice.
func (n *Net) ReadWide(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	return n.readDrawn(ctx, lines, n.small, wide)
}

// ReadQuick reads lines with the quick network, which knows fewer characters, overlooks
// more of them, and is right of most print that is large and clean.
func (n *Net) ReadQuick(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	return n.readDrawn(ctx, lines, n.quick, broad)
}

// readDrawn has a network read lines that are narrowed to so much of their width.
func (n *Net) readDrawn(ctx context.Context, lines []strip.Line, by *network, narrow float64) ([]*ctc.Posterior, error) {
	out := make([]*ctc.Posterior, len(lines))
	same, err := strip.Same(ctx, lines)
	if err != nil {
		return nil, err
	}
	for i, first := range same {
		if first < i {
			out[i] = out[first]
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i] = n.read(lines[i], by, narrow)
	}
	return out, nil
}

// width is how wide a line's strip is, in pixels.
func width(l strip.Line, narrow float64) int {
	w := int(math.Round(float64(l.Gray.Rect.Dx())*scale(l)*narrow)) + 2*margin
	return min((w+stride-1)/stride*stride, maxWidth)
}

func scale(l strip.Line) float64 { return ink / max(float64(l.Bottom-l.Top), l.Floor, 1) }

// read draws a line on a strip of its own and has a network read it. No line is
// read beside another, since all columns of a strip weigh in on each.
func (n *Net) read(l strip.Line, by *network, narrow float64) *ctc.Posterior {
	w := width(l, narrow)
	n.reserve(w)
	s := n.strip[:height*w]
	clear(s)
	wide := min(int(math.Round(float64(l.Gray.Rect.Dx())*scale(l)*narrow)), w-2*margin)
	n.brush.Draw(l, scale(l), wide, height, s[margin:], w)
	for i, v := range s {
		s[i] = 255 - v // paper is light to these networks
	}
	p := n.run(by, w)
	p.Lies(float64(margin)/stride, float64(margin+wide)/stride)
	return p
}
