package synth

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
)

//go:embed lexicon.txt.gz
var lexiconList []byte

// A lexicon is Chinese words as often as texts use them: models/train/lexicon.py
// makes the list of them.
type lexicon struct {
	words []string
	upTo  []int // how often texts use a word or one before it
}

// The parts of speech that texts of tables are made of, as the list names them.
const (
	anyWord = ""
	noun    = "n"
	verb    = "v"
	place   = "ns"
)

// lexicons are all words, and those of each part of speech.
var lexicons = sync.OnceValue(func() map[string]*lexicon {
	z, err := gzip.NewReader(bytes.NewReader(lexiconList))
	if err != nil {
		panic(err) // the tests read the list
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	all := make(map[string]*lexicon)
	for line := range strings.Lines(string(text)) {
		var word, speech string
		var often int
		if _, err := fmt.Sscan(line, &word, &often, &speech); err != nil {
			panic(err)
		}
		for _, of := range []string{anyWord, speech} {
			if all[of] == nil {
				all[of] = new(lexicon)
			}
			all[of].add(word, often)
		}
	}
	return all
})

func (x *lexicon) add(word string, often int) {
	sum := often
	if n := len(x.upTo); n > 0 {
		sum += x.upTo[n-1]
	}
	x.words, x.upTo = append(x.words, word), append(x.upTo, sum)
}

// usual is a word, as often as texts use it.
func (x *lexicon) usual(r *rand.Rand) string {
	n := r.IntN(x.upTo[len(x.upTo)-1])
	return x.words[sort.SearchInts(x.upTo, n+1)]
}

// any is a word, however seldom texts use it.
func (x *lexicon) any(r *rand.Rand) string { return x.words[r.IntN(len(x.words))] }
