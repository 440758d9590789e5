// Package linenet reads lines of text with a small convolutional network that
// was trained for the characters that forms are made of (models/README.md). It
// reads all lines of a picture in one go and gives for each the probability of
// every character at every place, so that a caller can ask how well any text
// fits, not only which fits best.
//
// It must not know cells, forms, sums, or that there are other readers.
package linenet

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/kernel"
	"github.com/biaoge/biaoge/ocr/strip"
)

// stripWidth is the greatest width of the strips the net is run on, in pixels.
// Lines are packed into strips side by side.
const stripWidth = 1024

// sight is how far to each side a column of the output sees, in pixels: the
// strip's edges and a line's neighbours are farther off than that, so that how
// a line is read does not depend on what it was packed with.
const sight = 20

// A Line is what the net reads, a Posterior what it makes of a line, and a Candidate a
// text that the line may be.
type (
	Line      = strip.Line
	Posterior = ctc.Posterior
	Candidate = ctc.Candidate
)

// Join is the posterior of lines of one text, put behind one another.
func Join(ps ...*Posterior) *Posterior { return ctc.Join(ps...) }

// Other is what a character outside the net's classes is read as.
const Other = ctc.Other

// A Net is one instance of the line reader. It serves one goroutine at a time.
type Net struct {
	quantized
	info     info
	alphabet *ctc.Alphabet
	closed   bool

	brush  strip.Brush
	logp   []float32 // of posterior
	busy   []int32
	counts []int32
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
	n := new(Net)
	if err := json.Unmarshal(models.LinesInfo, &n.info); err != nil {
		return nil, fmt.Errorf("linenet: the embedded description: %w", err)
	}
	n.alphabet = ctc.NewAlphabet(n.info.Classes)
	layers, err := embedded()
	if err != nil {
		return nil, fmt.Errorf("linenet: the embedded net: %w", err)
	}
	n.quantized = newQuantized(layers, n.info.Height, stripWidth)
	cols := stripWidth / n.info.Stride
	classes := cols * n.alphabet.Classes()
	n.logp, n.busy, n.counts = make([]float32, classes), make([]int32, classes), make([]int32, cols)
	live.Add(1)
	return n, nil
}

// embedded returns the layers of the embedded net, which all nets share.
var embedded = sync.OnceValues(func() ([]kernel.Layer, error) {
	layers, err := kernel.Parse(models.Lines)
	for i, l := range layers {
		layers[i] = l.Pack()
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

// A job is a line to read: its width on a strip, in pixels, and its place there.
type job struct {
	line  int
	scale float64
	width int
	at    int
}

// Read reads lines. The posteriors are in the order of the lines; lines that look the same
// but for the noise of a compression are read once and share one. It returns the error of
// ctx when that ends, and no other.
func (n *Net) Read(ctx context.Context, lines []Line) ([]*Posterior, error) {
	same, err := strip.Same(ctx, lines)
	if err != nil {
		return nil, err
	}
	var jobs []job
	for i, l := range lines {
		if same[i] == i {
			jobs = append(jobs, job{line: i, scale: n.scale(l), width: n.Width(l)})
		}
	}
	out := make([]*Posterior, len(lines))
	for _, some := range n.pack(jobs) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n.read(lines, some, out)
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
		out[j.line] = n.posterior(n.logits[from*n.stride():], to-from)
	}
}

// posterior makes log probabilities of the logits of so many columns.
func (n *Net) posterior(logits []float32, cols int) *Posterior {
	counts := n.counts[:cols]
	n.kernel.LogSoftmax(logits, n.stride(), n.alphabet.Classes(), ctc.Floor, ctc.Likely, n.logp, n.busy, counts)
	return ctc.New(n.alphabet, n.logp, n.busy, counts)
}

func (n *Net) scale(l Line) float64 {
	return n.info.Ink / max(float64(l.Bottom-l.Top), l.Floor, 1)
}

// draw puts a line in its place on a strip, whose rows are stride bytes.
func (n *Net) draw(l Line, j job, strip []uint8, stride int) {
	n.brush.Draw(l, j.scale, j.width-2*n.info.Margin, n.info.Height, strip[j.at+n.info.Margin:], stride)
}
