package linenet

import (
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/head"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// few is the end of a net of some hundred classes: of each column it keeps them all.
type few struct {
	alphabet *ctc.Alphabet
	logits   []float32 // those of a column are a whole number of blocks
	logp     []float32
	busy     []int32
	counts   []int32
}

func newFew(classes []string, columns int) *few {
	a := ctc.NewAlphabet(classes)
	all := columns * a.Classes()
	return &few{a, make([]float32, columns*(a.Classes()+kernel.Block)), make([]float32, all), make([]int32, all), make([]int32, columns)}
}

func (f *few) posterior(s *kernel.Stack, seen []uint8, columns int) *Posterior {
	s.Logits(seen, columns, f.logits)
	return f.of(s, columns)
}

// of makes log probabilities of the logits of so many columns.
func (f *few) of(s *kernel.Stack, columns int) *Posterior {
	counts := f.counts[:columns]
	s.Kernel.LogSoftmax(f.logits, s.Last().Stride(), f.alphabet.Classes(), ctc.Floor, ctc.Likely, f.logp, f.busy, counts)
	return ctc.New(f.alphabet, f.logp, f.busy, counts)
}

func (f *few) free() {}

// many is the end of a net of thousands of classes.
type many struct {
	head *head.Head
	room head.Room
}

func newMany(last *kernel.Layer, classes []string) *many {
	return &many{head.New(last, classes), head.NewRoom()}
}

func (m *many) posterior(s *kernel.Stack, seen []uint8, columns int) *Posterior {
	in := int(s.Last().In)
	return m.head.Posterior(s.Kernel, &m.room, columns, func(from, _ int) []uint8 { return seen[from*in:] })
}

func (m *many) free() { m.room.Free() }
