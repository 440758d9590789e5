package rulemap

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// The net is a small U-Net (Ronneberger et al. 2015) of bytes: what is 2, 4, 8 and 16 pixels wide is
// looked at one after the other; at 16, convolutions along and across (Hou et al. 2020) see as far as
// a rule goes on; and what these say goes back to the places of 4 pixels. Layers that keep their
// size add their input to what they make, which is in their weights.
const (
	stem = iota // makes places of 2 pixels
	downFour
	sameFour
	downEight
	sameEight
	downSixteen
	firstStrip
	upEight = strips + iota - 1 // behind the last strip
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

// A net runs on one page. It takes the room of planes that are not needed any more for later ones.
type net struct {
	ctx    context.Context // where it ends, layers make nothing
	kernel kernel.Kernel
	layers []kernel.Layer // packed
	spare  [][]uint8
}

// close gives all room back.
func (n *net) close() {
	for _, room := range n.spare {
		kernel.Free(room)
	}
}

// room is room for so many bytes, which may be anything.
func (n *net) room(size int) []uint8 {
	i := slices.IndexFunc(n.spare, func(b []uint8) bool { return cap(b) >= size })
	if i < 0 {
		return kernel.Outside[uint8](size)
	}
	out := n.spare[i][:size]
	n.spare = slices.Delete(n.spare, i, i+1)
	return out
}

// A plane is bytes by row, column and channel, with noughts around them: as many as the layer that
// sees them pads.
type plane struct {
	bytes      []uint8
	rows, cols int // without the noughts
	channels   int
	above      int // rows of noughts above, and below
	left       int // columns of noughts at the left, and at the right
}

// row is how many bytes one row is.
func (p *plane) row() int { return (p.cols + 2*p.left) * p.channels }

// at is where the pixels of a row begin.
func (p *plane) at(y int) int { return (y+p.above)*p.row() + p.left*p.channels }

// beside is how many noughts there are from the last pixel of a row to the first of the next.
func (p *plane) beside() int { return 2 * p.left * p.channels }

// plane is a plane that a layer, by its number, sees. Its noughts are there but those between rows.
func (n *net) plane(layer, rows, cols int) plane {
	l := &n.layers[layer]
	p := plane{rows: rows, cols: cols, channels: int(l.In), above: int(l.Above), left: int(l.Left)}
	p.bytes = n.room((rows+2*p.above)*p.row() + l.Slack())
	clear(p.bytes[:p.at(0)])
	clear(p.bytes[p.at(rows-1)+p.cols*p.channels:])
	return p
}

// done takes the room of a plane back.
func (n *net) done(p plane) { n.spare = append(n.spare, p.bytes) }

// make is what a layer, by its number, makes of a plane, as the layer next sees it.
func (n *net) make(p plane, layer, next int) plane {
	l := &n.layers[layer]
	rows, cols := l.Size(p.rows, p.cols)
	out := n.plane(next, rows, cols)
	if n.ctx.Err() == nil {
		n.kernel.Bytes(l, kernel.Run{Rows: rows, Cols: cols, InRow: p.row(), OutRow: out.row(), Margin: out.beside()}, p.bytes, out.bytes[out.at(0):])
	}
	return out
}

// turn is make of a plane that is not needed any more.
func (n *net) turn(p plane, layer, next int) plane {
	out := n.make(p, layer, next)
	n.done(p)
	return out
}

// run runs all layers but the last on a page, which it takes: it makes what the last one sees.
func (n *net) run(page plane) plane {
	four := n.turn(n.turn(page, stem, downFour), downFour, sameFour)
	four = n.turn(four, sameFour, downEight)
	eight := n.turn(n.make(four, downEight, sameEight), sameEight, downSixteen)
	sixteen := n.make(eight, downSixteen, firstStrip)
	for i := firstStrip; i < upEight; i++ {
		sixteen = n.turn(sixteen, i, i+1)
	}
	n.addLarger(&eight, n.turn(sixteen, upEight, upFour))
	eight = n.turn(eight, mixEight, upFour)
	n.addLarger(&four, n.turn(eight, upFour, head))
	return n.turn(four, mixFour, head)
}

// addLarger adds to p a plane of half its rows and columns, which is not needed any more: each of its
// pixels to four of p. Channels are a multiple of 8.
func (n *net) addLarger(p *plane, q plane) {
	size := p.channels
	for y := range p.rows {
		to, from := p.bytes[p.at(y):][:p.cols*size], q.bytes[q.at(y/2):]
		for x := range p.cols {
			addBytes(to[x*size:(x+1)*size], from[x/2*size:][:size])
		}
	}
	n.done(q)
}

// addBytes adds bytes to others, eight at a time; sums over 255 are 255.
func addBytes(to, from []uint8) {
	const high = 0x8080808080808080 // of each byte the highest bit
	for len(to) >= 8 && len(from) >= 8 {
		a, b := binary.NativeEndian.Uint64(to), binary.NativeEndian.Uint64(from)
		sum := (a&^high + b&^high) ^ (a^b)&high // what is carried out of a byte is lost
		over := (a&b | (a|b)&^sum) & high       // where it was
		binary.NativeEndian.PutUint64(to, sum|over>>7*math.MaxUint8)
		to, from = to[8:], from[8:]
	}
}
