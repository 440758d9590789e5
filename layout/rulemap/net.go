package rulemap

import (
	"fmt"
	"sync"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// The net is a small U-Net (Ronneberger et al. 2015) of bytes: what is 2, 4, 8 and 16 pixels wide is
// looked at one after the other; at 16, convolutions along and across (Hou et al. 2020) see as far as
// a rule goes on; and what these say goes back to the places of 4 pixels. Layers that keep their
// size add their input to what they make, which is in their weights.
const (
	stem = iota // 2 pixels wide
	downFour
	sameFour
	downEight
	sameEight
	downSixteen
	firstStrip
	upEight = firstStrip + strips + iota - 7
	mixEight
	upFour
	mixFour
	head
	layerCount
)

// strips is how many convolutions along and across there are.
const strips = 6

// theLayers are the layers of models/rulemap.q8, packed.
var theLayers = sync.OnceValue(func() []kernel.Layer {
	layers, err := kernel.Parse(models.RuleMap)
	if err == nil && len(layers) != layerCount {
		err = fmt.Errorf("%d layers in place of %d", len(layers), layerCount)
	}
	if err != nil {
		panic(fmt.Sprintf("rulemap: models/rulemap.q8: %v", err))
	}
	for i := range layers {
		layers[i] = layers[i].Pack()
	}
	return layers
})

var fastest = sync.OnceValue(kernel.Fastest)

// A plane is bytes by row, column and channel, with noughts around them: as many as the layer that
// sees them pads.
type plane struct {
	bytes      []uint8
	rows, cols int // without the noughts
	channels   int
	above      int // rows of noughts above, and below
	left       int // columns of noughts at the left, and at the right
}

// planeFor is a plane of a size that a layer sees.
func planeFor(l *kernel.Layer, rows, cols int) plane {
	p := plane{rows: rows, cols: cols, channels: int(l.In), above: int(l.Above), left: int(l.Left)}
	p.bytes = kernel.Outside[uint8]((rows+2*p.above)*p.row() + l.Slack())
	return p
}

func (p *plane) free() { kernel.Free(p.bytes) }

// row is how many bytes one row is.
func (p *plane) row() int { return (p.cols + 2*p.left) * p.channels }

// at is where the pixels of a row begin.
func (p *plane) at(y int) int { return (y+p.above)*p.row() + p.left*p.channels }

// made is the plane that a layer makes of p, as the layer next sees it.
func (p *plane) made(l, next *kernel.Layer) plane {
	rows, cols := l.Size(p.rows, p.cols)
	out := planeFor(next, rows, cols)
	fastest().Bytes(l, kernel.Run{Rows: rows, Cols: cols, InRow: p.row(), OutRow: out.row(), Margin: out.left * out.channels}, p.bytes, out.bytes[out.at(0):])
	return out
}

// addLarger adds to p a plane of half its rows and columns: each of its pixels to four of p.
func (p *plane) addLarger(q *plane) {
	n := p.channels
	for y := range p.rows {
		to, from := p.bytes[p.at(y):][:p.cols*n], q.bytes[q.at(y/2):]
		for x := range p.cols {
			addBytes(to[x*n:(x+1)*n], from[x/2*n:])
		}
	}
}

// addBytes adds bytes to others; sums over 255 are 255.
func addBytes(to, from []uint8) {
	from = from[:len(to)]
	for i, v := range from {
		to[i] = uint8(min(255, int(to[i])+int(v)))
	}
}

// logits runs the net on a page: for each place of 4 by 4 pixels, so many numbers.
func logits(page plane) (out []float32, stride int) {
	ls := theLayers()
	next := func(in plane, i int, sees int) plane {
		out := in.made(&ls[i], &ls[sees])
		return out
	}
	two := next(page, stem, downFour)
	four := next(two, downFour, sameFour)
	two.free()
	a := next(four, sameFour, downEight)
	four.free()
	eight := next(a, downEight, sameEight)
	b := next(eight, sameEight, downSixteen)
	eight.free()
	c := next(b, downSixteen, firstStrip)
	for i := firstStrip; i < upEight; i++ {
		d := next(c, i, i+1)
		c.free()
		c = d
	}
	up := next(c, upEight, upFour)
	c.free()
	b.addLarger(&up)
	up.free()
	mixed := next(b, mixEight, upFour)
	b.free()
	up = next(mixed, upFour, head)
	mixed.free()
	a.addLarger(&up)
	up.free()
	mixed = next(a, mixFour, head)
	a.free()
	l := &ls[head]
	stride = l.Stride()
	out = make([]float32, mixed.rows*mixed.cols*stride)
	fastest().Floats(l, kernel.Run{Rows: mixed.rows, Cols: mixed.cols, InRow: mixed.row(), OutRow: mixed.cols * stride}, mixed.bytes, out)
	mixed.free()
	return out, stride
}
