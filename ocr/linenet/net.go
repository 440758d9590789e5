// Package linenet reads lines of text with small convolutional networks of our own
// (models/README.md): the line reader was trained for the characters that forms are
// made of, the reader of glyphs tells 9,248 by their pictures alone. Each reads all lines of a
// picture in one go and gives for each the probability of every character at every
// place, so that a caller can ask how well any text fits, not only which fits best.
//
// It must not know cells, forms, sums, or that there are other readers.
package linenet

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/head"
	"github.com/biaoge/biaoge/ocr/kernel"
	"github.com/biaoge/biaoge/ocr/strip"
)

// stripWidth is how wide strips are onto which lines are packed side by side, in pixels. A
// line that the line reader is given is no wider.
const stripWidth = 1024

// sight is how far to each side a column of the line reader's output sees, in pixels: the
// strip's edges and a line's neighbours are farther off than that, so that how
// a line is read does not depend on what it was packed with.
const sight = 20

// The same of the reader of glyphs, whose lines may be of any print: one of some 130
// characters has a strip of its own. A column sees 23 pixels to each side.
const (
	glyphStripWidth = 3264
	glyphSight      = 24
)

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

// A Net is one instance of a reader. It serves one goroutine at a time.
type Net struct {
	stack  kernel.Stack
	info   info
	wide   int // the greatest width of a strip, pixels
	sight  int // how far to each side a column of the output may see, pixels
	end    end
	brush  strip.Brush
	closed bool
}

// An end makes posteriors of what the last layer of a net sees.
type end interface {
	posterior(s *kernel.Stack, seen []uint8, columns int) *Posterior
	free()
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

// New loads the line reader.
func New() (*Net, error) {
	n, err := open(embedded, stripWidth, sight)
	if err == nil {
		n.end = newFew(n.info.Classes, stripWidth/n.info.Stride)
	}
	return n, err
}

// NewGlyphs loads the reader of glyphs.
func NewGlyphs() (*Net, error) {
	n, err := open(embeddedGlyphs, glyphStripWidth, glyphSight)
	if err == nil {
		n.end = newMany(n.stack.Last(), n.info.Classes)
	}
	return n, err
}

func open(load func() (*files, error), wide, sight int) (*Net, error) {
	f, err := load()
	if err != nil {
		return nil, err
	}
	live.Add(1)
	return &Net{stack: kernel.NewStack(f.layers, f.info.Height, wide), info: f.info, wide: wide, sight: sight}, nil
}

// files are an embedded net and its description, which all nets share.
type files struct {
	layers []kernel.Layer // packed
	info   info
}

var (
	embedded       = sync.OnceValues(func() (*files, error) { return parse(models.Lines, models.LinesInfo) })
	embeddedGlyphs = sync.OnceValues(func() (*files, error) { return parse(models.Glyphs, models.GlyphsInfo) })
)

func parse(net, about []byte) (*files, error) {
	f := new(files)
	if err := json.Unmarshal(about, &f.info); err != nil {
		return nil, fmt.Errorf("linenet: an embedded description: %w", err)
	}
	layers, err := kernel.Parse(net)
	if err != nil {
		return nil, fmt.Errorf("linenet: an embedded net: %w", err)
	}
	for _, l := range layers {
		f.layers = append(f.layers, l.Pack())
	}
	if out := int(layers[len(layers)-1].Out); out != len(f.info.Classes)+1 {
		return nil, fmt.Errorf("linenet: an embedded net has %d classes, and its description %d with the blank", out, len(f.info.Classes)+1)
	}
	return f, nil
}

// Alike reports whether two texts print the same, but for spaces.
func Alike(a, b string) bool { return folded(a) == folded(b) }

func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return head.Fold(r)
	}, text)
}

// Tells reports whether the reader of glyphs tells all characters of a text from others.
func Tells(text string) bool {
	of := glyphs()
	for _, r := range text {
		if !of[head.Fold(r)] {
			return false
		}
	}
	return true
}

// glyphs are the characters that the reader of glyphs tells, one for all that print the
// same; none where its files are damaged, which New says.
var glyphs = sync.OnceValue(func() map[rune]bool {
	of := make(map[rune]bool)
	if f, err := embeddedGlyphs(); err == nil {
		for _, c := range f.info.Classes {
			of[head.Fold([]rune(c)[0])] = true
		}
	}
	return of
})

// Close frees the net.
func (n *Net) Close() error {
	if !n.closed {
		n.closed = true
		n.end.free()
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
	return min(w, n.wide-2*n.sight)
}

// pack places lines on strips, the widest first and each where there is room
// for it first.
func (n *Net) pack(jobs []job) [][]job {
	slices.SortStableFunc(jobs, func(a, b job) int { return b.width - a.width })
	var strips [][]job
	var used []int
	for _, j := range jobs {
		k := 0
		for k < len(strips) && used[k]+j.width > stripWidth-n.sight {
			k++
		}
		if k == len(strips) {
			strips, used = append(strips, nil), append(used, n.sight)
		}
		j.at = used[k]
		strips[k] = append(strips[k], j)
		// Every line begins where an output column does. Its own margin and
		// its neighbour's are part of what keeps them apart.
		used[k] = n.whole(j.at + j.width + n.sight - n.info.Margin)
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
	width := min(n.whole(last.at+last.width+n.sight), n.wide)
	n.stack.Blank()
	pixels, row := n.stack.Strip()
	for _, j := range strip {
		n.draw(lines[j.line], j, pixels, row)
	}
	seen, cols := n.stack.Run(width)
	in := int(n.stack.Last().In)
	for _, j := range strip {
		from, to := j.at/n.info.Stride, min(n.whole(j.at+j.width)/n.info.Stride, cols)
		out[j.line] = n.end.posterior(&n.stack, seen[from*in:], to-from)
	}
}

func (n *Net) scale(l Line) float64 {
	return n.info.Ink / max(float64(l.Bottom-l.Top), l.Floor, 1)
}

// draw puts a line in its place on a strip, whose rows are stride bytes.
func (n *Net) draw(l Line, j job, strip []uint8, stride int) {
	n.brush.Draw(l, j.scale, j.width-2*n.info.Margin, n.info.Height, strip[j.at+n.info.Margin:], stride)
}
