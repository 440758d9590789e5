package synth

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed words.yaml
var wordList []byte

// words are what generated pages say; see words.yaml.
var words = sync.OnceValue(func() (w struct {
	Places    []string `yaml:"places"`
	Offices   []string `yaml:"offices"`
	Titles    []string `yaml:"titles"`
	Sections  []string `yaml:"sections"`
	Sentences []string `yaml:"sentences"`
	Headers   []string `yaml:"headers"`
	Groups    []string `yaml:"groups"`
	Items     []string `yaml:"items"`
	Remarks   []string `yaml:"remarks"`
	People    []string `yaml:"people"`
	Latin     []string `yaml:"latin"`
	English   []string `yaml:"english"`
}) {
	if err := yaml.Unmarshal(wordList, &w); err != nil {
		panic(err) // the tests read the list
	}
	return w
})

// An author writes the prose of one page: place, office and year stay the
// same throughout.
type author struct {
	r             *rand.Rand
	place, office string
	year          int
}

func newAuthor(r *rand.Rand) *author {
	w := words()
	return &author{r, one(r, w.Places...), one(r, w.Offices...), 2019 + r.IntN(7)}
}

// write fills the gaps of a sentence.
func (a *author) write(s string) string {
	s = strings.NewReplacer("{p}", a.place, "{o}", a.office, "{y}", strconv.Itoa(a.year)).Replace(s)
	for strings.Contains(s, "{n}") {
		s = strings.Replace(s, "{n}", strconv.Itoa(number(a.r, 10)), 1)
	}
	return s
}

func (a *author) title() string { return a.write(one(a.r, words().Titles...)) }

// prose is a paragraph of so many sentences.
func (a *author) prose(n int) string {
	var w strings.Builder
	for range n {
		w.WriteString(a.write(one(a.r, words().Sentences...)))
	}
	return w.String()
}

// date is a day, as offices write it.
func (a *author) date() string {
	m, d := 1+a.r.IntN(12), 1+a.r.IntN(28)
	switch a.r.IntN(4) {
	case 0:
		return fmt.Sprintf("%d-%02d-%02d", a.year, m, d)
	case 1:
		return fmt.Sprintf("%d.%d.%d", a.year, m, d)
	}
	return fmt.Sprintf("%d年%d月%d日", a.year, m, d)
}
