package textnet

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/internal/head"
)

// A network is one of the recognisers PP-OCRv6; models/README.md says whose work
// that is. All nets share its weights.
type network struct {
	stem   stem
	blocks []block
	neck   neck
	last   dense // the layer of the head
	head   *head.Head
}

// A stem makes of the strip, which is w pixels wide, a plane of a quarter of its
// rows and columns.
type stem interface {
	run(n *Net, w int) (rows, cols int)
}

// A neck lets columns look at one another. They lie in depth; its result is in the
// plane, for the head.
type neck interface {
	run(n *Net, columns int)
}

// A single layer convolves each channel by itself.
type single struct{ weights, bias []float32 }

// A block is a convolution of single channels and two dense layers; most add
// what they make to what they were given.
type block struct {
	depth           single
	squeeze, excite single // what each channel weighs by the means of all; nil where it does not
	expand, project dense
	channels        int
	halves          bool // its convolution leaves out every other row, and nothing is added
}

// A stage is blocks of so many channels, some of which weigh these. Before all but
// the first stage a block halves the rows.
type stage struct {
	channels int
	weighed  []bool
}

// embeddedSmall and embeddedQuick are the networks of the embedded files.
var (
	embeddedSmall = sync.OnceValues(func() (*network, error) { return load(models.Text, models.TextClasses, small) })
	embeddedQuick = sync.OnceValues(func() (*network, error) { return load(models.Quick, models.QuickClasses, quick) })
)

// load makes a network of a file of tensors and one of characters.
func load(tensors []byte, characters string, put func(*parts, *network)) (*network, error) {
	t, err := parse(tensors)
	if err != nil {
		return nil, err
	}
	return newNetwork(t, strings.Split(strings.TrimSuffix(characters, "\n"), "\n"), put)
}

// newNetwork puts tensors in their places.
func newNetwork(t *tensors, characters []string, put func(*parts, *network)) (*network, error) {
	p, n := &parts{tensors: t}, new(network)
	put(p, n)
	n.last = p.dense("head")
	if err := errors.Join(p.errs...); err != nil {
		return nil, err
	}
	if len(characters)+2 != int(n.last.Out) {
		return nil, fmt.Errorf("%d characters for %d classes", len(characters), n.last.Out)
	}
	n.head = head.New(&n.last.Layer, append(characters, " "))
	return n, nil
}

// parts takes layers from tensors, and notes which are not whole.
type parts struct {
	*tensors
	errs []error
}

func (p *parts) dense(name string) dense {
	d, err := p.tensors.dense(name)
	p.errs = append(p.errs, err)
	return d
}

func (p *parts) single(name string) single { return p.pair(name, ".w", ".b") }

func (p *parts) pair(name, weights, bias string) single {
	s := single{p.floats[name+weights].values, p.floats[name+bias].values}
	if len(s.weights) == 0 || len(s.bias) == 0 {
		p.errs = append(p.errs, fmt.Errorf("layer %q is not whole", name))
	}
	return s
}

func (p *parts) blocks(stages []stage) (out []block) {
	for i, s := range stages {
		if i > 0 {
			name := fmt.Sprintf("down%d.", i)
			out = append(out, block{depth: p.single(name + "depth"), expand: p.dense(name + "expand"), project: p.dense(name + "project"), channels: stages[i-1].channels, halves: true})
		}
		for k, weighed := range s.weighed {
			name := fmt.Sprintf("block%d.%d.", i, k)
			next := block{depth: p.single(name + "depth"), expand: p.dense(name + "expand"), project: p.dense(name + "project"), channels: s.channels}
			if weighed {
				next.squeeze, next.excite = p.single(name+"squeeze"), p.single(name+"excite")
			}
			out = append(out, next)
		}
	}
	return out
}
